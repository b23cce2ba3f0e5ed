"""Rows for the values of a series: evenly spaced, or a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from smcogui.data.series import MOST_VALUES, spaced_values
from smcogui.design.limits import LIMITS
from smcogui.errors import InputError
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox, NumberBox
from smcogui.units.quantities import format_number, parse_quantity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout

    from smcogui.design.variation import Parameter

_SPACED, _LISTED = "spaced", "listed"
_WAYS: Final = (("Evenly spaced", _SPACED), ("As listed", _LISTED))
_MAGNETISATION: Final = "material.z_phase.Ms_kA_m"


class ValueRows(QObject):
    """Edits the values of a parameter.

    Signals
    -------
    changed : Signal()
    """

    changed = Signal()

    def __init__(self, form: QFormLayout) -> None:
        super().__init__(form)
        self._form = form
        self._parameter: Parameter | None = None
        self.way = ChoiceBox(_WAYS)
        self.way.setAccessibleName("How the values are given")
        add_row(form, "&Values", self.way)
        self.first = self.last = NumberBox(minimum=0, maximum=1)
        self._row = form.rowCount()
        self.count = CountBox(minimum=2, maximum=MOST_VALUES)
        self.count.setAccessibleName("Number of values")
        self.count.setToolTip(f"2 to {MOST_VALUES}, both ends included.")
        add_row(form, "N&umber", self.count)
        self.listed = QLineEdit()
        self.listed.setAccessibleName("List of values")
        self.listed.setToolTip(
            "Separated by semicolons or spaces; a unit may stand behind each number."
        )
        add_row(form, "&List", self.listed)
        self.way.currentIndexChanged.connect(lambda _index: self._told())
        self.count.valueChanged.connect(lambda _value: self.changed.emit())
        self.listed.textChanged.connect(lambda _text: self.changed.emit())

    def show_parameter(self, parameter: Parameter, first: float, last: float, count: int) -> None:
        """Offer the values of another number, without telling anybody."""
        self.blockSignals(True)
        if self._parameter is not None:
            for box in (self.first, self.last):
                self._form.removeRow(box)
        self._parameter = parameter
        self.first = self._make_box(self._row, "&From", "First value", first)
        self.last = self._make_box(self._row + 1, "&To", "Last value", last)
        self.count.setValue(count)
        spaced = spaced_values(first, last, count, whole=parameter.is_whole)
        self.listed.setText("; ".join(format_number(value, 6) for value in spaced))
        self._show_rows()
        self.blockSignals(False)

    def values(self) -> list[float]:
        """Return the values; raises InputError where they cannot be."""
        parameter = self._parameter
        if parameter is None:
            return []
        if self.way.value() == _SPACED:
            ends = self.first.value(), self.last.value()
            return spaced_values(*ends, self.count.value(), whole=parameter.is_whole)
        texts = split_list(self.listed.text())
        if not 1 <= len(texts) <= MOST_VALUES:
            raise InputError(
                f"the list holds {len(texts)} values; allowed are 1 to {MOST_VALUES}, separated by "
                "semicolons or spaces",
                key="values",
                given=str(len(texts)),
                allowed=f"1 to {MOST_VALUES}",
            )
        kind = _quantity(parameter)
        return [
            parse_quantity(text, parameter.unit, quantity=kind, what=parameter.symbol)
            for text in texts
        ]

    def _make_box(self, row: int, label: str, name: str, value: float) -> NumberBox:
        parameter = self._parameter
        key = "" if parameter is None else parameter.key
        unit = "" if parameter is None else parameter.unit
        box = NumberBox(
            minimum=LIMITS[key].low,
            maximum=LIMITS[key].high,
            unit=unit,
            quantity="" if parameter is None else _quantity(parameter),
        )
        box.setAccessibleName(name)
        box.setToolTip(f"Allowed: {LIMITS[key].describe()}.")
        box.setValue(value)
        box.valueChanged.connect(lambda _value: self.changed.emit())
        add_row(self._form, label, box, row=row)
        return box

    def _told(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        is_listed = self.way.value() == _LISTED
        for widget in (self.first, self.last, self.count):
            self._form.setRowVisible(widget, not is_listed)
        self._form.setRowVisible(self.listed, is_listed)


def split_list(text: str) -> list[str]:
    """Return the numbers of a list, with their units.

    Semicolons separate, or spaces before a number, with a comma or without. A comma between digits
    is a decimal comma.

    Raises
    ------
    InputError
        If commas alone stand between several numbers, which can be read in two ways.
    """
    if re.search(r"\d,\d+,\d", text):
        raise InputError(
            f"“{text.strip()}” can be read in more than one way, as a comma may be a decimal "
            "comma; separate the values by semicolons: 60; 90; 120",
            key="values",
            given=text,
            allowed="values separated by semicolons",
        )
    separator = ";" if ";" in text else r",?\s+(?=[-+−]?[.,]?\d)"
    return [part for part in re.split(separator, text.strip()) if part.strip()]


def _quantity(parameter: Parameter) -> str:
    """Return the kind of quantity where the unit alone does not tell it."""
    return "magnetisation" if parameter.key == _MAGNETISATION else ""
