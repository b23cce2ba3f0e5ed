"""Docks come back as they were left; a layout that does not fit is ignored, and that is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabBar, QWidget

from smcogui.ui.docks.layout_file import LAYOUT_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def test_parameters_stand_beside_every_tab(window: MainWindow) -> None:
    for page in range(window.tabs.count()):
        window.tabs.setCurrentIndex(page)
        assert window.editor.isVisible()
        assert window.editor.width() >= 350


def test_a_tab_scrolls_only_where_it_is_itself_too_high(window: MainWindow) -> None:
    least = {}
    for tab in (window.simulation_tab, window.analysis_tab):
        window.tabs.setCurrentWidget(tab)
        least[tab] = window.tabs.minimumSizeHint().height() - tab.minimumSizeHint().height()
    assert window.simulation_tab.minimumSizeHint() != window.analysis_tab.minimumSizeHint()
    assert len(set(least.values())) == 1, "the bar of tabs is what is left"


@pytest.mark.parametrize("name", ["parameters", "jobs", "library"])
def test_dock_is_switched_by_its_action(window: MainWindow, name: str) -> None:
    action, dock = window.actions_by_id[f"view.{name}"], getattr(window.docks, name)
    for _ in range(2):
        was_shown = not dock.isHidden()
        assert action.isChecked() is was_shown
        action.trigger()
        assert dock.isHidden() is was_shown
    dock.close()
    assert not action.isChecked()


def test_library_behind_the_parameters_comes_to_the_front(window: MainWindow) -> None:
    library, action = window.docks.library, window.actions_by_id["view.library"]
    action.trigger()
    assert not library.visibleRegion().isEmpty()
    window.docks.parameters.raise_()
    action.trigger()
    assert not library.visibleRegion().isEmpty()
    assert action.isChecked()
    action.trigger()
    assert library.isHidden()


def test_layout_is_kept_and_reset(make_window: Callable[[], MainWindow]) -> None:
    first = make_window()
    first.docks.parameters.hide()
    first.docks.library.show()
    first.actions_by_id["view.analysis"].trigger()
    first.close()
    second = make_window()
    assert second.docks.parameters.isHidden()
    assert not second.docks.library.isHidden()
    assert second.tabs.currentIndex() == 2
    assert second.actions_by_id.recent == ("view.analysis",)
    second.actions_by_id["view.reset_layout"].trigger()
    assert not second.docks.parameters.isHidden()
    assert second.docks.library.isHidden(), "too narrow a screen for a library at first"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "damaged"),
        ("[]", "damaged"),
        (json.dumps({"version": LAYOUT_VERSION + 1}), f"version {LAYOUT_VERSION + 1}"),
        (
            json.dumps({"version": LAYOUT_VERSION, "geometry": "AAAA", "state": "AAAA", "tab": 0}),
            "damaged",
        ),
    ],
)
def test_layout_that_does_not_fit_is_ignored_with_a_note(
    make_window: Callable[[], MainWindow],
    config_folder: Path,
    qtbot: QtBot,
    content: str,
    reason: str,
) -> None:
    config_folder.mkdir()
    (config_folder / "layout.json").write_text(content, encoding="utf-8")
    window = make_window()
    # Above the tabs: in the status bar it would lie over the project's name.
    qtbot.waitUntil(lambda: reason in window.projects.notes.banner.text(), timeout=20_000)
    assert not window.statusBar().currentMessage()
    assert not window.docks.parameters.isHidden()


def test_empty_docks_teach_until_they_are_filled(window: MainWindow) -> None:
    for dock in (window.docks.jobs, window.docks.library):
        if dock.content() is None:
            text = " ".join(label.text() for label in dock.findChildren(QLabel))
            assert "F5" in text
        filling = QWidget()
        dock.set_widget(filling)
        assert dock.content() is filling
        assert not filling.isHidden()


def test_keyboard_stops_at_no_tabs_that_are_out_of_sight(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    window = make_window()

    def stray() -> list[QTabBar]:
        return [
            bar
            for bar in window.findChildren(QTabBar)
            if bar.isVisible()
            and bar.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not window.rect().contains(bar.mapTo(window, bar.rect().center()))
        ]

    qtbot.waitUntil(lambda: not stray())
    window.docks.library.show()
    shared = next(b for b in window.findChildren(QTabBar) if b.parent() is window)
    qtbot.waitUntil(lambda: shared.focusPolicy() == Qt.FocusPolicy.TabFocus)
    window.docks.library.hide()
    qtbot.waitUntil(lambda: not stray())
    assert window.tabs.tabBar().accessibleName() == "Pages of the window"


def test_reset_layout_brings_the_whole_window_onto_the_screen(
    make_window: Callable[[], MainWindow],
) -> None:
    window = make_window()
    window.move(300, 400)
    window.actions_by_id["view.reset_layout"].trigger()
    assert window.screen().availableGeometry().contains(window.frameGeometry())
