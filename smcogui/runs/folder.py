"""The folder of a run: the names of its files, and writing and reading its description."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import smcogui
from smcogui.design.design_file import design_to_toml
from smcogui.errors import DiskFullError, RunFolderError
from smcogui.runs.lock import LOCK_FILE
from smcogui.runs.pack_mark import pack_mark
from smcogui.runs.spec import Engine
from solver.errors import FREE_SPACE, ProblemError
from solver.problem import (
    PROBLEM_FILE,
    load_problem,
    save_problem,
    write_arrays,
    write_atomically,
)

if TYPE_CHECKING:
    from smcogui.runs.spec import RunSpec

FORMAT_VERSION: Final = 1
SPEC_FILE: Final = "spec.json"
REGIONS_FILE: Final = "regions.npz"
EVENTS_FILE: Final = "events.jsonl"
CURVE_FILE: Final = "curve.csv"
RESULT_FILE: Final = "result.json"
CANCEL_FILE: Final = "cancel.request"
HEARTBEAT_FILE: Final = "heartbeat.json"
WORKER_LOG: Final = "worker.log"
RUNS_FOLDER: Final = "runs"
"""In a project: a folder for each run."""
SOLVER_LOG: Final = "solver.log"

_NM: Final = 1e-9
_BYTES_PER_SNAPSHOT_CELL: Final = 12
_SNAPSHOTS_PER_CYCLE: Final = 6
_SPARE_BYTES: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleInfo:
    """One half-cycle as ``spec.json`` records it.

    ``folder`` is relative to the run's folder; ``Ms_A_m`` the volume average that M_over_Ms
    refers to; ``fractions`` the counted share of each phase.
    """

    folder: str
    problem_hash: str
    seed: int
    offsets_nm: tuple[float, float, float]
    Ms_A_m: float
    fractions: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What ``spec.json`` says about a run; the design is the text of a design file."""

    run_id: str
    name: str
    design: str
    solver: str
    solver_version: str
    program_version: str
    created_s: float
    cycles: tuple[CycleInfo, ...]
    snapshots_T: tuple[float, ...] = ()

    @property
    def engine(self) -> Engine:
        """What computes it, or did."""
        return Engine(name=self.solver, version=self.solver_version)


def cycle_folder(folder: Path, cycle: int) -> Path:
    """Return the problem folder of a half-cycle."""
    return folder / f"cycle-{cycle:02d}"


def prepare_folder(spec: RunSpec, folder: Path) -> RunInfo:
    """Make the run's folder, or check that the one there is this run's.

    Raises
    ------
    RunFolderError
        If the folder holds something else, cannot be written, or its disk is full.
    """
    info = _describe(spec)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / SPEC_FILE).exists():
            _check_same(read_info(folder), info, folder)
        else:
            _check_empty(folder)
            _check_space(spec, folder)
            _write_spec(info, folder)
        if pack_mark(folder) is None:
            _complete(spec, info, folder)
    except OSError as error:
        raise folder_error(folder, error) from error
    return info


def read_info(folder: Path) -> RunInfo:
    """Read ``spec.json``.

    Raises
    ------
    RunFolderError
        If the folder is no run folder, or the file is damaged.
    """
    path = folder / SPEC_FILE
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if data["format_version"] != FORMAT_VERSION:
            raise RunFolderError(
                f"{path} has format_version {data['format_version']!r}; "
                f"this program reads {FORMAT_VERSION}",
                key="format_version",
                given=repr(data["format_version"]),
                allowed=str(FORMAT_VERSION),
            )
        cycles = tuple(
            CycleInfo(**{**row, "offsets_nm": tuple(row["offsets_nm"])}) for row in data["cycles"]
        )
        for row in cycles:
            # A run folder may come from anybody: it never leads out of itself.
            if row.folder in {"", ".", ".."} or Path(row.folder).name != row.folder:
                raise ValueError(f"the folder of a half-cycle is {row.folder!r}")
        names = set(RunInfo.__dataclass_fields__) - {"cycles", "snapshots_T"}
        return RunInfo(
            cycles=cycles,
            snapshots_T=tuple(data.get("snapshots_T", ())),
            **{name: data[name] for name in names},
        )
    except FileNotFoundError as error:
        raise RunFolderError(
            f"{folder} is no run folder: it has no {SPEC_FILE}",
            key="folder",
            given=str(folder),
        ) from error
    except OSError as error:
        raise folder_error(folder, error) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "parts of it are missing"
        raise RunFolderError(
            f"{path} is damaged ({why}); move {folder} away and run the design again",
            key="folder",
            given=str(folder),
        ) from error


def folder_error(folder: Path, error: OSError) -> RunFolderError:
    """Return the error that tells people what an OSError in a run folder means."""
    kind = RunFolderError
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        kind = DiskFullError
        message = f"the disk of {folder} is full; {FREE_SPACE} or choose another folder"
    elif error.errno == errno.EISDIR:
        message = f"{folder} is a folder; give the name of a file in it"
    elif error.errno == errno.ENAMETOOLONG:
        message = f"the path {folder} is too long for this file system; choose a shorter one"
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        message = f"{folder} cannot be written ({error.strerror}); choose another folder"
    else:
        reason = error.strerror or str(error)
        message = f"{folder} cannot be used: {reason}; choose another folder"
    return kind(
        message,
        key="out",
        given=str(folder),
        allowed="a folder that can be written",
    )


def _describe(spec: RunSpec) -> RunInfo:
    cycles = tuple(
        CycleInfo(
            folder=cycle_folder(Path(), k).name,
            problem_hash=cycle.problem.content_hash(),
            seed=cycle.problem.options.seed,
            offsets_nm=tuple(round(value / _NM, 6) for value in cycle.offsets),  # type: ignore[arg-type]
            Ms_A_m=cycle.Ms,
            fractions=cycle.fractions,
        )
        for k, cycle in enumerate(spec.cycles)
    )
    return RunInfo(
        run_id=spec.run_id,
        name=spec.design.name,
        design=design_to_toml(spec.design),
        solver=spec.solver,
        solver_version=spec.solver_version,
        program_version=smcogui.__version__,
        created_s=time.time(),
        cycles=cycles,
        snapshots_T=spec.snapshots_T,
    )


def _check_same(old: RunInfo, new: RunInfo, folder: Path) -> None:
    if old.run_id == new.run_id:
        return
    reason = f"it holds run {old.run_id} (design {old.name!r}), not {new.run_id} ({new.name!r})"
    if [c.problem_hash for c in old.cycles] == [c.problem_hash for c in new.cycles]:
        was, now = f"{old.solver} {old.solver_version}", f"{new.solver} {new.solver_version}"
        if was != now:
            reason = f"it holds the same design by solver {was}, and this is {now}"
    raise RunFolderError(
        f"{folder} holds another content: {reason}. Choose another folder or move this one away",
        key="out",
        given=str(folder),
        allowed="a folder that is new, empty or of the same run",
    )


def _check_empty(folder: Path) -> None:
    """Refuse to mix a run with files that somebody put there."""
    own = {LOCK_FILE, CANCEL_FILE, SPEC_FILE + ".tmp"}
    strangers = sorted(entry.name for entry in folder.iterdir() if entry.name not in own)
    if strangers:
        raise RunFolderError(
            f"{folder} already holds other files ({', '.join(strangers[:3])}"
            f"{', ...' if len(strangers) > 3 else ''}); choose a folder that is new or empty",
            key="out",
            given=str(folder),
            allowed="a folder that is new, empty or of the same run",
        )


def _check_space(spec: RunSpec, folder: Path) -> None:
    """Refuse before hours of computing what could not be stored after them."""
    cells = sum(cycle.problem.mesh.n_cells for cycle in spec.cycles)
    needed = cells * _BYTES_PER_SNAPSHOT_CELL * _SNAPSHOTS_PER_CYCLE + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFullError(
            f"the disk of {folder} is full: {free / 1e6:.1f} MB are free and this run may need "
            f"{needed / 1e6:.0f} MB; {FREE_SPACE} or choose another folder",
            key="out",
            given=f"{free / 1e6:.1f} MB",
            allowed=f">= {needed / 1e6:.0f} MB",
        )


def _write_spec(info: RunInfo, folder: Path) -> None:
    data = {"format_version": FORMAT_VERSION, **asdict(info)}
    write_atomically(folder / SPEC_FILE, json.dumps(data, indent=2).encode())


def _complete(spec: RunSpec, info: RunInfo, folder: Path) -> None:
    """Write what is missing; a program killed while submitting leaves that behind."""
    if not (folder / REGIONS_FILE).exists():
        regions = {
            row.folder: cycle.problem.regions
            for cycle, row in zip(spec.cycles, info.cycles, strict=True)
        }
        write_arrays(folder / REGIONS_FILE, regions)
    for cycle, row in zip(spec.cycles, info.cycles, strict=True):
        path = folder / row.folder
        if (path / PROBLEM_FILE).exists():
            check_problem(path, row)
        else:
            save_problem(cycle.problem, path)


def check_problem(path: Path, row: CycleInfo) -> None:
    """Check that a half-cycle's folder holds the problem that ``spec.json`` names.

    Raises
    ------
    RunFolderError
        If it was changed or damaged.
    """
    with contextlib.suppress(ProblemError):
        if load_problem(path).content_hash() == row.problem_hash:
            return
    raise RunFolderError(
        f"{path} was changed or damaged since the run was submitted; "
        f"move {path.parent} away and run the design again",
        key="folder",
        given=str(path),
    )
