"""What a right click, or the menu key, offers on runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QTableView, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.actions import Actions

RUN_ACTIONS: Final = (
    "export.figure",
    "export.table",
    "export.curves",
    "",
    "copy.methods",
    "copy.citations",
    "copy.command",
    "copy.python",
)
"""What can be done with selected runs anywhere; an empty id is a line between two groups."""


def open_menu(table: QWidget, actions: Actions, action_ids: Sequence[str], place: QPoint) -> None:
    """Show registered actions at a place of a table or view; an empty id is a line."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action_id in action_ids:
        if action_id:
            menu.addAction(actions[action_id])
        else:
            menu.addSeparator()
    clicked = table.viewport() if isinstance(table, QTableView) else table
    menu.popup(clicked.mapToGlobal(place))


def offer_menu(table: QWidget, actions: Actions, action_ids: Sequence[str]) -> None:
    """Show registered actions where a table or view is clicked with the right button."""
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.customContextMenuRequested.connect(
        lambda place: open_menu(table, actions, action_ids, place)
    )
