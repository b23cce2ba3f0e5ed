"""The series of an open project, in one place: described, run, read and exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.analysis.figure_spec import FigureSpec
from smcogui.app import series_exports, series_runs
from smcogui.app.jobs import no_progress
from smcogui.app.series_plan import plan_series
from smcogui.data.series import SERIES_FOLDER, SeriesPoint, SeriesStore, series_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.series_plan import SeriesPlan
    from smcogui.app.session import RunRecord, Session
    from smcogui.data.series import Series
    from smcogui.design.design import Design


class ProjectSeries:
    """The series of the project that a session has open."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store = SeriesStore(session.project / SERIES_FOLDER)

    def plan(
        self, design: Design, key: str, values: Sequence[float], *, cycles: int | None = None
    ) -> SeriesPlan:
        """Return which values are possible, which are done, and the cost; writes nothing.

        ``cycles`` are half-cycles instead of the design's own. Takes a moment per value.
        """
        processes = self._session.processes
        return plan_series(design, key, values, self._runs(), processes, cycles)

    def create(self, design: Design, key: str, values: Sequence[float], name: str = "") -> Series:
        """Describe a series, "Hc against L": nothing is started yet. Takes a moment per value.

        Parameters
        ----------
        design : Design
        key : str
            Key of the design file, such as ``nanostructure.L_nm`` or ``L_nm``.
        values : sequence of float
            In the unit of the key.
        name : str, optional
            Of the series; made of design and parameter by default.

        Raises
        ------
        InputError
            If the name is taken, or the design is not possible with one of the values.
        RunFolderError
            If the file cannot be written.
        """
        return self._store.create(design, key, values, name)

    def records(self) -> list[Series]:
        """Return all series, the newest first."""
        return self._store.records()

    def load(self, name: str) -> Series:
        """Return a series; raises InputError, naming the nearest, where there is none."""
        return self._store.load(name)

    def remove(self, name: str) -> None:
        """Forget a series; its runs stay in the project."""
        self._store.remove(name)

    def points(self, name: str) -> list[SeriesPoint]:
        """Return value, state, Hc, Hp and Phi_p of every run of a series."""
        return series_points(self._store.load(name), self._runs())

    def run(
        self,
        name: str,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run what a series lacks, or go on with it; see :func:`series_runs.run_series`."""
        series_runs.run_series(self._session, self._store.load(name), progress, should_stop)

    def cancel(self, name: str) -> None:
        """Ask every run of a series that is at work to stop."""
        series_runs.cancel_series(self._session, self._store.load(name))

    def export_table(self, name: str, path: Path, *, field_unit: str = "T") -> Path:
        """Write one row per value as .csv, .xlsx, .parquet or .tex; return the provenance file."""
        series = self._store.load(name)
        return series_exports.export_series_table(series, self._runs(), path, field_unit=field_unit)

    def export_figure(self, name: str, path: Path, spec: FigureSpec | None = None) -> Path:
        """Draw Hc, Hp and Phi_p over the parameter; return the provenance file."""
        series = self._store.load(name)
        return series_exports.export_series_figure(series, self._runs(), path, spec or FigureSpec())

    def preview_figure(self, name: str, spec: FigureSpec, dpi: int) -> bytes:
        """Return the figure that :meth:`export_figure` would draw, as a PNG for the screen."""
        series = self._store.load(name)
        return series_exports.preview_series_figure(series, self._runs(), spec, dpi)

    def _runs(self) -> dict[str, RunRecord]:
        return {run.run_id: run for run in self._session.runs()}
