"""The actions that write the shown series as a figure or a table: a dialog, then a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.ui.analysis_tab.export_job import start_export
from smcogui.ui.series.figure_dialog import SeriesFigureDialog
from smcogui.ui.series.table_dialog import SeriesTableDialog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smcogui.ui.analysis_tab.export_dialog import ExportDialog
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.series.series_tab import SeriesTab


class SeriesExports(QObject):
    """Writes figures and tables of a series; progress is in the jobs dock.

    The dialogs are made when they are first needed, and then kept.
    """

    def __init__(self, window: MainWindow, tab: SeriesTab) -> None:
        super().__init__(window)
        self._window, self._tab = window, tab
        self._figure_dialog: SeriesFigureDialog | None = None
        self._table_dialog: SeriesTableDialog | None = None
        window.actions_by_id.connect(
            {"series.export_figure": self.open_figure, "series.export_table": self.open_table}
        )

    @property
    def figure_dialog(self) -> SeriesFigureDialog:
        """The dialog of the figure."""
        if self._figure_dialog is None:
            window = self._window
            dialog = SeriesFigureDialog(
                window.session, window.bridge, window.units, window.memory, window
            )
            dialog.export_wanted.connect(self._export_figure)
            self._offer_copies(dialog)
            self._figure_dialog = dialog
        return self._figure_dialog

    @property
    def table_dialog(self) -> SeriesTableDialog:
        """The dialog of the table."""
        if self._table_dialog is None:
            window = self._window
            dialog = SeriesTableDialog(window.bridge, window.memory, window)
            dialog.export_wanted.connect(self._export_table)
            self._offer_copies(dialog)
            self._table_dialog = dialog
        return self._table_dialog

    def open_figure(self) -> None:
        """Ask how the figure of the shown series is to be."""
        if self._tab.current is not None:
            self.figure_dialog.open_for(self._tab.current, self._done())

    def open_table(self) -> None:
        """Ask where the table of the shown series is to lie."""
        if self._tab.current is not None:
            self.table_dialog.open_for(self._tab.current, self._done())

    def _done(self) -> list[str]:
        return [point.run_id for point in self._tab.points if point.mu0_Hc_T is not None]

    def _export_figure(self, path: Path) -> None:
        dialog, series = self.figure_dialog, self._window.session.series
        name, spec = dialog.series_name, dialog.form.spec()
        self._start(path, lambda: series.export_figure(name, path, spec), dialog)

    def _export_table(self, path: Path) -> None:
        dialog, series = self.table_dialog, self._window.session.series
        name, unit = dialog.series_name, self._window.units.unit.name
        self._start(path, lambda: series.export_table(name, path, field_unit=unit), dialog)

    def _start(self, path: Path, write: Callable[[], Path], dialog: ExportDialog) -> None:
        start_export(self._window.jobs, self._tab.banner, path, write, dialog)

    def _offer_copies(self, dialog: ExportDialog) -> None:
        dialog.copy_wanted.connect(
            lambda part: self._window.analysis.copies.copy_methods(
                part, dialog.run_ids, then=dialog.show_copied, or_else=dialog.show_error
            )
        )
