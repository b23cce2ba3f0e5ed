"""The Analysis tab: all runs with all quantities, their curves overlaid, and the exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.session import FigureSpec
from smcogui.ui.analysis_tab.overlay import read_mean_curves
from smcogui.ui.run_columns import ALL_COLUMNS
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.ui.widgets.run_table import RunTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.plot_curve import PlotCurve

_WIDTHS: Final = (("One column, 85 mm", 85.0), ("Two columns, 178 mm", 178.0))
_FIGURES: Final = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png)"
_MOST_CURVES: Final = 50


class AnalysisTab(QWidget):
    """Table of runs above, curves of the selected ones below."""

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._units, self._actions = session, bridge, units, actions
        self._measured: tuple[str, ...] = ()
        self.banner = Banner()
        self.table = RunTable(ALL_COLUMNS, units, several=True)
        self.table.setAccessibleName("Runs and their quantities")
        self.plot = CurvePlot(
            units,
            "Select runs in the table to lay their mean curves over each other.\n"
            "Runs appear in the table when they are started in the Simulation tab.",
        )
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._count.setWordWrap(True)
        self._width = ChoiceBox(_WIDTHS)
        self._width.setAccessibleName("Width of an exported figure")
        self._width.setToolTip("Width of an exported figure.")
        self._width.setMinimumWidth(170)
        self._lay_out()
        self.table.selection_changed.connect(self._selected)
        actions.connect(
            {
                "export.table_csv": lambda: self._ask_path(
                    "runs.csv", "CSV (*.csv)", self.export_table
                ),
                "export.table_xlsx": lambda: self._ask_path(
                    "runs.xlsx", "Spreadsheet (*.xlsx)", self.export_table
                ),
                "export.curves": lambda: self._ask_path(
                    "curves.csv", "CSV (*.csv);;Spreadsheet (*.xlsx)", self.export_curves
                ),
                "export.figure": lambda: self._ask_path("curves.pdf", _FIGURES, self.export_figure),
            }
        )
        self._selected([])

    def show_runs(self, runs: list[RunRecord]) -> None:
        """Show the project's runs."""
        before = self.table.selected_ids()
        self.table.set_runs(runs)
        if before and before == self.table.selected_ids():
            self._selected(before)
        self._describe()

    def show_measured(self, names: Sequence[str]) -> None:
        """Draw these measured curves of the project with the selected runs, and no others."""
        self._measured = tuple(names)
        self._selected(self.table.selected_ids())

    def export_table(self, path: Path) -> None:
        """Write the selected runs, or all where none is selected, as .csv or .xlsx."""
        run_ids = self.table.selected_ids() or [run.run_id for run in self.table.runs]
        self._export(path, lambda: self._session.export_table(run_ids, path))

    def export_curves(self, path: Path) -> None:
        """Write every field step of the selected runs as .csv or .xlsx: M–H, J–H and B–H."""
        run_ids = self.table.selected_ids()
        self._export(path, lambda: self._session.export_curves(run_ids, path))

    def export_figure(self, path: Path) -> None:
        """Draw the curves of the selected runs as .pdf, .svg or .png."""
        run_ids = self.table.selected_ids()
        measured = self._measured
        unit, width = self._units.unit.name, float(str(self._width.value()))
        self._export(
            path,
            lambda: self._session.export_figure(
                run_ids, path, FigureSpec(unit=unit, width_mm=width), measured=measured
            ),
        )

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self._count, 1)
        bar.addWidget(self._width)
        for action_id in (
            "export.figure",
            "export.curves",
            "export.table_csv",
            "export.table_xlsx",
        ):
            button = QToolButton()
            button.setDefaultAction(self._actions[action_id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("panel", True)
            bar.addWidget(button)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(self.table)
        halves.addWidget(self.plot)
        halves.setStretchFactor(0, 2)
        halves.setStretchFactor(1, 3)
        halves.setSizes([260, 460])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addLayout(bar)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)

    def _describe(self) -> None:
        total, chosen = len(self.table.runs), len(self.table.selected_ids())
        runs = "1 run" if total == 1 else f"{total} runs"
        self._count.setText(f"{runs} in the project, {chosen} selected" if total else "No runs yet")
        for action_id in ("export.figure", "export.curves"):
            can = chosen > 0 or (action_id == "export.figure" and bool(self._measured))
            self._actions.set_enabled(action_id, can, "no run is selected")
        for action_id in ("export.table_csv", "export.table_xlsx"):
            self._actions.set_enabled(action_id, total > 0, "the project has no runs yet")

    def _selected(self, run_ids: list[str]) -> None:
        self._describe()
        if not (run_ids or self._measured):
            self.plot.show_curves(())
            return
        if len(run_ids) > _MOST_CURVES:
            self.banner.show_message(
                "note", f"{len(run_ids)} runs are selected; the first {_MOST_CURVES} are drawn."
            )
        shown, measured = run_ids[:_MOST_CURVES], self._measured
        self._bridge.ask(
            "overlay",
            lambda: read_mean_curves(self._session, shown, measured),
            self._show_curves,
            lambda error: self.banner.show_message("warning", str(error)),
        )

    def _show_curves(self, curves: list[PlotCurve]) -> None:
        self.plot.show_curves(curves)

    def _ask_path(self, name: str, filters: str, then: Callable[[Path], None]) -> None:
        """Ask for a file and hand its path on; a missing ending is added from the filter."""
        text, chosen = QFileDialog.getSaveFileName(self, "Export", name, filters)
        if not text:
            return
        path = Path(text)
        ending = chosen[chosen.index("*.") + 1 : chosen.index(")")] if "*." in chosen else ""
        then(path if path.suffix else path.with_name(path.name + ending))

    def _export(self, path: Path, write: Callable[[], Path]) -> None:
        self.banner.show_message("note", f"Writing {path.name}…")
        self._bridge.ask(
            f"export {path}",
            write,
            lambda provenance: self.banner.show_message(
                "note", f"Wrote {path}, with its provenance in {Path(str(provenance)).name}."
            ),
            lambda error: self.banner.show_message("error", str(error)),
        )
