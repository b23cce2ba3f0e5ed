"""Remembers the units that were switched to, and uses those of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch
    from smcogui.ui.settings.preferences import Preferences


class UnitMemory(QObject):
    """Keeps the switch of units and the settings the same, whichever of them is changed."""

    def __init__(
        self, units: FieldUnitSwitch, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._units, self._preferences = units, preferences
        self._is_following = False
        preferences.changed.connect(self._follow)
        units.changed.connect(self._remember)
        self._follow()

    def _follow(self, _settings: object = None) -> None:
        settings = self._preferences.settings
        # Both units change one after the other; the state in between is not to be remembered.
        self._is_following = True
        self._units.choose_energy(settings.energy_unit)
        self._units.choose(settings.field_unit)
        self._is_following = False

    def _remember(self, unit: FieldUnit) -> None:
        if not self._is_following:
            energy = self._units.energy_choice
            self._preferences.change(field_unit=unit.name, energy_unit=energy)
