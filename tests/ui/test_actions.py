"""Every action is registered once, does something, and says what it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from smcogui.ui.actions import ACTIONS, Actions

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow
from smcogui.ui.projects.recent_menu import RECENT


def test_ids_and_shortcuts_are_unique() -> None:
    ids = [info.id for info in ACTIONS]
    shortcuts = [QKeySequence(info.shortcut).toString() for info in ACTIONS if info.shortcut]
    assert "" not in shortcuts, "a shortcut that Qt does not know"
    assert len(set(ids)) == len(ids)
    assert len(set(shortcuts)) == len(shortcuts)


def test_every_action_has_text_and_description() -> None:
    for info in ACTIONS:
        assert re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)+", info.id), info.id
        assert info.name, info.id
        assert info.description[0].isupper(), info.id
        assert info.description.endswith("."), info.id


def test_mnemonics_are_unique_in_each_menu() -> None:
    seen: set[tuple[str, str, str]] = set()
    for info in ACTIONS:
        found = re.search(r"&(\w)", info.text)
        if found:
            place = (info.menu, info.submenu, found[1].lower())
            assert place not in seen, f"{info.id}: {place}"
            seen.add(place)


def test_menus_show_exactly_the_registry(window: MainWindow) -> None:
    shown = [name for menu in window.menuBar().actions() for name in _names(menu.menu())]
    assert sorted(shown) == sorted(info.id for info in ACTIONS)


def test_every_action_is_connected(window: MainWindow) -> None:
    window.actions_by_id.require_connected()


def test_unconnected_actions_are_named(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    actions = Actions(widget)
    actions.connect({"run.start": lambda: None})
    with pytest.raises(LookupError, match=r"window\.quit"):
        actions.require_connected()


def test_unknown_action_is_refused_with_the_nearest_one(window: MainWindow) -> None:
    with pytest.raises(KeyError, match=r"run\.start"):
        window.actions_by_id.connect({"run.strat": lambda: None})


def test_forbidden_action_says_why(window: MainWindow) -> None:
    actions = window.actions_by_id
    assert not actions["edit.undo"].isEnabled()
    assert actions.why_disabled("edit.undo") == "the design was not edited"
    assert "the design was not edited" in actions["edit.undo"].toolTip()
    window.editor.set_key("nanostructure.L_nm", 60.0)
    assert actions.why_disabled("edit.undo") == ""


def test_every_button_has_a_name(window: MainWindow) -> None:
    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.text() or button.accessibleName())
    ]
    assert nameless == []


def test_tab_shortcuts_switch_tabs(window: MainWindow) -> None:
    for number, name in enumerate(("design", "simulation", "analysis")):
        window.actions_by_id[f"view.{name}"].trigger()
        assert window.tabs.currentIndex() == number


def _names(menu: QMenu) -> list[str]:
    names: list[str] = []
    for action in menu.actions():
        if action.menu() is not None:
            names += _names(action.menu())
        elif not action.isSeparator() and action.objectName() != RECENT:
            names.append(action.objectName())
    return names
