"""The numbers that follow from a design, with the way each is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smcogui.design.phases import Phase
from smcogui.units import decimal_text
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.ui.field_unit import FieldUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedNumber:
    """A number and how it is written with its unit.

    Parameters
    ----------
    value : float or None
        None for an infinite one.
    write : callable
    """

    value: float | None
    write: Callable[[float], str]

    def text(self) -> str:
        """Return the number as it is shown."""
        return "∞" if self.value is None else self.write(self.value)

    def difference(self, old: DerivedNumber | None) -> str:
        """Return how much it differs from an old one, with a sign; empty where one sees none."""
        if old is None or self.value is None or old.value is None or old.text() == self.text():
            return ""
        change = self.value - old.value
        words = self.write(abs(change))
        # 0.6690 and 0.6687 are written differently, yet their difference is written 0.000.
        is_seen = words != self.write(0.0)
        return f"{'+' if change > 0 else '−'}{words}" if is_seen else ""


def derived_numbers(found: dict[str, Any], unit: FieldUnit) -> dict[str, DerivedNumber]:
    """Return the numbers of :meth:`smcogui.app.session.Session.describe` by name.

    Parameters
    ----------
    found : dict
    unit : FieldUnit
        Unit of fields.
    """
    numbers = {
        "phi_S": _number(found["phi_S"], _fraction),
        "phi_Z": _number(found["phi_Z"], _fraction),
        "zr": _number(found["zr_at_percent"], lambda value: f"{decimal_text(value, 2)} at%"),
        "stoner": _number(found["mu0_Hc_stoner_wohlfarth_2_17_T"], unit.text),
    }
    for phase in Phase:
        name = "gb" if phase is Phase.GRAIN_BOUNDARY else phase.label
        numbers[f"counted_{name}"] = _number(found["counted_fractions"][phase.label], _fraction)
    for label, values in found["phases"].items():
        numbers[f"ani_{label}"] = _number(values["mu0_H_ani_T"], unit.number)
        numbers[f"l_dw_{label}"] = _number(values["l_dw_nm"], _two_digits)
        numbers[f"sigma_{label}"] = _number(values["sigma_dw_mJ_m2"], _two_digits)
    cost = found["cost_estimate"]
    numbers["processes"] = _number(cost["processes"], lambda value: decimal_text(value, 0))
    numbers["memory"] = _number(cost["memory_MB"], lambda value: f"{decimal_text(value, 0)} MB")
    numbers["time"] = _number(cost["wall_s"], duration_text)
    return numbers


def _number(value: float | None, write: Callable[[float], str]) -> DerivedNumber:
    return DerivedNumber(value=value, write=write)


def _fraction(value: float) -> str:
    return decimal_text(value, 3)


def _two_digits(value: float) -> str:
    return decimal_text(value, 2)
