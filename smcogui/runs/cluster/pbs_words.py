"""Words of PBS: its states and exit codes, why jobs wait, and what it says when it does not answer.

From the PBS Professional guides and public answers; see tests/cluster/answers/README.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.job import JobState, PendingReason

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Final[Mapping[str, JobState]] = {
    "Q": JobState.PENDING,
    "H": JobState.PENDING,
    "W": JobState.PENDING,
    "T": JobState.PENDING,
    "R": JobState.RUNNING,
    "S": JobState.SUSPENDED,
    "U": JobState.SUSPENDED,
    "E": JobState.COMPLETING,
}
"""What is not over; M (moved to another server) is shown as it is."""
OVER: Final = frozenset({"F", "X"})
"""Over: a job, and a task of an array that still has others."""
BEGUN: Final = "B"
"""Of an array as a whole."""

_SIGNALLED: Final = 256
_TERM: Final = 15
_TERMINATED: Final = "91"
"""Substate of what was deleted or given up."""
_KILLED: Final[Mapping[int, JobState]] = {
    -26: JobState.OUT_OF_MEMORY,
    -27: JobState.OUT_OF_MEMORY,
    -29: JobState.TIMEOUT,
    # Aborted when the node came up again.
    -4: JobState.NODE_FAIL,
    -5: JobState.NODE_FAIL,
    -6: JobState.NODE_FAIL,
}
_CPU_LIMITS: Final = (-28, -25, -24)


def ended_as(exit_status: int | None, substate: str, *, is_late: bool) -> JobState:
    """Return how a job ended.

    Parameters
    ----------
    exit_status : int or None
        PBS adds 256 to a signal, and has negative codes of its own.
    substate : str
    is_late : bool
        Whether it took all of its time.
    """
    if exit_status is None:
        # Never begun, or of a version that keeps no more of a task.
        return JobState.CANCELLED if substate == _TERMINATED else JobState.GONE
    if exit_status == 0:
        return JobState.COMPLETED
    if exit_status < 0:
        return _KILLED.get(exit_status, JobState.FAILED)
    if exit_status >= _SIGNALLED or substate == _TERMINATED:
        if is_late:
            return JobState.TIMEOUT
        if substate == _TERMINATED or exit_status - _SIGNALLED == _TERM:
            return JobState.CANCELLED
    return JobState.FAILED


def reason_of(exit_status: int | None, comment: str) -> str:
    """Return what PBS says about an end that is none of the script's."""
    if exit_status is None or exit_status >= 0 or exit_status in _KILLED:
        return ""
    if exit_status in _CPU_LIMITS:
        return f"used more cores or processor time than it asked for (PBS: {exit_status})"
    return f"launch failed (PBS: {exit_status}). {comment}".strip()


def signal_of(exit_status: int | None) -> int | None:
    """Return the signal that ended a job."""
    if exit_status is None or not _SIGNALLED < exit_status < _SIGNALLED + 128:
        return None
    return exit_status - _SIGNALLED


_CANCEL: Final = "cancel it, and submit again "
_ASKED: Final = re.compile(r"(\w+) *\(R: *([\d.]+)\w* A: *[\d.]+\w* T: *([\d.]+)\w*\)")
_COMMENTS: Final[tuple[tuple[str, str, str], ...]] = (
    # What waits for a person; a part of the comment, words, and what to do.
    (
        "can never run",
        "asks for what this cluster does not have, and waits for ever",
        _CANCEL + "with less, or to another queue",
    ),
    (
        "too many failed attempts to run",
        "failed to start too often and is held",
        _CANCEL + "after the administrators looked at its nodes",
    ),
    ("held by user", "is held by you", "`qrls JOB` lets it go on, or cancel it"),
    ("job held", "is held", "ask the administrators why, or cancel it"),
    (
        "queue not started",
        "its queue runs no jobs at the moment",
        "ask the administrators, or " + _CANCEL + "to another queue",
    ),
    (
        "queue is not started",
        "its queue runs no jobs at the moment",
        "ask the administrators, or " + _CANCEL + "to another queue",
    ),
    # What clears by itself.
    ("running job limit", "as many jobs run as its queue or your account allows", ""),
    ("run limit", "as many jobs run as its queue or your account allows", ""),
    ("limit reached on resource", "your jobs use all that your account or queue may have", ""),
    ("exceed", "your jobs use all that your account or queue may have", ""),
    ("subjobs", "as many tasks of this array run as the throttle allows", ""),
    ("conflict with reservation", "nodes are kept for a reservation or for jobs before it", ""),
    ("draining system", "nodes are kept for a job that waited long", ""),
    ("insufficient amount of resource", "waits for enough free cores, memory or GPUs", ""),
    ("not enough free nodes", "waits for enough free nodes", ""),
    ("not enough of the right type", "waits for free nodes of the right kind", ""),
    ("no available resources on nodes", "waits for enough free nodes, cores or memory", ""),
    ("exclusive node", "waits for a node of its own", ""),
    ("ineligible state", "nodes that it needs are down or out of service", ""),
    ("dedicated time", "the cluster is kept for something else for a while", ""),
    ("outside of primetime", "may run at other hours only", ""),
    ("job array has begun", "waits for its turn", ""),
    ("job array began", "waits for its turn", ""),
)


def explain_comment(state: str, comment: str) -> PendingReason:
    """Return why a job waits in plain words; a comment that is not known is shown as it is."""
    text = comment.lower()
    for name, wants, has in _ASKED.findall(comment):
        if float(wants) > float(has) > 0:
            words = f"asks for more {name} than the cluster or queue has, and waits for ever"
            return _never(comment, words, _CANCEL + "with less, or to another queue")
    for part, words, advice in _COMMENTS:
        if part in text:
            return PendingReason(
                code=comment, words=words, never_clears=bool(advice), advice=advice
            )
    if state == "H":
        return _never(comment or state, "is held", "`qrls JOB` lets it go on if you hold it")
    if state == "W":
        return PendingReason(code=comment or state, words="may not begin before a given time")
    if not comment:
        return PendingReason(code=state, words="waits for its turn")
    return PendingReason(code=comment, words=f"waits; PBS says: {comment}")


def _never(code: str, words: str, advice: str) -> PendingReason:
    return PendingReason(code=code, words=words, never_clears=True, advice=advice)


SILENCE: Final = (
    "cannot connect to server",
    "connection refused",
    "connection timed out",
    "no connection to server",
    "communication failure",
    "end of file",
    "pbs_iff",
    "unable to authenticate",
    "invalid credential",
    "server shutting down",
    "server is busy",
    "resource temporarily unavailable",
    "could not resolve",
    "unknown host",
    "cannot resolve",
    "timed out",
)
"""What its client says, in lower case, where PBS itself did not answer."""

_UNKNOWN: Final = ("unknown job id", "job has finished", "unknown job identifier")
_NO_HISTORY: Final = ("maintain job history", "job history", "job_history_enable")


def is_unknown(said: str) -> bool:
    """Return whether PBS does not know a job, or not any more."""
    return any(word in said.lower() for word in _UNKNOWN)


def has_no_history(said: str) -> bool:
    """Return whether PBS says that it keeps no finished jobs."""
    text = said.lower()
    return any(word in text for word in _NO_HISTORY) and not is_unknown(said)


REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    ("unknown queue", "choose a queue that the cluster has"),
    ("queue is not enabled", "choose a queue that is open"),
    ("unknown resource", "leave out the resource that this cluster does not know"),
    ("illegal attribute or resource value", "correct what the message names"),
    ("exceeds queue", "ask for less time, cores or memory, or for another queue"),
    ("job violates queue", "ask for less time, cores or memory, or for another queue"),
    ("maximum number of jobs already in queue", "wait until jobs have ended"),
    ("would exceed", "wait until jobs have ended, or submit fewer tasks at once"),
    ("array job exceeds server or queue size limit", "submit fewer tasks at once"),
    ("invalid account", "choose an account that is yours"),
    ("invalid project", "choose a project that is yours, among the options"),
    ("-j value", "leave tasks at once at 0: PBS before 2020 has no throttle"),
    ("unauthorized request", "ask for a queue that you may use"),
    ("bad uid for job execution", "ask the administrators: nodes do not know your account"),
)
"""What to do about a refused submission, by what its client says in lower case."""
