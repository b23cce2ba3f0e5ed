"""Why tasks ended without all their results, and what now: both as data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_records import Stage
from smcogui.app.cluster_views import FailureView
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.job_script import DUPLICATE, OUT_OF_TIME, SETUP_FAILED
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from smcogui.app.cluster_records import (
        AttemptRecord,
        Standings,
        SubmissionRecord,
        TaskStanding,
    )
    from smcogui.runs.cluster.profile import ClusterProfile

MOST_ATTEMPTS: Final = 5
"""Job arrays for the same runs, the first among them."""
_KILL: Final = 9
_NO_LAUNCH: Final = 53
"""What Slurm says where the folder or the output of a job cannot be opened: no signal has it."""
_FULL_SHARE: Final = 0.9
_LONGEST_LIMIT_MIN: Final = 525_600
_MOST_MEMORY_MB: Final = 16_777_216


class FailureKind(StrEnum):
    """Class of a failure."""

    OUT_OF_MEMORY = "out_of_memory"
    TIME_LIMIT = "time_limit"
    NODE_FAILED = "node_failed"
    PREEMPTED = "preempted"
    SETUP = "setup"
    LAUNCH = "launch"
    CRASHED = "crashed"
    SOLVER = "solver"
    UNFINISHED = "unfinished"
    REFUSED_RUNS = "refused_runs"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"
    NOT_SENT = "not_sent"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is done about a class of failures.

    Parameters
    ----------
    words : str
        What happened.
    remedy : str
        What now.
    change : callable, optional
        Gives the profile of the next attempt; None where a person has to do something first.
    """

    words: str
    remedy: str
    change: Callable[[ClusterProfile], ClusterProfile] | None = None


def _same(profile: ClusterProfile) -> ClusterProfile:
    return profile


def _more_memory(profile: ClusterProfile) -> ClusterProfile:
    memory_MB = min(2 * (profile.memory_MB or 4000), _MOST_MEMORY_MB)
    return profile.model_copy(update={"memory_MB": memory_MB})


def _more_time(profile: ClusterProfile) -> ClusterProfile:
    """Give half the runs to each task: that is never beyond a limit of the partition."""
    if profile.chunk > 1:
        return profile.model_copy(update={"chunk": max(1, profile.chunk // 2)})
    limit_min = min(2 * profile.time_limit_min, _LONGEST_LIMIT_MIN)
    return profile.model_copy(update={"time_limit_min": limit_min})


REMEDIES: Final[Mapping[FailureKind, Remedy]] = {
    FailureKind.OUT_OF_MEMORY: Remedy(
        words="needed more memory than they asked for",
        remedy="submit what is missing with twice the memory, or with what its runs are estimated "
        "to need where that is more",
        change=_more_memory,
    ),
    FailureKind.TIME_LIMIT: Remedy(
        words="reached the time limit",
        remedy="submit what is missing with half the runs in a task, or twice the time where a "
        "task has one run; each run goes on from its last field steps",
        change=_more_time,
    ),
    FailureKind.NODE_FAILED: Remedy(
        words="were on a node that failed",
        remedy="submit what is missing again, as it was",
        change=_same,
    ),
    FailureKind.PREEMPTED: Remedy(
        words="were displaced by other jobs",
        remedy="submit what is missing again, as it was",
        change=_same,
    ),
    FailureKind.SETUP: Remedy(
        words="found a module, the prologue or their folder missing",
        remedy="read the log, and correct modules and prologue of the profile; cancel this "
        "submission, which gives its runs back, and submit anew",
    ),
    FailureKind.LAUNCH: Remedy(
        words="could not be started by the scheduler",
        remedy="read the log; where there is none, the folder on the cluster cannot be written by "
        "the nodes: choose another one in the profile; cancel this submission, which gives its "
        "runs back, and submit anew",
    ),
    FailureKind.CRASHED: Remedy(
        words="ended with an error",
        remedy="read the log; submit what is missing again",
        change=_same,
    ),
    FailureKind.SOLVER: Remedy(
        words="have runs that MuMax3 ended early",
        remedy="submit what is missing again: each half-cycle goes on from its last field step, "
        "with what helps against such an error changed",
        change=_same,
    ),
    FailureKind.UNFINISHED: Remedy(
        words="ended without all of their results",
        remedy="read the log; submit what is missing again",
        change=_same,
    ),
    FailureKind.REFUSED_RUNS: Remedy(
        words="could not compute what was submitted",
        remedy="cancel this submission, which gives its runs back, and submit them anew under "
        "another engine",
    ),
    FailureKind.DAMAGED: Remedy(
        words="gave results that are damaged or not what was submitted, and are not used",
        remedy="fetch again; where that does not help, submit them again: they are computed from "
        "the start, and what is there is set aside",
        change=_same,
    ),
    FailureKind.CANCELLED: Remedy(
        words="were cancelled",
        remedy="submit what is missing again, if it is wanted",
        change=_same,
    ),
    FailureKind.NOT_SENT: Remedy(
        words="were not submitted, as that was cut short",
        remedy="submit them again",
        change=_same,
    ),
    FailureKind.NOT_TAKEN: Remedy(
        words="were refused by the scheduler",
        remedy="correct the profile, and submit anew",
    ),
}
_BY_STATE: Final[Mapping[JobState, FailureKind]] = {
    JobState.OUT_OF_MEMORY: FailureKind.OUT_OF_MEMORY,
    JobState.TIMEOUT: FailureKind.TIME_LIMIT,
    JobState.NODE_FAIL: FailureKind.NODE_FAILED,
    JobState.PREEMPTED: FailureKind.PREEMPTED,
    JobState.CANCELLED: FailureKind.CANCELLED,
}


def classify(standing: TaskStanding, missing: Collection[str]) -> FailureKind | None:
    """Return why a task lacks runs; None where it is not over, or lacks none.

    Parameters
    ----------
    standing : TaskStanding
    missing : collection of str
        Ids of its runs that are neither here nor given up.

    Returns
    -------
    FailureKind or None
        None, too, before its files were looked through, as they may tell more.
    """
    row = standing.row
    damaged = dict(standing.damaged)
    bad = dict(standing.refused).keys() | damaged.keys()
    missing = set(missing) - (set(standing.ended) - bad)
    if row is None or not row.state.is_over or not missing:
        return None
    if missing <= bad:
        return FailureKind.DAMAGED if missing & damaged.keys() else FailureKind.REFUSED_RUNS
    if not standing.is_searched:
        return None
    if row.state in _BY_STATE:
        return _BY_STATE[row.state]
    if standing.lacked_memory:
        return FailureKind.OUT_OF_MEMORY
    if row.exit_code == OUT_OF_TIME:
        return FailureKind.TIME_LIMIT
    if row.exit_code == SETUP_FAILED:
        return FailureKind.SETUP
    if row.signal == _KILL or (row.exit_code == 128 + _KILL):
        # Schedulers without cgroups kill what takes too much, and say no more than that.
        is_full = row.memory_MB and (row.peak_memory_MB or 0) >= _FULL_SHARE * row.memory_MB
        never_ran = "launch" in row.reason.lower() and not standing.host and not is_full
        return FailureKind.LAUNCH if never_ran else FailureKind.OUT_OF_MEMORY
    is_launch = row.signal == _NO_LAUNCH or "launch" in row.reason.lower()
    if row.state is JobState.FAILED and is_launch and not standing.host:
        return FailureKind.LAUNCH
    if missing.intersection(run_id for run_id, _ in standing.failed):
        return FailureKind.SOLVER
    return FailureKind.CRASHED if row.state is JobState.FAILED else FailureKind.UNFINISHED


def failures_of(
    record: SubmissionRecord, standings: Standings, gone: Collection[str]
) -> list[FailureView]:
    """Return the failures of a submission, by attempt and class; ``gone`` is here or given up."""
    found: list[FailureView] = []
    later: set[str] = set(gone)
    for attempt in reversed(record.attempts):
        missing = {run_id for task in attempt.tasks for run_id in task} - later
        found += _of_attempt(record, attempt, standings, missing)
        if attempt.stage is not Stage.REFUSED:
            # What was submitted again is that attempt's.
            later |= {run_id for task in attempt.tasks for run_id in task}
    return found[::-1]


def _of_attempt(
    record: SubmissionRecord, attempt: AttemptRecord, standings: Standings, missing: set[str]
) -> Iterable[FailureView]:
    groups: dict[FailureKind, list[int]] = defaultdict(list)
    runs: dict[FailureKind, int] = defaultdict(int)
    reasons: dict[FailureKind, str] = {}
    for task, ids in enumerate(attempt.tasks):
        lacks = missing.intersection(ids)
        standing = standings.get((attempt.number, task))
        if attempt.stage in {Stage.PREPARED, Stage.REFUSED}:
            is_new = attempt.stage is Stage.PREPARED
            kind = (FailureKind.NOT_SENT if is_new else FailureKind.NOT_TAKEN) if lacks else None
            reasons[FailureKind.NOT_TAKEN] = attempt.failure
        else:
            kind = None if standing is None else classify(standing, lacks)
        if kind is None or (standing is not None and _is_double(standing)):
            continue
        groups[kind].append(task)
        runs[kind] += len(lacks)
        if kind is FailureKind.REFUSED_RUNS and standing is not None:
            reasons[kind] = standing.refused[0][1]
        elif kind is FailureKind.DAMAGED and standing is not None:
            reasons[kind] = standing.damaged[0][1]
        elif kind is FailureKind.SOLVER and standing is not None:
            reasons[kind] = standing.failed[0][1]
    for kind, tasks in groups.items():
        yield _view(record, attempt, kind, tasks, runs[kind], reasons.get(kind, ""))


def _view(
    record: SubmissionRecord,
    attempt: AttemptRecord,
    kind: FailureKind,
    tasks: list[int],
    runs: int,
    reason: str,
) -> FailureView:
    data = REMEDIES[kind]
    count = "1 task" if len(tasks) == 1 else f"{len(tasks)} tasks"
    is_last = attempt.number >= MOST_ATTEMPTS
    remedy = (
        f"{attempt.number} attempts were made: read the log before you submit anew"
        if is_last
        else data.remedy
    )
    return FailureView(
        cluster=record.cluster,
        token=record.token,
        kind=kind.value,
        words=f"{count} {data.words}{f': {plain(reason)[:500]}' if reason else ''}",
        remedy=remedy,
        can_resubmit=data.change is not None and not is_last,
        tasks=tuple(tasks),
        runs=runs,
        attempts=attempt.number,
    )


def _is_double(standing: TaskStanding) -> bool:
    """Tell whether a task ended as another array has its work."""
    return standing.row is not None and standing.row.exit_code == DUPLICATE
