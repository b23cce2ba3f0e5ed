"""The View menu: tabs, docks, the preview."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&View"
ENTRIES: Final = (
    ActionInfo(
        id="view.design",
        menu=MENU,
        text="&Design tab",
        icon="cube-outline",
        shortcut="Ctrl+1",
        description="Show the parameters and the preview.",
    ),
    ActionInfo(
        id="view.simulation",
        menu=MENU,
        text="&Simulation tab",
        icon="chart-bell-curve-cumulative",
        shortcut="Ctrl+2",
        description="Show the run and its live curve.",
    ),
    ActionInfo(
        id="view.analysis",
        menu=MENU,
        text="&Analysis tab",
        icon="table",
        shortcut="Ctrl+3",
        description="Show the table of runs.",
    ),
    ActionInfo(
        id="view.parameters",
        menu=MENU,
        text="&Parameters",
        icon="dock-left",
        shortcut="Ctrl+B",
        description="Show or hide the parameters of the design, beside every tab.",
        checkable=True,
        starts_group=True,
    ),
    ActionInfo(
        id="view.jobs",
        menu=MENU,
        text="&Jobs and log",
        icon="dock-bottom",
        shortcut="Ctrl+J",
        description="Show or hide what is at work and what it has to say.",
        checkable=True,
    ),
    ActionInfo(
        id="view.library",
        menu=MENU,
        text="&Library",
        icon="dock-right",
        shortcut="Ctrl+L",
        description="Show or hide the library of designs and runs.",
        checkable=True,
    ),
    ActionInfo(
        id="view.toolbar",
        menu=MENU,
        text="&Toolbar",
        icon="dock-top",
        description="Show or hide the bar of buttons above the tabs.",
        checkable=True,
    ),
    ActionInfo(
        id="view.full_screen",
        menu=MENU,
        text="&Full screen",
        icon="fullscreen",
        shortcut="F11",
        description="Let the window fill the screen, or give the screen back.",
        checkable=True,
    ),
    ActionInfo(
        id="view.reset_layout",
        menu=MENU,
        text="Reset layo&ut",
        icon="view-quilt-outline",
        description="Put the docks, the toolbar and the window back where they were at first.",
    ),
    ActionInfo(
        id="view.reset",
        menu=MENU,
        text="&Reset view",
        icon="fit-to-page-outline",
        shortcut="R",
        description="Show the whole structure at an angle.",
        starts_group=True,
    ),
    ActionInfo(
        id="view.x",
        menu=MENU,
        text="View along &X",
        icon="axis-x-arrow",
        shortcut="X",
        description="Look along the x axis.",
    ),
    ActionInfo(
        id="view.y",
        menu=MENU,
        text="View along &Y",
        icon="axis-y-arrow",
        shortcut="Y",
        description="Look along the y axis, which is c.",
    ),
    ActionInfo(
        id="view.z",
        menu=MENU,
        text="View along &Z",
        icon="axis-z-arrow",
        shortcut="Z",
        description="Look along the z axis, at the cross-section.",
    ),
)
