"""The pages of the window, each brought up by an action of the View menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize

from smcogui.ui.widgets.page_tabs import PageTabs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from smcogui.ui.actions import Actions

_TITLES: Final = {
    "view.design": "Design",
    "view.simulation": "Simulation",
    "view.analysis": "Analysis",
    "view.series": "Series",
    "view.campaigns": "Campaigns",
    "view.clusters": "Clusters",
    "view.surrogates": "Surrogates",
}
"""Of the tabs from left to right, by the action that brings one up."""


class MainTabs(PageTabs):
    """Shows a page for each of these actions, and its icon.

    Parameters
    ----------
    actions : Actions
    pages : mapping
        The widgets by action.
    """

    def __init__(self, actions: Actions, pages: Mapping[str, QWidget]) -> None:
        super().__init__()
        self._actions = actions
        self.setDocumentMode(True)
        self.setIconSize(QSize(18, 18))
        self.tabBar().setAccessibleName("Pages of the window")
        for action_id, title in _TITLES.items():
            self.addTab(pages[action_id], actions[action_id].icon(), title)
        actions.connect(
            {name: partial(self.setCurrentIndex, page) for page, name in enumerate(_TITLES)}
        )

    def refresh_icons(self) -> None:
        """Take the icons of the actions again, as after a change of the theme."""
        for page, action_id in enumerate(_TITLES):
            self.setTabIcon(page, self._actions[action_id].icon())
