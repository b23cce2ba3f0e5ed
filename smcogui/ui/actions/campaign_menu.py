"""The Campaigns menu: many designs drawn from samplings, worked off by a queue."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Campaigns"
ENTRIES: Final = (
    ActionInfo(
        id="campaign.new",
        menu=MENU,
        text="&New campaign…",
        icon="grid",
        shortcut="Ctrl+Shift+K",
        description="Draw a sampling of many designs, based on the current one.",
    ),
    ActionInfo(
        id="campaign.add",
        menu=MENU,
        text="&Add designs…",
        icon="plus-box-multiple-outline",
        description="Draw another sampling into the selected campaign.",
    ),
    ActionInfo(
        id="campaign.extend",
        menu=MENU,
        text="E&xtend a sampling…",
        icon="arrow-expand-right",
        description="Draw more points of a sampling of the campaign; none of them comes again.",
    ),
    ActionInfo(
        id="campaign.copy",
        menu=MENU,
        text="Cop&y for the other solver…",
        icon="content-copy",
        description="Make a campaign of the same designs that the other solver computes.",
    ),
    ActionInfo(
        id="campaign.resume",
        menu=MENU,
        text="&Run campaign",
        icon="play-pause",
        description="Let the queue compute the designs of the campaign, and start it if need be.",
        starts_group=True,
    ),
    ActionInfo(
        id="campaign.pause",
        menu=MENU,
        text="&Pause campaign",
        icon="pause",
        description="Begin no further design of the campaign; what is at work goes on to its end.",
    ),
    ActionInfo(
        id="campaign.cancel",
        menu=MENU,
        text="&Cancel campaign",
        icon="stop-circle-outline",
        description="Begin no further design and stop what is at work; field steps are kept.",
    ),
    ActionInfo(
        id="campaign.raise",
        menu=MENU,
        text="Ra&ise priority",
        icon="chevron-up",
        description="Let the campaign have its turn before others; 9 is the first.",
    ),
    ActionInfo(
        id="campaign.lower",
        menu=MENU,
        text="&Lower priority",
        icon="chevron-down",
        description="Let other campaigns have their turn before this one; 1 is the last.",
    ),
    ActionInfo(
        id="campaign.start_queue",
        menu=MENU,
        text="&Start queue",
        icon="tray-full",
        description="Start the process that works off all campaigns; it outlives the window.",
        starts_group=True,
    ),
    ActionInfo(
        id="campaign.start_queue_gpu",
        menu=MENU,
        text="Start queue on the &GPU",
        icon="expansion-card",
        description="Compute many designs at once on an NVIDIA card, cross-sections only.",
    ),
    ActionInfo(
        id="campaign.start_queue_mumax3",
        menu=MENU,
        text="Start &queue with MuMax3",
        icon="expansion-card",
        description="Compute the campaigns of MuMax3 with yours, one design per GPU.",
    ),
    ActionInfo(
        id="campaign.stop_queue",
        menu=MENU,
        text="St&op queue",
        icon="tray-remove",
        description="Stop the process that works off the campaigns; field steps are kept.",
    ),
    ActionInfo(
        id="campaign.first",
        menu=MENU,
        text="&Move designs to the front",
        icon="arrow-collapse-up",
        description="Compute the selected designs before all others of the campaign.",
        starts_group=True,
    ),
    ActionInfo(
        id="campaign.repair",
        menu=MENU,
        text="R&epair failed designs",
        icon="wrench-outline",
        description="Try the selected designs that failed again, or all of them if none is.",
    ),
    ActionInfo(
        id="campaign.doubts",
        menu=MENU,
        text="Find o&utliers",
        icon="chart-scatter-plot",
        description="Select finished designs that scatter, or are outliers among their neighbours.",
    ),
    ActionInfo(
        id="campaign.refine",
        menu=MENU,
        text="Compute outliers at finer cells",
        icon="grid-large",
        description="Compute what scatters or is an outlier again at half the cell size.",
    ),
    ActionInfo(
        id="campaign.show_run",
        menu=MENU,
        text="S&how run of the design",
        icon="chart-bell-curve-cumulative",
        description="Show the run of the selected design in the Simulation tab.",
    ),
    ActionInfo(
        id="campaign.analyse",
        menu=MENU,
        text="Analyse &finished designs",
        icon="table",
        description="Select the finished designs in the Analysis tab: the selected ones, or all.",
    ),
    ActionInfo(
        id="campaign.export",
        menu=MENU,
        text="Export &dataset…",
        icon="database-export-outline",
        description="Write the finished designs as tables, curves, schema and datasheet.",
        starts_group=True,
    ),
    ActionInfo(
        id="campaign.size_test",
        menu=MENU,
        text="Da&taset-size test…",
        icon="chart-line",
        description="Draw how large a dataset must be until its mean Hc and Φp stay as they are.",
    ),
)
