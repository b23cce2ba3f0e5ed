"""What a surrogate predicts of the design: readings with intervals, and how far to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from smcogui.ui.surrogate_words import (
    MARKS,
    READINGS,
    interval_text,
    reading_symbol,
    reading_text,
)
from smcogui.ui.widgets.style_property import set_style_property
from smcogui.ui.widgets.value_label import ValueLabel
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smcogui.ui.field_unit import FieldUnit

_ROLES = {"interpolating": "value", "sparse": "warning", "extrapolating": "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPrediction:
    """What the card shows.

    Parameters
    ----------
    readings : mapping
        As :func:`smcogui.surrogates.forward.readings_of` returns them; empty for none.
    old : mapping
        Those of the ghost; empty for none.
    trust : str
        The badge; empty for none.
    why : str
        What the badge means, or why there is no prediction.
    note : str
        What has to be said without being asked.
    """

    readings: Mapping[str, Any]
    old: Mapping[str, Any]
    trust: str
    why: str
    note: str


class PredictedCard(QFrame):
    """A frame with a value and an interval for each reading, a badge, and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        heading = QLabel("Predicted")
        heading.setProperty("role", "heading")
        grid.addWidget(heading, 0, 0)
        self.badge = QLabel()
        self.badge.setAccessibleName("Trust in the prediction")
        grid.addWidget(self.badge, 0, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(_muted("not simulated"), 1, 0)
        self._interval = _muted("90 % interval")
        grid.addWidget(self._interval, 1, 2, Qt.AlignmentFlag.AlignRight)
        self._symbols = {name: QLabel() for name in READINGS}
        self._values = {name: ValueLabel() for name in READINGS}
        self._intervals = {name: _muted("") for name in READINGS}
        for row, name in enumerate(READINGS, start=2):
            grid.addWidget(self._symbols[name], row, 0)
            grid.addWidget(self._values[name], row, 1)
            self._intervals[name].setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
            )
            grid.addWidget(self._intervals[name], row, 2, Qt.AlignmentFlag.AlignRight)
        self.note = _muted("")
        self.note.setWordWrap(True)
        grid.addWidget(self.note, len(READINGS) + 2, 0, 1, 3)

    def text(self, name: str) -> str:
        """Return a predicted reading as it is shown."""
        return self._values[name].text()

    def interval(self, name: str) -> str:
        """Return the interval of a reading as it is shown."""
        return self._intervals[name].text()

    def show_level(self, level: float) -> None:
        """Show what share of true values the intervals are meant to hold."""
        self._interval.setText(f"{100 * level:g} % interval")

    def show_prediction(self, shown: ShownPrediction, unit: FieldUnit) -> None:
        """Show another prediction, or why there is none."""
        for name in READINGS:
            self._symbols[name].setText(reading_symbol(name, unit))
            self._values[name].show_value(*_value(name, shown, unit))
            self._intervals[name].setText(
                interval_text(name, shown.readings, unit) if shown.readings else NO_VALUE
            )
        self.badge.setText(f"{MARKS[shown.trust]} {shown.trust}" if shown.trust else "")
        set_style_property(self.badge, "role", _ROLES.get(shown.trust, "error"))
        self.badge.setVisible(bool(shown.trust))
        self.setToolTip(shown.why)
        self.badge.setAccessibleDescription(shown.why)
        self.note.setText(shown.note)
        self.note.setVisible(bool(shown.note))


def _value(name: str, shown: ShownPrediction, unit: FieldUnit) -> tuple[str, str]:
    """Return a reading, and how much it differs from the ghost's."""
    new, old = shown.readings.get(name), shown.old.get(name)
    text = reading_text(name, new, unit)
    if new is None or old is None or text == reading_text(name, old, unit):
        return text, ""
    change = reading_text(name, abs(new - old), unit)
    if change == reading_text(name, 0.0, unit):
        return text, ""
    return text, f"{'+' if new > old else '−'}{change}"


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
