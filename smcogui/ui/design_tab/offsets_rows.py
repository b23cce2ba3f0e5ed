"""Rows for the pattern's offsets: random, centred, or three lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from smcogui.ui.design_tab.fields import OFFSET_MODES, OFFSETS
from smcogui.ui.design_tab.number_rows import add_labelled_row, add_number_rows, show_number
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout


class OffsetsRows(QObject):
    """Edits the key ``offsets``.

    Signals
    -------
    changed : Signal(object)
        "random", "centred" or a list of three lengths in nm.
    """

    changed = Signal(object)

    def __init__(self, form: QFormLayout) -> None:
        super().__init__(form)
        self._form = form
        tip = "Where the pattern lies in the domain; it moves Hc by a few per cent."
        self.choice = ChoiceBox(OFFSET_MODES)
        self.choice.setAccessibleName("Offsets")
        self.choice.setToolTip(tip)
        add_labelled_row(form, "Offsets", self.choice, tip)
        self._numbers = add_number_rows(form, OFFSETS, lambda _field, _value: self._tell())
        self.choice.activated.connect(lambda _index: self._tell())
        self.show_value("random")

    def show_value(self, value: Any) -> None:
        """Show a value of the key without telling anybody."""
        given = not isinstance(value, str)
        self.choice.set_value("given" if given else value)
        if given:
            for widget, number in zip(self._numbers.values(), value, strict=True):
                show_number(widget, float(number))
        self._show_rows(given)

    def _tell(self) -> None:
        mode = self.choice.value()
        self._show_rows(mode == "given")
        lengths = [widget.value() for widget in self._numbers.values()]
        self.changed.emit(lengths if mode == "given" else mode)

    def _show_rows(self, visible: bool) -> None:
        for widget in self._numbers.values():
            self._form.setRowVisible(widget, visible)
