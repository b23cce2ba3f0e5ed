"""The Series menu: one number of the design varied, each value a run."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "Se&ries"
ENTRIES: Final = (
    ActionInfo(
        id="series.new",
        menu=MENU,
        text="&New series over a number…",
        icon="chart-timeline-variant",
        shortcut="Ctrl+Shift+L",
        description="Run Hc against the number of the design that has, or last had, the focus.",
    ),
    ActionInfo(
        id="series.run",
        menu=MENU,
        text="&Run what the series lacks",
        icon="play-pause",
        description="Run, or go on with, every run of the selected series that is not done.",
        starts_group=True,
    ),
    ActionInfo(
        id="series.stop",
        menu=MENU,
        text="&Stop series",
        icon="stop-circle-outline",
        description="Stop the selected series and its runs; their field steps are kept.",
    ),
    ActionInfo(
        id="series.show",
        menu=MENU,
        text="S&how run of the value",
        icon="chart-bell-curve-cumulative",
        description="Show the run of the selected value in the Simulation tab.",
        starts_group=True,
    ),
    ActionInfo(
        id="series.export_figure",
        menu=MENU,
        text="Export series &figure…",
        icon="chart-line",
        description="Write Hc, Hp and Φp over the number as PDF, SVG or PNG, with provenance.",
    ),
    ActionInfo(
        id="series.export_table",
        menu=MENU,
        text="Export series &table…",
        icon="table-arrow-right",
        description="Write one row per value as CSV, XLSX, Parquet or LaTeX, with provenance.",
    ),
    ActionInfo(
        id="series.trash",
        menu=MENU,
        text="&Move series to trash",
        icon="trash-can-outline",
        description="Move the selected series to the trash of the project; its runs stay.",
        starts_group=True,
    ),
)
