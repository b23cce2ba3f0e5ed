"""The units in which the whole window shows fields and energy densities, switched in one place."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Signal

from smcogui.errors import InputError
from smcogui.units import ENERGY_UNITS, FIELD_UNITS, NO_VALUE, decimal_text, from_tesla

USUAL_ENERGY: Final = MappingProxyType({"T": "kJ/m³", "kA/m": "kJ/m³", "kOe": "MGOe"})
"""The unit of energy density that people use with each unit of field."""

FOLLOW_FIELD: Final = ""
"""The choice of energy unit that takes the usual one of the field's unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUnit:
    """A unit of field and one of energy density.

    Parameters
    ----------
    name, symbol : str
        Unit and symbol of the field.
    per_tesla : float
        How many of the unit make one tesla of μ0H.
    decimals : int
        Digits of a field worth showing.
    energy_name : str
        Unit of (BH)max.
    energy_per_kJ_m3 : float
        How many of that unit make 1 kJ/m³.
    energy_decimals : int
        Digits of an energy density worth showing.
    """

    name: str
    symbol: str
    per_tesla: float
    decimals: int
    energy_name: str
    energy_per_kJ_m3: float
    energy_decimals: int

    def number(self, mu0_H_T: float | None) -> str:
        """Return a field given in T without its unit, or a dash where it is undefined."""
        return decimal_text(None if mu0_H_T is None else mu0_H_T * self.per_tesla, self.decimals)

    def text(self, mu0_H_T: float | None) -> str:
        """Return a field given in T with its unit, or a dash where it is undefined."""
        number = self.number(mu0_H_T)
        return number if number == NO_VALUE else f"{number} {self.name}"

    def energy_number(self, energy_kJ_m3: float | None) -> str:
        """Return an energy density without its unit, or a dash where it is undefined."""
        energy = None if energy_kJ_m3 is None else energy_kJ_m3 * self.energy_per_kJ_m3
        return decimal_text(energy, self.energy_decimals)

    def energy_text(self, energy_kJ_m3: float | None) -> str:
        """Return an energy density with its unit, or a dash where it is undefined."""
        number = self.energy_number(energy_kJ_m3)
        return number if number == NO_VALUE else f"{number} {self.energy_name}"


def field_unit(name: str, energy_name: str = FOLLOW_FIELD) -> FieldUnit:
    """Return the unit of that name, with the usual or a chosen unit of energy density.

    Raises
    ------
    InputError
        If one is not known.
    """
    _check(name, tuple(FIELD_UNITS), "unit of fields")
    energy_name = energy_name or USUAL_ENERGY[name]
    _check(energy_name, tuple(ENERGY_UNITS), "unit of energy density")
    field, energy = FIELD_UNITS[name], ENERGY_UNITS[energy_name]
    return FieldUnit(
        name=name,
        symbol=field.symbol,
        per_tesla=field.from_si(from_tesla(1.0)),
        decimals=field.decimals,
        energy_name=energy_name,
        energy_per_kJ_m3=energy.from_si(1e3),
        energy_decimals=energy.decimals,
    )


class FieldUnitSwitch(QObject):
    """The units in use: one of field, and one of energy density that follows it or is chosen.

    Signals
    -------
    changed : Signal(object)
        The new :class:`FieldUnit`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._energy = FOLLOW_FIELD
        self._unit = field_unit(next(iter(FIELD_UNITS)))

    @property
    def unit(self) -> FieldUnit:
        """The units in use."""
        return self._unit

    @property
    def energy_choice(self) -> str:
        """The chosen unit of energy density, or :data:`FOLLOW_FIELD`."""
        return self._energy

    def choose(self, name: str) -> None:
        """Show fields in the unit of that name; raises InputError where there is none."""
        self._use(field_unit(name, self._energy))

    def choose_energy(self, name: str) -> None:
        """Show energy densities in that unit, or in the usual one with :data:`FOLLOW_FIELD`.

        Raises
        ------
        InputError
            If there is no such unit.
        """
        unit = field_unit(self._unit.name, name)
        self._energy = name
        self._use(unit)

    def choose_next(self) -> None:
        """Show fields in the next unit of T, kA/m and kOe."""
        names = list(FIELD_UNITS)
        self.choose(names[(names.index(self._unit.name) + 1) % len(names)])

    def _use(self, unit: FieldUnit) -> None:
        if unit != self._unit:
            self._unit = unit
            self.changed.emit(unit)


def _check(name: str, known: tuple[str, ...], what: str) -> None:
    if name not in known:
        raise InputError(
            f"{name!r} is no {what}; known are {', '.join(known)}",
            key="unit",
            given=name,
            allowed=", ".join(known),
        )
