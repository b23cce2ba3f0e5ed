"""The list of jobs of a window and their logs, built from what runs and tasks tell; no Qt."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app.jobs import RUN_KIND, Job, JobState
from smcogui.runs.events import LogLine, Progress, StateChanged
from smcogui.runs.spec import BUILTIN
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from smcogui.data.store import RunRecord
    from smcogui.runs.events import RunEvent

LOG_LINES: Final = 2000
"""The newest lines of a job's log that are kept in memory; a run's files keep all of them."""

_OF_RUN: Final = {
    RunState.PENDING: JobState.WAITING,
    RunState.STAGED: JobState.WAITING,
    RunState.QUEUED: JobState.WAITING,
    RunState.RUNNING: JobState.RUNNING,
    RunState.FETCHING: JobState.RUNNING,
    RunState.DONE: JobState.DONE,
    RunState.FAILED: JobState.FAILED,
    RunState.CANCELLED: JobState.STOPPED,
    RunState.LOST: JobState.INTERRUPTED,
}
_STATE_WORDS: Final = {
    RunState.PENDING: "Waiting for its worker.",
    RunState.RUNNING: "Running.",
    RunState.DONE: "Done.",
    RunState.FAILED: "Failed.",
    RunState.CANCELLED: "Stopped; resume goes on from the last field step.",
    RunState.LOST: "Interrupted; resume goes on from the last field step.",
}


class JobBook:
    """The jobs of the window, in the order in which they began, and what each of them said.

    Parameters
    ----------
    clock : callable
        Returns seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._opened_s = clock()
        self._jobs: dict[str, Job] = {}
        # Keys in the order of time: a run that is followed anew tells its old lines again.
        self._logs: dict[str, dict[LogLine, None]] = {}
        self._names: dict[str, tuple[str, Path]] = {}
        self._dismissed: set[str] = set()
        self._tasks_begun = 0

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs, the newest last."""
        return tuple(self._jobs.values())

    @property
    def active(self) -> tuple[Job, ...]:
        """The jobs at work."""
        return tuple(job for job in self._jobs.values() if job.state.is_active)

    def get(self, job_id: str) -> Job | None:
        """Return a job, or None where it is not in the list."""
        return self._jobs.get(job_id)

    def log(self, job_id: str) -> tuple[LogLine, ...]:
        """Return what a job said, oldest first."""
        return tuple(self._logs.get(job_id, ()))

    # ------------------------------------------------------------------ tasks
    def add_task(self, title: str, kind: str, folder: Path | None = None) -> Job:
        """Add a task that begins now."""
        self._tasks_begun += 1
        job = Job(
            job_id=f"task-{self._tasks_begun}",
            title=title,
            kind=kind,
            state=JobState.RUNNING,
            started_s=self._clock(),
            folder=folder,
        )
        return self._put(job)

    def report(self, job_id: str, fraction: float | None, message: str = "") -> None:
        """Record how far a task is; the time to go follows from its speed so far."""
        job = self._jobs.get(job_id)
        if job is None or not job.state.is_active:
            return
        eta_s = None
        if fraction is not None:
            fraction = min(max(fraction, 0.0), 1.0)
            if fraction > 0:
                eta_s = (self._clock() - job.started_s) * (1 - fraction) / fraction
        self._put(replace(job, fraction=fraction, eta_s=eta_s, message=message or job.message))
        if message:
            self._say(job_id, "info", message)

    def stopping(self, job_id: str) -> None:
        """Record that a job was asked to stop."""
        job = self._jobs.get(job_id)
        if job is not None and job.can_stop:
            self._put(replace(job, state=JobState.STOPPING, eta_s=None))
            self._say(job_id, "info", "Asked to stop.")

    def not_stopping(self, job_id: str, message: str) -> None:
        """Record that a job could not be asked to stop, and why."""
        job = self._jobs.get(job_id)
        if job is not None and job.state is JobState.STOPPING:
            self._put(replace(job, state=JobState.RUNNING))
            self._say(job_id, "error", message)

    def finish(self, job_id: str, state: JobState, message: str = "") -> None:
        """Record the end of a task."""
        job = self._jobs.get(job_id)
        if job is None or not job.state.is_active:
            return
        done = state is JobState.DONE
        self._put(
            replace(
                job,
                state=state,
                fraction=1.0 if done else job.fraction,
                eta_s=None,
                message=message or job.message,
                ended_s=self._clock(),
            )
        )
        level = "error" if state is JobState.FAILED else "info"
        self._say(job_id, level, message or f"{state.value.capitalize()}.")

    def add_line(self, job_id: str, line: LogLine) -> None:
        """Record what was found out about a job by somebody else."""
        if job_id in self._jobs:
            self._write(job_id, line)

    # ------------------------------------------------------------------ runs
    def take_run(self, run_id: str, events: Iterable[RunEvent]) -> bool:
        """Record the news of a run, oldest first; return whether it is in the list.

        A run that ended before the window was opened and is only looked at is no job.
        """
        told = tuple(events)
        known = self._jobs.get(run_id)
        changes = [event for event in told if isinstance(event, StateChanged)]
        if known is None and not (changes and self._is_news(changes[-1])):
            return False
        if changes and _OF_RUN[changes[-1].state].is_active:
            self._dismissed.discard(run_id)
        elif run_id in self._dismissed:
            return False
        title, folder = self._names.get(run_id, (f"Run {run_id}", None))
        job = known or Job(
            job_id=run_id,
            title=title,
            kind=RUN_KIND,
            started_s=self._clock(),
            folder=folder,
            is_run=True,
        )
        for event in told:
            job = self._with_event(job, event)
        self._put(job)
        return True

    def end_run(self, run_id: str, state: RunState) -> None:
        """Record the end of a run, whose last events were taken before."""
        job = self._jobs.get(run_id)
        if job is None:
            return
        self._put(
            replace(
                job,
                state=_OF_RUN[state],
                eta_s=None,
                ended_s=self._clock() if job.ended_s is None else job.ended_s,
            )
        )

    def know_runs(self, records: Iterable[RunRecord]) -> None:
        """Learn names and folders of the project's runs, and list those that were interrupted.

        Runs that are no longer in the project leave the list, unless they are at work.
        """
        known = {record.run_id: record for record in records}
        self._names = {run_id: (_title(record), record.folder) for run_id, record in known.items()}
        for job in self.jobs:
            if job.is_run and job.job_id in self._names:
                title, folder = self._names[job.job_id]
                self._put(replace(job, title=title, folder=folder))
            elif job.is_run and not job.state.is_active:
                self._drop(job.job_id)
        for run_id, record in known.items():
            is_new = run_id not in self._jobs and run_id not in self._dismissed
            if record.state is RunState.LOST and is_new:
                self._put(
                    Job(
                        job_id=run_id,
                        title=_title(record),
                        kind=RUN_KIND,
                        state=JobState.INTERRUPTED,
                        fraction=record.progress,
                        message=record.message,
                        started_s=record.created_s,
                        folder=record.folder,
                        is_run=True,
                    )
                )
                self._say(run_id, "warning", record.message)

    def forget_runs(self) -> None:
        """Take every run off the list, as when another project is opened."""
        for job in self.jobs:
            if job.is_run:
                self._drop(job.job_id)
        self._names, self._dismissed = {}, set()

    def remove(self, job_id: str) -> None:
        """Take a job off the list; one at work stays, and what it made stays anyway."""
        job = self._jobs.get(job_id)
        if job is None or job.state.is_active:
            return
        if job.is_run:
            self._dismissed.add(job_id)
        self._drop(job_id)

    def _with_event(self, job: Job, event: RunEvent) -> Job:
        if isinstance(event, Progress):
            return replace(job, fraction=event.fraction, eta_s=event.eta_s)
        if isinstance(event, LogLine):
            self._write(job.job_id, event)
            return job
        if isinstance(event, StateChanged):
            return self._with_state(job, event)
        return job

    def _with_state(self, job: Job, event: StateChanged) -> Job:
        state = _OF_RUN[event.state]
        words = event.message or _STATE_WORDS.get(event.state, f"{state.value.capitalize()}.")
        level = "error" if state is JobState.FAILED else "info"
        self._say(job.job_id, level, words, event.time_s)
        began = event.state in {RunState.PENDING, RunState.RUNNING}
        if job.state is JobState.STOPPING and state.is_active:
            # Already asked to stop: what it wrote in the meantime does not unsay that.
            state = JobState.STOPPING
        return replace(
            job,
            state=state,
            message=words,
            started_s=event.time_s if began else job.started_s,
            ended_s=None if state.is_active else event.time_s,
            fraction=1.0 if state is JobState.DONE else job.fraction,
            eta_s=job.eta_s if state is JobState.RUNNING else None,
        )

    def _is_news(self, change: StateChanged) -> bool:
        return _OF_RUN[change.state].is_active or change.time_s >= self._opened_s

    def _say(self, job_id: str, level: str, message: str, time_s: float | None = None) -> None:
        when = self._clock() if time_s is None else time_s
        self._write(job_id, LogLine(level=level, message=message, time_s=when))

    def _write(self, job_id: str, line: LogLine) -> None:
        log = self._logs.setdefault(job_id, {})
        last = next(reversed(log), None)
        if last is not None and (last.message, last.cycle) == (line.message, line.cycle):
            return
        log.setdefault(line)
        if len(log) > LOG_LINES:
            del log[next(iter(log))]

    def _put(self, job: Job) -> Job:
        self._jobs[job.job_id] = job
        return job

    def _drop(self, job_id: str) -> None:
        self._jobs.pop(job_id, None)
        self._logs.pop(job_id, None)


def _title(record: RunRecord) -> str:
    """Return the name of a run, and what computes it where that is not the built-in solver."""
    engine = record.info.engine
    return record.name if engine.name == BUILTIN.name else f"{record.name}, {engine.label}"
