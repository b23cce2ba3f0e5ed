"""Things with an id as rows of a table that is sorted, and that tells only what has changed."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QObject

Index = QModelIndex | QPersistentModelIndex

_MOST_CHANGES: Final = 24
"""Where more stretches of rows come or go, telling each takes longer than beginning anew."""


class ItemModel(QAbstractTableModel):
    """Base of the models: it sorts by itself, since a proxy would ask Python for every comparison.

    Parameters
    ----------
    column_count : int
    """

    def __init__(self, column_count: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._column_count = column_count
        self._items: tuple[Any, ...] = ()
        self._shown: list[Any] = []
        self._sorting = (-1, Qt.SortOrder.AscendingOrder)

    def item_id(self, item: Any) -> str:
        """Return the id of an item."""
        raise NotImplementedError

    def sort_key(self, item: Any, column: int) -> float | str | None:
        """Return what a cell is sorted by; None, like NaN, stands below all others."""
        raise NotImplementedError

    @property
    def items(self) -> tuple[Any, ...]:
        """The items, in the order in which they were given."""
        return self._items

    def item_at(self, row: int) -> Any:
        """Return the item of a row."""
        return self._shown[row]

    def ids(self) -> list[str]:
        """Return the ids of all rows, from top to bottom."""
        return [self.item_id(item) for item in self._shown]

    def set_items(self, items: Iterable[Any]) -> None:
        """Show other items; rows that stay as they are keep their selection."""
        self._items = tuple(items)
        self._show(self._sorted())

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 brings back the order in which the items were given."""
        self._sorting = (column, order)
        self._show(self._sorted())

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else self._column_count

    def _sorted(self) -> list[Any]:
        column, order = self._sorting
        if column < 0:
            return list(self._items)
        pairs: list[tuple[Any, Any]] = [(self.sort_key(each, column), each) for each in self._items]
        known = [pair for pair in pairs if not _is_nothing(pair[0])]
        # Equal ones stay in the order in which they were given.
        known.sort(key=lambda pair: pair[0], reverse=order == Qt.SortOrder.DescendingOrder)
        return [item for _, item in known] + [item for key, item in pairs if _is_nothing(key)]

    def _show(self, new: list[Any]) -> None:
        """Turn the rows into these: some go, those that stay may change places, some come."""
        before, after = self.ids(), [self.item_id(item) for item in new]
        old_ids, new_ids = set(before), set(after)
        gone = stretches([row for row, each in enumerate(before) if each not in new_ids])
        come = stretches([row for row, each in enumerate(after) if each not in old_ids])
        if len(gone) + len(come) > _MOST_CHANGES:
            self.beginResetModel()
            self._shown = new
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1]
            self.endRemoveRows()
        self._replace([item for item, each in zip(new, after, strict=True) if each in old_ids])
        for first, last in come:
            self.beginInsertRows(QModelIndex(), first, last)
            self._shown[first:first] = new[first : last + 1]
            self.endInsertRows()

    def _replace(self, new: list[Any]) -> None:
        """Show other versions of the same items, perhaps in another order."""
        before, after = self.ids(), [self.item_id(item) for item in new]
        old, self._shown = self._shown, new
        if before == after:
            pairs = enumerate(zip(old, new, strict=True))
            # Most are the very same object, which spares comparing what they hold.
            for first, last in stretches([k for k, (a, b) in pairs if a is not b and a != b]):
                self.dataChanged.emit(
                    self.index(first, 0), self.index(last, self._column_count - 1)
                )
            return
        self._shown = old
        self.layoutAboutToBeChanged.emit()
        self._shown = new
        rows = {each: row for row, each in enumerate(after)}
        moved = self.persistentIndexList()
        places = [self.index(rows[before[index.row()]], index.column()) for index in moved]
        self.changePersistentIndexList(moved, places)
        self.layoutChanged.emit()


def _is_nothing(key: float | str | None) -> bool:
    return key is None or (isinstance(key, float) and math.isnan(key))


def stretches(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last of every run of consecutive numbers; they are given ascending."""
    groups = groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0])
    stretches = [[row for _, row in group] for _, group in groups]
    return [(stretch[0], stretch[-1]) for stretch in stretches]
