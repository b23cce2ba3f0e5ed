"""The list of jobs as a table: job, kind, state, progress, time to go, start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView

from smcogui.app.jobs import JobState
from smcogui.ui.jobs_dock.progress_cell import ProgressCell
from smcogui.ui.widgets.item_model import Index, ItemModel
from smcogui.ui.widgets.item_table import ItemTable
from smcogui.units import NO_VALUE
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smcogui.app.jobs import Job
    from smcogui.ui.jobs import JobCenter

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


class JobTableModel(ItemModel):
    """Jobs as rows, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(len(_TITLES), parent)

    def item_id(self, item: Job) -> str:
        """Return the id of a job."""
        return item.job_id

    def sort_key(self, item: Job, column: int) -> float | str | None:
        """Return what a cell is sorted by."""
        return _sort_keys(item)[column]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, its tool tip, or what it is sorted by."""
        job: Job = self.item_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(job)[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return _sort_keys(job)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return job.message or job.title
        return None


class JobTable(ItemTable):
    """A sortable list of jobs, one of them selected.

    Signals
    -------
    selected : Signal(str)
        Id of the selected job; empty where there is none.
    """

    selected = Signal(str)

    def __init__(self, center: JobCenter, parent: QWidget | None = None) -> None:
        super().__init__(JobTableModel(), several=False, parent=parent)
        self.setAccessibleName("Jobs")
        self._center = center
        self._look()
        center.listed.connect(self._list)
        center.updated.connect(lambda _job_id: self._show_jobs())
        self.selection_changed.connect(lambda _ids: self.selected.emit(self.job_id()))
        self._list()

    def job_id(self) -> str:
        """Return the id of the selected job; empty where there is none."""
        return next(iter(self.selected_ids()), "")

    def _show_jobs(self) -> None:
        self._set_items(tuple(reversed(self._center.jobs)))

    def _look(self) -> None:
        self.setItemDelegateForColumn(PROGRESS_COLUMN, ProgressCell(self))
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)

    def _list(self) -> None:
        """Keep the selection; a job that has just begun takes it over from one that has ended."""
        chosen = self._center.job(self.job_id())
        self._show_jobs()
        kept = None if chosen is None else self._center.job(chosen.job_id)
        newest = next(iter(reversed(self._center.jobs)), None)
        if newest is not None and (
            kept is None or (newest.state.is_active and not kept.state.is_active)
        ):
            self.select([newest.job_id])


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
        clock_text(job.started_s),
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


def clock_text(time_s: float) -> str:
    """Return a time of day, with the date where it is not today's; ``time_s`` since 1970."""
    then, now = time.localtime(time_s), time.localtime()
    is_today = then[:3] == now[:3]
    return time.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M", then)
