"""The line in a run's ``events.jsonl`` that says in which pack its half-cycles lie.

Its type is none that a watcher of runs knows, so that it is read here only.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.runs.jsonl import append_line
from solver.line_follower import LineFollower
from solver.problem import write_atomically
from solver.run_folder import EVENTS_FILE

if TYPE_CHECKING:
    from pathlib import Path

_TYPE: Final = "Packed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMark:
    """``run_id`` of a packed run, and the name of the file in ``packs`` that holds its rows."""

    run_id: str
    pack: str


def pack_mark(folder: Path) -> PackMark | None:
    """Return the mark of a run folder, or None where its half-cycles lie in the folder."""
    for line in reversed(LineFollower(folder / EVENTS_FILE).read()):
        mark = _mark_of(line)
        if mark is not None:
            return mark
    return None


def write_mark(folder: Path, mark: PackMark) -> None:
    """Append the mark of a run folder; it is on the disk when this returns."""
    data = {"type": _TYPE, "run_id": mark.run_id, "pack": mark.pack, "time_s": time.time()}
    append_line(folder / EVENTS_FILE, json.dumps(data))
    with (folder / EVENTS_FILE).open("ab") as stream:
        os.fsync(stream.fileno())


def remove_mark(folder: Path) -> None:
    """Take the mark out of a run folder whose half-cycles have been put back."""
    lines = LineFollower(folder / EVENTS_FILE).read()
    kept = [line for line in lines if _mark_of(line) is None]
    write_atomically(folder / EVENTS_FILE, "".join(f"{line}\n" for line in kept).encode())


def _mark_of(line: str) -> PackMark | None:
    if _TYPE not in line:
        return None
    try:
        data: Any = json.loads(line)
        if data["type"] != _TYPE:
            return None
        pack = str(data["pack"])
        # A run folder may come from anybody: its pack lies among the packs.
        return PackMark(run_id=str(data["run_id"]), pack=os.path.basename(pack))
    except (ValueError, KeyError, TypeError):
        return None
