"""A sortable table of things that are listed anew as a whole, each with an id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QMimeData, Qt, QUrl

from smcogui.ui.widgets.item_model import Index, ItemModel
from smcogui.ui.widgets.item_table import ItemTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QModelIndex
    from PySide6.QtWidgets import QWidget

_ID_FORMAT: Final = "application/x-smco-studio-ids"


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


class _Model(ItemModel):
    """Rows that hand over their files when they are dragged."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(len(titles))
        self._titles = tuple(titles)

    def set_titles(self, titles: Sequence[str]) -> None:
        """Call the columns otherwise, as when a unit has changed."""
        if self._titles != tuple(titles):
            self._titles = tuple(titles)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._titles) - 1)

    def item_id(self, item: Row) -> str:
        """Return the id of a row."""
        return item.row_id

    def sort_key(self, item: Row, column: int) -> float | str | None:
        """Return what a cell says it is sorted by."""
        return item.cells[column][1]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tool tip or alignment of a cell."""
        row: Row = self.item_at(index.row())
        text, key = row.cells[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(key, float):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that rows can be dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the files of the rows, and their ids."""
        rows: list[Row] = [self.item_at(row) for row in sorted({i.row() for i in indexes})]
        data = QMimeData()
        data.setData(_ID_FORMAT, "\n".join(row.row_id for row in rows).encode())
        data.setUrls([QUrl.fromLocalFile(str(row.path)) for row in rows if row.path])
        return data


class ListTable(ItemTable):
    """Rows of texts, sortable by every column; several can be selected."""

    def __init__(self, titles: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        self._rows = _Model(titles)
        super().__init__(self._rows, several=True, parent=parent)
        self.setAccessibleName(name)

    def set_titles(self, titles: Sequence[str]) -> None:
        """Call the columns otherwise; as many as there are."""
        self._rows.set_titles(titles)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; what was selected stays selected where it is still there."""
        self._set_items(rows)


def dragged_ids(data: QMimeData) -> list[str]:
    """Return the ids of rows that are dragged; none where it is something else."""
    return bytes(data.data(_ID_FORMAT).data()).decode().split()
