"""Solve the problem of a folder with the user's own MuMax3.

The same folder, lock and events as with the built-in solver. Each process is an attempt in a folder
of its own (:mod:`solver.mumax3.attempts`); what fails is tried again as
:data:`solver.mumax3.failures.REPAIRS` says, from the last accepted state.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from solver.errors import CancelledError, Mumax3Error, ProblemError
from solver.events import FieldStep, LogLine, Started
from solver.mumax3 import layout
from solver.mumax3.attempt_plan import (
    SOLVER_NAME,
    announcement,
    finished,
    next_plan,
    write_attempt,
)
from solver.mumax3.attempts import (
    OUTPUT_FOLDER,
    Attempt,
    ResumeState,
    ended,
    find_resume_state,
    load_attempts,
    next_number,
    remove_bulk,
)
from solver.mumax3.executable import find_executable, require_rule
from solver.mumax3.failures import (
    MOST_ATTEMPTS,
    REPAIR_WORDS,
    Failure,
    FailureKind,
    Repair,
    classify,
    estimate_memory,
)
from solver.mumax3.flipped import COUNTING
from solver.mumax3.follow import Follower
from solver.mumax3.gpu_choice import GpuChoice
from solver.mumax3.gpu_queue import GPU_VARIABLE, GpuClaim, kernel_folder
from solver.mumax3.process import command_line, read_tail, start, stop
from solver.run_folder import (
    EventLog,
    is_damaged,
    keep_damaged_events,
    read_events,
    solve_in_folder,
    telling,
    trim_events,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from solver.mumax3.executable import Banner
    from solver.problem import Problem

_TICK_S: Final = 0.1
_SILENCE_S: Final = 300.0
"""How long a program may take to say that it is MuMax3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Which MuMax3 on which GPUs; empty words leave the choice to what is found."""

    executable: str = ""
    gpus: str = field(default_factory=lambda: os.environ.get(GPU_VARIABLE, ""))


def solve_folder(
    folder: Path,
    should_stop: Callable[[], bool] = lambda: False,
    setup: Setup | None = None,
) -> None:
    """Solve ``folder/problem.json`` with MuMax3, or go on; a finished folder is left as it is.

    Parameters
    ----------
    folder : Path
    should_stop : callable
        Asked many times a second; true ends the process of MuMax3 and raises CancelledError.
    setup : Setup, optional
        The variables of the environment by default.

    Raises
    ------
    SolverError
        Any of :mod:`solver.errors`; all accepted field steps are on disk then.
    """
    solve_in_folder(
        folder,
        SOLVER_NAME,
        lambda problem, problem_hash: _Solve(
            folder, problem, problem_hash, should_stop, setup or Setup()
        ).run(),
    )


@dataclass(slots=True)
class _Solve:
    """One session of a half-cycle: attempts until it is finished or nothing is left to try."""

    folder: Path
    problem: Problem
    problem_hash: str
    should_stop: Callable[[], bool]
    setup: Setup
    plan: Attempt = field(default_factory=Attempt)
    tried: list[Repair] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        before = load_attempts(self.folder)
        first = Attempt(counting=COUNTING[self.problem.options.exchange_rule])
        # What had to be changed once stays changed.
        self.plan = before[-1] if before else first
        news: LogLine | None = None
        for number in range(1, MOST_ATTEMPTS + 1):
            resume = self._resume_state()
            trim_events(self.folder, 0 if resume is None else resume.point.index + 1)
            log = EventLog(self.folder)
            with telling(log):
                if news is not None:
                    log.write(news)
                failure, last = self._attempt(resume, log)
                if failure is None:
                    self._finish(log, last)
                    return
                if number == MOST_ATTEMPTS:
                    raise Mumax3Error(f"{failure}. It was tried {number} times", kind=failure.kind)
                news = self._plan_repair(failure)

    def _resume_state(self) -> ResumeState | None:
        """Return where the half-cycle goes on; events that cannot be read are kept aside."""
        if is_damaged(self.folder):
            keep_damaged_events(self.folder)
        self._recover()
        steps = sum(isinstance(event, FieldStep) for event in read_events(self.folder))
        return find_resume_state(self.folder, self.problem.mesh, steps)

    def _recover(self) -> None:
        """Tell the field steps that the last attempt came to and that nobody has told yet."""
        attempts = load_attempts(self.folder)
        if not attempts or not attempts[-1].is_trusted:
            return
        known = read_events(self.folder)
        # Half a line of a killed writer is cut off before anything is appended.
        trim_events(self.folder, sum(isinstance(event, FieldStep) for event in known))
        log = EventLog(self.folder)
        with telling(log), suppress(Mumax3Error):
            Follower(self.folder, self.problem, attempts[-1], log, known, _ignore).recover()

    def _plan_repair(self, failure: Failure) -> LogLine:
        """Choose what is changed next, or raise what nothing is left to be done about."""
        others = [gpu for gpu in self._choice().gpus() if gpu.key not in self.used]
        planned = next_plan(self.plan, failure.kind, self.tried, self.problem, gpus=len(others))
        if planned is None:
            raise Mumax3Error(str(failure), kind=failure.kind)
        self.plan, repair = planned
        if repair is not Repair.OTHER_GPU:
            self.used.clear()
        return LogLine(level="warning", message=f"{failure.message}; {REPAIR_WORDS[repair]}")

    # --- one attempt -----------------------------------------------------------------------

    def _attempt(
        self, resume: ResumeState | None, log: EventLog
    ) -> tuple[Failure | None, FieldStep | None]:
        executable = find_executable(self.setup.executable)

        def tell(message: str) -> None:
            log.write(LogLine(level="info", message=message))

        with self._choice().claim(self._left_alone(), tell) as claimed:
            gpu = claimed.gpu
            self.used.add(gpu.key)
            full = self._choice().fullness(gpu)
            if full is not None:
                return full, None
            attempt = replace(
                self.plan,
                number=next_number(self.folder),
                gpu=gpu.label,
                resumed_from=None if resume is None else resume.point.index,
                version="",
                failure="",
                message="",
                wall_s=0.0,
            )
            write_attempt(self.folder, self.problem, attempt, resume)
            return self._follow(attempt, executable, claimed, log)

    def _follow(
        self, attempt: Attempt, executable: Path, claimed: GpuClaim, log: EventLog
    ) -> tuple[Failure | None, FieldStep | None]:
        """Run one process and return how it failed, if it did, and the last field step."""
        folder = attempt.folder(self.folder)
        began = time.monotonic()
        command = command_line(
            executable,
            layout.SCRIPT_FILE,
            OUTPUT_FOLDER,
            kernel_folder(claimed.gpu),
            sync=attempt.sync,
        )

        def announce(banner: Banner) -> None:
            nonlocal attempt
            self._announce(attempt, banner, log)
            # Only now: without a version nothing of it is gone on from.
            attempt = replace(attempt, version=banner.version)
            attempt.save(self.folder)

        known = read_events(self.folder)
        follower = Follower(self.folder, self.problem, attempt, log, known, announce)
        process = start(command, folder, claimed.gpu, [claimed.descriptor])
        failure: Failure | None = None
        try:
            failure = self._watch(process, folder, follower)
        except ProblemError as error:
            failure = Failure(kind=FailureKind.VERSION_MISMATCH, message=str(error))
            raise
        finally:
            stop(process)
            kind, message = ("", "") if failure is None else (failure.kind, failure.message)
            wall_s = time.monotonic() - began
            attempt = ended(attempt, wall_s=wall_s, failure=kind, message=message)
            attempt.save(self.folder)
            if attempt.is_trusted:
                with suppress(Mumax3Error):
                    follower.recover()
        if follower.has_moved:
            self.tried.clear()
            self.used = {claimed.gpu.key}
        return failure, follower.last

    def _watch(
        self, process: subprocess.Popen[bytes], folder: Path, follower: Follower
    ) -> Failure | None:
        try:
            while (code := process.poll()) is None:
                follower.poll()
                self._check_time(follower)
                self._pause(_TICK_S)
            follower.finish()
        except Mumax3Error as error:
            return Failure(kind=FailureKind(error.kind), message=str(error))
        if code == 0 and follower.is_complete:
            return None
        if code == 0 and follower.banner is None:
            return Failure(
                kind=FailureKind.MISSING,
                message=f"what was started is no MuMax3: {_first_words(folder)}",
            )
        return classify(code, read_tail(folder))

    def _check_time(self, follower: Follower) -> None:
        """End a process that does not come on: Minimize() of MuMax3 has no limit of its own."""
        idle_s, limit_s = follower.idle_s(), self.problem.options.max_wall_s
        if follower.banner is None and idle_s > min(limit_s, _SILENCE_S):
            raise Mumax3Error(
                f"what was started did not say within {idle_s:.0f} s that it is MuMax3",
                kind=FailureKind.MISSING,
            )
        if idle_s > limit_s:
            raise Mumax3Error(
                f"MuMax3 did not converge within {limit_s:g} s after field step "
                f"{follower.announced} (limit max_wall_s)",
                kind=FailureKind.NOT_CONVERGED,
            )

    def _announce(self, attempt: Attempt, banner: Banner, log: EventLog) -> None:
        require_rule(self.problem, banner.version)
        for event in read_events(self.folder):
            if isinstance(event, Started) and event.version != banner.version:
                raise Mumax3Error(
                    f"this half-cycle was begun with MuMax3 {event.version}, and this is "
                    f"{banner.version}: versions are not mixed within a run",
                    kind=FailureKind.VERSION_MISMATCH,
                )
        for told in announcement(attempt, banner, self.problem_hash):
            log.write(told)

    def _finish(self, log: EventLog, last: FieldStep | None) -> None:
        log.write(finished(last, time.monotonic() - self.began))
        remove_bulk(self.folder)

    def _choice(self) -> GpuChoice:
        return GpuChoice(self.setup.gpus, estimate_memory(self.problem.mesh), self._pause)

    def _pause(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.should_stop():
                raise CancelledError("the run was asked to stop")
            time.sleep(min(_TICK_S, seconds))

    def _left_alone(self) -> set[str]:
        """Return the GPUs that failed, where another one is to be used."""
        return self.used if self.tried and self.tried[-1] is Repair.OTHER_GPU else set()


def _ignore(_banner: Banner) -> None:
    """Say nothing: what an earlier attempt told of itself was told then."""


def _first_words(folder: Path) -> str:
    words = "".join(char if char.isprintable() else " " for char in read_tail(folder)).split()
    return f"it printed {' '.join(words)[:100]!r}" if words else "it printed nothing"
