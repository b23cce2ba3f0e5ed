"""The unit in which the whole window shows fields, switched in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from smcogui.units import ENERGY_UNITS, FIELD_UNITS, NO_VALUE, from_tesla


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUnit:
    """A unit of field and the unit of energy density that goes with it.

    Parameters
    ----------
    name, symbol : str
        Unit and symbol of the field.
    per_tesla : float
        How many of the unit make one tesla of μ0H.
    decimals : int
        Digits worth showing.
    energy_name : str
        Unit of (BH)max.
    energy_per_kJ_m3 : float
        How many of that unit make 1 kJ/m³.
    """

    name: str
    symbol: str
    per_tesla: float
    decimals: int
    energy_name: str
    energy_per_kJ_m3: float

    def text(self, mu0_H_T: float | None) -> str:
        """Return a field with its unit, or a dash where it is undefined."""
        if mu0_H_T is None:
            return NO_VALUE
        return f"{mu0_H_T * self.per_tesla:.{self.decimals}f} {self.name}".replace("-", "−")


def _field_unit(name: str, energy_name: str) -> FieldUnit:
    field, energy = FIELD_UNITS[name], ENERGY_UNITS[energy_name]
    return FieldUnit(
        name=name,
        symbol=field.symbol,
        per_tesla=field.from_si(from_tesla(1.0)),
        decimals=field.decimals,
        energy_name=energy_name,
        energy_per_kJ_m3=energy.from_si(1e3),
    )


UNITS: Final = (
    _field_unit("T", "kJ/m³"),
    _field_unit("kA/m", "kJ/m³"),
    _field_unit("kOe", "MGOe"),
)


class FieldUnitSwitch(QObject):
    """The unit in use.

    Signals
    -------
    changed : Signal(object)
        The new :class:`FieldUnit`.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unit = UNITS[0]

    @property
    def unit(self) -> FieldUnit:
        """The unit in use."""
        return self._unit

    def choose(self, name: str) -> None:
        """Use the unit of that name."""
        for unit in UNITS:
            if unit.name == name and unit != self._unit:
                self._unit = unit
                self.changed.emit(unit)
