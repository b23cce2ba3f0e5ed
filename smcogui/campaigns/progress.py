"""Where a campaign stands, from its lists and from what the runs say of themselves."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from smcogui.campaigns.repair import Trouble, next_repair, trouble_of
from smcogui.runs.folder import RESULT_FILE
from smcogui.runs.place import is_placed
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smcogui.campaigns.campaign import Attempt, Entry
    from smcogui.data.store import RunRecord

RATE_WINDOW: Final = 50
"""Runs that the rate per hour is measured over, the latest ones."""
LATEST: Final = 6
"""Runs that are named as the latest."""


class MemberState(StrEnum):
    """Where a design of a campaign stands."""

    WAITING = "waiting"
    SUBMITTED = "submitted"
    """Given to a cluster, where it waits or runs; nothing here begins it."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LEFT_STATES: Final = (MemberState.WAITING, MemberState.SUBMITTED, MemberState.RUNNING)
"""Of designs that are neither done nor given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatus:
    """What has become of one design.

    Parameters
    ----------
    entry : Entry
    state : MemberState
    attempts : tuple of Attempt
    record : RunRecord, optional
        The run of the last attempt; of an earlier one where that ended well and the last did not.
    reason : str
        Why it failed, or what is tried next.
    mu0_Hc_T : float, optional
        What was found, where it is done; kept here as tables sort by it.
    """

    entry: Entry
    state: MemberState
    attempts: tuple[Attempt, ...] = ()
    record: RunRecord | None = None
    reason: str = ""
    mu0_Hc_T: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A campaign in numbers.

    Parameters
    ----------
    counts : dict
        Designs by state.
    rate_per_h : float, optional
        Designs per hour of late; None before the second one is done.
    eta_s : float, optional
        Seconds to go, from the measured times of each size, or where a cluster computes some of
        them from the rate; None before anything is measured.
    mu0_Hc_T : tuple of float
        Coercivity of what is done, in the order of their ends.
    latest : tuple of str
        Run ids of what was done last, the newest first.
    failures : tuple of MemberStatus
    """

    counts: dict[MemberState, int]
    rate_per_h: float | None = None
    eta_s: float | None = None
    mu0_Hc_T: tuple[float, ...] = ()
    latest: tuple[str, ...] = ()
    failures: tuple[MemberStatus, ...] = field(default=())

    @property
    def total(self) -> int:
        """Number of designs."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Designs that are neither done nor given up."""
        return sum(self.counts[state] for state in LEFT_STATES)

    @property
    def is_at_work(self) -> bool:
        """Whether designs are being computed, here or on a cluster."""
        return self.counts[MemberState.RUNNING] + self.counts[MemberState.SUBMITTED] > 0


def member_states(
    entries: Sequence[Entry],
    attempts: Sequence[Attempt],
    records: Mapping[str, RunRecord],
    errors_of: Callable[[RunRecord], Sequence[str]],
) -> list[MemberStatus]:
    """Return where each design stands, in the order of the queue.

    Parameters
    ----------
    entries : sequence of Entry
    attempts : sequence of Attempt
    records : mapping of str to RunRecord
        By run id.
    errors_of : callable
        Gives the names of the exceptions that a failed run's half-cycles ended with.
    """
    by_key: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_key.setdefault(attempt.key, []).append(attempt)
    return [
        _status(entry, tuple(by_key.get(entry.key, ())), records, errors_of) for entry in entries
    ]


def overview(statuses: Sequence[MemberStatus], *, workers: int, now_s: float) -> Overview:
    """Return a campaign in numbers.

    Parameters
    ----------
    statuses : sequence of MemberStatus
    workers : int
        Designs that are computed at once.
    now_s : float
        Seconds since 1970.
    """
    counts = Counter(status.state for status in statuses)
    done = [s for s in statuses if s.state is MemberState.DONE and s.record is not None]
    ends = {status.entry.key: _ended_s(status) for status in done}
    done.sort(key=lambda status: ends[status.entry.key])
    rate = _rate(sorted(ends.values()), now_s)
    if counts[MemberState.SUBMITTED]:
        # How many a cluster computes at once, it alone knows.
        left = sum(counts[state] for state in LEFT_STATES)
        eta_s = left / rate * 3600 if rate else None
    else:
        eta_s = _eta_s(statuses, done, workers)
    return Overview(
        counts={state: counts[state] for state in MemberState},
        rate_per_h=rate,
        eta_s=eta_s,
        mu0_Hc_T=tuple(s.mu0_Hc_T for s in done if s.mu0_Hc_T is not None),
        latest=tuple(s.record.run_id for s in reversed(done[-LATEST:]) if s.record is not None),
        failures=tuple(s for s in statuses if s.state is MemberState.FAILED),
    )


def _status(
    entry: Entry,
    attempts: tuple[Attempt, ...],
    records: Mapping[str, RunRecord],
    errors_of: Callable[[RunRecord], Sequence[str]],
) -> MemberStatus:
    status = _status_of_last(entry, attempts, records, errors_of)
    if status.state is MemberState.DONE:
        return replace(status, mu0_Hc_T=_mu0_Hc_T(status.record))
    if status.state is not MemberState.FAILED:
        return status
    earlier = (records.get(attempt.run_id) for attempt in reversed(attempts[:-1]))
    done = next((each for each in earlier if each and each.state is RunState.DONE), None)
    if done is None:
        return status
    # What was to be better failed: what is there already still holds.
    reason = f"{attempts[-1].rule} failed: {status.reason}"
    return replace(
        status, state=MemberState.DONE, record=done, reason=reason, mu0_Hc_T=_mu0_Hc_T(done)
    )


def _mu0_Hc_T(record: RunRecord | None) -> float | None:
    value = None if record is None else (record.result or {}).get("mu0_Hc_T")
    return None if value is None else float(value)


def _status_of_last(
    entry: Entry,
    attempts: tuple[Attempt, ...],
    records: Mapping[str, RunRecord],
    errors_of: Callable[[RunRecord], Sequence[str]],
) -> MemberStatus:
    record = records.get(attempts[-1].run_id) if attempts else None
    if attempts and attempts[-1].refused:
        return MemberStatus(
            entry=entry,
            state=MemberState.FAILED,
            attempts=attempts,
            reason=attempts[-1].refused,
        )
    if record is None:
        return MemberStatus(entry=entry, state=MemberState.WAITING, attempts=attempts)
    state, reason = MemberState.WAITING, ""
    if record.state is RunState.DONE:
        state = MemberState.DONE
    elif record.state is RunState.FAILED:
        trouble = trouble_of(errors_of(record), record.message)
        rules = [attempt.rule for attempt in attempts]
        repair = next_repair(trouble, rules, record.info.solver)
        if repair is not None:
            reason = f"{trouble.value}: {repair.value}"
        elif trouble is Trouble.DISK_FULL:
            # It is no fault of the design: somebody frees space, and it goes on.
            reason = trouble.value
        else:
            state, reason = MemberState.FAILED, record.message
    elif record.state.is_active and is_placed(record.folder):
        state, reason = MemberState.SUBMITTED, record.message
    elif record.state is RunState.RUNNING:
        state = MemberState.RUNNING
    return MemberStatus(entry=entry, state=state, attempts=attempts, record=record, reason=reason)


def _rate(ends: Sequence[float], now_s: float) -> float | None:
    """Return designs per hour over the latest ones, up to now: a queue that stands still slows."""
    ends = ends[-RATE_WINDOW:]
    if len(ends) < 2:
        return None
    elapsed = max(now_s, ends[-1]) - ends[0]
    return (len(ends) - 1) / elapsed * 3600 if elapsed > 0 else None


def _eta_s(
    statuses: Sequence[MemberStatus], done: Sequence[MemberStatus], workers: int
) -> float | None:
    """Return seconds to go: the median CPU time of each size, scaled by cells where it is new."""
    times: dict[int, list[float]] = {}
    for status in done:
        cpu_s = _result(status).get("cpu_s")
        if cpu_s:
            times.setdefault(status.entry.cells, []).append(float(cpu_s))
    if not times:
        return None
    per_size = {size: median(values) for size, values in times.items()}
    per_cell = median(value / size for size, value in per_size.items())
    left = [
        per_size.get(status.entry.cells, per_cell * status.entry.cells) * (1 - _progress(status))
        for status in statuses
        if status.state in LEFT_STATES
    ]
    return math.fsum(left) / max(1, min(workers, len(left))) if left else 0.0


def _progress(status: MemberStatus) -> float:
    return status.record.progress if status.record is not None else 0.0


def _result(status: MemberStatus) -> Mapping[str, Any]:
    return (status.record.result if status.record is not None else None) or {}


def _ended_s(status: MemberStatus) -> float:
    """Return when a run ended: it was begun, and took its wall time; or came from a cluster."""
    if not status.attempts:
        return 0.0
    if status.record is not None and is_placed(status.record.folder):
        with contextlib.suppress(OSError):
            return (status.record.folder / RESULT_FILE).stat().st_mtime
    return status.attempts[-1].time_s + float(_result(status).get("wall_s") or 0.0)
