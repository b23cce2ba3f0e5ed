"""What a field sweep leaves out of the half-cycle, in words, before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.design.mesh_advice import Advice
from smcogui.units import FIELD_UNITS, from_tesla
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smcogui.design.design import Design

_DIGITS: Final = 6


def sweep_advice(design: Design, unit: str = "T") -> list[Advice]:
    """Return what to know about the sweep of a design.

    ``unit`` is that of the fields in the sentences: T, kA/m or kOe.
    """
    return list(_left_out(design, unit))


def _left_out(design: Design, unit: str) -> Iterator[Advice]:
    start_T, stop_T = design.field.start_T, design.field.stop_T
    if start_T < 0:
        yield Advice(
            level="warning",
            message=f"The half-cycle begins at {_field(start_T, unit)}, in a demagnetising field: "
            "it has no remanence, and what a weaker field reverses is not seen as a jump. "
            "Begin at 0 or above.",
        )
    if stop_T >= 0:
        yield Advice(
            level="warning",
            message=f"The half-cycle ends at {_field(stop_T, unit)}, before any demagnetising "
            "field: it has no Hc. End below 0.",
        )


def _field(mu0_H_T: float, unit: str) -> str:
    number = format_number(FIELD_UNITS[unit].from_si(from_tesla(mu0_H_T)), _DIGITS)
    return f"{number.replace('-', '−')} {unit}"
