"""The samples of the literature: filtered, predicted, loaded with undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.design.literature import literature_row, sample_design
from smcogui.design.tables import literature_rows
from smcogui.ui.literature.sample_rows import matches, sample_row
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def test_filter_takes_words_of_all_columns_and_what_is_known() -> None:
    rows = literature_rows()
    found = [row.number for row in rows if matches(row, "bulk zhang", complete=None)]
    assert found == [8, 9, 10, 11, 12]
    assert sum(matches(row, "", complete=True) for row in rows) == 11
    assert sum(matches(row, "", complete=False) for row in rows) == 23


def test_missing_numbers_are_dashes_that_sort_last() -> None:
    text, key = sample_row(literature_row(1)).cells[-1]
    assert text == NO_VALUE
    assert key != key  # NaN stands below all others


def test_a_sample_is_predicted_and_loaded_with_undo(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.design_tab.prediction.surrogate is not None)
    before, load = window.document.design, window.actions_by_id["literature.load"]
    window.actions_by_id["literature.show"].trigger()
    dialog = window.literature.dialog
    assert dialog is not None
    assert not load.isEnabled()

    with qtbot.waitSignal(window.literature.samples_selected) as selected:
        dialog.select([4])
    assert selected.args == [[4]]
    assert "Yan, G." in dialog.about.text()
    assert dialog.card.text("mu0_Hc_T") != NO_VALUE
    load.trigger()

    assert window.document.design == sample_design(literature_row(4), before)
    window.document.undo()
    assert window.document.design == before


def test_gaps_are_told_before_they_are_filled(window: MainWindow) -> None:
    dialog = window.literature.show()
    dialog.filter.setText("no such author")
    window.literature.select([9])

    assert dialog.filter.text() == ""
    assert "does not give L, wS and wZ" in dialog.about.text()
    assert f"of the current design, “{window.document.design.name}”" in dialog.about.text()
    window.literature.load()
    assert "with L, wS, wZ of" in window.document.design.name
