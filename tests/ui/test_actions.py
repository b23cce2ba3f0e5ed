"""Every action is registered once, works by keyboard or menu, and says what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton

from smcogui.ui.actions import ACTIONS

if TYPE_CHECKING:
    from smcogui.ui.main_window import MainWindow


def test_ids_and_shortcuts_are_unique() -> None:
    ids = [info.id for info in ACTIONS]
    shortcuts = [info.shortcut for info in ACTIONS if info.shortcut]
    assert len(set(ids)) == len(ids)
    assert len(set(shortcuts)) == len(shortcuts)


def test_every_action_is_in_a_menu_with_a_description(window: MainWindow) -> None:
    in_menus = {
        action.objectName()
        for menu in window.menuBar().actions()
        for action in menu.menu().actions()
    }
    assert {info.id for info in ACTIONS} <= in_menus
    assert all(info.description.endswith(".") for info in ACTIONS)


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
