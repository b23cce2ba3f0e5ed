"""Rows for the Z phase: one of the three sets of constants, or the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from smcogui.ui.design_tab.fields import Z_CONSTANTS, Z_PHASES, Z_WALL
from smcogui.ui.design_tab.number_rows import add_labelled_row, add_number_rows, show_number
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout

    from smcogui.ui.design_tab.number_rows import NumberWidget

# The DFT set, so that a user's own phase starts from something sensible.
_FIRST = {"A_pJ_m": 4.83, "K_MJ_m3": 2.1, "Ms_kA_m": 290.0}
_FIRST_WALL = {"sigma_dw_mJ_m2": 12.74, "l_dw_nm": 4.76, "Ms_kA_m": 290.0}


class ZPhaseRows(QObject):
    """Edits the key ``z_phase``.

    Signals
    -------
    changed : Signal(object)
        "Lit", "DFT", "Mod" or a table of three constants.
    """

    changed = Signal(object)

    def __init__(self, form: QFormLayout) -> None:
        super().__init__(form)
        self._form = form
        tip = "Constants of the Z phase: literature, first principles, modified, or your own."
        self.choice = ChoiceBox(Z_PHASES)
        self.choice.setAccessibleName("Z phase")
        self.choice.setToolTip(tip)
        add_labelled_row(form, "Constants", self.choice, tip)
        self._rows = {
            "constants": add_number_rows(form, Z_CONSTANTS, lambda _field, _value: self._tell()),
            "wall": add_number_rows(form, Z_WALL, lambda _field, _value: self._tell()),
        }
        for kind, first in (("constants", _FIRST), ("wall", _FIRST_WALL)):
            self._fill(kind, first)
        self.choice.activated.connect(lambda _index: self._tell())
        self.show_value("DFT")

    def constants(self) -> dict[str, NumberWidget]:
        """Return what edits A, K and Ms, by their keys in the design file."""
        rows = self._rows["constants"]
        return {f"material.z_phase.{key}": widget for key, widget in rows.items()}

    def show_value(self, value: Any) -> None:
        """Show a value of the key without telling anybody."""
        if isinstance(value, str):
            kind = value
        else:
            kind = "wall" if "l_dw_nm" in value else "constants"
            self._fill(kind, value)
        self.choice.set_value(kind)
        self._show_rows(kind)

    def _fill(self, kind: str, values: dict[str, float]) -> None:
        for key, widget in self._rows[kind].items():
            show_number(widget, float(values[key]))

    def _tell(self) -> None:
        kind = str(self.choice.value())
        self._show_rows(kind)
        rows = self._rows.get(kind)
        if rows is None:
            self.changed.emit(kind)
        else:
            self.changed.emit({key: widget.value() for key, widget in rows.items()})

    def _show_rows(self, kind: str) -> None:
        for name, rows in self._rows.items():
            for widget in rows.values():
                self._form.setRowVisible(widget, name == kind)
