"""What a run folder says of its run, and the signature by which a change of it is noticed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.curves.summary import READING_KEYS
from smcogui.design.design_file import parse_design_text
from smcogui.runs.folder import EVENTS_FILE, RESULT_FILE, SPEC_FILE, RunInfo, read_info
from smcogui.runs.state import RunState
from smcogui.runs.watch import read_cycle, state_changes
from solver.events import FieldStep, Finished

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design

_RUN_FILES: Final = (SPEC_FILE, EVENTS_FILE, RESULT_FILE)
_ABSENT: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedRun:
    """A run as its folder described it when the files had this signature.

    Parameters
    ----------
    signature : str
        Of :func:`run_signature`.
    info : RunInfo
    design : Design
    state : RunState
        The last one that was written. Whether an active one still holds depends on living
        processes, which no file tells.
    message : str
        What was written with the state.
    progress : float
        Share of the field points that are done, 0 to 1.
    result : dict or None
        ``result.json``; None until the run is DONE.
    """

    signature: str
    info: RunInfo
    design: Design
    state: RunState
    message: str
    progress: float
    result: dict[str, Any] | None


def run_signature(folder: Path) -> str:
    """Return time and size of every file that a list of runs depends on.

    Without a result the half-cycles' events count too: they tell the progress.
    """
    # Thousands of times: names are joined as text, which is ten times as fast as a Path.
    marks = [_mark(f"{folder}{os.sep}{name}") for name in _RUN_FILES]
    if marks[-1] == _ABSENT:
        cycles = sorted(folder.glob(f"cycle-*/{EVENTS_FILE}"))
        marks.extend(_mark(str(path)) for path in cycles)
    return " ".join(marks)


def scan_run(folder: Path) -> ScannedRun:
    """Read a run folder.

    Raises
    ------
    SmCoError
        If it is no run folder, or damaged.
    """
    # Taken first: what changes while the folder is read makes the next look read it again.
    signature = run_signature(folder)
    info = read_info(folder)
    design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
    changes = state_changes(folder)
    state, message = (changes[-1].state, changes[-1].message) if changes else (RunState.LOST, "")
    done = state is RunState.DONE
    return ScannedRun(
        signature=signature,
        info=info,
        design=design,
        state=state,
        message=message,
        progress=1.0 if done else progress_of(folder, info),
        result=read_result(folder) if done else None,
    )


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return ``result.json`` with ``run_dir`` as it is now, or None where it is absent or damaged.

    Damaged is also one without all readings, or with readings that are no finite numbers.
    """
    try:
        text = (folder / RESULT_FILE).read_text(encoding="utf-8")
        data = json.loads(text, parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("cycles"), list):
        return None
    rows = [data, data.get("spread"), data.get("averaged_curve"), *data["cycles"]]
    if not data["cycles"] or not all(_holds_readings(row) for row in rows):
        return None
    return {**data, "run_dir": str(folder)}


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _holds_readings(row: Any) -> bool:
    return isinstance(row, dict) and all(
        key in row and (row[key] is None or type(row[key]) in {int, float}) for key in READING_KEYS
    )


def read_steps(folder: Path, info: RunInfo) -> list[list[FieldStep]]:
    """Return the accepted field steps of every half-cycle of a run folder."""
    return [
        [event for event in read_cycle(folder / row.folder) if isinstance(event, FieldStep)]
        for row in info.cycles
    ]


def progress_of(folder: Path, info: RunInfo) -> float:
    """Return the share of the field points that are done, 0 to 1."""
    total = 0.0
    for row in info.cycles:
        events = read_cycle(folder / row.folder)
        if any(isinstance(event, Finished) for event in events):
            total += 1.0
        else:
            total += max((e.progress for e in events if isinstance(e, FieldStep)), default=0.0)
    return total / len(info.cycles)


def _mark(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return _ABSENT
    return f"{found.st_mtime_ns}:{found.st_size}"
