"""MuMax3 on a cluster: what it wrote there, told as the events of a run on this machine.

Everything after that is one path: the events are checked and landed as those of the built-in
solver are (:mod:`smcogui.app.cluster_landing`).
"""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_mumax3_input import FILES, read_end
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import EVENTS_FILE
from smcogui.runs.jsonl import append_line
from smcogui.runs.state import RunState
from solver.events import Started
from solver.mumax3.attempts import ATTEMPTS_FOLDER, load_attempts, remove_bulk
from solver.mumax3.failures import FailureKind
from solver.mumax3.process import OUTPUT_FILE
from solver.mumax3.remote import BEFORE_FILE, has_repair, tell_attempt
from solver.problem import load_problem
from solver.run_folder import is_finished, read_events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smcogui.runs.folder import CycleInfo, RunInfo
    from solver.mumax3.failures import Failure

OF_THE_CLUSTER: Final = frozenset(
    {
        *(FailureKind.MISSING, FailureKind.LIBRARY_MISSING, FailureKind.NO_GPU),
        *(FailureKind.DRIVER, FailureKind.OUT_OF_MEMORY, FailureKind.DISK_FULL),
        *(FailureKind.VERSION_MISMATCH, FailureKind.WRONG_REGIONS),
    }
)
"""Failures that another node, day or copy of the files may not have: the run has not failed."""


def expected_files(folder: Path, info: RunInfo) -> tuple[str, ...]:
    """Return what is fetched of a run, relative to its folder."""
    names = [EVENTS_FILE]
    for row in info.cycles:
        cycle = folder / row.folder
        attempts = load_attempts(cycle)
        if attempts and not is_finished(cycle):
            name = attempts[-1].folder(cycle).name
            names += [f"{row.folder}/{ATTEMPTS_FOLDER}/{name}/{each}" for each in FILES]
    return tuple(names)


def tell_run(incoming: Path, folder: Path, info: RunInfo) -> str:
    """Write the events of what came of a run, as the built-in solver would have on the cluster.

    Parameters
    ----------
    incoming : Path
        Holds :func:`expected_files`.
    folder : Path
        The run's folder here, whose attempts learn how they ended.
    info : RunInfo

    Returns
    -------
    str
        Why the run ended early and is to be submitted again; empty where it is complete, has
        failed for good, or is not over.
    """
    failures: list[tuple[int, Failure]] = []
    is_over, is_begun, is_hopeless = True, True, False
    for number, row in enumerate(info.cycles, start=1):
        failure, has_ended = _tell_cycle(incoming, folder, row, info.solver_version)
        is_over &= has_ended
        target = incoming / row.folder
        is_begun &= any(isinstance(event, Started) for event in read_events(target))
        if failure is not None:
            failures.append((number, failure))
            problem = load_problem(folder / row.folder)
            is_hopeless |= failure.kind not in OF_THE_CLUSTER and not has_repair(
                folder / row.folder, failure, problem
            )
    if not failures:
        return ""
    words = "; ".join(_words(failures))
    if is_over and is_begun and is_hopeless:
        end = StateChanged(state=RunState.FAILED, time_s=time.time(), message=words)
        append_line(incoming / EVENTS_FILE, to_json(end))
        return ""
    return words


def tidy(folder: Path, info: RunInfo) -> None:
    """Remove the fields that a run of which the results are here was to go on from."""
    for row in info.cycles:
        remove_bulk(folder / row.folder)


def _tell_cycle(
    incoming: Path, folder: Path, row: CycleInfo, version: str
) -> tuple[Failure | None, bool]:
    """Return how a half-cycle failed, and whether it is over."""
    cycle, target = folder / row.folder, incoming / row.folder
    target.mkdir(parents=True, exist_ok=True)
    if is_finished(cycle):
        shutil.copyfile(cycle / EVENTS_FILE, target / EVENTS_FILE)
        return None, True
    attempts = load_attempts(cycle)
    if not attempts:
        return None, False
    there, here = attempts[-1].folder(target), attempts[-1].folder(cycle)
    if not (there / OUTPUT_FILE).exists():
        return None, False
    shutil.copyfile(here / BEFORE_FILE, there / BEFORE_FILE)
    end = read_end(there)
    record, failure = tell_attempt(target, load_problem(cycle), attempts[-1], version, end)
    record.save(cycle)
    return failure, end is not None


def _words(failures: list[tuple[int, Failure]]) -> Iterator[str]:
    """Return what happened, half-cycles of one trouble together."""
    known: dict[str, list[str]] = {}
    for number, failure in failures:
        known.setdefault(str(failure), []).append(str(number))
    for words, numbers in known.items():
        name = "half-cycle" if len(numbers) == 1 else "half-cycles"
        yield f"{name} {', '.join(numbers)} failed: {words}"
