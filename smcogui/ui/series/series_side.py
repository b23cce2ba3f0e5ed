"""All that a window needs for series: the menu of a number, dialog, jobs, tab, exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.app.jobs import SERIES_KIND, JobState
from smcogui.errors import InputError, TaskStoppedError
from smcogui.ui.series.parameter_menu import ParameterMenu
from smcogui.ui.series.series_dialog import SeriesDialog
from smcogui.ui.series.series_exports import SeriesExports
from smcogui.ui.series.series_tab import SeriesTab, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.jobs import Job, ReportProgress
    from smcogui.app.session import RunRecord
    from smcogui.data.series import Series
    from smcogui.ui.main_window import MainWindow

_TOPIC: Final = "series"
_NONE: Final = "no series is selected"


class SeriesSide(QObject):
    """The series of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, jobs, document and editor already there.

    Attributes
    ----------
    tab : SeriesTab
    menu : ParameterMenu
    dialog : SeriesDialog or None
        The one that is open.
    exports : SeriesExports
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._bridge, self._jobs = window.bridge, window.jobs
        self._actions = window.actions_by_id
        self._job_ids: dict[str, str] = {}
        self._to_cancel: set[str] = set()
        self._told: dict[str, str] = {}
        self._refusal = ""
        self.dialog: SeriesDialog | None = None
        self.tab = SeriesTab(window.units, self._actions)
        self.menu = ParameterMenu(window.editor.parameter_widgets(), self)
        self.exports = SeriesExports(window, self.tab)
        self._connect()
        self._allow()

    def ask(self, key: str) -> None:
        """Plan a series over a number, unless the parameters show something impossible."""
        try:
            self._window.document.require_shown()
        except InputError as error:
            self._refusal = error.message
            self._window.projects.warn(error.message)
        else:
            self.open_dialog(key)

    def open_dialog(self, key: str) -> SeriesDialog:
        """Plan a series over a number of the design, by its key in the design file."""
        if self.dialog is not None:
            self.dialog.reject()
        window = self._window
        dialog = SeriesDialog(self._session, self._bridge, window.document.design, key, window)
        dialog.created.connect(self._created)
        dialog.finished.connect(lambda _code: self._closed(dialog))
        self.dialog = dialog
        dialog.open()
        return dialog

    def run(self, name: str) -> None:
        """Run what a series lacks, as a job."""
        if self.is_at_work(name):
            return

        def work(progress: ReportProgress, should_stop: Callable[[], bool]) -> None:
            series = self._session.series
            try:
                series.run(name, progress, should_stop)
            except TaskStoppedError:
                # A window that closes leaves the runs at work; a person who stops means them too.
                if name in self._to_cancel:
                    series.cancel(name)
                raise

        job_id = self._jobs.start_task(
            name, SERIES_KIND, work, on_error=self._explain, folder=self._session.project
        )
        self._job_ids[name] = job_id
        self._allow()

    def stop(self, name: str) -> None:
        """Stop a series and its runs; what they have computed is kept."""
        if self.is_at_work(name):
            self._jobs.stop_task(self._job_ids[name])

    def is_at_work(self, name: str) -> bool:
        """Whether a job of this window runs the series."""
        job = self._jobs.job(self._job_ids.get(name, ""))
        return job is not None and job.state.is_active

    def refresh(self) -> None:
        """Read the series of the project again."""
        self._bridge.ask(_TOPIC, self._session.series.records, self._show_series)

    def show_runs(self, runs: Sequence[RunRecord]) -> None:
        """Show what the project's runs have come to."""
        self.tab.show_runs(runs)

    def leave_project(self) -> None:
        """Forget the series; a job at work notices by itself that its project was left."""
        self._bridge.drop(_TOPIC)
        self._job_ids.clear()
        self.tab.banner.clear_message()
        self.tab.show_series([])

    def _connect(self) -> None:
        tab = self.tab
        self._actions.connect(
            {
                "series.new": lambda: self.ask(self.menu.focused),
                "series.run": lambda: self._with_current(self.run),
                "series.stop": lambda: self._with_current(self.stop),
                "series.show": self._show_run,
                "series.trash": lambda: self._with_current(self._trash),
            }
        )
        self.menu.wanted.connect(self.ask)
        self._window.document.refused.connect(
            lambda _why: self._window.projects.notes.take_back(self._refusal)
        )
        tab.selection_changed.connect(self._allow)
        tab.point_chosen.connect(self._point_chosen)
        tab.run_wanted.connect(self._show_run)
        self._jobs.updated.connect(self._job_updated)
        self._jobs.ended.connect(self._job_ended)

    def _created(self, series: Series) -> None:
        self.tab.banner.clear_message()
        self.tab.select_series(series.name)
        self._window.tabs.setCurrentWidget(self.tab)
        self.refresh()
        self.run(series.name)

    def _closed(self, dialog: SeriesDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _show_series(self, series: list[Series]) -> None:
        self.tab.show_series(series)
        self._allow()

    def _job_updated(self, job_id: str) -> None:
        job = self._jobs.job(job_id)
        if job is None or job.kind != SERIES_KIND:
            return
        if job.state is JobState.STOPPING:
            self._to_cancel.add(job.title)
        if job_id not in self._job_ids.values():
            # Run again from the list of jobs: the same series under another number.
            self._job_ids[job.title] = job_id
        if self._told.get(job_id) != job.message:
            self._told[job_id] = job.message
            self._window.refresh_runs()
        self._allow()

    def _job_ended(self, job: Job) -> None:
        if job.kind == SERIES_KIND:
            self._to_cancel.discard(job.title)
            self._told.pop(job.job_id, None)
            self._window.refresh_runs()
            self._allow()

    def _point_chosen(self, run_id: str) -> None:
        if self._has_run(run_id):
            self._window.simulation_tab.select_run(run_id)

    def _show_run(self) -> None:
        if self._has_run(self.tab.run_id):
            self._window.show_run(self.tab.run_id)

    def _has_run(self, run_id: str) -> bool:
        return any(p.run_id == run_id and p.state is not None for p in self.tab.points)

    def _trash(self, name: str) -> None:
        library = self._session.library
        self._bridge.ask(
            f"series trash {name}",
            lambda: library.trash_series(name),
            lambda _entry: self._trashed(name),
            self._explain,
        )

    def _trashed(self, name: str) -> None:
        self.refresh()
        self._window.library_panel.refresh()
        self._window.say(
            f"Moved {name} to the trash; its runs stay. The library's Trash page puts it back."
        )

    def _with_current(self, then: Callable[[str], None]) -> None:
        series = self.tab.current
        if series is not None:
            then(series.name)

    def _explain(self, error: Exception) -> None:
        self.tab.banner.show_message("error", str(error))

    def _allow(self) -> None:
        series, points = self.tab.current, self.tab.points
        at_work = series is not None and self.is_at_work(series.name)
        has_value = any(point.mu0_Hc_T is not None for point in points)
        started = any(point.state is not None for point in points)
        for action_id, on, why in (
            ("series.run", not at_work and lacking(points) > 0, "all of it is done or at work"),
            ("series.stop", at_work, "the series is not at work"),
            ("series.show", self._has_run(self.tab.run_id), "no value with a run is selected"),
            ("series.export_figure", has_value, "no run of the series is done"),
            ("series.export_table", started, "no run of the series was started"),
            ("series.trash", series is not None and not at_work, "the series is at work"),
        ):
            self._actions.set_enabled(action_id, on, why if series is not None else _NONE)
