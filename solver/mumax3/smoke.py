"""A simulation of two seconds that shows whether MuMax3 really computes on this machine."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from solver.errors import Mumax3Error
from solver.events import FieldStep
from solver.mesh import Mesh
from solver.mumax3.failures import FailureKind
from solver.mumax3.solve import Setup, solve_folder
from solver.mumax3.statement import mesh_lines, number
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions, save_problem
from solver.run_folder import read_events

if TYPE_CHECKING:
    from solver.mumax3.executable import Banner

_PATIENCE_S: Final = 120.0
_TOLERANCE: Final = 0.02
_MESH: Final = Mesh(cells=(32, 32, 1), cell_size=(1e-9, 1e-9, 4e-9), pbc=(0, 0, 0))
_MATERIAL: Final = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmokeResult:
    """What the simulation gave: seconds from start to end, and M/Ms at 0.5 T."""

    wall_s: float
    M_over_Ms: float


def run_smoke(banner: Banner, setup: Setup) -> SmokeResult:
    """Compute a hard magnet at two fields, through script, process, table and states.

    Raises
    ------
    SolverError
        If it fails; the message says how, and what to do.
    """
    with tempfile.TemporaryDirectory(prefix="smco-smoke-") as name:
        folder = Path(name)
        save_problem(_problem(banner), folder)
        began = time.monotonic()
        solve_folder(folder, setup=setup)
        wall_s = time.monotonic() - began
        steps = [event for event in read_events(folder) if isinstance(event, FieldStep)]
    M = steps[0].M_over_Ms
    if abs(M - 1.0) > _TOLERANCE:
        raise Mumax3Error(
            f"MuMax3 computes wrongly: M/Ms of a saturated hard magnet is {M:.3f} instead of 1",
            kind=FailureKind.CUDA,
        )
    return SmokeResult(wall_s=wall_s, M_over_Ms=M)


def smoke_script() -> str:
    """Return a script that does the same at one field, for a machine that is sent nothing else."""
    return "\n".join(
        [
            *mesh_lines(_MESH),
            f"Msat.SetRegion(0, {number(_MATERIAL.Ms)})",
            f"Aex.SetRegion(0, {number(_MATERIAL.Aex)})",
            f"Ku1.SetRegion(0, {number(_MATERIAL.Ku1)})",
            "anisU.SetRegion(0, vector(0, 0, 1))",
            "m = Uniform(0, 0.1, 1)",
            "alpha = 1",
            "DoPrecess = false",
            "B_ext = vector(0, 0, 0.5)",
            "Minimize()",
            f"M_h := m_full.Comp(2).Average() / {number(_MATERIAL.Ms)}",
            f'Expect("M along the field over Ms", M_h, 1, {_TOLERANCE!r})',
            "",
        ]
    )


def _problem(banner: Banner) -> Problem:
    return Problem(
        mesh=_MESH,
        regions=np.zeros(_MESH.shape, dtype=np.uint8),
        materials=(_MATERIAL,),
        sweep=FieldSweep(mode="fixed", start_T=0.5, stop_T=0.0, values_T=(0.5, 0.0)),
        options=SolverOptions(
            exchange_rule=banner.exchange_rule, perturbation=0.0, max_wall_s=_PATIENCE_S
        ),
        label="smoke test",
    )
