"""A length that is chosen from usual ones, or typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from smcogui.analysis.figure_spec import SIZES_MM
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN = "own"


class SizeRow(QWidget):
    """Usual lengths in mm by name, and a box for any other.

    Parameters
    ----------
    name : str
        Accessible name, such as "Width".
    usual : sequence of (str, float or None)
        The length may be None, for one that is found elsewhere.
    first_own : float
        What the box begins with, in mm.

    Signals
    -------
    changed : Signal()
        Another length.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        usual: Sequence[tuple[str, float | None]],
        first_own: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._usual = [length for _, length in usual]
        self.choice = ChoiceBox((*usual, ("Own", _OWN)))
        self.choice.setAccessibleName(name)
        self.box = NumberBox(minimum=SIZES_MM[0], maximum=SIZES_MM[1], step=1, unit="mm")
        self.box.setAccessibleName(f"{name}, own")
        self.box.setValue(first_own)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice, 1)
        row.addWidget(self.box)
        self.choice.currentIndexChanged.connect(lambda _index: self._chosen())
        self.box.valueChanged.connect(lambda _value: self.changed.emit())
        self._chosen()

    def length(self) -> float | None:
        """Return the length in mm; None where it is found elsewhere."""
        value = self.choice.value()
        return self.box.value() if value == _OWN else None if value is None else float(str(value))

    def set_length(self, length: float | None) -> None:
        """Show a length in mm."""
        if length in self._usual:
            self.choice.set_value(length)
        elif length is not None:
            self.choice.set_value(_OWN)
            self.box.setValue(min(max(float(length), SIZES_MM[0]), SIZES_MM[1]))

    def _chosen(self) -> None:
        self.box.setVisible(self.choice.value() == _OWN)
        self.changed.emit()
