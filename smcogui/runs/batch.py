"""Many runs at once in this process, by the solver's batch engine.

What the folders hold, and how they are watched, stopped and resumed, is the same as elsewhere.
torch is loaded when a batch begins: never by the process of the window.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from smcogui.errors import (
    InputError,
    RunCancelledError,
    SmCoError,
    UnavailableError,
)
from smcogui.runs.children import is_frozen
from smcogui.runs.folder import CANCEL_FILE, check_problem, folder_error, read_info
from smcogui.runs.in_process import end_run
from smcogui.runs.lock import FolderLock
from smcogui.runs.record import STOPPED, record_state
from smcogui.runs.state import RunState
from smcogui.runs.watch import begin_here, current_state
from solver.batch.device import LARGEST_BATCH, open_device
from solver.batch.shape import BatchShape
from solver.errors import CancelledError, DeviceError, ProblemError, SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smcogui.runs.spec import RunSpec


def require_device(name: str) -> None:
    """Refuse a device that cannot be used, in words; this loads torch where it is there.

    Raises
    ------
    UnavailableError
    """
    if is_frozen():
        raise UnavailableError(
            "the packaged program brings no torch, which the batch engine needs; use --device cpu, "
            "or a checkout of the program, where `pip install -r requirements-train.lock` adds it",
            key="device",
            given=name,
            allowed="cpu",
        )
    try:
        open_device(name)
    except DeviceError as error:
        raise _unavailable(error, name) from error


def require_batch(spec: RunSpec, device: str) -> None:
    """Refuse a run that the batch engine cannot compute.

    Raises
    ------
    InputError
    """
    for cycle in spec.cycles:
        try:
            BatchShape.of(cycle.problem)
        except ProblemError as error:
            raise InputError(
                f"{spec.design.name}: {error}", key="device", given=device, allowed="cpu"
            ) from error


def run_batch(
    folders: Sequence[Path],
    *,
    device: str,
    complete: Callable[[Path], None],
    should_stop: Callable[[], bool] = lambda: False,
    store_states: bool = True,
) -> dict[Path, RunState]:
    """Solve what is not finished of prepared run folders, and return how each ended.

    Parameters
    ----------
    folders : sequence of Path
    device : {"cuda", "cpu"}
    complete : callable
        ``complete(folder)`` writes what a finished run leaves behind.
    should_stop : callable
        Asked many times a second; a single run stops at the request in its folder.
    store_states : bool
        Whether magnetisations are stored.

    Raises
    ------
    UnavailableError
        If the device is not there or too small.
    RunFolderError
        If another process works on a folder, or it was changed or cannot be written.
    RunCancelledError
        If all was stopped; the runs' folders say so too.
    """
    try:
        opened = open_device(device)
        # not before: it needs torch
        from solver.batch.engine import Orders, solve_folders

        with contextlib.ExitStack() as stack:
            desk = _Desk(complete=complete, stack=stack)
            orders = Orders(
                should_stop=should_stop,
                is_unwanted=desk.is_unwanted,
                begins=desk.begins,
                ended=desk.ended,
            )
            try:
                cycles = [cycle for folder in folders for cycle in desk.admit(folder)]
                solve_folders(cycles, opened, orders, store_states=store_states)
            except CancelledError as error:
                desk.stop_all()
                raise RunCancelledError(STOPPED) from error
            except BaseException:
                # Whatever went wrong here: no run stays behind that says it is at work.
                desk.stop_all()
                raise
    except DeviceError as error:
        raise _unavailable(error, device) from error
    return desk.states


def run_arriving(
    arrive: Callable[[], Iterable[Path]],
    *,
    device: str,
    complete: Callable[[Path], None],
    ended: Callable[[Path, RunState | SmCoError], None],
    should_stop: Callable[[], bool],
    most: int = LARGEST_BATCH,
) -> None:
    """Solve prepared run folders as they arrive, until all that have arrived are over.

    No magnetisation is stored, as with :func:`~smcogui.runs.in_process.run_in_process`.

    Parameters
    ----------
    arrive : callable
        Asked every round; gives the run folders that have come since.
    device : {"cuda", "cpu"}
    complete : callable
        ``complete(folder)`` writes what a finished run leaves behind.
    ended : callable
        ``ended(folder, how)`` is told of every run: its state, or why it was not begun.
    should_stop : callable
        Asked every round; a single run stops at the request in its folder.
    most : int
        Most half-cycles at once, as far as the device's memory holds them.

    Raises
    ------
    UnavailableError
        If the device is not there or too small.
    RunFolderError
        If a folder cannot be written, such as on a full disk. The runs that are not over can be
        gone on with.
    RunCancelledError
        If all was stopped; the runs' folders say so too.
    """
    try:
        opened = open_device(device)
        # not before: it needs torch
        from solver.batch.engine import Orders, solve_arriving

        with contextlib.ExitStack() as stack:
            desk = _Desk(complete=complete, stack=stack, tell=ended)
            orders = Orders(
                should_stop=should_stop,
                is_unwanted=desk.is_unwanted,
                begins=desk.begins,
                ended=desk.ended,
            )
            try:
                solve_arriving(
                    lambda: desk.admit_all(arrive()), opened, orders, most=most, store_states=False
                )
            except CancelledError as error:
                desk.stop_all()
                raise RunCancelledError(STOPPED) from error
            except BaseException:
                with contextlib.suppress(OSError):
                    # A full disk takes no word any more.
                    desk.stop_all()
                raise
    except DeviceError as error:
        raise _unavailable(error, device) from error
    except OSError as error:
        raise folder_error(Path(error.filename or "the run folder"), error) from error


def _unavailable(error: DeviceError, device: str) -> UnavailableError:
    return UnavailableError(str(error), key="device", given=device, allowed=error.allowed)


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run at work; ``left`` are its half-cycles that are not over, with their numbers."""

    folder: Path
    lock: FolderLock
    left: dict[Path, int]
    failures: list[str] = field(default_factory=list)
    is_stopped: bool = False


@dataclass(slots=True, kw_only=True)
class _Desk:
    """Knows which half-cycle belongs to which run, and closes a run after its last one."""

    complete: Callable[[Path], None]
    stack: contextlib.ExitStack
    tell: Callable[[Path, RunState | SmCoError], None] = lambda *_: None
    states: dict[Path, RunState] = field(default_factory=dict)
    _runs: dict[Path, _Run] = field(default_factory=dict)

    def admit_all(self, folders: Iterable[Path]) -> Iterator[Path]:
        """Take runs on and yield the problem folders of their half-cycles; faults are told of."""
        for folder in folders:
            # It may have been here before, and stopped.
            self.states.pop(folder, None)
            try:
                cycles = self.admit(folder)
            except SmCoError as error:
                self.tell(folder, error)
                continue
            if folder in self.states:
                self.tell(folder, self.states[folder])
            yield from cycles

    def admit(self, folder: Path) -> list[Path]:
        """Take a run on and return the problem folders of its half-cycles."""
        try:
            lock = self.stack.enter_context(FolderLock(folder))
            if current_state(folder).state is RunState.DONE:
                self.states[folder] = RunState.DONE
                lock.__exit__()
                return []
            cycles = self._open_cycles(folder, lock)
            record_state(folder, RunState.RUNNING)
        except OSError as error:
            raise folder_error(folder, error) from error
        run = _Run(folder=folder, lock=lock, left=cycles)
        self._runs.update(dict.fromkeys(cycles, run))
        return list(cycles)

    def _open_cycles(self, folder: Path, lock: FolderLock) -> dict[Path, int]:
        cycles = {}
        try:
            begin_here(folder)
            for number, row in enumerate(read_info(folder).cycles, start=1):
                check_problem(folder / row.folder, row)
                cycles[folder / row.folder] = number
        except SmCoError:
            lock.__exit__()
            raise
        return cycles

    def is_unwanted(self, cycle: Path) -> bool:
        """Return whether somebody asked the run of a half-cycle to stop."""
        return (self._runs[cycle].folder / CANCEL_FILE).exists()

    def begins(self, cycle: Path) -> bool:
        """Return whether a half-cycle is still wanted."""
        if not self.is_unwanted(cycle):
            return True
        self.ended(cycle, CancelledError(STOPPED))
        return False

    def ended(self, cycle: Path, error: SolverError | None) -> None:
        """Note the end of a half-cycle; after its last one the run is over."""
        run = self._runs[cycle]
        number = run.left.pop(cycle)
        if isinstance(error, CancelledError):
            run.is_stopped = True
        elif error is not None:
            run.failures.append(f"half-cycle {number} failed: {error}")
        if not run.left:
            self._close(run)

    def stop_all(self) -> None:
        """Record that the runs that are not over were stopped."""
        for run in self._runs.values():
            if run.folder not in self.states:
                self.states[run.folder] = record_state(run.folder, RunState.CANCELLED, STOPPED)
                self.tell(run.folder, RunState.CANCELLED)

    def _close(self, run: _Run) -> None:
        if run.is_stopped:
            (run.folder / CANCEL_FILE).unlink(missing_ok=True)
            state = record_state(run.folder, RunState.CANCELLED, STOPPED)
        else:
            state = end_run(run.folder, run.failures, self.complete)
        self.states[run.folder] = state
        run.lock.__exit__()
        self.tell(run.folder, state)
