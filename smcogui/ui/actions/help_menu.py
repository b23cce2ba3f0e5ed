"""The Help menu."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Help"
ENTRIES: Final = (
    ActionInfo(
        id="help.about",
        menu=MENU,
        text="&About SmCo Studio",
        icon="information-outline",
        description="Version and what the program computes.",
    ),
)
