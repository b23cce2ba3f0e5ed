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
        id="export.structure",
        menu=MENU,
        text="Export str&ucture…",
        icon="cube-send",
        description="Write the phases of all cells as VTI, OVF, CSV or for MuMax3, or as STL.",
        starts_group=True,
    ),
    ActionInfo(
        id="export.picture",
        menu=MENU,
        text="Export 3-D &picture…",
        icon="image-outline",
        shortcut="Ctrl+Shift+E",
        description="Draw the structure, or the state on show, as PNG of any size and fineness.",
    ),
    ActionInfo(
        id="export.state",
        menu=MENU,
        text="Export &magnetisation…",
        icon="vector-arrange-above",
        description="Write the stored state on show as VTI or OVF.",
    ),
    ActionInfo(
        id="export.film",
        menu=MENU,
        text="Export &film of the reversal…",
        icon="filmstrip",
        description="Draw the stored states of the half-cycle on show as GIF or MP4.",
    ),
    ActionInfo(
        id="window.settings",
        menu=MENU,
        text="Se&ttings…",
        icon="cog-outline",
        shortcut="Ctrl+,",
        description="Choose folders, processes, units, theme and notifications once for all.",
        starts_group=True,
    ),
    ActionInfo(
        id="window.quit",
        menu=MENU,
        text="&Quit",
        icon="exit-to-app",
        shortcut="Ctrl+Q",
        description="Close the window.",
    ),
)
