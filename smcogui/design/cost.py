"""What a run will cost, before it starts: memory and time, scaled from measured half-cycles."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smcogui.design.design import Design

CPU_S_PER_CELL_2D: Final = 3.0 / 256**2
"""A half-cycle of a 256² cross-section takes about 3 s of one core."""
CPU_S_PER_CELL_3D: Final = 70.0 / (256**2 * 16)
"""A half-cycle of 256 × 256 × 16 cells takes about 70 s of one core."""
FLOAT64_TIME: Final = 2.0
"""float64 moves twice the bytes, and the solver is bound by memory."""
BASE_MEMORY_MB: Final = 220.0
"""A child process with numpy and the compiled kernels, before it has a mesh."""
BYTES_PER_CELL_2D: Final = 400.0
BYTES_PER_CELL_3D: Final = 800.0
"""Fields, states and the padded transforms of the demagnetising field, float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """An estimate, good to a factor of two.

    Parameters
    ----------
    cells : int
        Cells of the mesh.
    processes : int
        Half-cycles that run at once on this machine.
    memory_MB : float
        Peak memory of all these processes together.
    cpu_s_per_cycle, cpu_s : float
        CPU time of one half-cycle and of the run.
    wall_s : float
        Time to wait.
    """

    cells: int
    processes: int
    memory_MB: float
    cpu_s_per_cycle: float
    cpu_s: float
    wall_s: float


def cost_estimate(design: Design, *, processes: int | None = None) -> CostEstimate:
    """Estimate memory and time of a run, by default with all of this machine's processors."""
    cells = math.prod(design.cells)
    flat = design.cells[2] == 1
    double = design.solver.precision == "float64"
    per_cycle = cells * (CPU_S_PER_CELL_2D if flat else CPU_S_PER_CELL_3D)
    per_cycle *= FLOAT64_TIME if double else 1.0
    cycles = design.run.cycles
    processes = min(cycles, processes or os.cpu_count() or 1)
    bytes_per_cell = (BYTES_PER_CELL_2D if flat else BYTES_PER_CELL_3D) * (2 if double else 1)
    return CostEstimate(
        cells=cells,
        processes=processes,
        memory_MB=processes * (BASE_MEMORY_MB + cells * bytes_per_cell / 1e6),
        cpu_s_per_cycle=per_cycle,
        cpu_s=per_cycle * cycles,
        wall_s=per_cycle * math.ceil(cycles / processes),
    )
