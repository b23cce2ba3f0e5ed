"""The Edit menu: what was done to the design."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Edit"
ENTRIES: Final = (
    ActionInfo(
        id="edit.undo",
        menu=MENU,
        text="&Undo",
        icon="undo",
        shortcut="Ctrl+Z",
        description="Take the last edit of the design back.",
    ),
    ActionInfo(
        id="edit.redo",
        menu=MENU,
        text="&Redo",
        icon="redo",
        shortcut="Ctrl+Shift+Z",
        description="Make the edit again that was taken back.",
    ),
)
