"""The first lines of an instrument file as the import reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from smcogui.data.text_table import DELIMITER_NAMES

if TYPE_CHECKING:
    from smcogui.data.text_table import TextTable

ROWS: Final = 100


class FileTable(QTableWidget):
    """Cells as they stand in the file, beside the number of their line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("First lines of the file")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setHighlightSections(False)
        self.setMinimumHeight(110)

    def show_table(self, table: TextTable) -> None:
        """Show the first lines."""
        rows = table.rows[:ROWS]
        self.setColumnCount(len(table.names))
        self.setRowCount(len(rows))
        self.setVerticalHeaderLabels([str(line) for line in table.lines[:ROWS]])
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                if table.number(row, column) is not None:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.setItem(row, column, item)
        self.mark_columns(table, -1, -1)

    def mark_columns(self, table: TextTable, field: int, moment: int) -> None:
        """Say in the header which columns are field and moment."""
        marks = {field: "H: ", moment: "M: "}
        titles = [f"{marks.get(number, '')}{name}" for number, name in enumerate(table.names)]
        self.setHorizontalHeaderLabels(titles)
        self.resizeColumnsToContents()


def describe_table(table: TextTable) -> str:
    """Return how a file was read, in one sentence."""
    mark = "point" if table.decimal == "." else "comma"
    return (
        f"{len(table.rows)} lines of {len(table.names)} columns, separated by "
        f"{DELIMITER_NAMES[table.delimiter]}, decimal {mark}, "
        f"{len(table.header)} lines above the data"
    )
