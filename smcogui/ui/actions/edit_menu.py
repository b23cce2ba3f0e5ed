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
    ActionInfo(
        id="ghost.show",
        menu=MENU,
        text="Show &ghost",
        icon="ghost-outline",
        shortcut="Ctrl+G",
        description="Mark what each parameter was in the previous design, and outline its section.",
        checkable=True,
        starts_group=True,
    ),
    ActionInfo(
        id="ghost.pin",
        menu=MENU,
        text="&Set ghost to current",
        icon="pin-outline",
        shortcut="Ctrl+Shift+G",
        description="Keep the current design as the ghost, whatever is edited from now on.",
    ),
    ActionInfo(
        id="ghost.return",
        menu=MENU,
        text="&Back to ghost",
        icon="keyboard-return",
        description="Make the ghost the current design again; that can be undone.",
    ),
    ActionInfo(
        id="ghost.release",
        menu=MENU,
        text="&Let ghost follow",
        icon="pin-off-outline",
        description="Let the ghost be the design before the last edit again.",
    ),
)
