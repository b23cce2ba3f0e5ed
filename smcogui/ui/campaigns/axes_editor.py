"""The axes of a sampling, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from smcogui.campaigns.axes import COORDINATES, Axis
from smcogui.errors import InputError
from smcogui.ui.campaigns.axis_row import AxisRow
from smcogui.ui.campaigns.default_ranges import FIRST_KEYS, default_axis

if TYPE_CHECKING:
    from collections.abc import Iterable


class AxesEditor(QWidget):
    """Rows that can be added and removed.

    Signals
    -------
    changed : Signal()
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_grid = False
        self.rows: list[AxisRow] = []
        self.add = QPushButton("Add a&xis")
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self._add_next)
        title = QLabel("Axes")
        title.setProperty("role", "heading")
        bar = QHBoxLayout()
        bar.addWidget(title, 1)
        bar.addWidget(self.add)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addLayout(bar)
        self.show_axes(default_axis(key) for key in FIRST_KEYS)

    def axes(self) -> tuple[Axis, ...]:
        """Return the axes; raises InputError where one cannot be, and says so below its row."""
        found, first = [], None
        for row in self.rows:
            try:
                found.append(row.axis())
                row.explain("")
            except InputError as error:
                row.explain(error.message)
                first = first or error
        if first is not None:
            raise first
        return tuple(found)

    def show_axes(self, axes: Iterable[Axis]) -> None:
        """Show these axes and no others."""
        for row in list(self.rows):
            self._take(row)
        for axis in axes:
            self._append(axis)

    def show_grid(self, on: bool) -> None:
        """Offer what a grid can use, or what points between can."""
        self._is_grid = on
        for row in self.rows:
            row.show_grid(on)

    def explain(self, error: InputError) -> bool:
        """Show an error below the row that it is about; return whether there is one."""
        key = (error.key or "").removeprefix("axis.")
        about = [row for row in self.rows if row.key == key and error.key != key]
        for row in about:
            row.explain(error.message)
        return bool(about)

    def _append(self, axis: Axis) -> AxisRow:
        row = AxisRow(axis, is_grid=self._is_grid)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))
        self.rows.append(row)
        self._layout.addWidget(row)
        return row

    def _add_next(self) -> None:
        taken = {row.key for row in self.rows}
        key = next((each for each in COORDINATES if each not in taken), "L_nm")
        row = self._append(default_axis(key))
        row.coordinate.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _remove(self, row: AxisRow) -> None:
        place = self.rows.index(row)
        self._take(row)
        # The keyboard stays where it was at work.
        near = self.rows[min(place, len(self.rows) - 1)].remove if self.rows else self.add
        near.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _take(self, row: AxisRow) -> None:
        self.rows.remove(row)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
