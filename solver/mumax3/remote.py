"""A half-cycle whose process of MuMax3 runs on another machine: input written, output read here.

Whoever starts the process there does so in the attempt's folder, and leaves :data:`ENDED_FILE`
beside the script when it is over.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error
from solver.events import FieldStep, to_json
from solver.mumax3 import layout
from solver.mumax3.attempt_plan import (
    announcement,
    finished,
    next_plan,
    tried_of,
    write_attempt,
)
from solver.mumax3.attempts import Attempt, ended, find_resume_state, load_attempts, next_number
from solver.mumax3.executable import require_rule
from solver.mumax3.failures import Failure, FailureKind, classify
from solver.mumax3.flipped import COUNTING
from solver.mumax3.follow import Follower
from solver.mumax3.process import read_tail
from solver.problem import write_atomically
from solver.run_folder import EVENTS_FILE, EventLog, read_events, trim_events

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from solver.events import SolverEvent
    from solver.mumax3.executable import Banner
    from solver.problem import Problem

BEFORE_FILE: Final = "before.jsonl"
"""In the attempt's folder: the events of the half-cycle that the attempt goes on from."""
ENDED_FILE: Final = "ended"
"""Exit code (or ``late``), seconds, and the name of the last state (or ``-``)."""

_ENDED: Final = re.compile(r"(\d{1,3}|late) (\d{1,9}) (-|[\w.+-]{1,64})\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessEnd:
    """How a process ended over there.

    Parameters
    ----------
    code : int or None
        Exit code as a shell has it; None where it was ended because it did not come on.
    wall_s : float
        How long it ran.
    final : str
        Name of the file with the last state; empty where there is none.
    """

    code: int | None
    wall_s: float
    final: str = ""

    @classmethod
    def parse(cls, text: str) -> ProcessEnd | None:
        """Return what an :data:`ENDED_FILE` says, or None where it is none."""
        match = _ENDED.fullmatch(text)
        if match is None:
            return None
        code, seconds, final = match.groups()
        return cls(
            code=None if code == "late" else int(code),
            wall_s=float(seconds),
            final="" if final == "-" else final,
        )


def prepare_attempt(cycle: Path, problem: Problem, where: str) -> Attempt:
    """Write the folder of the next attempt, going on from the last state that is whole here.

    An attempt of which nothing was ever heard is written again under its number.

    Parameters
    ----------
    cycle : Path
        Folder of the half-cycle.
    problem : Problem
    where : str
        The machine that will compute it, for people.
    """
    attempts = load_attempts(cycle)
    plan = Attempt(counting=COUNTING[problem.options.exchange_rule])
    number = next_number(cycle)
    if attempts:
        plan = attempts[-1]
        if is_unheard(plan):
            number = plan.number
            shutil.rmtree(plan.folder(cycle))
        elif plan.failure:
            # Nothing left to change: then as it was, as somebody wants it.
            kind, tried = FailureKind(plan.failure), tried_of(attempts)
            plan, _ = next_plan(plan, kind, tried, problem, gpus=0) or (plan, None)
    steps = sum(isinstance(event, FieldStep) for event in read_events(cycle))
    resume = find_resume_state(cycle, problem.mesh, steps)
    trim_events(cycle, 0 if resume is None else resume.point.index + 1)
    attempt = replace(
        plan,
        number=number,
        gpu=where,
        resumed_from=None if resume is None else resume.point.index,
        version="",
        failure="",
        message="",
        wall_s=0.0,
    )
    write_attempt(cycle, problem, attempt, resume)
    before = cycle / EVENTS_FILE if resume is not None else None
    content = b"" if before is None else before.read_bytes()
    write_atomically(attempt.folder(cycle) / BEFORE_FILE, content)
    return attempt


def is_unheard(attempt: Attempt) -> bool:
    """Tell whether nothing is known of what became of an attempt."""
    return not attempt.version and not attempt.failure


def follow_attempt(
    cycle: Path,
    problem: Problem,
    attempt: Attempt,
    version: str,
    *,
    is_anew: bool,
    elapsed: Callable[[], float],
) -> Attempt:
    """Tell what is new in the copied files of an attempt at work; return its record.

    Parameters
    ----------
    cycle : Path
        Folder of the half-cycle, into which output and table are copied as they grow.
    problem : Problem
    attempt : Attempt
    version : str
        The MuMax3 that was expected.
    is_anew : bool
        Whether the files are read from their beginning.
    elapsed : callable
        Gives the seconds since the attempt began.

    Raises
    ------
    Mumax3Error
        If the files cannot be understood.
    """
    if is_anew:
        _begin_anew(cycle, attempt)
    teller = _Teller(cycle, problem, attempt, version, is_silent=not is_anew and attempt.version)
    try:
        teller.follower(elapsed).poll()
    finally:
        teller.close()
    return teller.attempt


def tell_attempt(
    cycle: Path, problem: Problem, attempt: Attempt, version: str, end: ProcessEnd | None
) -> tuple[Attempt, Failure | None]:
    """Write the events of a half-cycle from all files of an attempt that is over.

    Parameters
    ----------
    cycle : Path
        Folder of the half-cycle; its events are written anew.
    problem : Problem
    attempt : Attempt
    version : str
        The MuMax3 that was expected.
    end : ProcessEnd or None
        None where the process was stopped from outside: no failure of its own.

    Returns
    -------
    tuple of Attempt and (Failure or None)
        The record of the attempt, and how it failed.
    """
    _begin_anew(cycle, attempt)
    teller = _Teller(cycle, problem, attempt, version)
    failure: Failure | None = None
    wall_s = 0.0 if end is None else end.wall_s
    follower = teller.follower(lambda: wall_s)
    try:
        try:
            follower.finish()
        except Mumax3Error as error:
            failure = Failure(kind=FailureKind(error.kind), message=str(error))
        if failure is None and end is not None:
            failure = _failure_of(end, follower, attempt.folder(cycle), problem)
        kind, message = ("", "") if failure is None else (failure.kind.value, failure.message)
        record = ended(teller.attempt, wall_s=wall_s, failure=kind, message=message)
        if record.is_trusted:
            with suppress(Mumax3Error):
                follower.recover()
        if failure is None and end is not None:
            teller.log.write(finished(follower.last, wall_s))
    finally:
        teller.close()
    _share_time(cycle, attempt)
    return record, failure


def has_repair(cycle: Path, failure: Failure, problem: Problem) -> bool:
    """Tell whether another attempt could help against a failure of the last one."""
    attempts = load_attempts(cycle)
    tried = tried_of(attempts)
    return next_plan(attempts[-1], failure.kind, tried, problem, gpus=0) is not None


class _Teller:
    """Writes the events of one attempt."""

    def __init__(
        self,
        cycle: Path,
        problem: Problem,
        attempt: Attempt,
        version: str,
        *,
        is_silent: object = False,
    ) -> None:
        self._cycle, self._problem = cycle, problem
        self._version, self._is_silent = version, bool(is_silent)
        self.attempt = attempt
        self.log = EventLog(cycle)

    def follower(self, elapsed: Callable[[], float]) -> Follower:
        """Return what reads the files."""
        known = read_events(self._cycle)
        return Follower(
            self._cycle, self._problem, self.attempt, self.log, known, self._announce, elapsed
        )

    def close(self) -> None:
        """Close the events."""
        self.log.close()

    def _announce(self, banner: Banner) -> None:
        if banner.version != self._version:
            raise Mumax3Error(
                f"MuMax3 {self._version} was expected there, and this is {banner.version}: "
                "versions are not mixed within a run. Start the trial job again and submit anew",
                kind=FailureKind.VERSION_MISMATCH,
            )
        require_rule(self._problem, banner.version)
        if not self._is_silent:
            told: tuple[SolverEvent, ...] = announcement(
                self.attempt, banner, self._problem.content_hash()
            )
            for event in told:
                self.log.write(event)
        self.attempt = replace(self.attempt, version=banner.version)


def _begin_anew(cycle: Path, attempt: Attempt) -> None:
    before = (attempt.folder(cycle) / BEFORE_FILE).read_bytes()
    write_atomically(cycle / EVENTS_FILE, before)


def _failure_of(
    end: ProcessEnd, follower: Follower, folder: Path, problem: Problem
) -> Failure | None:
    final = layout.parse_snapshot(end.final)
    is_complete = final is not None and final.index == follower.announced - 1
    if end.code == 0 and is_complete:
        return None
    if end.code is None:
        return Failure(
            kind=FailureKind.NOT_CONVERGED,
            message=f"MuMax3 did not converge within {problem.options.max_wall_s:g} s after field "
            f"step {follower.announced} (limit max_wall_s)",
        )
    return classify(end.code, read_tail(folder))


def _share_time(cycle: Path, attempt: Attempt) -> None:
    """Share the time of the process out among its field steps, by their iterations.

    Nobody was there to look at a clock at each of them.
    """
    events = read_events(cycle)
    steps = [event for event in events if isinstance(event, FieldStep)]
    begin = 0 if attempt.resumed_from is None else attempt.resumed_from + 1
    before, last = (steps[begin - 1] if begin else None), (steps[-1] if steps else None)
    if last is None or last.index < begin:
        return
    base_n, base_s = (before.iterations, before.cpu_s) if before else (0, 0.0)
    rate = (last.cpu_s - base_s) / max(1, last.iterations - base_n)
    lines = [
        to_json(
            replace(event, cpu_s=base_s + rate * (event.iterations - base_n))
            if isinstance(event, FieldStep) and event.index >= begin
            else event
        )
        for event in events
    ]
    write_atomically(cycle / EVENTS_FILE, "".join(f"{line}\n" for line in lines).encode())
