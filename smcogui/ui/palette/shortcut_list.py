"""F1: every action with its shortcut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from smcogui.ui.palette.action_list import ActionList

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions

_KEYS = (
    "Tab and Shift+Tab go from one control to the next; the arrow keys change numbers and move in "
    "tables; Space presses buttons and folds sections; Alt with an underlined letter opens a menu; "
    "Escape closes what is open. The keys of the Plot menu work while a plot has the focus."
)


class ShortcutList(QDialog):
    """The list of actions beside the window; it stays open while one works."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.list = ActionList(actions, recent_first=False)
        self.list.chosen.connect(lambda action_id: actions[action_id].trigger())
        keys = QLabel(_KEYS)
        keys.setWordWrap(True)
        keys.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list, 1)
        layout.addWidget(keys)
        layout.addWidget(buttons)
        self.resize(860, 600)

    def open_list(self) -> None:
        """Show the list as it is now."""
        self.list.refresh()
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.search.setFocus()
