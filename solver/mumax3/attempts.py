"""The attempts at one half-cycle: each a folder of its own, with what was tried and how it ended.

``FOLDER/mumax3/attempt-01/`` holds the script, the files that it loads, what the process printed,
and in ``out`` what MuMax3 wrote. Together they tell where the half-cycle goes on.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import SolverError
from solver.mumax3 import layout
from solver.mumax3.failures import FailureKind
from solver.mumax3.ovf import OvfError, read_ovf
from solver.mumax3.process import OUTPUT_FILE
from solver.mumax3.table import Row, TableFollower
from solver.problem import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.mesh import Mesh
    from solver.mumax3.flipped import Counting
    from solver.mumax3.sweep import Method

ATTEMPTS_FOLDER: Final = "mumax3"
OUTPUT_FOLDER: Final = "out"
RECORD_FILE: Final = "attempt.json"
_NOT_TRUSTED: Final = frozenset(
    {
        *(FailureKind.MISSING, FailureKind.GARBAGE, FailureKind.NOT_A_NUMBER),
        *(FailureKind.WRONG_REGIONS, FailureKind.VERSION_MISMATCH),
    }
)
_KEPT_STATES: Final = 2
_MOST_PRINTED: Final = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One process of MuMax3.

    Parameters
    ----------
    number : int
        From 1.
    repairs : tuple of str
        What was changed since the first attempt, in turn.
    method : {"minimize", "relax"}
    counting : {"field", "loop"}
        What counts the flipped cells.
    halvings : int
        How often the field step was halved.
    sync : bool
        Whether every CUDA call waits for its end.
    gpu : str
        Number and name.
    resumed_from : int or None
        Number of the accepted state that it begins with.
    version : str
        Of MuMax3; empty until it has said so.
    failure : str
        Kind of the failure; empty while it runs and where it ended well.
    message : str
        What happened.
    wall_s : float
        How long the process ran.
    """

    number: int = 1
    repairs: tuple[str, ...] = ()
    method: Method = "minimize"
    counting: Counting = "field"
    halvings: int = 0
    sync: bool = False
    gpu: str = ""
    resumed_from: int | None = None
    version: str = ""
    failure: str = ""
    message: str = ""
    wall_s: float = 0.0

    @property
    def is_trusted(self) -> bool:
        """Whether states may be told that its table lacks: it is our MuMax3, and understood."""
        return bool(self.version) and self.failure not in _NOT_TRUSTED

    def folder(self, cycle: Path) -> Path:
        """Return the attempt's own folder."""
        return cycle / ATTEMPTS_FOLDER / f"attempt-{self.number:02d}"

    def output(self, cycle: Path) -> Path:
        """Return the folder that MuMax3 writes into."""
        return self.folder(cycle) / OUTPUT_FOLDER

    def save(self, cycle: Path) -> None:
        """Write the record."""
        content = json.dumps(asdict(self), indent=2).encode()
        write_atomically(self.folder(cycle) / RECORD_FILE, content)


def load_attempts(cycle: Path) -> list[Attempt]:
    """Return the attempts at a half-cycle in their order; damaged records are left out."""
    found = []
    for path in (cycle / ATTEMPTS_FOLDER).glob(f"attempt-*/{RECORD_FILE}"):
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            attempt = Attempt(**{**data, "repairs": tuple(data["repairs"])})
            # Whose number is none of ours was not written by us.
            if attempt.folder(cycle) == path.parent:
                found.append(attempt)
    return sorted(found, key=lambda attempt: attempt.number)


def next_number(cycle: Path) -> int:
    """Return the number of the next attempt, beyond every folder that is there."""
    names = [path.name for path in (cycle / ATTEMPTS_FOLDER).glob("attempt-*")]
    taken = [int(name.rpartition("-")[2]) for name in names if name[8:].isdecimal()]
    return max(taken, default=0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeState:
    """Where a half-cycle goes on, and the magnetisation there, shape (3, nz, ny, nx)."""

    point: layout.ResumePoint
    m: NDArray[Any] = field(repr=False)


def find_resume_state(cycle: Path, mesh: Mesh, known_steps: int) -> ResumeState | None:
    """Return the last accepted state of which row, file and event are whole, or None.

    ``known_steps`` is the number of field steps that the events of the half-cycle tell.
    """
    attempts = load_attempts(cycle)
    rows = _rows(cycle, attempts)
    for index in range(known_steps - 1, -1, -1):
        point = layout.resume_point(rows, index)
        if point is None:
            continue
        m = _state(cycle, attempts, index, mesh)
        if m is not None:
            return ResumeState(point=point, m=m)
    return None


def prune_states(output: Path, announced: int) -> None:
    """Remove the stored states of an attempt that nobody will go on from."""
    for path in output.glob("state_*.ovf"):
        index = layout.parse_state(path.name)
        if index is not None and index < announced - _KEPT_STATES:
            path.unlink(missing_ok=True)


def remove_bulk(cycle: Path) -> None:
    """Remove the fields of a finished half-cycle; scripts, tables, logs and records stay."""
    for path in (cycle / ATTEMPTS_FOLDER).rglob("*.ovf"):
        path.unlink(missing_ok=True)


def read_magnetisation(path: Path, mesh: Mesh) -> NDArray[Any] | None:
    """Return a stored magnetisation, shape (3, nz, ny, nx), or None while it is not whole."""
    try:
        found = read_ovf(path)
    except OvfError:
        return None
    if found.data.shape != (3, *mesh.shape) or not np.isfinite(found.data).all():
        return None
    return found.data


def told_rows(attempt_folder: Path) -> list[Row]:
    """Return the rows of an attempt: those of its table, and behind them what it only printed."""
    rows = _table_rows(attempt_folder / OUTPUT_FOLDER / layout.TABLE_FILE)
    printed = [row for row in map(layout.parse_verdict, _printed(attempt_folder)) if row]
    # Rows and lines come in pairs.
    return [*rows, *printed[len(rows) :]]


def _rows(cycle: Path, attempts: list[Attempt]) -> list[Row]:
    """Return the rows of all attempts as one table, without what a later attempt did again."""
    rows: list[Row] = []
    for attempt in attempts:
        last = -1 if attempt.resumed_from is None else attempt.resumed_from
        rows = [row for row in rows if row[layout.INDEX] <= last]
        rows += told_rows(attempt.folder(cycle))
    return rows


def _table_rows(path: Path) -> list[Row]:
    table = TableFollower(path)
    rows: list[Row] = []
    with suppress(SolverError):
        while new := table.read():
            rows += new
    wanted = set(layout.COLUMNS)
    whole = (wanted <= set(row) and np.isfinite(list(row.values())).all() for row in rows)
    return list(compress(rows, whole))


def _printed(attempt_folder: Path) -> list[str]:
    try:
        with (attempt_folder / OUTPUT_FILE).open("rb") as stream:
            text = stream.read(_MOST_PRINTED)
    except OSError:
        return []
    return text.decode("utf-8", errors="replace").splitlines()


def _state(cycle: Path, attempts: list[Attempt], index: int, mesh: Mesh) -> NDArray[Any] | None:
    """Return a stored state of the attempt that computed it last."""
    for attempt in reversed(attempts):
        if attempt.resumed_from is None or index > attempt.resumed_from:
            return read_magnetisation(attempt.output(cycle) / layout.state_file(index), mesh)
    return None


def ended(attempt: Attempt, *, wall_s: float, failure: str = "", message: str = "") -> Attempt:
    """Return the record of an attempt that is over."""
    return replace(attempt, wall_s=round(wall_s, 3), failure=failure, message=message)
