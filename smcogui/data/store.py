"""The runs of a project: their folders are the truth, and listing them scans the folders."""

from __future__ import annotations

import difflib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.design.design_file import parse_design_text
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import RESULT_FILE, SPEC_FILE, RunInfo, read_info
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, read_cycle
from solver.events import FieldStep, Finished, Snapshot
from solver.mumax3.ovf import OvfError, read_ovf
from solver.problem import load_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from solver.mesh import Mesh

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run of a project.

    Parameters
    ----------
    run_id : str
    folder : Path
    name : str
        The design's name.
    design : Design
    info : RunInfo
        What ``spec.json`` records: offsets, seeds and average Ms per half-cycle, versions.
    state : RunState
    message : str
        Why it is in that state; empty where there is nothing to say.
    created_s : float
        Seconds since 1970.
    progress : float
        Share of the field points that are done, 0 to 1.
    result : dict or None
        What ``run --json`` prints; None until the run is DONE.
    """

    run_id: str
    folder: Path
    name: str
    design: Design
    info: RunInfo
    state: RunState
    message: str
    created_s: float
    progress: float
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecord:
    """A stored magnetisation; ``reason`` is remanence, before_Hp, Hp, before_Hc, Hc, chosen, final.

    ``index`` is the field step, ``path`` the OVF file.
    """

    cycle: int
    index: int
    mu0_H_T: float
    reason: str
    path: Path


class RunStore:
    """The run folders below a folder.

    Parameters
    ----------
    runs_folder : Path
        ``PROJECT/runs``; need not exist yet.
    """

    def __init__(self, runs_folder: Path) -> None:
        self._runs_folder = runs_folder
        # A run's description never changes, and parsing it is what takes time.
        self._known: dict[Path, tuple[RunInfo, Design]] = {}

    def records(self) -> list[RunRecord]:
        """Return all runs, the newest first; a damaged folder is logged and left out."""
        if not self._runs_folder.is_dir():
            return []
        found = []
        for folder in sorted(self._runs_folder.iterdir()):
            if not (folder / SPEC_FILE).is_file():
                continue
            try:
                found.append(self._read(folder))
            except SmCoError as error:
                _LOG.warning("%s is left out: %s", folder, error)
        return sorted(found, key=lambda record: record.created_s, reverse=True)

    def folder(self, run_id: str) -> Path:
        """Return the folder of a run.

        Raises
        ------
        InputError
            If there is no such run; the message names the nearest.
        """
        folder = self._runs_folder / run_id
        if run_id and Path(run_id).name == run_id and (folder / SPEC_FILE).is_file():
            return folder
        names = [path.parent.name for path in self._runs_folder.glob(f"*/{SPEC_FILE}")]
        near = difflib.get_close_matches(run_id, names, n=1, cutoff=0.3)
        hint = f"; the nearest is {near[0]}" if near else "; the project has no runs"
        raise InputError(
            f"there is no run {run_id!r} in {self._runs_folder}{hint}",
            key="run_id",
            given=run_id,
            allowed="a run of the project",
        )

    def record(self, run_id: str) -> RunRecord:
        """Return one run; raises InputError where there is none."""
        return self._read(self.folder(run_id))

    def steps(self, run_id: str) -> list[list[FieldStep]]:
        """Return the accepted field steps per half-cycle."""
        folder = self.folder(run_id)
        return read_steps(folder, read_info(folder))

    def snapshots(self, run_id: str) -> list[SnapshotRecord]:
        """Return the stored magnetisations, by half-cycle and falling field."""
        folder = self.folder(run_id)
        # A resumed solve may write one twice; one state may be stored for two reasons.
        found: dict[tuple[int, int, str], SnapshotRecord] = {}
        for cycle, row in enumerate(read_info(folder).cycles):
            for event in read_cycle(folder / row.folder):
                if isinstance(event, Snapshot):
                    found[cycle, event.index, event.reason] = SnapshotRecord(
                        cycle=cycle,
                        index=event.index,
                        mu0_H_T=event.mu0_H_T,
                        reason=event.reason,
                        path=folder / row.folder / event.path,
                    )
        return sorted(found.values(), key=lambda shot: (shot.cycle, shot.index))

    def load_snapshot(
        self,
        run_id: str,
        cycle: int,
        index: int,
    ) -> tuple[NDArray[np.float64], Mesh]:
        """Read one stored magnetisation, shape (3, nz, ny, nx), and its mesh."""
        shots = self.snapshots(run_id)
        shot = next((s for s in shots if (s.cycle, s.index) == (cycle, index)), None)
        if shot is None:
            known = ", ".join(f"{s.cycle}/{s.index}" for s in shots) or "none yet"
            raise InputError(
                f"run {run_id} has no magnetisation of half-cycle {cycle}, step {index}; "
                f"stored (half-cycle/step): {known}",
                key="index",
                given=f"{cycle}/{index}",
                allowed=known,
            )
        folder = self.folder(run_id)
        mesh = load_problem(folder / read_info(folder).cycles[cycle].folder).mesh
        return load_state(shot.path, mesh), mesh

    def _read(self, folder: Path) -> RunRecord:
        if folder not in self._known:
            info = read_info(folder)
            design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
            self._known[folder] = (info, design)
        info, design = self._known[folder]
        now = current_state(folder)
        done = now.state is RunState.DONE
        result = read_result(folder) if done else None
        return RunRecord(
            run_id=info.run_id,
            folder=folder,
            name=info.name,
            design=design,
            info=info,
            state=now.state,
            message=now.message,
            created_s=info.created_s,
            progress=1.0 if done else progress_of(folder, info),
            result=result,
        )


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return ``result.json`` with ``run_dir`` as it is now, or None where there is none."""
    try:
        data = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {**data, "run_dir": str(folder)} if isinstance(data, dict) else None


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


def load_state(path: Path, mesh: Mesh) -> NDArray[np.float64]:
    """Read a magnetisation file onto a mesh, shape (3, nz, ny, nx).

    Raises
    ------
    InputError
        If the file is missing or damaged, or belongs to another mesh.
    """
    try:
        field = read_ovf(path)
    except (OSError, OvfError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"{path} cannot be read as an OVF file: {reason}",
            key="state",
            given=str(path),
        ) from error
    state = field.data
    if state.shape != (3, *mesh.shape):
        components, nz, ny, nx = state.shape
        wanted = "x".join(str(n) for n in mesh.cells)
        raise InputError(
            f"{path} holds {nx}x{ny}x{nz} cells of {components} components; the design's mesh "
            f"has {wanted} cells and a state has 3 components",
            key="state",
            given=f"{nx}x{ny}x{nz}",
            allowed=wanted,
        )
    if not np.allclose(field.cell_size, mesh.cell_size, rtol=1e-4):
        given, wanted = _in_nm(field.cell_size), _in_nm(mesh.cell_size)
        raise InputError(
            f"{path} has cells of {given} nm; the design's mesh has {wanted} nm",
            key="state",
            given=f"{given} nm",
            allowed=f"{wanted} nm",
        )
    return state.astype(np.float64)


def _in_nm(lengths: tuple[float, float, float]) -> str:
    return " x ".join(f"{length * 1e9:.6g}" for length in lengths)
