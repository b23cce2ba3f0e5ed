"""The supervisor of one run: starts its half-cycles as solver children and records the end.

It knows processes and files only. What a finished run leaves behind (curve, result) is written
by the ``complete`` function that the caller hands in.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.errors import RunError, SmCoError
from smcogui.runs import children
from smcogui.runs.folder import (
    CANCEL_FILE,
    EVENTS_FILE,
    HEARTBEAT_FILE,
    RESULT_FILE,
    SOLVER_LOG,
    RunInfo,
    check_problem,
    folder_error,
    read_info,
)
from smcogui.runs.lock import FolderLock, is_locked
from smcogui.runs.record import STOPPED, record_line, record_state
from smcogui.runs.state import RunState
from smcogui.runs.watch import begin_here, current_state, read_cycle
from solver.errors import FREE_SPACE
from solver.events import Failed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

_TICK_S: Final = 0.05
_HEARTBEAT_S: Final = 5.0
_PATIENCE_S: Final = 10.0
_LOCK_PATIENCE_S: Final = 3.0
_ORPHAN_S: Final = 60.0
_RESTARTS: Final = 2
_STOPPED: Final = 130
_SAYS_WHY: Final = (2, 3)
"""Exit codes with which the solver ends on purpose, with a sentence."""
_FULL_DISK_BYTES: Final = 100_000


@dataclass(slots=True, kw_only=True)
class _Cycle:
    """One half-cycle on its way."""

    number: int
    folder: Path
    child: subprocess.Popen[bytes] | None = None
    restarts: int = 0


@dataclass(slots=True, kw_only=True)
class _Work:
    waiting: list[_Cycle]
    command: Callable[[Path], Sequence[str]]
    at_work: list[_Cycle] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Supervisor:
    """Runs the half-cycles of one run folder, as many at once as there are processors.

    Parameters
    ----------
    folder : Path
        A prepared run folder.
    complete : callable
        ``complete(folder)`` writes what a finished run leaves behind.
    should_stop : callable
        Asked many times a second; true ends the run as CANCELLED.
    on_tick : callable, optional
        Called as often, to show progress.
    processes : int, optional
        Solvers at once; the result does not depend on it.
    command : callable, optional
        ``command(folder)`` is the command that solves a problem folder; by default that of the
        engine that the run's ``spec.json`` names.
    environment : mapping, optional
        Variables added to this process's own for the solvers.
    """

    def __init__(
        self,
        folder: Path,
        *,
        complete: Callable[[Path], None],
        should_stop: Callable[[], bool] = lambda: False,
        on_tick: Callable[[], None] = lambda: None,
        processes: int | None = None,
        command: Callable[[Path], Sequence[str]] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._complete = complete
        self._should_stop = should_stop
        self._on_tick = on_tick
        self._processes = processes or children.process_count()
        self._command = command
        self._environment = environment
        self._beat_s = 0.0

    def run(self) -> RunState:
        """Run what is not finished yet and return DONE, FAILED or CANCELLED.

        Raises
        ------
        RunFolderError
            If another program works on the folder, or it cannot be written.
        """
        try:
            with FolderLock(self._folder, patience_s=_LOCK_PATIENCE_S):
                return self._run_locked()
        except OSError as error:
            raise folder_error(self._folder, error) from error

    def _run_locked(self) -> RunState:
        info = read_info(self._folder)
        last = current_state(self._folder).state
        if last is RunState.DONE and (self._folder / RESULT_FILE).exists():
            return last
        begin_here(self._folder)
        work = _Work(waiting=self._cycles(info), command=self._command or _command_of(info))
        record_state(self._folder, RunState.RUNNING)
        try:
            stopped = self._run_cycles(work)
        except BaseException:
            # Whatever went wrong here: no child goes on behind the back of the next run.
            self._stop_children(work)
            self._change_if_possible(RunState.FAILED, "the supervisor of the run ended by an error")
            raise
        return self._finish(work, stopped=stopped)

    def _cycles(self, info: RunInfo) -> list[_Cycle]:
        cycles = []
        for number, row in enumerate(info.cycles):
            path = self._folder / row.folder
            check_problem(path, row)
            cycles.append(_Cycle(number=number, folder=path))
        return cycles

    def _run_cycles(self, work: _Work) -> bool:
        while work.waiting or work.at_work:
            if self._should_stop() or (self._folder / CANCEL_FILE).exists():
                self._stop_children(work)
                return True
            while work.waiting and len(work.at_work) < self._processes:
                self._start(work.waiting.pop(0), work)
            for cycle in list(work.at_work):
                self._look_after(cycle, work)
            self._beat()
            self._on_tick()
            time.sleep(_TICK_S)
        return False

    def _start(self, cycle: _Cycle, work: _Work) -> None:
        self._wait_for_orphan(cycle)
        cycle.child = children.start_solver(
            work.command(cycle.folder),
            cycle.folder,
            cycle.folder / SOLVER_LOG,
            self._environment,
        )
        work.at_work.append(cycle)

    def _wait_for_orphan(self, cycle: _Cycle) -> None:
        """Let the child of a killed supervisor notice that and leave."""
        deadline = time.monotonic() + _ORPHAN_S
        while is_locked(cycle.folder) and time.monotonic() < deadline:
            if self._should_stop():
                return
            time.sleep(_TICK_S)

    def _look_after(self, cycle: _Cycle, work: _Work) -> None:
        code = None if cycle.child is None else cycle.child.poll()
        if code is None:
            return
        work.at_work.remove(cycle)
        if code == 0:
            return
        killed = code < 0 or code == _STOPPED
        if killed and cycle.restarts < _RESTARTS:
            cycle.restarts += 1
            record_line(
                self._folder,
                "warning",
                f"the solver of half-cycle {cycle.number + 1} was killed "
                f"(exit status {code}); it goes on from its last field step",
            )
            work.waiting.insert(0, cycle)
            return
        message = f"half-cycle {cycle.number + 1} failed: {_reason(cycle.folder, code)}"
        record_line(self._folder, "error", message)
        work.failures.append(message)

    def _stop_children(self, work: _Work) -> None:
        running = [cycle.child for cycle in work.at_work if cycle.child is not None]
        for child in running:
            child.terminate()
        deadline = time.monotonic() + _PATIENCE_S
        for child in running:
            while child.poll() is None and time.monotonic() < deadline:
                time.sleep(_TICK_S)
            if child.poll() is None:
                # Nothing is lost: accepted field steps are on disk.
                child.kill()
            child.wait()

    def _finish(self, work: _Work, *, stopped: bool) -> RunState:
        (self._folder / CANCEL_FILE).unlink(missing_ok=True)
        if stopped:
            return record_state(self._folder, RunState.CANCELLED, STOPPED)
        if work.failures:
            return record_state(self._folder, RunState.FAILED, "; ".join(work.failures))
        try:
            self._complete(self._folder)
        except (SmCoError, OSError, ValueError) as error:
            self._change_if_possible(RunState.FAILED, f"the result cannot be written: {error}")
            raise
        self._on_tick()
        return record_state(self._folder, RunState.DONE)

    def _change_if_possible(self, state: RunState, message: str) -> None:
        try:
            record_state(self._folder, state, message)
        except OSError as error:
            raise RunError(f"{message}; nor can {self._folder / EVENTS_FILE} be written") from error

    def _beat(self) -> None:
        """Tell watchers on other machines, who see no lock, that the run is alive."""
        now = time.monotonic()
        if now - self._beat_s < _HEARTBEAT_S:
            return
        self._beat_s = now
        beat = {"pid": os.getpid(), "host": socket.gethostname(), "time_s": time.time()}
        temporary = self._folder / (HEARTBEAT_FILE + ".tmp")
        temporary.write_text(json.dumps(beat), encoding="utf-8")
        temporary.replace(self._folder / HEARTBEAT_FILE)


def _command_of(info: RunInfo) -> Callable[[Path], Sequence[str]]:
    """Return the command of the run's engine, or fail before anything is started."""
    children.solver_command(Path(), info.solver)
    return partial(children.solver_command, engine=info.solver)


def _reason(folder: Path, code: int) -> str:
    """Return why a solver child ended: its own words, else the end of its log."""
    failures = [event for event in read_cycle(folder) if isinstance(event, Failed)]
    if failures and code > 0:
        return failures[-1].message
    if code < 0:
        return f"its solver was killed {_RESTARTS + 1} times by signal {-code} (too little memory?)"
    try:
        lines = (folder / SOLVER_LOG).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    if shutil.disk_usage(folder).free < _FULL_DISK_BYTES:
        # Then the solver could not even write down why it ended.
        return f"the disk of {folder} is full; {FREE_SPACE} and run it again"
    last = next((line.strip() for line in reversed(lines) if line.strip()), "no message")
    return last if code in _SAYS_WHY else f"exit status {code}: {last}"
