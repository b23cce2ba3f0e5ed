"""Results that came from a cluster: checked as anybody's files are, then landed in the project.

A cluster may be broken, or not what it says. Nothing that it sent is believed: problem and version
are compared with what was submitted, numbers with what is possible, and the readings are made here
from the field steps.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

from smcogui.app.results import write_results
from smcogui.design.design_file import parse_design_text
from smcogui.errors import ClusterError, SmCoError
from smcogui.runs import events as run_events
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import EVENTS_FILE, SPEC_FILE, folder_error, read_info
from smcogui.runs.jsonl import append_line
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import write_place
from smcogui.runs.record import record_state
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, state_changes
from solver.events import (
    Failed,
    FieldStep,
    Finished,
    LogLine,
    Snapshot,
    SolverEvent,
    Started,
    from_json,
)
from solver.events import to_json as solver_line
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from smcogui.design.design import Design
    from smcogui.runs.folder import CycleInfo, RunInfo
    from smcogui.runs.place import RunPlace

LARGEST_M: Final = 1.02
"""|M/Ms| of a rounded unit vector is below; more is no magnetisation."""
_LARGEST_COUNT: Final = 10**12
_FIELD_SLACK_T: Final = 1e-6
_ENDED: Final = frozenset({RunState.DONE, RunState.FAILED})
_LONGEST_MESSAGE: Final = 2000


class RefusedResultError(ClusterError):
    """What came for a run is damaged, or not what was submitted; it is fetched again."""


def expected_files(info: RunInfo) -> tuple[str, ...]:
    """Return what is fetched of a run, relative to its folder: field steps and states."""
    return (EVENTS_FILE, *(f"{row.folder}/{EVENTS_FILE}" for row in info.cycles))


def has_ended(incoming: Path) -> bool:
    """Tell whether what came of a run says that it ended."""
    try:
        _checked_states(incoming / EVENTS_FILE)
    except RefusedResultError:
        return False
    return True


def land_run(incoming: Path, folder: Path, place: RunPlace) -> RunState:
    """Check what came of a run that ended, and put it into the run's folder.

    The last line that is written says DONE or FAILED: killed before, the run is fetched again.

    Parameters
    ----------
    incoming : Path
        Holds :func:`expected_files`.
    folder : Path
        The run's folder, which was prepared when it was submitted.
    place : RunPlace
        Where it was computed.

    Raises
    ------
    RefusedResultError
        If the files are damaged, or not of this run.
    RunFolderError
        If the folder cannot be written or was changed.
    """
    info = read_info(folder)
    changes = _checked_states(incoming / EVENTS_FILE)
    design = parse_design_text(info.design, SPEC_FILE)[0]
    cycles = {
        row.folder: check_cycle(incoming / row.folder, row, info, design) for row in info.cycles
    }
    if changes[-1].state is RunState.DONE:
        _require_ends(cycles)
    try:
        with FolderLock(folder):
            if current_state(folder).state is RunState.DONE:
                return RunState.DONE
            for name, told in cycles.items():
                _write_events(folder / name, told)
            write_place(folder, place)
            return _tell_end(folder, changes, place)
    except OSError as error:
        raise folder_error(folder, error) from error


def check_cycle(incoming: Path, row: CycleInfo, info: RunInfo, design: Design) -> list[SolverEvent]:
    """Return the events of a half-cycle that came, each field step once.

    Raises
    ------
    RefusedResultError
        If one is no event, a number is not possible, or they are of another problem.
    """
    found: list[SolverEvent] = []
    last = -1
    for number, line in enumerate(_lines(incoming / EVENTS_FILE), start=1):
        where = f"{row.folder}/{EVENTS_FILE}, line {number}"
        event = sound_event(line, design)
        if event is None:
            raise RefusedResultError(f"{where} holds no event that is possible")
        if isinstance(event, Started):
            _require_same(event, row, info, where)
        if isinstance(event, Snapshot):
            # States stay on the cluster.
            continue
        if isinstance(event, FieldStep):
            if event.index <= last:
                # A solve that went on told it again.
                continue
            if event.index != last + 1:
                raise RefusedResultError(f"{where}: field step {last + 1} is missing before it")
            last = event.index
        found.append(event)
    if not any(isinstance(event, Started) for event in found):
        raise RefusedResultError(f"{row.folder}/{EVENTS_FILE} does not say what it is of")
    return found


def sound_event(line: str, design: Design) -> SolverEvent | None:
    """Return the event of a line, or None where it is none that a solver could have written."""
    try:
        event = from_json(line)
        is_sound = all(_is_sound(getattr(event, each.name), each.type) for each in fields(event))
    except (ValueError, TypeError):
        return None
    if not is_sound or (isinstance(event, FieldStep) and not _is_possible(event, design)):
        return None
    return event


def _is_sound(value: object, kind: object) -> bool:
    match str(kind):
        case "bool":
            return isinstance(value, bool)
        case "str":
            return isinstance(value, str)
        case "int":
            # The truth values are whole numbers, too.
            is_int = isinstance(value, int) and not isinstance(value, bool)
            return is_int and 0 <= int(value) < _LARGEST_COUNT  # type: ignore[call-overload]
        case _:
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return is_number and math.isfinite(value)  # type: ignore[arg-type]


def _is_possible(step: FieldStep, design: Design) -> bool:
    low, high = sorted((design.field.start_T, design.field.stop_T))
    in_sweep = low - _FIELD_SLACK_T <= step.mu0_H_T <= high + _FIELD_SLACK_T
    moments = (step.M_over_Ms, step.mx, step.my, step.mz)
    return in_sweep and all(abs(m) <= LARGEST_M for m in moments) and 0 <= step.progress <= 1


def _require_same(event: Started, row: CycleInfo, info: RunInfo, where: str) -> None:
    if event.problem_hash != row.problem_hash:
        raise RefusedResultError(f"{where}: it is of another problem than the one submitted")
    if event.version != info.solver_version:
        raise RefusedResultError(
            f"{where}: it was computed by version {event.version[:40]!r} of the solver, and the "
            f"run is one of version {info.solver_version}"
        )


def _require_ends(cycles: dict[str, list[SolverEvent]]) -> None:
    for name, told in cycles.items():
        if not any(isinstance(event, Finished) for event in told):
            raise RefusedResultError(f"{name}/{EVENTS_FILE} is cut off: its end is missing")


def _checked_states(path: Path) -> list[StateChanged]:
    """Return the states that a run went through on the cluster; the last one is its end."""
    changes = []
    for line in _lines(path):
        try:
            event = run_events.from_json(line)
        except (ValueError, TypeError) as error:
            raise RefusedResultError(f"{EVENTS_FILE} holds a line that is no event") from error
        if isinstance(event, StateChanged):
            if not math.isfinite(event.time_s):
                raise RefusedResultError(f"{EVENTS_FILE} holds a time that is no number")
            changes.append(replace(event, message=event.message[:_LONGEST_MESSAGE]))
    if not changes or changes[-1].state not in _ENDED:
        raise RefusedResultError(f"{EVENTS_FILE} does not say that the run ended")
    return changes


def _lines(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RefusedResultError(f"{path.parent.name}/{path.name} is missing") from error
    except UnicodeDecodeError as error:
        raise RefusedResultError(f"{path.parent.name}/{path.name} is no text") from error
    if text and not text.endswith("\n"):
        raise RefusedResultError(f"{path.parent.name}/{path.name} is cut off in its last line")
    return (line for line in text.split("\n") if line.strip())


def _write_events(folder: Path, told: Sequence[SolverEvent]) -> None:
    lines = [solver_line(_shortened(event)) for event in told]
    write_atomically(folder / EVENTS_FILE, "".join(f"{line}\n" for line in lines).encode())


def _shortened(event: SolverEvent) -> SolverEvent:
    if isinstance(event, Failed | LogLine):
        return replace(event, message=event.message[:_LONGEST_MESSAGE])
    return event


def _tell_end(folder: Path, changes: Sequence[StateChanged], place: RunPlace) -> RunState:
    """Record when it ran, write the result, and say how it ended."""
    known = {(change.state, change.time_s) for change in state_changes(folder)}
    for change in changes[:-1]:
        tell_running(folder, change, place, known)
    end = changes[-1]
    fetching = StateChanged(
        state=RunState.FETCHING, time_s=end.time_s, message=f"computed on {place.words}"
    )
    append_line(folder / EVENTS_FILE, to_json(fetching))
    if end.state is RunState.FAILED:
        return record_state(folder, RunState.FAILED, end.message)
    try:
        write_results(folder)
    except (SmCoError, ValueError) as error:
        raise RefusedResultError(f"no result can be read from what came: {error}") from error
    return record_state(folder, RunState.DONE, f"computed on {place.words}")


def tell_running(
    folder: Path,
    change: StateChanged,
    place: RunPlace,
    known: set[tuple[RunState, float]],
) -> None:
    """Record a change on the cluster, unless it is known: at work, or waiting to go on."""
    state = RunState.RUNNING if change.state is RunState.RUNNING else RunState.QUEUED
    if (state, change.time_s) not in known:
        known.add((state, change.time_s))
        told = StateChanged(state=state, time_s=change.time_s, message=f"on {place.words}")
        append_line(folder / EVENTS_FILE, to_json(told))
