"""The Simulation menu: runs."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Simulation"
ENTRIES: Final = (
    ActionInfo(
        id="run.start",
        menu=MENU,
        text="&Run",
        icon="play",
        shortcut="F5",
        description="Compute the M–H curve of the current design.",
    ),
    ActionInfo(
        id="run.cancel",
        menu=MENU,
        text="&Stop",
        icon="stop",
        shortcut="Shift+F5",
        description="Stop the selected run; it can be resumed later.",
    ),
    ActionInfo(
        id="run.resume",
        menu=MENU,
        text="Res&ume",
        icon="play-pause",
        shortcut="Ctrl+F5",
        description="Go on with the selected run from its last field step.",
    ),
)
