"""The units in use, shown in the status bar, and the menu that switches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from smcogui.ui.field_unit import FOLLOW_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

_FIELDS: Final = {"units.tesla": "T", "units.ka_m": "kA/m", "units.koe": "kOe"}
_ENERGIES: Final = {
    "units.energy_usual": FOLLOW_FIELD,
    "units.kj_m3": "kJ/m³",
    "units.mgoe": "MGOe",
}


class UnitButton(QToolButton):
    """Connects the actions of the units to the switch and offers them as a menu."""

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units, self._actions = units, actions
        self.setAccessibleName("Units of fields and energy densities")
        self.setToolTip(
            "Units in which every field and every energy density is shown: 1 T = 795.77 kA/m = "
            "10 kOe, 1 MGOe = 7.96 kJ/m³."
        )
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for action_id in _FIELDS:
            menu.addAction(actions[action_id])
        menu.addSeparator()
        for action_id in _ENERGIES:
            menu.addAction(actions[action_id])
        self.setMenu(menu)
        actions.connect_switches(
            {key: self._chooser(units.choose, _FIELDS[key]) for key in _FIELDS}
        )
        actions.connect_switches(
            {key: self._chooser(units.choose_energy, _ENERGIES[key]) for key in _ENERGIES}
        )
        actions.connect({"units.next": units.choose_next})
        units.changed.connect(lambda _unit: self._show())
        self._show()

    def _chooser(self, choose: Callable[[str], None], name: str) -> Callable[[bool], None]:
        def use(_on: bool) -> None:
            choose(name)
            # Clicked again, the action has unchecked itself without any change of the units.
            self._show()

        return use

    def _show(self) -> None:
        unit = self._units.unit
        self.setText(f"{unit.name}, {unit.energy_name} ▾")
        for action_id, name in _FIELDS.items():
            self._actions[action_id].setChecked(name == unit.name)
        for action_id, name in _ENERGIES.items():
            self._actions[action_id].setChecked(name == self._units.energy_choice)
