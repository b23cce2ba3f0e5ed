"""The File menu: designs and the program itself."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&File"
ENTRIES: Final = (
    ActionInfo(
        id="design.new",
        menu=MENU,
        text="&New design",
        icon="file-plus-outline",
        shortcut="Ctrl+N",
        description="Start again from the base design.",
    ),
    ActionInfo(
        id="design.open",
        menu=MENU,
        text="&Open design…",
        icon="folder-open-outline",
        shortcut="Ctrl+O",
        description="Read a design file (TOML).",
    ),
    ActionInfo(
        id="design.save",
        menu=MENU,
        text="&Save design as…",
        icon="content-save-outline",
        shortcut="Ctrl+S",
        description="Write the design as a TOML file.",
    ),
    ActionInfo(
        id="window.quit",
        menu=MENU,
        text="&Quit",
        icon="exit-to-app",
        shortcut="Ctrl+Q",
        description="Close the window.",
        starts_group=True,
    ),
)
