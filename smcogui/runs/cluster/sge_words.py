"""Words of SGE: its states, why jobs wait, and what it says when it does not answer."""

from __future__ import annotations

from typing import Final

from smcogui.runs.cluster.job import JobState, PendingReason

FINISHED: Final = "z"
"""Over, and accounting tells how; jobs that never began are only this."""
_SUSPENDED: Final = frozenset("sST")
_RUNNING: Final = frozenset("rt")
_LETTERS: Final = frozenset("EhRrtwqdsSTPN")


def state_of(letters: str) -> JobState:
    """Return the state for SGE's letters, such as ``hqw`` or ``dRr``; UNKNOWN for new ones."""
    if letters == FINISHED:
        return JobState.COMPLETING
    said = frozenset(letters)
    if not said or not said <= _LETTERS:
        return JobState.UNKNOWN
    if "w" in said or "q" in said:
        return JobState.PENDING
    if "d" in said:
        return JobState.COMPLETING
    if said & _SUSPENDED:
        return JobState.SUSPENDED
    return JobState.RUNNING if said & _RUNNING else JobState.UNKNOWN


# --- how a task ended ------------------------------------------------------------------------

_LIMIT: Final = 37
"""A limit that SGE keeps: time, processor time or memory."""
_AFTER: Final = 100
"""A signal ended it: somebody deleted it, or it broke a limit, or the node ended it."""
_MOVED: Final = frozenset({24, 25})
"""It was begun again elsewhere."""
_SIGNALLED: Final = 128


def ended_as(failed: int, exit_status: int, *, is_late: bool) -> JobState:
    """Return how a task ended, by ``failed`` and ``exit_status`` of its account."""
    if failed in {_LIMIT, _AFTER} and is_late:
        return JobState.TIMEOUT
    if failed == _LIMIT:
        # Of the limits that SGE keeps, only this one is left: nobody asks for processor time.
        return JobState.OUT_OF_MEMORY
    if failed in _MOVED:
        return JobState.NODE_FAIL
    return JobState.FAILED if failed or exit_status else JobState.COMPLETED


def signal_of(failed: int, exit_status: int) -> int | None:
    """Return the signal that ended a task."""
    is_signal = failed in {_LIMIT, _AFTER} and exit_status > _SIGNALLED
    return exit_status - _SIGNALLED if is_signal else None


def reason_of(failed: int, words: str) -> str:
    """Return what SGE says about an end that is none of the script's."""
    if not failed:
        return ""
    if failed in {_LIMIT, _AFTER, *_MOVED}:
        return f"SGE: {words}"
    return f"launch failed (SGE: {words})"


# --- why a task waits ------------------------------------------------------------------------

ERROR: Final = "error: "
"""Begins the reason of a job that could not be started."""
NOWHERE: Final = "no suitable queues"
"""In the answer of ``qalter -w v``: nothing of the cluster is large enough, or allowed."""
_CANCEL: Final = "cancel it, and submit again "
_REASONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        NOWHERE,
        "asks for what no queue of this cluster has or allows, and waits for ever",
        _CANCEL + "with less time, memory or cores, or to another queue",
    ),
    ("because it is full", "waits until a queue has free slots", ""),
    ("because of overload or full", "waits until a queue has free slots", ""),
    ("overloaded", "waits until nodes have less to do", ""),
    ("dropped because it is disabled", "its queue is closed at the moment", ""),
    ("dropped because it is temporarily not available", "its nodes are not there now", ""),
    ("only offers 0 slots", "waits until enough cores of one node are free", ""),
    ("because it only offers", "waits until enough of a resource is free", ""),
    ("max_aj_instances", "as many tasks of this array run as may run at once", ""),
    ("until clean up of a previous run", "its node is being cleaned up after its last start", ""),
    ("task concurrency", "as many tasks of this array run as the throttle allows", ""),
    ("cannot run because it exceeds limit", "your jobs use all that a quota gives them", ""),
    ("exceeds quota", "your jobs use all that a quota gives them", ""),
)


def explain_reason(letters: str, reason: str) -> PendingReason:
    """Return why a task waits in plain words; a reason that is not known is shown as it is."""
    if "E" in letters:
        said = reason.removeprefix(ERROR)
        return PendingReason(
            code=letters,
            words=f"could not be started and is held{f': {said}' if said else ''}",
            never_clears=True,
            advice=_CANCEL + "when that is mended",
        )
    if "h" in letters:
        return PendingReason(
            code=letters,
            words="is held",
            never_clears=True,
            advice="`qrls JOB` lets it go on if you hold it, or cancel it",
        )
    for part, words, advice in _REASONS:
        if part in reason:
            return PendingReason(code=reason, words=words, never_clears=bool(advice), advice=advice)
    if not reason:
        return PendingReason(code=letters, words="waits for its turn")
    return PendingReason(code=reason, words=f"waits; SGE says: {reason}")


# --- what its commands say -------------------------------------------------------------------

SILENCE: Final = (
    "commlib error",
    "unable to send message to qmaster",
    "unable to contact qmaster",
    "can't connect to qmaster",
    "failed receiving gdi request",
    "can't resolve",
    "error: endpoint is not unique",
    "timeout",
    "sge_root directory not set",
    "please set the environment variable sge_root",
)
"""What its client says, in lower case, where SGE itself did not answer."""

REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    ("unknown queue", "choose a queue that the cluster has"),
    ("requested project", "choose a project that is yours, or none"),
    ("no access to project", "choose a project that is yours, or none"),
    ("unknown resource", "use a name that `qconf -sc` lists"),
    ("requested parallel environment", "choose one that `qconf -spl` lists"),
    ("no suitable queues", "ask for less time, memory or cores, or for another queue"),
    ("maximum of", "submit fewer tasks at once, or wait until jobs have ended"),
    ("exceeds max", "submit fewer tasks at once, or wait until jobs have ended"),
    ("max_u_jobs", "wait until jobs have ended"),
    ("not a valid object name", "choose another name"),
    ("is not allowed to submit jobs", "sign in to the login node from which jobs are submitted"),
    ("no submit host", "sign in to the login node from which jobs are submitted"),
)
"""What to do about a refused submission, by what its client says in lower case."""
