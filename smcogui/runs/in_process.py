"""One run solved in this process, one half-cycle after the other.

A campaign has thousands of short runs: a process for each half-cycle would cost as much as the
half-cycle. What the folder holds, and how it is watched, stopped and resumed, is the same; only
the magnetisation is not stored unless that is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.errors import SmCoError
from smcogui.runs.folder import CANCEL_FILE, check_problem, folder_error, read_info
from smcogui.runs.lock import FolderLock
from smcogui.runs.record import STOPPED, record_state
from smcogui.runs.state import RunState
from smcogui.runs.watch import begin_here, current_state
from solver.errors import CancelledError, SolverError
from solver.problem import CHECKPOINT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CHECKPOINT_S: Final = 2.0
"""Seconds of computing that a killed worker loses at most."""


def run_in_process(
    folder: Path,
    *,
    complete: Callable[[Path], None],
    should_stop: Callable[[], bool] = lambda: False,
    store_states: bool = False,
) -> RunState:
    """Solve what is not finished of a prepared run folder; return DONE, FAILED or CANCELLED.

    Parameters
    ----------
    folder : Path
    complete : callable
        ``complete(folder)`` writes what a finished run leaves behind.
    should_stop : callable
        Asked many times a second.
    store_states : bool
        Whether magnetisations are stored.

    Raises
    ------
    RunFolderError
        If another process works on the folder, or it was changed or cannot be written.
    """
    try:
        with FolderLock(folder):
            if current_state(folder).state is RunState.DONE:
                return RunState.DONE
            begin_here(folder)
            return _run_locked(folder, complete, should_stop, store_states=store_states)
    except OSError as error:
        raise folder_error(folder, error) from error


def _run_locked(
    folder: Path,
    complete: Callable[[Path], None],
    should_stop: Callable[[], bool],
    *,
    store_states: bool,
) -> RunState:
    from solver.solve import solve_folder

    def stop() -> bool:
        return should_stop() or (folder / CANCEL_FILE).exists()

    record_state(folder, RunState.RUNNING)
    failures = []
    for number, row in enumerate(read_info(folder).cycles, start=1):
        path = folder / row.folder
        check_problem(path, row)
        try:
            solve_folder(path, stop, store_states=store_states, checkpoint_every_s=CHECKPOINT_S)
        except CancelledError:
            (folder / CANCEL_FILE).unlink(missing_ok=True)
            return record_state(folder, RunState.CANCELLED, STOPPED)
        except SolverError as error:
            failures.append(f"half-cycle {number} failed: {error}")
    return end_run(folder, failures, complete)


def end_run(folder: Path, failures: Sequence[str], complete: Callable[[Path], None]) -> RunState:
    """Record how a run ended whose half-cycles are all over, and write its result."""
    if failures:
        return record_state(folder, RunState.FAILED, "; ".join(failures))
    try:
        complete(folder)
    except (SmCoError, ValueError) as error:
        return record_state(folder, RunState.FAILED, f"the result cannot be written: {error}")
    told = record_state(folder, RunState.DONE)
    for row in read_info(folder).cycles:
        # Megabytes that nobody goes on from any more.
        (folder / row.folder / CHECKPOINT_FILE).unlink(missing_ok=True)
    return told
