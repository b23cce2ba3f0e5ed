"""The list of jobs as a table: job, kind, state, progress, time to go, start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from smcogui.app.jobs import JobState
from smcogui.ui.jobs_dock.progress_cell import ProgressCell
from smcogui.ui.simulation_tab.progress_panel import duration_text
from smcogui.ui.widgets.list_table import style_table
from smcogui.units import NO_VALUE

if TYPE_CHECKING:
    from smcogui.app.jobs import Job
    from smcogui.ui.jobs import JobCenter

Index = QModelIndex | QPersistentModelIndex

PROGRESS_COLUMN: Final = 3
_TITLES: Final = ("Job", "Kind", "State", "Progress", "Time to go", "Started")
_WIDTHS: Final = (210, 66, 98, 110, 92, 74)
_MARKS: Final = {
    JobState.WAITING: "…",
    JobState.RUNNING: "▶",
    JobState.STOPPING: "…",
    JobState.DONE: "✔",
    JobState.FAILED: "✖",
    JobState.STOPPED: "■",
    JobState.INTERRUPTED: "⚠",
}


class JobTableModel(QAbstractTableModel):
    """Jobs as rows, the newest first."""

    def __init__(self, center: JobCenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._center = center
        self._jobs: list[Job] = []
        center.listed.connect(self._list)
        center.updated.connect(self._update)
        self._list()

    def job_at(self, row: int) -> Job:
        """Return the job of a row."""
        return self._jobs[row]

    def row_of(self, job_id: str) -> int | None:
        """Return the row of a job, or None where it is not listed."""
        rows = (row for row, job in enumerate(self._jobs) if job.job_id == job_id)
        return next(rows, None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of jobs."""
        return 0 if parent.isValid() else len(self._jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, its tool tip, or what it is sorted by."""
        job = self._jobs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(job)[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return _sort_keys(job)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return job.message or job.title
        return None

    def _list(self) -> None:
        self.beginResetModel()
        self._jobs = list(reversed(self._center.jobs))
        self.endResetModel()

    def _update(self, job_id: str) -> None:
        row, job = self.row_of(job_id), self._center.job(job_id)
        if row is None or job is None:
            return
        self._jobs[row] = job
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(_TITLES) - 1))


class JobTable(QTableView):
    """A sortable list of jobs, one of them selected.

    Signals
    -------
    selected : Signal(str)
        Id of the selected job; empty where there is none.
    """

    selected = Signal(str)

    def __init__(self, center: JobCenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Jobs")
        self._jobs = JobTableModel(center, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._jobs)
        self._proxy.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._proxy)
        self._chosen = ""
        self._look()
        self._jobs.modelAboutToBeReset.connect(self._remember)
        self._jobs.modelReset.connect(self._choose_again)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit(self.job_id()))

    def job_id(self) -> str:
        """Return the id of the selected job; empty where there is none."""
        rows = self.selectionModel().selectedRows()
        return self._job_at(rows[0].row()).job_id if rows else ""

    def select(self, job_id: str) -> None:
        """Select a job of the list."""
        row = self._jobs.row_of(job_id)
        if row is not None:
            self.selectRow(self._proxy.mapFromSource(self._jobs.index(row, 0)).row())

    def _job_at(self, row: int) -> Job:
        return self._jobs.job_at(self._proxy.mapToSource(self._proxy.index(row, 0)).row())

    def _look(self) -> None:
        self.setItemDelegateForColumn(PROGRESS_COLUMN, ProgressCell(self))
        style_table(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)

    def _remember(self) -> None:
        self._chosen = self.job_id()

    def _choose_again(self) -> None:
        """Keep the selection; a job that has just begun takes it over from one that has ended."""
        rows = range(self._jobs.rowCount())
        kept = next(
            (job for job in map(self._jobs.job_at, rows) if job.job_id == self._chosen), None
        )
        newest = self._jobs.job_at(0) if rows else None
        chosen = kept
        if newest is not None and (kept is None or not kept.state.is_active):
            chosen = newest if kept is None or newest.state.is_active else kept
        if chosen is not None:
            self.select(chosen.job_id)
        self.selected.emit(self.job_id())


def _texts(job: Job) -> tuple[str, ...]:
    share = "" if job.fraction is None else f"{100 * job.fraction:.0f} %"
    if job.fraction is None and job.state.is_active:
        share = "at work"
    return (
        job.title,
        job.kind,
        f"{_MARKS[job.state]} {job.state.value}",
        share,
        NO_VALUE if job.eta_s is None else duration_text(job.eta_s),
        _clock_text(job.started_s),
    )


def _sort_keys(job: Job) -> tuple[float | str, ...]:
    endless = float("inf")
    return (
        job.title.casefold(),
        job.kind,
        job.state.value,
        -1.0 if job.fraction is None else job.fraction,
        endless if job.eta_s is None else job.eta_s,
        job.started_s,
    )


def _clock_text(time_s: float) -> str:
    then, now = time.localtime(time_s), time.localtime()
    is_today = then[:3] == now[:3]
    return time.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M", then)
