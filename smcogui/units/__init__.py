"""Units that people use, and the SI numbers that the program computes with.

Inside the program every number is SI: fields and magnetisations in A/m, energy densities in J/m³,
lengths in m. A field may also be given as μ0H in T, then its name begins with ``mu0_``. In vacuum
1 T of μ0H is 795.77 kA/m or 10 kOe; 1 MGOe is 7.9577 kJ/m³.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MU0: Final = 4e-7 * math.pi
"""Vacuum permeability in T m/A."""

NO_VALUE: Final = "–"
"""What is shown where a quantity is undefined."""

_TRUE_DIGITS: Final = 9
_HALF_UP: Final = Context(prec=350, rounding=ROUND_HALF_UP)
_A_M_PER_OE: Final = 1e3 / (4 * math.pi)
_J_M3_PER_MGOE: Final = 1e5 / (4 * math.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit in which one kind of quantity is shown.

    Parameters
    ----------
    name : str
        As written behind a number, such as ``kA/m``.
    symbol : str
        Symbol of the quantity in this unit, such as ``μ₀H``.
    si : float
        The SI value of one of this unit.
    decimals : int
        Digits behind the point that are worth showing.
    """

    name: str
    symbol: str
    si: float
    decimals: int

    def from_si(self, value: float) -> float:
        """Return an SI value (A/m, J/m³) in this unit."""
        return value / self.si

    def to_si(self, value: float) -> float:
        """Return a value given in this unit in SI (A/m, J/m³)."""
        return value * self.si

    def format(self, value: float | None) -> str:
        """Return an SI value as a number with its unit, or a dash where it is undefined."""
        if value is None or not math.isfinite(value):
            return NO_VALUE
        return f"{decimal_text(self.from_si(value), self.decimals)} {self.name}"


def decimal_text(value: float | None, decimals: int) -> str:
    """Return a number as all that is shown with a fixed number of decimals, or a dash.

    Halves go away from zero. Digits behind the ninth do not count, since conversions leave their
    traces there: 3.825 T comes back from A/m as 3.8249999999999997 T, and both are 3.83 T.
    Zero has no sign.

    Examples
    --------
    >>> decimal_text(-3.8249999999999997, 2)
    '−3.83'
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE
    exact = Decimal(f"{value:.{_TRUE_DIGITS}g}")
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), context=_HALF_UP)
    return f"{abs(rounded) if rounded.is_zero() else rounded:f}".replace("-", "−")


def _by_name(*units: Unit) -> Mapping[str, Unit]:
    return MappingProxyType({unit.name: unit for unit in units})


FIELD_UNITS: Final = _by_name(
    Unit(name="T", symbol="μ₀H", si=1 / MU0, decimals=2),
    Unit(name="kA/m", symbol="H", si=1e3, decimals=0),
    Unit(name="kOe", symbol="H", si=1e3 * _A_M_PER_OE, decimals=1),
)
"""Units of a field; the SI value is in A/m."""

ENERGY_UNITS: Final = _by_name(
    Unit(name="kJ/m³", symbol="(BH)max", si=1e3, decimals=1),
    Unit(name="MGOe", symbol="(BH)max", si=_J_M3_PER_MGOE, decimals=2),
)
"""Units of an energy density; the SI value is in J/m³."""


def to_tesla(H: float) -> float:
    """Return μ0H in T of a field in A/m."""
    return H * MU0


def from_tesla(mu0_H_T: float) -> float:
    """Return the field in A/m of μ0H in T."""
    return mu0_H_T / MU0


def to_kA_m(H: float) -> float:
    """Return a field in kA/m of a field in A/m."""
    return H * 1e-3


def to_kOe(H: float) -> float:
    """Return a field in kOe of a field in A/m."""
    return FIELD_UNITS["kOe"].from_si(H)


def to_kJ_m3(energy_density: float) -> float:
    """Return an energy density in kJ/m³ of one in J/m³."""
    return energy_density * 1e-3


def to_MGOe(energy_density: float) -> float:
    """Return an energy density in MGOe of one in J/m³."""
    return ENERGY_UNITS["MGOe"].from_si(energy_density)


def format_field(H: float | None, unit: str = "T") -> str:
    """Return a field in A/m as text in T, kA/m or kOe.

    Raises
    ------
    KeyError
        If the unit is not one of :data:`FIELD_UNITS`.
    """
    return FIELD_UNITS[unit].format(H)


def format_energy(energy_density: float | None, unit: str = "kJ/m³") -> str:
    """Return an energy density in J/m³ as text in kJ/m³ or MGOe.

    Raises
    ------
    KeyError
        If the unit is not one of :data:`ENERGY_UNITS`.
    """
    return ENERGY_UNITS[unit].format(energy_density)
