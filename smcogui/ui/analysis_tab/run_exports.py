"""The actions that write runs as figures and tables: each asks in a dialog and starts a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.ui.analysis_tab.export_job import start_export
from smcogui.ui.analysis_tab.figure_dialog import FigureDialog
from smcogui.ui.analysis_tab.table_dialog import TableDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from smcogui.app.session import RunRecord, Session
    from smcogui.ui.actions import Actions
    from smcogui.ui.analysis_tab.export_dialog import ExportDialog
    from smcogui.ui.analysis_tab.figure_form import FigureChoice
    from smcogui.ui.analysis_tab.run_copies import RunCopies
    from smcogui.ui.analysis_tab.tab import AnalysisTab
    from smcogui.ui.analysis_tab.table_dialog import Content, TableChoice
    from smcogui.ui.dialog_memory import DialogMemory
    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.run_selection import RunSelection

_NONE = "no run is selected in the Analysis tab, the Simulation tab or the library"


class RunExports(QObject):
    """Writes figures and tables of the selected runs; progress is in the jobs dock.

    The dialogs are made when they are first needed, and then kept.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobCenter,
        bridge: RunBridge,
        units: FieldUnitSwitch,
        actions: Actions,
        selection: RunSelection,
        tab: AnalysisTab,
        copies: RunCopies,
        memory: DialogMemory,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._jobs, self._bridge, self._units = session, jobs, bridge, units
        self._actions, self._selection, self._tab = actions, selection, tab
        self._copies, self._memory, self._window = copies, memory, window
        self._figure_dialog: FigureDialog | None = None
        self._table_dialog: TableDialog | None = None
        actions.connect(
            {
                "export.figure": self.open_figure,
                "export.table": lambda: self.open_table("runs"),
                "export.curves": lambda: self.open_table("curves"),
            }
        )
        selection.changed.connect(self.allow)
        tab.shown.connect(self.allow)
        self.allow()

    @property
    def figure_dialog(self) -> FigureDialog:
        """The dialog of Ctrl+E."""
        if self._figure_dialog is None:
            dialog = FigureDialog(
                self._session, self._bridge, self._units, self._memory, self._window
            )
            dialog.export_wanted.connect(self._export_figure)
            dialog.copy_wanted.connect(self._copy_of_figure)
            self._figure_dialog = dialog
        return self._figure_dialog

    @property
    def table_dialog(self) -> TableDialog:
        """The dialog of tables of runs and of curves."""
        if self._table_dialog is None:
            dialog = TableDialog(self._bridge, self._units, self._memory, self._window)
            dialog.export_wanted.connect(self._export_table)
            dialog.copy_wanted.connect(
                lambda part: self._copies.copy_methods(
                    part, dialog.run_ids, then=dialog.show_copied, or_else=dialog.show_error
                )
            )
            self._table_dialog = dialog
        return self._table_dialog

    def open_figure(self) -> None:
        """Ask how the figure of the selected runs is to be."""
        self.figure_dialog.open_for(self._selected(), self._tab.measured)

    def open_table(self, content: Content) -> None:
        """Ask how the table of the selected runs, or of all, is to be."""
        self.table_dialog.open_for(self._selected(), self._tab.table.runs, content)

    def export_figure(
        self,
        run_ids: Sequence[str],
        path: Path,
        choice: FigureChoice,
        dialog: ExportDialog | None = None,
    ) -> str:
        """Draw the curves of runs; return the job's id."""
        return self._start(
            path,
            lambda: self._session.exports.figure(
                run_ids, path, choice.spec, measured=choice.measured, analytic=choice.analytic
            ),
            dialog,
        )

    def export_table(
        self, path: Path, choice: TableChoice, dialog: ExportDialog | None = None
    ) -> str:
        """Write runs or their curves as a table; return the job's id."""

        def write() -> Path:
            if choice.content == "curves":
                return self._session.exports.curves(
                    choice.run_ids, path, N=choice.N, field_unit=choice.field_unit
                )
            return self._session.exports.table(
                choice.run_ids,
                path,
                field_unit=choice.field_unit,
                energy_unit=choice.energy_unit,
                extent=choice.extent,
            )

        return self._start(path, write, dialog)

    def allow(self) -> None:
        """Allow each action where there is something for it."""
        some = bool(self._selection.run_ids)
        self._actions.set_enabled("export.figure", some or bool(self._tab.measured), _NONE)
        self._actions.set_enabled("export.curves", some, _NONE)
        self._actions.set_enabled(
            "export.table", bool(self._tab.table.runs), "the project has no runs yet"
        )

    def _selected(self) -> list[RunRecord]:
        by_id = {run.run_id: run for run in self._tab.table.runs}
        return [by_id[run_id] for run_id in self._selection.run_ids if run_id in by_id]

    def _export_figure(self, path: Path) -> None:
        dialog = self.figure_dialog
        if dialog.choice is not None:
            self.export_figure(tuple(dialog.run_ids), path, dialog.choice, dialog)

    def _export_table(self, path: Path) -> None:
        self.export_table(path, self.table_dialog.choice(), self.table_dialog)

    def _copy_of_figure(self, part: str) -> None:
        dialog = self.figure_dialog
        if dialog.choice is not None:
            self._copies.copy_methods(
                part,
                dialog.run_ids,
                dialog.choice.measured,
                analytic=dialog.choice.analytic,
                then=dialog.show_copied,
                or_else=dialog.show_error,
            )

    def _start(self, path: Path, write: Callable[[], Path], dialog: ExportDialog | None) -> str:
        return start_export(self._jobs, self._tab.banner, path, write, dialog)
