"""What the mesh does to a design, in words and numbers, before a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from smcogui.design.canonical import NM, to_unit
from smcogui.design.lattice_pinning import lattice_pinning_ratio
from smcogui.design.nanostructure import counted_fractions
from smcogui.design.phases import MagneticPhase, Phase
from smcogui.units import FIELD_UNITS, MU0
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.design.design import Design

Level = Literal["ok", "note", "warning"]

NOTE_T: Final = 0.05
WARNING_T: Final = 0.5
"""Lattice pinning (μ0H in T) from which it is mentioned, and from which it may decide the curve."""
FINER_CELLS_NM: Final = (0.5, 0.4, 0.3, 0.25, 0.2, 0.125, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One sentence or two about the mesh; ``level`` is ok, note or warning."""

    level: Level
    message: str


def mesh_advice(design: Design, unit: str = "T") -> list[Advice]:
    """Return what to know about the mesh of a design, the most serious first.

    Cell size against √(A/K) and the pinning by the mesh for every phase present, thin walls and
    gaps, structures of one phase, and the domain against L and d. ``unit`` is that of the fields
    in the sentences: T, kA/m or kOe.
    """
    found = [
        *_resolution(design, unit),
        *_thin_walls(design),
        *_single_phase(design),
        *_domain(design),
        *_along_z(design),
    ]
    return sorted(found, key=lambda advice: ("warning", "note", "ok").index(advice.level))


def lattice_pinning_field(phase: MagneticPhase, cell: float) -> float:
    """Return the field in A/m at which a straight wall leaves its place on cells of edge ``cell``.

    In a continuum it is 0; see :mod:`smcogui.design.lattice_pinning`.
    """
    if phase.Ku1 <= 0:
        return 0.0
    return phase.H_ani * lattice_pinning_ratio(float(f"{cell / phase.exchange_length:.6g}"))


def _resolution(design: Design, unit: str) -> Iterator[Advice]:
    present = counted_fractions(design)
    for phase, constants in design.phases().items():
        if present[phase] > 0 and constants.Ku1 > 0:
            yield _resolution_of(phase, constants, design.mesh.cell, unit)


def _resolution_of(phase: Phase, constants: MagneticPhase, cell: float, unit: str) -> Advice:
    pinning = lattice_pinning_field(constants, cell) * MU0
    length = constants.exchange_length
    facts = (
        f"{_title(phase, constants)}: the cell of {_nm(cell)} is {cell / length:.2f} times "
        f"√(A/K) = {length * NM:.2f} nm; the mesh alone pins a straight wall "
        f"{_up_to(pinning, unit)}"
    )
    if pinning < NOTE_T:
        return Advice(level="ok", message=f"{facts}.")
    level: Level = "note" if pinning < WARNING_T else "warning"
    finer = _fine_enough(constants, cell, unit)
    return Advice(level=level, message=f"{facts}, an artefact that adds to Hc.{finer}")


def _fine_enough(constants: MagneticPhase, cell: float, unit: str) -> str:
    for edge in FINER_CELLS_NM:
        if edge / NM < cell:
            pinning = lattice_pinning_field(constants, edge / NM) * MU0
            if pinning < NOTE_T:
                return f" Cells of {edge:g} nm bring it down to {_field(pinning, unit)}."
    return ""


def _thin_walls(design: Design) -> Iterator[Advice]:
    cell = design.mesh.cell
    parameters = design.parameters
    walls = {
        "The 1:5 walls, w_S": parameters.w_S,
        "The Z platelets, w_Z": parameters.w_Z,
        "The gaps between 1:5 walls, L - w_S": parameters.L - parameters.w_S,
        "The gaps between Z platelets, d - w_Z": parameters.d - parameters.w_Z,
    }
    if design.grain_boundary.layer != "none":
        walls["The grain-boundary layer, thickness"] = design.grain_boundary.thickness
    for name, thickness in walls.items():
        # Differences of lengths carry rounding errors of 1e-24 m.
        if cell * 1e-6 < thickness < 2 * cell * (1 - 1e-6):
            message = (
                f"{name} = {_nm(thickness)}: {thickness / cell:.3g} cells of {_nm(cell)}. Below 2 "
                "cells the counted thickness depends on the place on the mesh; cells of at most "
                f"{thickness / 2 * NM:.3g} nm resolve it."
            )
            yield Advice(level="warning", message=message)


def _single_phase(design: Design) -> Iterator[Advice]:
    parameters = design.parameters
    if parameters.w_Z == parameters.d:
        yield Advice(
            level="note",
            message=f"w_Z = d = {_nm(parameters.d)}: apart from the grain-boundary layer "
            "everything is Z phase.",
        )
    elif parameters.w_S == parameters.L:
        yield Advice(
            level="note",
            message=f"w_S = L = {_nm(parameters.L)}: there is no 2:17 phase, the cells are "
            "filled by the 1:5 walls.",
        )


def _domain(design: Design) -> Iterator[Advice]:
    if design.region_map is not None:
        yield from _extent_of_map(design)
        return
    parameters, asked = design.parameters, design.domain
    real = design.cells[0] * design.mesh.cell
    if not math.isclose(real, asked, rel_tol=1e-9):
        yield Advice(
            level="note",
            message=f"{_nm(asked)} is not a whole number of cells of {_nm(design.mesh.cell)}: "
            f"the domain becomes {design.cells[0]} cells, {_nm(real)}.",
        )
    interval, d = parameters.L, parameters.d
    if interval > real:
        yield Advice(
            level="warning",
            message=f"L = {_nm(interval)} is larger than the domain of {_nm(real)}: not one "
            "whole cell of the structure fits, and what is inside depends on the offsets.",
        )
    elif interval > real / 2:
        yield Advice(
            level="note",
            message=f"The domain of {_nm(real)} holds {real / interval:.2f} intervals L; with "
            "random offsets the half-cycles differ by a few per cent, so average several.",
        )
    if d > real:
        yield Advice(
            level="warning",
            message=f"d = {_nm(d)} is larger than the domain of {_nm(real)}: in some "
            "half-cycles there is no Z platelet at all.",
        )


def _extent_of_map(design: Design) -> Iterator[Advice]:
    """Tell how little of a structure a map shows, by its estimated intervals."""
    intervals = {"L": design.parameters.L, "d": design.parameters.d}
    for name, interval in intervals.items():
        if 2 * interval > design.domain:
            yield Advice(
                level="note",
                message=f"The map of {_nm(design.domain)} shows {design.domain / interval:.2f} "
                f"intervals {name} (estimated): another part of the picture may differ; compute "
                "several.",
            )


def _along_z(design: Design) -> Iterator[Advice]:
    """Compare the cells along z in 3-D, where only uniform states are resolved."""
    if design.mesh.dimension == "2d":
        return
    present = counted_fractions(design)
    lengths = {
        constants.exchange_length: _title(phase, constants)
        for phase, constants in design.phases().items()
        if present[phase] > 0
    }
    shortest = min(lengths)
    ratio = design.mesh.cell_z / shortest
    if ratio > 1:
        yield Advice(
            level="note",
            message=f"Along z the cells of {_nm(design.mesh.cell_z)} are {ratio:.1f} times √(A/K) "
            f"of {lengths[shortest]}: walls that are not parallel to z are not resolved there.",
        )


def _title(phase: Phase, constants: MagneticPhase) -> str:
    return f"Z ({constants.name})" if phase is Phase.Z_PLATELET else phase.label


def _up_to(pinning: float, unit: str) -> str:
    least = 0.001
    return f"{'up to about' if pinning >= least else 'below'} {_field(max(pinning, least), unit)}"


def _field(mu0_H_T: float, unit: str) -> str:
    """Return a field given in T with two significant digits in the unit."""
    return f"{format_number(FIELD_UNITS[unit].from_si(mu0_H_T / MU0), 2)} {unit}"


def _nm(length: float) -> str:
    return f"{to_unit(length, NM):.4g} nm"
