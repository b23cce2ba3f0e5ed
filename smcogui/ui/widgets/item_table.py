"""A sortable table of things that each have an id, by which they are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from smcogui.ui.widgets.item_model import ItemModel, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

_MEASURED_ROWS: Final = 20
_MARGIN: Final = 12
_Flag = QItemSelectionModel.SelectionFlag


class ItemTable(QTableView):
    """Rows that keep their selection when the items are read again.

    Signals
    -------
    selection_changed : Signal(list)
        Ids of the selected rows, from top to bottom.
    """

    selection_changed = Signal(list)

    def __init__(self, items: ItemModel, *, several: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = items
        self._empty_text = ""
        items.setParent(self)
        self.setModel(items)
        # With that of the table it would ask about every row whether a whole column is selected.
        header = self.horizontalHeader()
        header.setSelectionModel(QItemSelectionModel(items, header))
        style_table(self)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
        self.selectionModel().selectionChanged.connect(lambda *_: self._tell())

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected rows, from top to bottom."""
        rows = self._selected_rows()
        ids = self._items.ids() if rows else []
        return [ids[row] for row in rows]

    def listed_ids(self) -> list[str]:
        """Return the ids of all rows, from top to bottom."""
        return self._items.ids()

    def select(self, item_ids: Iterable[str]) -> None:
        """Select these rows and no others; the keyboard goes on from the first of them."""
        wanted = set(item_ids)
        rows = [row for row, each in enumerate(self._items.ids()) if each in wanted]
        selection = QItemSelection()
        for first, last in stretches(rows):
            selection.select(self._items.index(first, 0), self._items.index(last, 0))
        if rows:
            self.selectionModel().setCurrentIndex(self._items.index(rows[0], 0), _Flag.NoUpdate)
        self.selectionModel().select(selection, _Flag.ClearAndSelect | _Flag.Rows)

    def fit_columns(self) -> None:
        """Let every column be as wide as its texts, and the last one fill the table."""
        self.resizeColumnsToContents()
        self._fill_width()

    def widen_columns(self) -> None:
        """Let every column whose texts have grown be as wide as they are; none gets narrower."""
        header = self.horizontalHeader()
        for column in range(header.count() - 1):
            texts = max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            if texts > header.sectionSize(column):
                header.resizeSection(column, texts)
        self._fill_width()

    def explain_empty(self, text: str) -> None:
        """Say what stands in the place of rows while there are none."""
        self._empty_text = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what stands in their place."""
        super().paintEvent(event)
        if self._empty_text and self._items.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            room = self.viewport().rect().adjusted(_MARGIN, 0, -_MARGIN, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._empty_text)
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the last column fill the table."""
        super().resizeEvent(event)
        self._fill_width()

    def _fill_width(self) -> None:
        # Qt neither stretches a column that was fitted, nor takes back what it has stretched.
        header = self.horizontalHeader()
        if not header.stretchLastSection():
            return
        last, room = header.logicalIndex(header.count() - 1), self.viewport().width()
        texts = max(self.sizeHintForColumn(last), header.sectionSizeHint(last))
        spare = room - (header.length() - header.sectionSize(last))
        # A sentence at the end is cut, as its tool tip has it, rather than scrolled to.
        header.resizeSection(last, max(min(texts, room // 2), spare))

    def _set_items(self, items: Sequence[Any]) -> None:
        """Show other items; what was selected stays selected where it is still there."""
        selected = self.selected_ids()
        was_empty = self._items.rowCount() == 0
        self.selectionModel().blockSignals(True)
        self._items.set_items(items)
        if selected and self.selected_ids() != selected:
            self.select(selected)
        self.selectionModel().blockSignals(False)
        if was_empty and items:
            self.fit_columns()
        if self.selected_ids() != selected:
            self.viewport().update()
            self._tell()

    def _selected_rows(self) -> list[int]:
        rows: set[int] = set()
        # The stretches of a selection, since thousands of rows may be selected.
        selection = self.selectionModel().selection()
        for stretch in (selection.at(k) for k in range(selection.count())):
            rows.update(range(stretch.top(), stretch.bottom() + 1))
        return sorted(rows)

    def _tell(self) -> None:
        self.selection_changed.emit(self.selected_ids())


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
