"""Packs: Parquet files that hold the half-cycles of some hundred finished runs, a row for each.

A field step is a place in the lists of a row, everything else that the solver told a line of
``others`` with the number of field steps before it. Rows are sorted by run, a few runs to a row
group, so that one run is read without the rest.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import RunFolderError
from smcogui.runs.pack_mark import PackMark, pack_mark
from solver import events
from solver.events import FieldStep
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.events import SolverEvent

PACKS_FOLDER: Final = "packs"
PACK_SUFFIX: Final = ".parquet"
FORMAT_VERSION: Final = 1
RUNS_PER_GROUP: Final = 16
_VERSION_KEY: Final = b"smco_studio_pack"
_FLOATS: Final = (
    "mu0_H_T",
    "M_over_Ms",
    "mx",
    "my",
    "mz",
    "energy_density_J_m3",
    "max_torque_T",
    "progress",
    "cpu_s",
)
_COUNTS: Final = ("index", "iterations", "demag_evaluations")
_STEP: Final = (*_COUNTS, *_FLOATS, "jump")
_TEXTS: Final = ("run_id", "cycle", "problem_hash", "problem", "others")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedCycle:
    """One half-cycle of a pack.

    Parameters
    ----------
    run_id : str
    cycle : str
        Name of its folder.
    problem_hash : str
    problem : str
        Text of ``problem.json``.
    arrays : bytes or None
        ``arrays.npz``; None where the design gives the same regions again.
    events : tuple
        What the solver told, in its order.
    """

    run_id: str
    cycle: str
    problem_hash: str
    problem: str
    arrays: bytes | None
    events: tuple[SolverEvent, ...]


def packs_of(run_folder: Path) -> Path:
    """Return the folder of the packs that a run folder's mark means."""
    return run_folder.parent.parent / PACKS_FOLDER


def packed_events(cycle_folder: Path) -> list[SolverEvent] | None:
    """Return what the solver told of a half-cycle whose run is packed; None where it is not.

    Raises
    ------
    RunFolderError
        If the pack is missing or damaged.
    """
    mark = pack_mark(cycle_folder.parent)
    if mark is None:
        return None
    rows = _find_rows(cycle_folder.parent, mark)
    # The others of the run stay as they are: thousands of field steps are slow to build.
    own = [_cycle_of(row) for row in rows if row["cycle"] == cycle_folder.name]
    return list(own[0].events) if own else []


def read_packed(run_folder: Path, mark: PackMark) -> list[PackedCycle]:
    """Return the half-cycles of a packed run, in their order.

    Raises
    ------
    RunFolderError
        If the pack is missing or damaged.
    """
    return [_cycle_of(row) for row in _find_rows(run_folder, mark)]


def _find_rows(run_folder: Path, mark: PackMark) -> list[dict[str, Any]]:
    packs = packs_of(run_folder)
    # The named one as a rule; another where packs were made anew.
    paths = [packs / mark.pack, *(path for path in list_packs(packs) if path.name != mark.pack)]
    for path in paths:
        try:
            rows = _rows_of(path, mark.run_id)
        except FileNotFoundError:
            continue
        if rows:
            return rows
    raise RunFolderError(
        f"the field steps of run {mark.run_id} lie in the pack {mark.pack}, which is not in "
        f"{packs}; copy the folder {PACKS_FOLDER} of the project there that the run came from",
        key="pack",
        given=mark.pack,
        allowed=f"a pack in {packs}",
    )


def list_packs(packs: Path) -> list[Path]:
    """Return the packs of a folder, which need not exist."""
    return sorted(packs.glob(f"*{PACK_SUFFIX}"))


def pack_runs_in(path: Path) -> set[str]:
    """Return the runs that a pack has rows of."""
    from pyarrow import parquet

    return set(parquet.read_table(path, columns=["run_id"]).column("run_id").to_pylist())


def write_pack(path: Path, cycles: Sequence[PackedCycle]) -> None:
    """Write a pack, and read it back before it takes its name; it is on the disk then.

    Raises
    ------
    RunFolderError
        If what is read back is not what was to be written.
    OSError
        If it cannot be written.
    """
    ordered = sorted(cycles, key=lambda row: (row.run_id, row.cycle))
    content = _encoded(ordered)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)
    _flush_folder(path.parent)
    written = [_cycle_of(row) for row in _read_all(path)]
    if written != ordered:
        path.unlink()
        raise RunFolderError(
            f"{path} does not hold what was written into it, and was removed; the drive may be "
            "damaged. The runs are as they were",
            key="pack",
            given=str(path),
        )


def _encoded(cycles: Sequence[PackedCycle]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    lists = {
        **dict.fromkeys(_COUNTS, pa.list_(pa.int64())),
        **dict.fromkeys(_FLOATS, pa.list_(pa.float64())),
        "jump": pa.list_(pa.bool_()),
    }
    fields = [pa.field(name, pa.string()) for name in _TEXTS]
    fields += [pa.field("arrays", pa.binary()), *(pa.field(*item) for item in lists.items())]
    schema = pa.schema(fields, metadata={_VERSION_KEY: str(FORMAT_VERSION)})
    buffer = pa.BufferOutputStream()
    with parquet.ParquetWriter(
        buffer,
        schema,
        compression="zstd",
        compression_level=9,
        use_dictionary=["run_id", "cycle"],
        column_encoding={f"{name}.list.element": "BYTE_STREAM_SPLIT" for name in _FLOATS},
    ) as writer:
        for group in _groups(cycles):
            rows = [_row_of(cycle) for cycle in group]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return bytes(buffer.getvalue())


def _groups(cycles: Sequence[PackedCycle]) -> list[list[PackedCycle]]:
    ids = sorted({cycle.run_id for cycle in cycles})
    number = {run_id: place // RUNS_PER_GROUP for place, run_id in enumerate(ids)}
    found: dict[int, list[PackedCycle]] = {}
    for cycle in cycles:
        found.setdefault(number[cycle.run_id], []).append(cycle)
    return list(found.values())


def _row_of(cycle: PackedCycle) -> dict[str, Any]:
    steps = [event for event in cycle.events if isinstance(event, FieldStep)]
    others: list[tuple[int, str]] = []
    before = 0
    for event in cycle.events:
        if isinstance(event, FieldStep):
            before += 1
        else:
            others.append((before, events.to_json(event)))
    return {
        "run_id": cycle.run_id,
        "cycle": cycle.cycle,
        "problem_hash": cycle.problem_hash,
        "problem": cycle.problem,
        "others": json.dumps(others),
        "arrays": cycle.arrays,
        **{name: [getattr(step, name) for step in steps] for name in _STEP},
    }


def _cycle_of(row: dict[str, Any]) -> PackedCycle:
    columns = [row[name] for name in _STEP]
    found: list[SolverEvent] = [
        FieldStep(**dict(zip(_STEP, values, strict=True))) for values in zip(*columns, strict=True)
    ]
    for before, line in reversed(json.loads(row["others"])):
        found.insert(before, events.from_json(line))
    return PackedCycle(
        **{name: row[name] for name in ("run_id", "cycle", "problem_hash", "problem", "arrays")},
        events=tuple(found),
    )


def _rows_of(path: Path, run_id: str) -> list[dict[str, Any]]:
    """Return the rows of a run, from the row group that holds them."""
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        group = next(
            (
                number
                for number, (low, high) in enumerate(_ranges(str(path), stamp))
                if low <= run_id <= high
            ),
            None,
        )
        rows = [] if group is None else _read_group(str(path), stamp, group)
    except (FileNotFoundError, RunFolderError):
        raise
    except (OSError, ValueError) as error:
        # pyarrow's errors are either.
        raise _damaged(path, error) from error
    return [row for row in rows if row["run_id"] == run_id]


@lru_cache(maxsize=256)
def _ranges(path: str, stamp: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    """Return the first and the last run of each row group."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        _check_version(Path(path), file.schema_arrow.metadata)
        place = file.schema_arrow.names.index("run_id")
        groups = [file.metadata.row_group(k) for k in range(file.num_row_groups)]
        marks = [group.column(place).statistics for group in groups]
    return tuple((str(mark.min), str(mark.max)) for mark in marks)


@lru_cache(maxsize=64)
def _read_group(path: str, stamp: tuple[int, int], group: int) -> tuple[dict[str, Any], ...]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        return tuple(file.read_row_group(group).to_pylist())


def _read_all(path: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        _check_version(path, file.schema_arrow.metadata)
        return list(file.read().to_pylist())


def _check_version(path: Path, metadata: dict[bytes, bytes] | None) -> None:
    version = (metadata or {}).get(_VERSION_KEY, b"none").decode()
    if version != str(FORMAT_VERSION):
        raise RunFolderError(
            f"{path} is a pack of format {version}; this program reads {FORMAT_VERSION}. Update "
            "the program",
            key="format_version",
            given=version,
            allowed=str(FORMAT_VERSION),
        )


def _damaged(path: Path, error: Exception) -> RunFolderError:
    return RunFolderError(
        f"the pack {path} cannot be read: {error}. Take it from a copy of the project, or delete "
        "the runs that lie in it and compute them again",
        key="pack",
        given=str(path),
    )


def _flush_folder(folder: Path) -> None:
    """Bring the names in a folder onto the disk; on Windows the rename does that."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
