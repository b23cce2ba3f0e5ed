"""Rows of a table: sorted, and told about only where they change."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from smcogui.ui.widgets.item_model import Index, ItemModel
from smcogui.ui.widgets.item_table import ItemTable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@dataclass(frozen=True)
class Thing:
    name: str
    value: float | None


class Things(ItemModel):
    """Two columns: name and value."""

    def __init__(self) -> None:
        super().__init__(2)
        self.told: list[str] = []
        self.modelReset.connect(lambda: self.told.append("reset"))
        self.layoutChanged.connect(lambda: self.told.append("moved"))
        self.dataChanged.connect(
            lambda first, last: self.told.append(f"changed {first.row()}-{last.row()}")
        )
        self.rowsInserted.connect(lambda _, a, b: self.told.append(f"came {a}-{b}"))
        self.rowsRemoved.connect(lambda _, a, b: self.told.append(f"went {a}-{b}"))

    def item_id(self, item: Thing) -> str:
        return item.name

    def sort_key(self, item: Thing, column: int) -> float | str | None:
        return item.name if column == 0 else item.value

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item_at(index.row())
        return (item.name, item.value)[index.column()] if role == 0 else None

    def change(self, *things: Thing) -> list[str]:
        self.told.clear()
        self.set_items(things)
        return list(self.told)


A, B, C, D = (Thing(name, value) for name, value in zip("abcd", (3.0, 1.0, None, 2.0), strict=True))


@pytest.fixture
def things(qapp: object) -> Things:
    model = Things()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def test_only_what_changed_is_told(things: Things) -> None:
    assert things.change(A, B, C) == ["came 0-2"]
    assert things.change(A, B, C) == []
    assert things.change(Thing("a", 3.0), B, C) == []
    assert things.change(A, Thing("b", 7.0), Thing("c", 8.0)) == ["changed 1-2"]
    assert things.change(D, A, B, C) == ["changed 1-2", "came 0-0"]
    assert things.change(D, C) == ["went 1-2"]
    assert things.change(C, D) == ["moved"]


def test_rows_follow_their_sorting_and_nothing_stands_last(things: Things) -> None:
    things.set_items((A, B, C, D))
    kept = QPersistentModelIndex(things.index(0, 0))
    things.sort(1)
    assert things.ids() == ["b", "d", "a", "c"]
    assert kept.row() == 2
    things.sort(1, Qt.SortOrder.DescendingOrder)
    assert things.ids() == ["a", "d", "b", "c"]
    things.set_items((A, Thing("b", 9.0), C, D, Thing("e", float("nan"))))
    assert things.ids() == ["b", "a", "d", "c", "e"]
    assert kept.row() == 1
    things.sort(-1)
    assert things.ids() == ["a", "b", "c", "d", "e"]


def test_any_list_becomes_any_other(things: Things) -> None:
    dice = random.Random(4)
    for sorting in (-1, 0, 1):
        things.sort(sorting)
        for _ in range(12):
            names = dice.sample(range(40), dice.randrange(0, 40))
            items = tuple(Thing(f"{name:02d}", float(dice.randrange(5))) for name in names)
            things.set_items(items)
            assert things.items == items
            shown = [things.item_at(row) for row in range(things.rowCount())]
            wanted = {
                -1: list(items),
                0: sorted(items, key=lambda item: item.name),
                1: sorted(items, key=lambda item: item.value or 0.0),
            }
            assert shown == wanted[sorting]


def test_selection_stays_with_its_things(qtbot: QtBot) -> None:
    class Table(ItemTable):
        def show_things(self, *things: Thing) -> None:
            self._set_items(things)

    table = Table(Things(), several=True)
    qtbot.addWidget(table)
    told: list[list[str]] = []
    table.selection_changed.connect(told.append)
    table.show_things(A, B, C, D)
    table.select(["b", "d"])
    assert told == [["b", "d"]]
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert table.selected_ids() == ["d", "b"]
    told.clear()
    many = [Thing(f"x{number}", 1.0) for number in range(100)]
    table.show_things(*many[::2], B, D)
    assert table.selected_ids() == ["d", "b"]
    assert told == []
    # Scattered among others all rows are told anew; the selection stays.
    table.show_things(*many[::3], D, *many[1::7])
    assert told == [["d"]]
    assert table.selected_ids() == ["d"]
