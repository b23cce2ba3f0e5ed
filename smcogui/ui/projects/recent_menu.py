"""The submenu of recent projects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from smcogui.app.recent import RecentProjects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.app.recent import RecentProject
    from smcogui.ui.actions import Actions
    from smcogui.ui.run_bridge import RunBridge

RECENT = "recent project"
"""What the entries are called as objects: they stand for data and are not registered."""
_TOPIC = "recent projects"


class RecentMenu(QObject):
    """Lists recent projects in front of the actions that pin and clear.

    Signals
    -------
    chosen : Signal(object)
        The folder of a project that is there.
    missing : Signal(object)
        The folder of a project that is not.
    """

    chosen = Signal(object)
    missing = Signal(object)

    def __init__(self, actions: Actions, bridge: RunBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._recent = RecentProjects()
        self._pin = actions["project.pin"]
        self.menu = next(m for m in self._pin.associatedObjects() if isinstance(m, QMenu))
        self._shown: list[QAction] = []
        self.entries: list[RecentProject] = []
        self._open: Path | None = None
        # What was known is shown at once, what is found meanwhile replaces it.
        self.menu.aboutToShow.connect(lambda: self._do(lambda: None))

    def opened(self, folder: Path) -> None:
        """Put a project in front; it is the open one."""
        self._open = folder
        self._do(lambda: self._recent.opened(folder))

    def pin(self, on: bool) -> None:
        """Keep the open project in the list, or let it go with time."""
        folder = self._open
        if folder is not None:
            self._do(lambda: self._recent.pin(folder, on))

    def forget(self, folder: Path) -> None:
        """Take a project off the list."""
        self._do(lambda: self._recent.forget(folder))

    def clear(self) -> None:
        """Take all projects off the list but the pinned ones."""
        self._do(self._recent.clear)

    def _do(self, change: Callable[[], None]) -> None:
        """Change the list and look at the folders, which may lie on a drive that is slow."""

        def work() -> list[RecentProject]:
            change()
            return self._recent.all()

        self._bridge.ask_in_turn(_TOPIC, work, self._show)

    def _show(self, entries: list[RecentProject]) -> None:
        self.entries = entries
        for action in self._shown:
            self.menu.removeAction(action)
            action.deleteLater()
        self._shown = [self._entry(number, entry) for number, entry in enumerate(entries, 1)]
        if self._shown:
            line = QAction(self)
            line.setSeparator(True)
            self._shown.append(line)
        self.menu.insertActions(self.menu.actions()[0], self._shown)
        self._pin.setChecked(any(e.is_pinned and e.folder == self._open for e in entries))

    def _entry(self, number: int, entry: RecentProject) -> QAction:
        name = entry.folder.name.replace("&", "&&")
        mnemonic = f"&{number} " if number < 10 else ""
        marks = " (pinned)" * entry.is_pinned + " (missing)" * entry.is_missing
        parent = str(entry.folder.parent).replace("&", "&&")
        action = QAction(f"{mnemonic}{name}{marks} – {parent}", self)
        action.setObjectName(RECENT)
        action.setStatusTip(f"Open the project {entry.folder}.")
        tell = self.missing if entry.is_missing else self.chosen
        action.triggered.connect(partial(tell.emit, entry.folder))
        return action
