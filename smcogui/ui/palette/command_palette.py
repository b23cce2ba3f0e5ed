"""Ctrl+Shift+P: every action by its name, without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smcogui.ui.palette.action_list import ActionList

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions

_WIDTH: Final = 820
_HEIGHT: Final = 430


class CommandPalette(QFrame):
    """A list of all actions that drops from the top of the window and goes when one is chosen."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("commandPalette")
        self.setAccessibleName("Palette of actions")
        self._actions, self._window = actions, window
        self.list = ActionList(actions)
        self.list.tree.setHeaderHidden(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addWidget(self.list)
        self.list.chosen.connect(self._run)

    def open(self) -> None:
        """Show every action, what was used last first, and wait for letters."""
        window = self._window
        width = min(_WIDTH, window.width() - 40)
        height = min(_HEIGHT, window.height() - 80)
        self.resize(width, height)
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, 40)))
        self.list.search.clear()
        self.list.refresh()
        self.show()
        self.list.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _run(self, action_id: str) -> None:
        self.close()
        # After the popup has gone: the action may open a dialog of its own.
        QTimer.singleShot(0, self._actions[action_id].trigger)
