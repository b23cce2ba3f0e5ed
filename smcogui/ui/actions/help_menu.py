"""The Help menu."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Help"
ENTRIES: Final = (
    ActionInfo(
        id="help.palette",
        menu=MENU,
        text="&Palette of actions…",
        icon="magnify",
        shortcut="Ctrl+Shift+P",
        description="Find any action by a few letters and run it.",
    ),
    ActionInfo(
        id="help.shortcuts",
        menu=MENU,
        text="Keyboard &shortcuts",
        icon="keyboard-outline",
        shortcut="F1",
        description="List every action with its shortcut.",
    ),
    ActionInfo(
        id="help.readings",
        menu=MENU,
        text="&How Hc and Hp are read",
        icon="information-outline",
        description="Explain Hc and the two readings of Hp, jump and slope, with those of the run.",
    ),
    ActionInfo(
        id="help.doctor",
        menu=MENU,
        text="&Doctor…",
        icon="stethoscope",
        description="Check what this machine has and lacks, MuMax3 and its GPU too, and what to "
        "do.",
        starts_group=True,
    ),
    ActionInfo(
        id="help.report",
        menu=MENU,
        text="&Report for support…",
        icon="text-box-outline",
        description="Versions, graphics and the last lines of the log, without names, to copy.",
    ),
    ActionInfo(
        id="help.log_folder",
        menu=MENU,
        text="Open &log folder",
        icon="folder-text-outline",
        description="Show where the program writes what it did.",
    ),
    ActionInfo(
        id="help.about",
        menu=MENU,
        text="&About SmCo Studio",
        icon="information-outline",
        description="Version and what the program computes.",
        starts_group=True,
    ),
)
