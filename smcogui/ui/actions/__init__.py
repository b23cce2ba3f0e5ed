"""Every action of the window, registered once; one module of entries for each menu.

An action is added as an :class:`ActionInfo` in the module of its menu and connected with
:meth:`Actions.connect`; menus, toolbar, palette and list of shortcuts show it from there.
"""

from smcogui.ui.actions.action_info import ActionInfo
from smcogui.ui.actions.registry import ACTIONS, Actions

__all__ = ["ACTIONS", "ActionInfo", "Actions"]
