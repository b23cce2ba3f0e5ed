"""The Plot menu: crosshair, copying and views of the plot in use, analytic lines."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Plot"
_CROSSHAIR: Final = "Cross&hair"
_ANALYTIC: Final = "&Analytic"
ENTRIES: Final = (
    ActionInfo(
        id="plot.copy_point",
        menu=MENU,
        text="&Copy point",
        icon="content-copy",
        shortcut="Ctrl+C",
        in_place=True,
        description="Copy field and M/Ms at the crosshair, tab-separated with units.",
    ),
    ActionInfo(
        id="plot.copy_curve",
        menu=MENU,
        text="Copy c&urve",
        icon="table-arrow-right",
        shortcut="Ctrl+Alt+C",
        in_place=True,
        description="Copy every stored field step of the crosshair's curve, tab-separated with "
        "units.",
    ),
    ActionInfo(
        id="plot.right",
        menu=MENU,
        submenu=_CROSSHAIR,
        text="Step to the &right",
        icon="arrow-right",
        shortcut="Right",
        in_place=True,
        description="Move the crosshair to the next stored field step on the right.",
    ),
    ActionInfo(
        id="plot.left",
        menu=MENU,
        submenu=_CROSSHAIR,
        text="Step to the &left",
        icon="arrow-left",
        shortcut="Left",
        in_place=True,
        description="Move the crosshair to the next stored field step on the left.",
    ),
    ActionInfo(
        id="plot.next_curve",
        menu=MENU,
        submenu=_CROSSHAIR,
        text="&Next curve",
        icon="arrow-down",
        shortcut="Down",
        in_place=True,
        description="Move the crosshair to the next curve at about the same field.",
    ),
    ActionInfo(
        id="plot.previous_curve",
        menu=MENU,
        submenu=_CROSSHAIR,
        text="&Previous curve",
        icon="arrow-up",
        shortcut="Up",
        in_place=True,
        description="Move the crosshair to the curve before at about the same field.",
    ),
    ActionInfo(
        id="plot.hide_crosshair",
        menu=MENU,
        submenu=_CROSSHAIR,
        text="&Hide crosshair",
        icon="crosshairs-off",
        shortcut="Esc",
        in_place=True,
        description="Take the crosshair off the plot.",
    ),
    ActionInfo(
        id="plot.zoom_in",
        menu=MENU,
        text="Zoom &in",
        icon="magnify-plus-outline",
        shortcut="+",
        in_place=True,
        description="Zoom in around the crosshair; a drag with the mouse zooms into a rectangle.",
        starts_group=True,
    ),
    ActionInfo(
        id="plot.zoom_out",
        menu=MENU,
        text="Zoom &out",
        icon="magnify-minus-outline",
        shortcut="-",
        in_place=True,
        description="Zoom out around the crosshair.",
    ),
    ActionInfo(
        id="plot.back",
        menu=MENU,
        text="Previous &view",
        icon="undo-variant",
        shortcut="Backspace",
        in_place=True,
        description="Return to the part of the plot that was shown before.",
    ),
    ActionInfo(
        id="plot.forward",
        menu=MENU,
        text="&Next view",
        icon="redo-variant",
        shortcut="Shift+Backspace",
        in_place=True,
        description="Go forward to the part of the plot that was left.",
    ),
    ActionInfo(
        id="plot.everything",
        menu=MENU,
        text="Show &everything",
        icon="fit-to-page-outline",
        shortcut="0",
        in_place=True,
        description="Show all curves, M/Ms from −1.05 to 1.05; a double click does the same.",
    ),
)
