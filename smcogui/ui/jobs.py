"""The one place of the window that long work reports to: runs, exports, movies, projects."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from smcogui.app.job_book import JobBook
from smcogui.app.jobs import JobState
from smcogui.errors import RunCancelledError, SmCoError, TaskStoppedError
from smcogui.runs.events import CycleSnapshot, CycleStep, StateChanged
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from smcogui.app.jobs import Job, Task
    from smcogui.app.session import RunRecord
    from smcogui.runs.events import LogLine
    from smcogui.ui.run_bridge import RunBridge

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What it takes to start a task again."""

    title: str
    kind: str
    work: Task
    on_answer: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None
    folder: Path | None


class JobCenter(QObject):
    """Starts tasks, and keeps the list of all jobs from what runs and tasks tell.

    Parameters
    ----------
    bridge : RunBridge
        Every run that it follows becomes a job, whoever started it.
    book : JobBook, optional
        The list; one with another clock in tests.

    Signals
    -------
    listed : Signal()
        Jobs came or went.
    updated : Signal(str)
        The job of this id has news.
    ended : Signal(object)
        A :class:`~smcogui.app.jobs.Job` that was at work has ended.
    """

    listed = Signal()
    updated = Signal(str)
    ended = Signal(object)

    def __init__(
        self, bridge: RunBridge, book: JobBook | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._book = JobBook() if book is None else book
        self._orders: dict[str, _Order] = {}
        bridge.run_news.connect(self._run_news)
        bridge.run_ended.connect(self._run_ended)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs, the newest last."""
        return self._book.jobs

    @property
    def active(self) -> tuple[Job, ...]:
        """The jobs at work."""
        return self._book.active

    def job(self, job_id: str) -> Job | None:
        """Return a job, or None where it is not in the list."""
        return self._book.get(job_id)

    def log(self, job_id: str) -> tuple[LogLine, ...]:
        """Return what a job said, oldest first."""
        return self._book.log(job_id)

    def start_task(
        self,
        title: str,
        kind: str,
        work: Task,
        on_answer: Callable[[Any], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        *,
        folder: Path | None = None,
    ) -> str:
        """Start what takes more than a second; return its job_id at once.

        Parameters
        ----------
        title : str
            What it makes, such as "Figure curves.pdf".
        kind : str
            Export, Movie, Project, Sweep, ...
        work : callable
            ``work(progress, should_stop)`` runs in a thread of its own and must not touch Qt. It
            calls ``progress(fraction, message="")`` now and then, which raises TaskStoppedError
            once the task was asked to stop, and returns its answer. It must be good for being
            called again: that is what "run again" does.
        on_answer, on_error : callable, optional
            Called in the window's thread at the end; a stopped task calls neither.
        folder : Path, optional
            Where what it makes lies, for "reveal folder".
        """
        order = _Order(
            title=title,
            kind=kind,
            work=work,
            on_answer=on_answer,
            on_error=on_error,
            folder=folder,
        )
        return self._start(order)

    def can_rerun(self, job_id: str) -> bool:
        """Whether a task can be done once more; runs are asked of the session."""
        job = self._book.get(job_id)
        return job is not None and not job.state.is_active and job_id in self._orders

    def rerun_task(self, job_id: str) -> str | None:
        """Do an ended task once more, as a new job; return its job_id."""
        return self._start(self._orders[job_id]) if self.can_rerun(job_id) else None

    def stop_task(self, job_id: str) -> None:
        """Ask a task to stop."""
        if job_id in self._orders:
            self.show_stopping(job_id)
            self._bridge.stop_task(job_id)

    def show_stopping(self, job_id: str) -> None:
        """Show that a job was asked to stop, until it says so itself."""
        self._book.stopping(job_id)
        self.updated.emit(job_id)

    def show_not_stopping(self, job_id: str, error: Exception) -> None:
        """Show that a job could not be asked to stop, and why."""
        self._book.not_stopping(job_id, f"It cannot be stopped: {error}")
        self.updated.emit(job_id)

    def remove(self, job_id: str) -> None:
        """Take an ended job off the list; what it made stays."""
        self._book.remove(job_id)
        if self._book.get(job_id) is None:
            self._orders.pop(job_id, None)
            self.listed.emit()

    def remove_ended(self) -> None:
        """Take every ended job off the list."""
        for job in self.jobs:
            self.remove(job.job_id)

    def add_line(self, job_id: str, line: LogLine) -> None:
        """Write into the log of a job what was found out about it."""
        self._book.add_line(job_id, line)
        self.updated.emit(job_id)

    def show_runs(self, runs: Iterable[RunRecord]) -> None:
        """Learn the runs of the project: their names, and which were interrupted."""
        before = {job.job_id: job for job in self.jobs}
        self._book.know_runs(runs)
        now = {job.job_id: job for job in self.jobs}
        if list(now) != list(before):
            self.listed.emit()
            return
        for job_id, job in now.items():
            if job != before[job_id]:
                self.updated.emit(job_id)

    def forget_runs(self) -> None:
        """Take all runs off the list and follow none, as when another project is opened."""
        for job in self.jobs:
            if job.is_run:
                self._bridge.unfollow(job.job_id)
        self._book.forget_runs()
        self.listed.emit()

    def _start(self, order: _Order) -> str:
        job_id = self._book.add_task(order.title, order.kind, order.folder).job_id
        self._orders[job_id] = order
        self.listed.emit()
        self._bridge.start_task(
            job_id,
            order.work,
            on_report=lambda fraction, message: self._report(job_id, fraction, message),
            on_answer=lambda value: self._done(job_id, value),
            on_error=lambda error: self._not_done(job_id, error),
        )
        return job_id

    def _report(self, job_id: str, fraction: float | None, message: str) -> None:
        self._book.report(job_id, fraction, message)
        self.updated.emit(job_id)

    def _done(self, job_id: str, value: Any) -> None:
        self._finish(job_id, JobState.DONE)
        order = self._orders.get(job_id)
        if order is not None and order.on_answer is not None:
            order.on_answer(value)

    def _not_done(self, job_id: str, error: Exception) -> None:
        if isinstance(error, TaskStoppedError | RunCancelledError):
            self._finish(job_id, JobState.STOPPED)
            return
        if not isinstance(error, SmCoError | OSError):
            _LOG.error("task %s failed", job_id, exc_info=error)
        self._finish(job_id, JobState.FAILED, str(error) or repr(error))
        order = self._orders.get(job_id)
        if order is not None and order.on_error is not None:
            order.on_error(error)

    def _finish(self, job_id: str, state: JobState, message: str = "") -> None:
        self._book.finish(job_id, state, message)
        self._tell_end(job_id)

    def _run_news(self, run_id: str, events: tuple[Any, ...]) -> None:
        before = self._book.get(run_id)
        told = [event for event in events if not isinstance(event, CycleStep | CycleSnapshot)]
        if not told or not self._book.take_run(run_id, told):
            return
        if before is None:
            self.listed.emit()
        else:
            self.updated.emit(run_id)
        now = self._book.get(run_id)
        is_over = now is not None and not now.state.is_active
        has_ended = any(isinstance(e, StateChanged) and not e.state.is_active for e in told)
        if is_over and has_ended and (before is None or before.state.is_active):
            self.ended.emit(now)

    def _run_ended(self, run_id: str) -> None:
        job = self._book.get(run_id)
        if job is not None and job.state.is_active:
            # Nothing works on it any more, and it never said how it ended.
            self._book.end_run(run_id, RunState.LOST)
            self._tell_end(run_id)

    def _tell_end(self, job_id: str) -> None:
        self.updated.emit(job_id)
        self.ended.emit(self._book.get(job_id))
