"""Tables are filled by their last column, rows of forms stand in line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget
from structure_checks import narrow_tables, uneven_rows

from smcogui.ui.application import make_application
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.list_table import ListTable, Row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SENTENCE = "a reason that needs far more room than a table of this width has for it " * 3


@pytest.fixture
def table(qtbot: QtBot) -> ListTable:
    """Return a shown table that is filled while it is on the screen."""
    make_application()
    table = ListTable(("Value", "Run"), "Values")
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    qtbot.waitExposed(table)
    return table


def columns(table: ListTable) -> tuple[int, int]:
    """Return the width of all columns, and that of the place for them."""
    return table.horizontalHeader().length(), table.viewport().width()


def test_last_column_fills_a_table_and_shrinks_with_it(table: ListTable) -> None:
    table.set_rows([Row(row_id="a", cells=(("1 nm", 1.0), ("done", "done")))])
    for width in (400, 700, 300):
        table.resize(width, 200)
        length, room = columns(table)
        assert length == room
        assert narrow_tables(table) == []


def test_sentence_at_the_end_is_cut_and_not_scrolled_to(table: ListTable) -> None:
    table.set_rows([Row(row_id="a", cells=(("1 nm", 1.0), (SENTENCE, "s")), tip=SENTENCE)])
    length, room = columns(table)
    assert length == room


def test_columns_that_do_not_fit_keep_their_width(table: ListTable) -> None:
    wide = "a name that is nearly as wide as the table itself, or wider"
    table.set_rows([Row(row_id="a", cells=((wide, wide), ("2026-10-10 10:30", "d")))])
    length, room = columns(table)
    assert length > room
    assert table.horizontalHeader().sectionSize(1) >= table.sizeHintForColumn(1)


def test_labels_stand_in_line_with_their_fields(qtbot: QtBot) -> None:
    make_application()
    window = QWidget()
    qtbot.addWidget(window)
    form = QFormLayout(window)
    first, second = QLabel("base"), QLabel("here")
    for field in (first, second):
        field.setMinimumHeight(38)
    label = add_row(form, "&Name", first)
    form.addRow(QLabel("Place"), second)
    window.show()
    qtbot.waitExposed(window)
    assert label.buddy() is first
    (wrong,) = uneven_rows(window)
    assert "Place" in wrong
