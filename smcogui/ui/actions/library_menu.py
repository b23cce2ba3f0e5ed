"""The Library menu: designs kept by name, runs, and the trash."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Library"
ENTRIES: Final = (
    ActionInfo(
        id="library.save",
        menu=MENU,
        text="&Keep design in library…",
        icon="bookmark-plus-outline",
        shortcut="Ctrl+Shift+S",
        description="Keep the current design in the project under a name.",
    ),
    ActionInfo(
        id="library.search",
        menu=MENU,
        text="&Search library",
        icon="magnify",
        shortcut="Ctrl+Shift+F",
        description="Search designs and runs by words, tags and comparisons such as L>90 Hc>4.",
    ),
    ActionInfo(
        id="library.load",
        menu=MENU,
        text="&Load into editor",
        icon="file-import-outline",
        description="Make the selected design, or that of the selected run, the current one.",
        starts_group=True,
    ),
    ActionInfo(
        id="library.show",
        menu=MENU,
        text="S&how run in Simulation tab",
        icon="chart-bell-curve-cumulative",
        description="Show the curve and the states of the selected run.",
    ),
    ActionInfo(
        id="library.compare",
        menu=MENU,
        text="&Compare runs…",
        icon="compare-horizontal",
        shortcut="Ctrl+Shift+C",
        description="Show parameters, curves and quantities of 2 to 6 selected runs side by side.",
    ),
    ActionInfo(
        id="library.duplicate",
        menu=MENU,
        text="&Duplicate",
        icon="content-copy",
        description="Keep a copy of the selected design, or the design of the selected run.",
        starts_group=True,
    ),
    ActionInfo(
        id="library.rename",
        menu=MENU,
        text="&Rename…",
        icon="rename-outline",
        shortcut="F2",
        description="Give the selected design or run another name.",
    ),
    ActionInfo(
        id="library.tag",
        menu=MENU,
        text="&Tags…",
        icon="tag-multiple-outline",
        description="Give tags to the selected designs or runs.",
    ),
    ActionInfo(
        id="library.note",
        menu=MENU,
        text="&Note…",
        icon="note-edit-outline",
        description="Write a note on the selected design or run.",
    ),
    ActionInfo(
        id="library.trash",
        menu=MENU,
        text="&Move to trash",
        icon="trash-can-outline",
        description="Move the selected designs or runs to the trash of the project.",
        starts_group=True,
    ),
    ActionInfo(
        id="library.restore",
        menu=MENU,
        text="Rest&ore from trash",
        icon="restore",
        description="Put what is selected in the trash back to where it was.",
    ),
    ActionInfo(
        id="library.empty_trash",
        menu=MENU,
        text="&Empty trash…",
        icon="delete-forever-outline",
        description="Delete everything in the trash for good, after a question.",
    ),
)
