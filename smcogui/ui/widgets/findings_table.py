"""A table whose last column holds sentences, each row as high as its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from smcogui.ui.widgets.item_table import style_table

if TYPE_CHECKING:
    from collections.abc import Sequence

_PADDING: Final = 12


class FindingsTable(QTableWidget):
    """What was looked at, a row for each; it keeps the order that it is given.

    Parameters
    ----------
    titles : sequence of str
        Of the columns; the last one takes the room that the others leave.
    name : str
        For assistive technology.
    """

    def __init__(self, titles: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(titles), parent)
        self.setAccessibleName(name)
        style_table(self)
        self.setSortingEnabled(False)
        self.setWordWrap(True)
        self.setHorizontalHeaderLabels(titles)
        header = self.horizontalHeader()
        for column in range(len(titles) - 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        # Where the scroll bar comes, the words get less room, but only once all is laid out.
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.timeout.connect(self._fit_rows)
        header.sectionResized.connect(lambda *_: self._fit.start())

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(number, column, item)
        self._fit.start()

    def _fit_rows(self) -> None:
        """Give each row the height of its words; Qt forgets the padding of the style sheet."""
        metrics, last = self.fontMetrics(), self.columnCount() - 1
        width = self.columnWidth(last) - 2 * _PADDING
        for row in range(self.rowCount()):
            item = self.item(row, last)
            if item is not None:
                room = QRect(0, 0, width, 10_000)
                words = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, item.text())
                self.setRowHeight(row, words.height() + _PADDING)
