"""What the coordinates of a campaign are called on screen, and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.campaigns.axes import COORDINATES
from smcogui.design.variation import PARAMETERS
from smcogui.units import NO_VALUE
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from smcogui.campaigns.axes import Value

_SYMBOLS: Final = {
    "phi_S": "φS",
    "phi_Z": "φZ",
    "z_phase": "Z phase",
    "layer": "layer",
    "l_dw_z_nm": "ldw(Z)",
    "sigma_dw_z_mJ_m2": "σdw(Z)",
}
_DIGITS: Final = 5


def symbol_of(key: str) -> str:
    """Return the symbol of a coordinate, such as ``L`` or ``φS``."""
    if key in _SYMBOLS:
        return _SYMBOLS[key]
    return PARAMETERS[COORDINATES[key].path].symbol


def unit_of(key: str) -> str:
    """Return the unit of a coordinate; empty for a pure number and for a choice."""
    what = COORDINATES[key]
    return "" if what.choices else what.limit.unit


def label_of(key: str) -> str:
    """Return symbol and unit: ``L (nm)``."""
    unit = unit_of(key)
    return f"{symbol_of(key)} ({unit})" if unit else symbol_of(key)


def value_text(value: Value | None) -> str:
    """Return a value without its unit, or a dash where there is none."""
    if value is None:
        return NO_VALUE
    return value if isinstance(value, str) else format_number(value, _DIGITS)
