"""The window's actions, made from every menu's entries; whatever shows an action takes it here."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from smcogui.ui.actions import (
    analysis_menu,
    campaign_menu,
    cluster_menu,
    edit_menu,
    file_menu,
    help_menu,
    jobs_menu,
    library_menu,
    plot_menu,
    series_menu,
    simulation_menu,
    surrogate_menu,
    units_menu,
    view_menu,
)
from smcogui.ui.actions.toolbar import TOOLBAR
from smcogui.ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

    from smcogui.ui.actions.action_info import ActionInfo

ACTIONS: Final[tuple[ActionInfo, ...]] = (
    *file_menu.ENTRIES,
    *edit_menu.ENTRIES,
    *view_menu.ENTRIES,
    *units_menu.ENTRIES,
    *simulation_menu.ENTRIES,
    *series_menu.ENTRIES,
    *campaign_menu.ENTRIES,
    *cluster_menu.ENTRIES,
    *surrogate_menu.ENTRIES,
    *plot_menu.ENTRIES,
    *jobs_menu.ENTRIES,
    *analysis_menu.ENTRIES,
    *library_menu.ENTRIES,
    *help_menu.ENTRIES,
)
"""Every action, in the order of the menus."""

_MOST_RECENT: Final = 12


class Actions:
    """The window's actions by id.

    Raises
    ------
    KeyError
        By every method that is given an id which nobody registered.
    """

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        self._connected: set[str] = set()
        self._reasons: dict[str, str] = {}
        self._recent: list[str] = []
        for info in ACTIONS:
            action = QAction(info.text, window)
            action.setObjectName(info.id)
            action.setCheckable(info.checkable)
            if info.icon:
                action.setIcon(icon(info.icon))
            if info.shortcut:
                action.setShortcut(QKeySequence(info.shortcut))
            if info.in_place:
                # What it acts upon holds the action too, and the shortcut works while that has
                # the focus.
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setStatusTip(info.description)
            action.setToolTip(_tool_tip(info, ""))
            action.triggered.connect(lambda _=False, used=info.id: self._remember(used))
            window.addAction(action)
            self._actions[info.id] = action

    def __getitem__(self, action_id: str) -> QAction:
        try:
            return self._actions[action_id]
        except KeyError:
            near = get_close_matches(action_id, self._actions, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"no action is registered as {action_id!r}{hint}") from None

    @property
    def recent(self) -> tuple[str, ...]:
        """Ids of the actions that were used, the last one first."""
        return tuple(self._recent)

    def recall(self, recent: Iterable[str]) -> None:
        """Take over which actions were used at an earlier start; unknown ones are left out."""
        self._recent = [each for each in recent if each in self._actions][:_MOST_RECENT]

    @staticmethod
    def info(action_id: str) -> ActionInfo:
        """Return how an action is registered."""
        return next(info for info in ACTIONS if info.id == action_id)

    def connect(self, handlers: dict[str, Callable[[], object]]) -> None:
        """Connect actions to what they do."""
        for action_id, handler in handlers.items():
            # A lambda swallows the "checked" argument of QAction.triggered.
            self[action_id].triggered.connect(lambda _=False, call=handler: call())
            self._connected.add(action_id)

    def connect_switches(self, handlers: dict[str, Callable[[bool], object]]) -> None:
        """Connect checkable actions to what is told whether they are on."""
        for action_id, handler in handlers.items():
            self[action_id].triggered.connect(lambda on=False, call=handler: call(on))
            self._connected.add(action_id)

    def require_connected(self) -> None:
        """Check that no action is shown which does nothing.

        Raises
        ------
        LookupError
            Naming the actions that nobody connected.
        """
        idle = [info.id for info in ACTIONS if info.id not in self._connected]
        if idle:
            raise LookupError(f"these actions are registered but not connected: {', '.join(idle)}")

    def set_enabled(self, action_id: str, on: bool, why_not: str = "") -> None:
        """Allow an action, or forbid it and say why in tool tip, status bar and palette."""
        action = self[action_id]
        action.setEnabled(on)
        self._reasons[action_id] = "" if on else why_not
        info, reason = self.info(action_id), self._reasons[action_id]
        action.setToolTip(_tool_tip(info, reason))
        action.setStatusTip(f"Not now: {reason}" if reason else info.description)

    def why_disabled(self, action_id: str) -> str:
        """Return why an action is not allowed now; empty where it is, or nobody said."""
        return "" if self[action_id].isEnabled() else self._reasons.get(action_id, "")

    def fill_menus(self, bar: QMenuBar) -> None:
        """Put every action into its menu."""
        menus: dict[str, QMenu] = {}
        for info in ACTIONS:
            if info.menu not in menus:
                menus[info.menu] = bar.addMenu(info.menu)
            menu = menus[info.menu]
            if info.starts_group and not menu.isEmpty():
                menu.addSeparator()
            if info.submenu:
                place = f"{info.menu}/{info.submenu}"
                if place not in menus:
                    menus[place] = menu.addMenu(info.submenu)
                menu = menus[place]
            menu.addAction(self[info.id])

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Put the actions of the toolbar into it."""
        for action_id in TOOLBAR:
            if action_id:
                bar.addAction(self[action_id])
            else:
                bar.addSeparator()

    def refresh_icons(self) -> None:
        """Draw the icons again, in the colours of the current theme."""
        for info in ACTIONS:
            if info.icon:
                self[info.id].setIcon(icon(info.icon))

    def _remember(self, action_id: str) -> None:
        # The palette itself is never what somebody looks for in the palette.
        if action_id != "help.palette":
            others = [each for each in self._recent if each != action_id]
            self._recent = [action_id, *others][:_MOST_RECENT]


def _tool_tip(info: ActionInfo, why_not: str) -> str:
    keys = f" ({info.shortcut})" if info.shortcut else ""
    reason = f"\nNot now: {why_not}" if why_not else ""
    return f"{info.description}{keys}{reason}"
