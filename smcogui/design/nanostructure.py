"""From a design to the phase of every cell: 1:5 walls, Z platelets, grain-boundary layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.design.canonical import NM, to_unit
from smcogui.design.phases import MagneticPhase, Phase
from solver.mesh import EXACT, OPEN, Mesh

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.design.design import Design

FRACTION_CYCLES: Final = 5
FRACTION_CELLS: Final = 2_000_000
"""Counted fractions are the mean over at most so many half-cycles and, on large meshes, cells."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nanostructure:
    """The phase of every cell for one half-cycle.

    Parameters
    ----------
    mesh : solver.Mesh
        Open in x and y, periodic with the exact limit along z.
    regions : ndarray of uint8, shape (nz, ny, nx)
        :class:`Phase` values; x and y count from the middle of the domain, c is y.
    phases : dict
        Magnetic constants by phase, all four of them.
    offsets : tuple of float
        o₊, o₋ and the platelets' offset in m, as used.
    """

    mesh: Mesh
    regions: NDArray[np.uint8]
    phases: dict[Phase, MagneticPhase]
    offsets: tuple[float, float, float]

    def volume_fractions(self) -> dict[Phase, float]:
        """Return the counted fraction of every phase; they add up to 1."""
        counts = np.bincount(self.regions.ravel(), minlength=len(Phase))
        return {phase: float(counts[phase] / self.regions.size) for phase in Phase}


def build_nanostructure(design: Design, cycle: int = 0) -> Nanostructure:
    """Fill the mesh of a design with its phases.

    Where phases cross, the grain-boundary layer stands above Z, Z above 1:5, 1:5 above 2:17.

    Parameters
    ----------
    design : Design
    cycle : int
        Number of the half-cycle, from 0; it decides random offsets together with the seed.
    """
    offsets = pattern_offsets(design, cycle)
    nx, ny, nz = design.cells
    section = _cross_section(design, offsets)
    cell = design.mesh.cell
    return Nanostructure(
        mesh=Mesh(
            cells=(nx, ny, nz),
            cell_size=(cell, cell, design.mesh.cell_z),
            pbc=(OPEN, OPEN, EXACT),
        ),
        regions=np.ascontiguousarray(np.broadcast_to(section, (nz, ny, nx))),
        phases=design.phases(),
        offsets=offsets,
    )


def pattern_offsets(design: Design, cycle: int = 0) -> tuple[float, float, float]:
    """Return o₊, o₋ and the platelets' offset of a half-cycle in m.

    Random ones are uniform over [0, L)² × [0, d) from ``numpy.random.default_rng([seed, cycle])``;
    "centred" puts o₊ = o₋ = L/2 and the platelets at d/2, so that the middle of a 2:17 cell lies
    in the middle of the domain. A drawn map lies where it was drawn: its offsets are 0.
    """
    if design.region_map is not None:
        return 0.0, 0.0, 0.0
    L, d = design.parameters.L, design.parameters.d
    if design.offsets == "centred":
        return L / 2, L / 2, d / 2
    if isinstance(design.offsets, tuple):
        return design.offsets
    draws = np.random.default_rng([design.run.seed, cycle]).random(3)
    return float(draws[0] * L), float(draws[1] * L), float(draws[2] * d)


def counted_fractions(design: Design) -> dict[Phase, float]:
    """Return the counted fraction of every phase, the mean over the half-cycles of a run.

    Only the cross-section is built; with random offsets the first 5 half-cycles are taken, fewer
    on meshes of more than 400,000 cells a section.
    """
    return dict(zip(Phase, _mean_fractions(design), strict=True))


@lru_cache(maxsize=64)
def _mean_fractions(design: Design) -> tuple[float, ...]:
    cycles = 1
    if design.offsets == "random" and design.region_map is None:
        nx, ny, _ = design.cells
        affordable = max(1, FRACTION_CELLS // (nx * ny))
        cycles = min(design.run.cycles, FRACTION_CYCLES, affordable)
    counts = np.zeros(len(Phase))
    for cycle in range(cycles):
        section = _cross_section(design, pattern_offsets(design, cycle))
        counts += np.bincount(section.ravel(), minlength=len(Phase)) / section.size
    return tuple(float(count / cycles) for count in counts)


def _cross_section(design: Design, offsets: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Return the phases of one x–y layer of cells, shape (ny, nx)."""
    drawn = design.region_map
    regions = _walls(design, offsets) if drawn is None else drawn.regions(design.cells[0])
    _add_grain_boundary(regions, design)
    return regions


def _walls(design: Design, offsets: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Return the 1:5 walls and the Z platelets of the parametric structure."""
    parameters = design.parameters
    nx, ny, _ = design.cells
    cell = to_unit(design.mesh.cell, NM)
    x = _centres(nx, cell)[np.newaxis, :]
    y = _centres(ny, cell)[:, np.newaxis]
    o_plus, o_minus, o_platelets = (to_unit(offset, NM) for offset in offsets)
    L, w_S = to_unit(parameters.L, NM), to_unit(parameters.w_S, NM)
    along, across = x * math.cos(parameters.theta), y * math.sin(parameters.theta)
    regions = np.full((ny, nx), Phase.CELL_2_17, dtype=np.uint8)
    for s, offset in ((along - across, o_plus), (along + across, o_minus)):
        regions[_inside_wall(s, offset, L, w_S)] = Phase.BOUNDARY_1_5
    d, w_Z = to_unit(parameters.d, NM), to_unit(parameters.w_Z, NM)
    platelets = _inside_wall(y, o_platelets, d, w_Z)
    regions[np.broadcast_to(platelets, regions.shape)] = Phase.Z_PLATELET
    return regions


def _centres(n: int, cell: float) -> NDArray[np.float64]:
    """Return the cell centres along one axis, counted from the middle of the domain."""
    return (np.arange(n, dtype=np.float64) + 0.5) * cell - n * cell / 2


def _inside_wall(
    position: NDArray[np.float64], offset: float, period: float, thickness: float
) -> NDArray[np.bool_]:
    """Return where a periodic wall lies: |((s - o + p/2) mod p) - p/2| < w/2."""
    if thickness >= period:
        # The strict comparison would leave out the one position half a period away.
        return np.ones(position.shape, dtype=np.bool_)
    distance = np.abs((position - offset + period / 2) % period - period / 2)
    return np.asarray(distance < thickness / 2)


def _add_grain_boundary(regions: NDArray[np.uint8], design: Design) -> None:
    """Lay the grain-boundary layer over the faces; cells whose centre lies in it belong to it."""
    layer = design.grain_boundary.layer
    # 1e-9: a layer of 2.5 cells, half way, must not depend on the last bit of the division.
    depth = math.ceil(design.grain_boundary.thickness / design.mesh.cell - 0.5 - 1e-9)
    if layer in {"one_perpendicular_c", "both_perpendicular_c", "all"}:
        regions[-depth:, :] = Phase.GRAIN_BOUNDARY
    if layer in {"both_perpendicular_c", "all"}:
        regions[:depth, :] = Phase.GRAIN_BOUNDARY
    if layer in {"one_parallel_c", "both_parallel_c", "all"}:
        regions[:, -depth:] = Phase.GRAIN_BOUNDARY
    if layer in {"both_parallel_c", "all"}:
        regions[:, :depth] = Phase.GRAIN_BOUNDARY
