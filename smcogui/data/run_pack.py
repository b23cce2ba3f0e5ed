"""Packing finished runs: few files for each, their half-cycles together in Parquet packs.

A packed run keeps ``spec.json``, ``result.json`` and ``events.jsonl``. Its pack is on the disk, and
was read back, before the run's ``events.jsonl`` names it, and that line is on the disk before
anything is deleted: a crash leaves at worst rows twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.data.run_scan import read_result
from smcogui.design.design_file import parse_design_text
from smcogui.design.nanostructure import build_nanostructure
from smcogui.errors import RunFolderError, SmCoError
from smcogui.runs.folder import (
    CANCEL_FILE,
    CURVE_FILE,
    EVENTS_FILE,
    HEARTBEAT_FILE,
    REGIONS_FILE,
    SOLVER_LOG,
    SPEC_FILE,
    WORKER_LOG,
    RunInfo,
    check_problem,
    cycle_folder,
    folder_error,
    read_info,
)
from smcogui.runs.lock import LOCK_FILE, FolderLock
from smcogui.runs.pack_file import (
    PACK_SUFFIX,
    PACKS_FOLDER,
    PackedCycle,
    list_packs,
    pack_runs_in,
    packs_of,
    read_packed,
    write_pack,
)
from smcogui.runs.pack_mark import PackMark, pack_mark, remove_mark, write_mark
from smcogui.runs.spec import BUILTIN
from smcogui.runs.state import RunState
from smcogui.runs.watch import read_cycle, state_changes
from solver.events import FieldStep, Finished, to_json
from solver.problem import (
    ARRAYS_FILE,
    CHECKPOINT_FILE,
    PROBLEM_FILE,
    load_problem,
    write_arrays,
    write_atomically,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from solver.problem import Problem

RUNS_PER_PACK: Final = 200
_PATIENCE_S: Final = 120.0
"""How long is waited for the pack that is being written."""
_CYCLE_FILES: Final = frozenset(
    {PROBLEM_FILE, ARRAYS_FILE, EVENTS_FILE, CHECKPOINT_FILE, LOCK_FILE, SOLVER_LOG}
)
_RUN_FILES: Final = (REGIONS_FILE, CURVE_FILE, CANCEL_FILE, HEARTBEAT_FILE, WORKER_LOG)
_LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class PackReport:
    """What packing has done.

    Parameters
    ----------
    packed : int
        Runs that went into packs.
    packs : list of Path
    freed : int
        Bytes of the files that were deleted, less those of the packs.
    left : Counter
        Runs that were left as they are, by the reason.
    """

    packed: int = 0
    packs: list[Path] = field(default_factory=list)
    freed: int = 0
    left: Counter[str] = field(default_factory=Counter)


def is_unpacked(folder: Path) -> bool:
    """Tell by one look whether the half-cycles of a run lie in its folder."""
    return cycle_folder(folder, 0).is_dir()


def pack_runs(
    folders: Sequence[Path],
    *,
    progress: Callable[[float], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PackReport:
    """Pack finished runs of one project; those that cannot be packed stay as they are.

    Parameters
    ----------
    folders : sequence of Path
        Run folders of one project, at least one.
    progress : callable
        Told the share that is done.
    should_stop : callable
        Asked before every pack.

    Raises
    ------
    RunFolderError
        If another process packs or copies the project, or a pack cannot be written.
    """
    report = PackReport()
    with packing(packs_of(folders[0])):
        for start in range(0, len(folders), RUNS_PER_PACK):
            if should_stop():
                break
            _pack_some(folders[start : start + RUNS_PER_PACK], report)
            progress(min(1.0, (start + RUNS_PER_PACK) / len(folders)))
    return report


@contextlib.contextmanager
def packing(packs: Path, *, patience_s: float = 1.0) -> Iterator[None]:
    """Keep others from packing meanwhile, as copies of the project do.

    Raises
    ------
    RunFolderError
        If another process does that for longer than ``patience_s``, or the folder cannot be
        written.
    """
    try:
        packs.mkdir(parents=True, exist_ok=True)
        with FolderLock(packs, patience_s=patience_s):
            yield
    except OSError as error:
        raise folder_error(packs, error) from error


def unpack_run(folder: Path) -> bool:
    """Put the half-cycles of a packed run back into its folder; False where it is not packed.

    Raises
    ------
    RunFolderError
        If the pack is missing or damaged, the folder cannot be written, or this version of the
        program would make other regions of the design.
    """
    # Nobody packs meanwhile, nor deletes packs.
    with packing(packs_of(folder), patience_s=_PATIENCE_S):
        mark = pack_mark(folder)
        if mark is None:
            return False
        _unpack(folder, mark)
    return True


def _unpack(folder: Path, mark: PackMark) -> None:
    info = read_info(folder)
    rows = {row.cycle: row for row in read_packed(folder, mark)}
    missing = [row.folder for row in info.cycles if row.folder not in rows]
    if missing:
        raise RunFolderError(
            f"the pack {mark.pack} lacks {', '.join(missing)} of run {mark.run_id}",
            key="pack",
            given=mark.pack,
            allowed="a pack with all half-cycles of the run",
        )
    try:
        with FolderLock(folder):
            regions = {}
            for number, cycle in enumerate(info.cycles):
                _put_back(folder / cycle.folder, rows[cycle.folder], info, number)
                check_problem(folder / cycle.folder, cycle)
                regions[cycle.folder] = load_problem(folder / cycle.folder).regions
            write_arrays(folder / REGIONS_FILE, regions)
            remove_mark(folder)
    except OSError as error:
        raise folder_error(folder, error) from error


def sweep_packs(project: Path) -> int:
    """Delete the packs none of whose runs is packed any more; return how many.

    Runs in the trash count, as they can be put back.
    """
    packs = project / PACKS_FOLDER
    gone = 0
    with packing(packs, patience_s=_PATIENCE_S):
        # Looked at under the lock: no run is being packed between this and the deletion.
        marks = (
            pack_mark(path.parent)
            for pattern in (f"runs/*/{SPEC_FILE}", f"trash/*/content/{SPEC_FILE}")
            for path in project.glob(pattern)
        )
        used = {mark.run_id for mark in marks if mark is not None}
        for path in list_packs(packs):
            if not pack_runs_in(path) & used:
                path.unlink()
                gone += 1
    return gone


def _pack_some(folders: Sequence[Path], report: PackReport) -> None:
    gathered: dict[Path, list[PackedCycle]] = {}
    for folder in folders:
        try:
            info = read_info(folder)
            mark = pack_mark(folder)
            if mark is not None:
                # Packed before; a crash may have come between the mark and the end.
                _finish_replacing(folder, mark, info)
                continue
            obstacle = _obstacle(folder, info)
            if obstacle:
                report.left[obstacle] += 1
            else:
                gathered[folder] = [_gather(folder, info, k) for k in range(len(info.cycles))]
        except (SmCoError, OSError) as error:
            _LOG.warning("%s is not packed: %s", folder, error)
            report.left["damaged"] += 1
    if not gathered:
        return
    rows = [row for found in gathered.values() for row in found]
    packs = packs_of(folders[0])
    name = hashlib.sha256(
        "".join(f"{row.run_id}{row.problem_hash}" for row in rows).encode()
    ).hexdigest()[:16]
    path = packs / f"{name}{PACK_SUFFIX}"
    write_pack(path, rows)
    report.packs.append(path)
    report.freed -= path.stat().st_size
    for folder, found in gathered.items():
        try:
            _replace(folder, found, path.name, report)
        except RunFolderError as error:
            _LOG.warning("%s is not packed: %s", folder, error)
            report.left["in use"] += 1


def _obstacle(folder: Path, info: RunInfo) -> str:
    """Return why a run cannot be packed, in words; empty where it can."""
    changes = state_changes(folder)
    if not changes or changes[-1].state is not RunState.DONE or read_result(folder) is None:
        return "not done"
    if info.solver != BUILTIN.name:
        return f"computed by {info.solver}"
    files = (entry.name for row in info.cycles for entry in (folder / row.folder).iterdir())
    if any(name not in _CYCLE_FILES for name in files):
        return "with stored states or other files"
    return ""


def _gather(folder: Path, info: RunInfo, number: int) -> PackedCycle:
    """Return a half-cycle as it lies in its folder; raises RunFolderError where it is damaged."""
    row = info.cycles[number]
    path = folder / row.folder
    check_problem(path, row)
    found = read_cycle(path)
    steps = [event.index for event in found if isinstance(event, FieldStep)]
    if steps != list(range(len(steps))) or not any(isinstance(e, Finished) for e in found):
        raise RunFolderError(f"{path} lacks field steps", key="folder", given=str(path))
    made_again = _regions_match(load_problem(path), info, number)
    return PackedCycle(
        run_id=info.run_id,
        cycle=row.folder,
        problem_hash=row.problem_hash,
        problem=(path / PROBLEM_FILE).read_text(encoding="utf-8"),
        arrays=None if made_again else (path / ARRAYS_FILE).read_bytes(),
        events=tuple(found),
    )


def _regions_match(problem: Problem, info: RunInfo, number: int) -> bool:
    """Whether the design alone gives the arrays of a half-cycle."""
    design = parse_design_text(info.design, "the run")[0]
    made = build_nanostructure(design, number).regions
    return problem.initial_state is None and np.array_equal(made, problem.regions)


def _finish_replacing(folder: Path, mark: PackMark, info: RunInfo) -> None:
    """Delete what a crash left of a packed run, where the pack does hold it."""
    if not any(folder.glob("cycle-*")):
        return
    packed = {row.cycle for row in read_packed(folder, mark)}
    with FolderLock(folder):
        if packed >= {row.folder for row in info.cycles}:
            _remove_files(folder)


def _replace(folder: Path, rows: list[PackedCycle], pack: str, report: PackReport) -> None:
    """Name the pack in the run's folder, then delete what lies in it."""
    with FolderLock(folder):
        # Somebody may have worked on it since it was gathered.
        told = [tuple(read_cycle(folder / row.cycle)) for row in rows]
        if pack_mark(folder) is None and told == [row.events for row in rows]:
            mark = PackMark(run_id=rows[0].run_id, pack=pack)
            write_mark(folder, mark)
            if pack_mark(folder) == mark:
                report.packed += 1
                report.freed += _remove_files(folder)
    with contextlib.suppress(OSError):
        (folder / LOCK_FILE).unlink(missing_ok=True)


def _remove_files(folder: Path) -> int:
    """Delete what a packed run needs no more; return the bytes."""
    freed = 0
    for path in folder.glob("cycle-*"):
        freed += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        shutil.rmtree(path)
    for name in _RUN_FILES:
        path = folder / name
        if path.exists():
            freed += path.stat().st_size
            path.unlink()
    return freed


def _put_back(path: Path, row: PackedCycle, info: RunInfo, number: int) -> None:
    """Write the folder of a half-cycle as it was, without checkpoint and logs."""
    path.mkdir(exist_ok=True)
    if row.arrays is not None:
        write_atomically(path / ARRAYS_FILE, row.arrays)
    else:
        design = parse_design_text(info.design, "the run")[0]
        write_arrays(path / ARRAYS_FILE, {"regions": build_nanostructure(design, number).regions})
    write_atomically(path / PROBLEM_FILE, row.problem.encode())
    lines = "".join(f"{to_json(event)}\n" for event in row.events)
    write_atomically(path / EVENTS_FILE, lines.encode())
