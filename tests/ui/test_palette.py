"""Every action is found by a few letters and run without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from smcogui.ui.actions import ACTIONS
from smcogui.ui.palette.fuzzy_match import letters_score, query_score

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

ALL = sorted(info.id for info in ACTIONS)


@pytest.mark.parametrize(
    ("letters", "better", "worse"),
    [
        ("rl", "Reset layout", "Toolbar level"),
        ("stop", "Stop", "Show toolbar up"),
        ("un", "Undo", "Run"),
    ],
)
def test_letters_prefer_starts_of_words(letters: str, better: str, worse: str) -> None:
    first, second = letters_score(letters, better), letters_score(letters, worse)
    assert first is not None
    assert second is None or first > second


def test_every_word_has_to_fit_somewhere() -> None:
    assert query_score("save toml", "Save design as…", ["Write the design as a TOML file."])
    assert query_score("save pdf", "Save design as…", ["Write the design as a TOML file."]) is None
    assert query_score("", "anything", []) == 0


def test_palette_and_shortcut_list_show_exactly_the_registry(window: MainWindow) -> None:
    for shown in (window.command_palette.list, window.shortcut_list.list):
        assert sorted(shown.shown_ids()) == ALL


def test_palette_runs_an_action_by_keyboard(active_window: MainWindow, qtbot: QtBot) -> None:
    window = active_window
    window.editor.setFocus()
    qtbot.keyClick(
        window,
        Qt.Key.Key_P,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    palette = window.command_palette
    assert palette.isVisible()
    qtbot.keyClicks(palette.list.search, "analys tab")
    assert palette.list.shown_ids()[0] == "view.analysis"
    qtbot.keyClick(palette.list.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.tabs.currentIndex() == 2)
    assert not palette.isVisible()
    window.actions_by_id["help.palette"].trigger()
    assert palette.list.shown_ids()[0] == "view.analysis", "what was used last comes first"
    qtbot.keyClick(palette.list.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_palette_finds_by_shortcut_and_by_description(window: MainWindow) -> None:
    search = window.command_palette.list
    search.search.setText("F5")
    assert search.shown_ids()[0] == "run.start"
    search.search.setText("TOML")
    assert set(search.shown_ids()[:2]) == {"design.open", "design.save"}
    search.search.setText("qqqq")
    assert search.shown_ids() == []
    assert "qqqq" in search.note.text()


def test_arrow_keys_move_while_letters_are_typed(window: MainWindow, qtbot: QtBot) -> None:
    found = window.command_palette.list
    first = found.tree.currentItem()
    qtbot.keyClick(found.search, Qt.Key.Key_Down)
    assert found.tree.currentItem() is not first
    qtbot.keyClick(found.search, Qt.Key.Key_Up)
    assert found.tree.currentItem() is first


def test_forbidden_action_is_listed_with_its_reason_and_not_run(
    window: MainWindow, qtbot: QtBot
) -> None:
    found = window.command_palette.list
    found.search.setText("redo")
    assert found.shown_ids()[0] == "edit.redo"
    assert "nothing was taken back" in found.note.text()
    chosen: list[str] = []
    found.chosen.connect(chosen.append)
    qtbot.keyClick(found.search, Qt.Key.Key_Return)
    assert chosen == []
    # A second sign beside the colour, which a chosen row has of its own.
    assert found.tree.currentItem().font(0).italic()
    found.search.setText("analysis tab")
    assert not found.tree.currentItem().font(0).italic()


def test_of_equal_fits_the_shorter_name_comes_first(window: MainWindow) -> None:
    actions, found = window.actions_by_id, window.command_palette.list
    for action_id in ("export.figure", "series.export_figure"):
        actions.set_enabled(action_id, True)
    found.search.setText("exp fig")
    assert found.shown_ids()[:2] == ["export.figure", "series.export_figure"]
    actions.set_enabled("export.figure", False, "nothing is there")
    found.search.setText("")
    found.search.setText("exp fig")
    assert found.shown_ids()[:2] == ["series.export_figure", "export.figure"]


def test_shortcut_list_keeps_its_order(window: MainWindow) -> None:
    before = window.shortcut_list.list.shown_ids()
    window.actions_by_id["view.analysis"].trigger()
    window.shortcut_list.open_list()
    assert window.shortcut_list.list.shown_ids() == before
    window.command_palette.list.refresh()
    assert window.command_palette.list.shown_ids()[0] == "view.analysis"
    window.shortcut_list.close()


def test_f1_opens_the_list(active_window: MainWindow, qtbot: QtBot) -> None:
    window = active_window
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.shortcut_list.isVisible()
    window.shortcut_list.list.search.setText("Ctrl+1")
    assert window.shortcut_list.list.shown_ids() == ["view.design"]
    window.shortcut_list.close()
    assert QApplication.activePopupWidget() is None
