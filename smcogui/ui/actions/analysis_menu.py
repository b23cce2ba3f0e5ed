"""The Analysis menu: what is made of runs."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Analysis"
ENTRIES: Final = (
    ActionInfo(
        id="export.table_csv",
        menu=MENU,
        text="Export table as &CSV…",
        icon="table-arrow-right",
        description="Write the table of runs as CSV, with its provenance.",
    ),
    ActionInfo(
        id="export.table_xlsx",
        menu=MENU,
        text="Export table as &XLSX…",
        icon="microsoft-excel",
        description="Write the table of runs for a spreadsheet, with its provenance.",
    ),
    ActionInfo(
        id="export.curves",
        menu=MENU,
        text="Export c&urves…",
        icon="chart-bell-curve-cumulative",
        description="Write every field step (M–H, J–H and B–H) as CSV or for a spreadsheet.",
    ),
    ActionInfo(
        id="export.figure",
        menu=MENU,
        text="&Export figure…",
        icon="chart-line",
        shortcut="Ctrl+E",
        description="Write the shown curves as PDF, SVG or PNG, with their provenance.",
    ),
)
