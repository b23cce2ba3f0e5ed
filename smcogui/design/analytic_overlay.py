"""The closed formulas that belong to a design, for its phases and its direction of the field."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from smcogui.design.analytic import stoner_wohlfarth_line, wall_pinning_field
from smcogui.design.nanostructure import counted_fractions
from smcogui.design.phases import Phase
from smcogui.units import from_tesla

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design

_BEYOND: Final = 1.15
"""How far the line of coherent rotation goes, over the anisotropy field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnisotropyField:
    """Anisotropy field of a phase in A/m."""

    phase: Phase
    H: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PinningField:
    """Field in A/m that drives a straight wall from the weak phase into the strong one."""

    weak: Phase
    strong: Phase
    H: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnalyticOverlay:
    """What theory says without a simulation; all fields in A/m, H positive where reversed.

    Parameters
    ----------
    anisotropy : tuple of AnisotropyField
        Of every phase that is present and has an easy axis.
    pinning : tuple of PinningField
        Of every boundary between phases present that holds a wall.
    rotation_H, rotation_M : ndarray, shape (n,)
        Coherent rotation of 2:17 at the design's angle: applied field, falling, and M·h/Ms.
        Empty where there is no 2:17.
    """

    anisotropy: tuple[AnisotropyField, ...]
    pinning: tuple[PinningField, ...]
    rotation_H: NDArray[np.float64]
    rotation_M: NDArray[np.float64]


def analytic_overlay(design: Design) -> AnalyticOverlay:
    """Return the closed formulas of a design; builds its cross-sections to see what is present."""
    fractions, constants = counted_fractions(design), design.phases()
    cell = constants[Phase.CELL_2_17]
    H, M = stoner_wohlfarth_line(
        design.alpha, cell.H_ani, from_tesla(design.field.start_T), -_BEYOND * cell.H_ani
    )
    is_there = fractions[Phase.CELL_2_17] > 0
    return AnalyticOverlay(
        anisotropy=tuple(
            AnisotropyField(phase=phase, H=constants[phase].H_ani)
            for phase in Phase
            if fractions[phase] > 0 and constants[phase].Ku1 > 0
        ),
        pinning=tuple(each for each in pinning_fields(design, fractions) if each.H > 0),
        rotation_H=H if is_there else H[:0],
        rotation_M=M if is_there else M[:0],
    )


def pinning_fields(design: Design, fractions: Mapping[Phase, float]) -> list[PinningField]:
    """Return the pinning field at every boundary between phases of which there is some.

    A wall passes freely into the phase of lower wall energy, so one direction is listed. The soft
    grain boundary holds none.
    """
    constants = design.phases()
    present = [
        phase for phase in Phase if fractions[phase] > 0 and phase is not Phase.GRAIN_BOUNDARY
    ]
    found = []
    for pair in combinations(present, 2):
        weak, strong = sorted(pair, key=lambda phase: constants[phase].sigma_dw)
        field = wall_pinning_field(constants[weak], constants[strong])
        found.append(PinningField(weak=weak, strong=strong, H=field))
    return found
