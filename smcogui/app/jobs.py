"""Jobs: whatever takes long, with its state, progress, time to go and log; knows no Qt.

A job is a run, which works in processes of its own and outlives the window, or a task such as an
export, a movie or the packing of a project, which works inside this process and ends with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RUN_KIND: Final = "Run"
SERIES_KIND: Final = "Series"
CAMPAIGN_KIND: Final = "Campaign"
CLUSTER_KIND: Final = "Cluster"


class JobState(StrEnum):
    """Where a job stands; the value is what people read."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether something is at work on the job, or about to be."""
        return self in {JobState.WAITING, JobState.RUNNING, JobState.STOPPING}


class ReportProgress(Protocol):
    """What a task calls to say how far it is."""

    def __call__(self, fraction: float | None, message: str = "") -> None:
        """Report the share that is done, 0 to 1 or None where it is not known, and a log line.

        Raises
        ------
        TaskStoppedError
            If the task was asked to stop: let it pass, and clean up in ``finally``.
        """


def no_progress(fraction: float | None, message: str = "") -> None:
    """Take progress and do nothing with it, where nobody wants to know."""


def part_of(progress: ReportProgress, before: float, share: float) -> ReportProgress:
    """Return what a part of a task reports to, which begins at ``before`` and is a ``share``."""

    def report(fraction: float | None, message: str = "") -> None:
        progress(None if fraction is None else before + share * fraction, message)

    return report


class Task(Protocol):
    """Work that runs in a thread of its own and returns its answer; must not touch Qt."""

    def __call__(self, progress: ReportProgress, should_stop: Callable[[], bool], /) -> object:
        """Do the work; ``progress`` raises once the task was asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as it stands.

    Parameters
    ----------
    job_id : str
        The run_id of a run, a number of its own for a task.
    title, kind : str
        What it makes, and the sort of work: Run, Export, Movie, Project, ...
    state : JobState
    fraction : float or None
        Share that is done, 0 to 1; None where the job cannot tell.
    eta_s : float or None
        Seconds to go; None where that is not known yet.
    message : str
        The last thing that it said.
    started_s, ended_s : float
        Seconds since 1970; the end is None while it is at work.
    folder : Path or None
        What "reveal folder" shows.
    is_run : bool
    """

    job_id: str
    title: str
    kind: str
    state: JobState = JobState.WAITING
    fraction: float | None = None
    eta_s: float | None = None
    message: str = ""
    started_s: float
    ended_s: float | None = None
    folder: Path | None = None
    is_run: bool = False

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to end; None while it is at work."""
        return None if self.ended_s is None else self.ended_s - self.started_s

    @property
    def can_stop(self) -> bool:
        """Whether it can be asked to stop."""
        return self.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def can_resume(self) -> bool:
        """Whether it can go on from where it stopped; only runs keep what they have done."""
        ended = {JobState.FAILED, JobState.STOPPED, JobState.INTERRUPTED}
        return self.is_run and self.state in ended
