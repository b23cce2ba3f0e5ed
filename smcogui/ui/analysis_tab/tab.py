"""The Analysis tab: all runs with all quantities, and their curves over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.run_labels import exchange_rule_warning
from smcogui.ui.analysis_tab.overlay import read_mean_curves
from smcogui.ui.run_columns import ALL_COLUMNS, NO_RUNS
from smcogui.ui.run_menu import RUN_ACTIONS, offer_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.page_tabs import PageTabs
from smcogui.ui.widgets.run_table import RunTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.plot_curve import PlotCurve

ROW_ACTIONS: Final = (
    "export.figure",
    "export.table",
    "export.curves",
    "",
    "copy.methods",
    "copy.citations",
)
"""The buttons above the table; those behind the empty id show their icon only."""

_MOST_CURVES: Final = 50


class AnalysisTab(QWidget):
    """Table of runs above, curves of the selected ones and of measured samples below.

    Figures of datasets are another page.

    Signals
    -------
    shown : Signal()
        Other runs are listed, or other measured curves are drawn.
    """

    shown = Signal()

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._actions = session, bridge, actions
        self._measured: tuple[str, ...] = ()
        self._is_warned = False
        self.banner = Banner()
        self.table = RunTable(ALL_COLUMNS, units, several=True)
        self.table.setAccessibleName("Runs and their quantities")
        self.table.explain_empty(NO_RUNS)
        offer_menu(self.table, actions, RUN_ACTIONS)
        self.plot = CurvePlot(
            units,
            "Select runs in the table to lay their mean curves over each other.\n"
            "Runs appear in the table when they are started in the Simulation tab.",
        )
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setWordWrap(True)
        self._lay_out()
        self.table.selection_changed.connect(self._selected)
        self._selected([])

    @property
    def measured(self) -> tuple[str, ...]:
        """Names of the measured curves that are drawn with the runs."""
        return self._measured

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Show the project's runs."""
        before = self.table.selected_ids()
        self.table.set_runs(runs)
        if before and before == self.table.selected_ids():
            self._selected(before)
        self._describe()
        self.shown.emit()

    def show_measured(self, names: Sequence[str]) -> None:
        """Draw these measured curves of the project with the selected runs, and no others."""
        self._measured = tuple(names)
        self._selected(self.table.selected_ids())
        self.shown.emit()

    def add_page(self, page: QWidget, title: str) -> None:
        """Add a page beside the one of runs and their curves."""
        self.pages.addTab(page, title)

    def _lay_out(self) -> None:
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(self.table)
        halves.addWidget(self.plot)
        halves.setStretchFactor(0, 2)
        halves.setStretchFactor(1, 3)
        halves.setSizes([260, 460])
        self.pages = PageTabs()
        self.pages.setDocumentMode(True)
        self.pages.setAccessibleName("Pages of the analysis")
        runs = QWidget()
        self.add_page(runs, "Runs and curves")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 6, 10, 8)
        outer.addWidget(self.pages)
        layout = QVBoxLayout(runs)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(self._button_row())
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for action_id in ROW_ACTIONS:
            if not action_id:
                style = Qt.ToolButtonStyle.ToolButtonIconOnly
                continue
            button = QToolButton()
            button.setDefaultAction(self._actions[action_id])
            button.setToolButtonStyle(style)
            button.setAccessibleName(self._actions.info(action_id).name)
            button.setProperty("panel", True)
            # A click says that the user is at work here: see RunSelection.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        return row

    def _describe(self) -> None:
        total, chosen = len(self.table.runs), len(self.table.selected_ids())
        runs = "1 run" if total == 1 else f"{total} runs"
        words = f"{runs} in the project, {chosen} selected" if total else "No runs yet"
        drawn = f"; the first {_MOST_CURVES} are drawn" if chosen > _MOST_CURVES else ""
        measured = f"; measured: {', '.join(self._measured)}" if self._measured else ""
        self._count.setText(words + drawn + measured)
        self._warn_of_rules(set(self.table.selected_ids()))

    def _warn_of_rules(self, chosen: set[str]) -> None:
        """Say where runs of different exchange rules lie over each other."""
        runs = [run for run in self.table.runs if run.run_id in chosen]
        warning = exchange_rule_warning(runs)
        if warning or self._is_warned:
            self.banner.show_message("warning", warning)
        self._is_warned = bool(warning)

    def _selected(self, run_ids: list[str]) -> None:
        self._describe()
        shown, measured = run_ids[:_MOST_CURVES], self._measured
        if not (shown or measured):
            self.plot.show_curves(())
            return
        self._bridge.ask(
            "overlay",
            lambda: read_mean_curves(self._session, shown, measured),
            self._show_curves,
            lambda error: self.banner.show_message("warning", str(error)),
        )

    def _show_curves(self, curves: list[PlotCurve]) -> None:
        self.plot.show_curves(curves)
