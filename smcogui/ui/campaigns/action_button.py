"""Buttons of registered actions, with or without words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions


def action_button(actions: Actions, action_id: str, words: str = "") -> QToolButton:
    """Return a button of an action: its icon, and words beside it where some are given."""
    button = QToolButton()
    button.setDefaultAction(actions[action_id])
    style = Qt.ToolButtonStyle
    if words:
        # What a button shows of its action, however often the action changes.
        actions[action_id].setIconText(words)
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon)
    else:
        button.setToolButtonStyle(style.ToolButtonIconOnly)
    button.setAccessibleName(actions.info(action_id).name)
    button.setProperty("panel", True)
    return button
