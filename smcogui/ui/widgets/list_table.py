"""A sortable table of things that are listed anew as a whole, each with an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, QSortFilterProxyModel, Qt, QUrl, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QModelIndex

_ID_FORMAT: Final = "application/x-smco-studio-ids"
_MEASURED_ROWS: Final = 100
_SORT_ROLE: Final = Qt.ItemDataRole.UserRole
_ID_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_PATH_ROLE: Final = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    Parameters
    ----------
    row_id : str
    cells : tuple of (str, float or str)
        What each cell shows, and what it is sorted by.
    tip : str
        Tool tip of the row.
    path : Path or None
        The file that is handed over where the row is dragged.
    """

    row_id: str
    cells: tuple[tuple[str, float | str], ...]
    tip: str = ""
    path: Path | None = None


class _Model(QStandardItemModel):
    """Items that hand over their files when they are dragged."""

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the files of the rows, and their ids."""
        paths = dict.fromkeys(index.data(_PATH_ROLE) for index in indexes)
        ids = dict.fromkeys(index.data(_ID_ROLE) for index in indexes)
        data = QMimeData()
        data.setData(_ID_FORMAT, "\n".join(ids).encode())
        data.setUrls([QUrl.fromLocalFile(path) for path in paths if path])
        return data


class ListTable(QTableView):
    """Rows of texts, sortable by every column; several can be selected.

    Signals
    -------
    selection_changed : Signal(list)
        Ids of the selected rows, from top to bottom.
    """

    selection_changed = Signal(list)

    def __init__(self, titles: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._titles = list(titles)
        self._rows = _Model(0, len(self._titles), self)
        self._rows.setHorizontalHeaderLabels(self._titles)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._rows)
        self._proxy.setSortRole(_SORT_ROLE)
        self.setModel(self._proxy)
        style_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell())

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; what was selected stays selected where it is still there."""
        selected = self.selected_ids()
        model = self.selectionModel()
        model.blockSignals(True)
        widths_wanted = self._rows.rowCount() == 0
        self._rows.setRowCount(0)
        for row in rows:
            self._rows.appendRow(_items(row))
        if widths_wanted and rows:
            self.resizeColumnsToContents()
        self.select(selected)
        model.blockSignals(False)
        self._tell()

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected rows, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [str(self._proxy.index(row, 0).data(_ID_ROLE)) for row in rows]

    def listed_ids(self) -> list[str]:
        """Return the ids of all rows, from top to bottom."""
        rows = range(self._proxy.rowCount())
        return [str(self._proxy.index(row, 0).data(_ID_ROLE)) for row in rows]

    def select(self, row_ids: Sequence[str]) -> None:
        """Select these rows and no others."""
        rows = [number for number, row_id in enumerate(self.listed_ids()) if row_id in row_ids]
        select_rows(self, rows)

    def _tell(self) -> None:
        self.selection_changed.emit(self.selected_ids())


def dragged_ids(data: QMimeData) -> list[str]:
    """Return the ids of rows that are dragged; none where it is something else."""
    return bytes(data.data(_ID_FORMAT).data()).decode().split()


def select_rows(table: QTableView, rows: Sequence[int]) -> None:
    """Select these rows and no others; the keyboard goes on from the first of them."""
    model, selection = table.model(), table.selectionModel()
    flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
    selection.clearSelection()
    for row in reversed(rows):
        selection.setCurrentIndex(model.index(row, 0), flags)


def style_table(table: QTableView) -> None:
    """Give a table the looks and habits that all lists of the window have."""
    table.setSortingEnabled(True)
    table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    table.horizontalHeader().setHighlightSections(False)
    # Thousands of rows need not all be measured for the width of a column.
    table.horizontalHeader().setResizeContentsPrecision(_MEASURED_ROWS)
    table.horizontalHeader().setStretchLastSection(True)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(25)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)


def _items(row: Row) -> list[QStandardItem]:
    items = []
    for text, key in row.cells:
        item = QStandardItem(text)
        item.setData(key, _SORT_ROLE)
        item.setData(row.row_id, _ID_ROLE)
        item.setData("" if row.path is None else str(row.path), _PATH_ROLE)
        item.setToolTip(row.tip)
        if isinstance(key, float):
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        items.append(item)
    return items
