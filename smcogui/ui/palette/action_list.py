"""A search field over a list of actions; both work by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.palette.action_search import FoundAction, find_actions

if TYPE_CHECKING:
    from smcogui.ui.actions import Actions

_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_ACCEPTS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_ID = Qt.ItemDataRole.UserRole


class ActionList(QWidget):
    """Every registered action with its shortcut and what it does, narrowed by typing.

    Parameters
    ----------
    actions : Actions
    recent_first : bool, optional
        Whether what was used last stands above the order of the menus.

    Signals
    -------
    chosen : Signal(str)
        Id of an enabled action that was chosen with Enter or a double click.
    """

    chosen = Signal(str)

    def __init__(
        self, actions: Actions, parent: QWidget | None = None, *, recent_first: bool = True
    ) -> None:
        super().__init__(parent)
        self._actions, self._recent_first = actions, recent_first
        self.search = QLineEdit()
        self.search.setAccessibleName("Search actions")
        self.search.setPlaceholderText("Type a few letters of an action, its shortcut or its menu")
        self.search.setClearButtonEnabled(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Actions")
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels(["Action", "Shortcut", "What it does"])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        header = self.tree.header()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.note)
        self.search.textChanged.connect(self.refresh)
        self.search.installEventFilter(self)
        self.tree.installEventFilter(self)
        self.tree.currentItemChanged.connect(self._describe)
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self._choose())
        self.refresh()

    def shown_ids(self) -> list[str]:
        """Return the ids of the actions that are listed."""
        items = (self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount()))
        return [str(item.data(0, _ID)) for item in items if item is not None]

    def refresh(self) -> None:
        """List what fits the search, with every action as it is now."""
        self.tree.clear()
        found = find_actions(self.search.text(), self._actions, recent_first=self._recent_first)
        items = [self._item(each) for each in found]
        self.tree.addTopLevelItems(items)
        if items:
            self.tree.setCurrentItem(items[0])
        else:
            self.note.setText(
                f"No action fits “{self.search.text()}”. Fewer letters, or a word of what it does, "
                "find more."
            )

    def changeEvent(self, event: QEvent) -> None:
        """Write what is not allowed in the muted colour of the new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the letters go into the search field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _ACCEPTS:
                self._choose()
                return True
            if watched is self.search and event.key() in _MOVES:
                self.tree.event(event)
                return True
        return super().eventFilter(watched, event)

    def _item(self, found: FoundAction) -> QTreeWidgetItem:
        info = found.info
        action = self._actions[info.id]
        mark = "✓ " if action.isCheckable() and action.isChecked() else ""
        shortcut = QKeySequence(info.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        item = QTreeWidgetItem([f"{mark}{found.name}", shortcut, _what(found)])
        item.setIcon(0, action.icon())
        item.setData(0, _ID, info.id)
        item.setToolTip(2, _what(found))
        if not found.is_enabled:
            muted = self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            # Italic too: the chosen row has a colour of its own.
            italic = QFont(self.tree.font())
            italic.setItalic(True)
            for column in range(3):
                item.setForeground(column, muted)
                item.setFont(column, italic)
        return item

    def _describe(self, item: QTreeWidgetItem | None) -> None:
        if item is None:
            return
        info_id = str(item.data(0, _ID))
        menu = self._actions.info(info_id).menu.replace("&", "")
        self.note.setText(f"{item.text(2)}  (menu {menu})")

    def _choose(self) -> None:
        item = self.tree.currentItem()
        if item is None:
            return
        action_id = str(item.data(0, _ID))
        if self._actions[action_id].isEnabled():
            self.chosen.emit(action_id)


def _what(found: FoundAction) -> str:
    if found.is_enabled:
        return found.info.description
    reason = found.why_not or "it has nothing to act on"
    return f"Not now: {reason}. {found.info.description}"
