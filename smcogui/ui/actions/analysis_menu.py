"""The Analysis menu: what is made of runs."""

from __future__ import annotations

from typing import Final

from smcogui.ui.actions.action_info import ActionInfo

MENU: Final = "&Analysis"
ENTRIES: Final = (
    ActionInfo(
        id="export.figure",
        menu=MENU,
        text="&Export figure…",
        icon="chart-line",
        shortcut="Ctrl+E",
        description="Draw the curves of the selected runs as PDF, SVG or PNG, with a preview.",
    ),
    ActionInfo(
        id="export.table",
        menu=MENU,
        text="Export &table…",
        icon="table-arrow-right",
        shortcut="Ctrl+Alt+T",
        description="Write the runs, one row each, as CSV, XLSX, Parquet or LaTeX.",
    ),
    ActionInfo(
        id="export.curves",
        menu=MENU,
        text="Export c&urves…",
        icon="chart-bell-curve-cumulative",
        description="Write every field step (M–H, J–H and B–H) of the selected runs as a table.",
    ),
    ActionInfo(
        id="literature.show",
        menu=MENU,
        text="&Samples of the literature…",
        icon="book-open-variant",
        description="Browse Suppl. Table 1: compositions and nanostructures of 34 samples.",
        starts_group=True,
    ),
    ActionInfo(
        id="literature.load",
        menu=MENU,
        text="&Load sample as design",
        icon="tray-arrow-down",
        description="Make the selected sample of the literature the current design; undoable.",
    ),
    ActionInfo(
        id="copy.methods",
        menu=MENU,
        text="Copy &methods paragraph",
        icon="text-box-outline",
        description="Copy a paragraph that says how the selected runs were computed.",
        starts_group=True,
    ),
    ActionInfo(
        id="copy.citations",
        menu=MENU,
        text="Copy &citations (BibTeX)",
        icon="format-quote-close",
        description="Copy the works that the selected runs stand on, as BibTeX.",
    ),
    ActionInfo(
        id="copy.command",
        menu=MENU,
        text="Copy as c&ommand",
        icon="console",
        description="Copy lines for a shell that compute the selected run again.",
    ),
    ActionInfo(
        id="copy.python",
        menu=MENU,
        text="Copy as &Python",
        icon="language-python",
        description="Copy a Python script that computes the selected run again.",
    ),
)
