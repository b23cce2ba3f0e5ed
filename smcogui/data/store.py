"""The runs of a project: their folders are the truth, the index spares reading them all."""

from __future__ import annotations

import difflib
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.data.result_columns import RESULT_COLUMNS, result_values
from smcogui.data.run_index import INDEX_FILE, RunIndex
from smcogui.data.run_record import RunRecord
from smcogui.data.run_scan import ScannedRun, is_no_run, read_steps, run_signature, scan_run
from smcogui.errors import InputError, SmCoError
from smcogui.runs.folder import SPEC_FILE, read_info
from smcogui.runs.pack_mark import pack_mark
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, read_cycle
from solver.events import FieldStep, Snapshot
from solver.mumax3.ovf import OvfError, read_ovf
from solver.problem import load_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.mesh import Mesh

__all__ = ["RunRecord", "RunStore", "SnapshotRecord", "load_state"]

_LOG = logging.getLogger(__name__)


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
        ``PROJECT/runs``; need not exist yet. The index lies beside it.
    """

    def __init__(self, runs_folder: Path) -> None:
        self._runs_folder = runs_folder
        self._index = RunIndex(runs_folder.parent / INDEX_FILE, runs_folder)
        self._lock = threading.Lock()
        self._known: dict[str, ScannedRun] | None = None
        self._records: dict[str, tuple[ScannedRun, RunRecord]] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is special about the project's storage, in words."""
        return tuple(filter(None, (self._index.note,)))

    def records(self) -> list[RunRecord]:
        """Return all runs, the newest first; a damaged folder is logged and left out."""
        with self._lock:
            runs = self._refresh()
        self._records = {run_id: self._record_of(run_id, run) for run_id, run in runs.items()}
        found = [record for _, record in self._records.values()]
        return sorted(found, key=lambda record: record.created_s, reverse=True)

    def _record_of(self, run_id: str, run: ScannedRun) -> tuple[ScannedRun, RunRecord]:
        """Return the record as it was, the same object, where nothing can have changed."""
        known = self._records.get(run_id)
        if known is not None and known[0] is run and not _may_change(run.state):
            return known
        return run, _to_record(run.content.folder, run)

    def _refresh(self) -> dict[str, ScannedRun]:
        """Bring what is known up to date with the folders, and the index with that."""
        if self._known is None:
            self._known = self._index.load()
        current, changed = {}, {}
        start = f"{self._runs_folder}{os.sep}"
        for name in self._names():
            known = self._known.get(name)
            # Thousands of times: one look at each file, and no paths of folders that are known.
            signature = run_signature(start + name)
            if known is None or known.signature != signature:
                if is_no_run(signature):
                    continue
                folder = self._runs_folder / name
                try:
                    known = changed[name] = scan_run(folder)
                except SmCoError as error:
                    _LOG.warning("%s is left out: %s", folder, error)
                    continue
            current[name] = known
        self._index.update(changed, self._known.keys() - current.keys())
        self._known = current
        return current

    def _names(self) -> list[str]:
        try:
            return sorted(os.listdir(self._runs_folder))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def results(self, columns: Sequence[str] = tuple(RESULT_COLUMNS)) -> dict[str, list[Any]]:
        """Return the results of all finished runs as columns of equal length.

        They are those of the last look at the runs, which :meth:`records` takes.

        Parameters
        ----------
        columns : sequence of str
            Names of :data:`~smcogui.data.result_columns.RESULT_COLUMNS`; all by default.

        Raises
        ------
        InputError
            If there is no such column; the message names the nearest.
        """
        for name in columns:
            _check_column(name)
        if self._known is None:
            self.records()
        rows = self._index.results(columns)
        if rows is None:
            rows = self._results_without_index(columns)
        found = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        return {name: list(values) for name, values in zip(columns, found, strict=True)}

    def _results_without_index(self, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        places = [list(RESULT_COLUMNS).index(name) for name in columns]
        contents = [run.content for run in (self._known or {}).values()]
        rows = (
            result_values(each.info, each.design, each.result)
            for each in contents
            if each.result is not None
        )
        return [tuple(row[place] for place in places) for row in rows]

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
        folder = self.folder(run_id)
        with self._lock:
            known = (self._known or {}).get(run_id)
        if known is None or known.signature != run_signature(folder):
            known = scan_run(folder)
        return _to_record(folder, known)

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
                if isinstance(event, Snapshot) and _stays_inside(event.path):
                    found[cycle, event.index, event.reason] = SnapshotRecord(
                        cycle=cycle,
                        index=event.index,
                        mu0_H_T=event.mu0_H_T,
                        reason=event.reason,
                        path=folder / row.folder / event.path,
                    )
        return sorted(found.values(), key=lambda shot: (shot.cycle, shot.index))

    def snapshot(self, run_id: str, cycle: int, index: int) -> SnapshotRecord:
        """Return the stored magnetisation of a field step.

        Raises
        ------
        InputError
            If that step was not stored; the message names those that were.
        """
        shots = self.snapshots(run_id)
        shot = next((s for s in shots if (s.cycle, s.index) == (cycle, index)), None)
        if shot is None:
            _refuse_packed(self.folder(run_id), run_id)
            known = ", ".join(f"{s.cycle}/{s.index}" for s in shots) or "none yet"
            raise InputError(
                f"run {run_id} has no magnetisation of half-cycle {cycle}, step {index}; "
                f"stored (half-cycle/step): {known}",
                key="index",
                given=f"{cycle}/{index}",
                allowed=known,
            )
        return shot

    def load_snapshot(
        self,
        run_id: str,
        cycle: int,
        index: int,
    ) -> tuple[NDArray[np.float64], Mesh]:
        """Read one stored magnetisation, shape (3, nz, ny, nx), and its mesh."""
        shot = self.snapshot(run_id, cycle, index)
        folder = self.folder(run_id)
        mesh = load_problem(folder / read_info(folder).cycles[cycle].folder).mesh
        return load_state(shot.path, mesh), mesh


def _refuse_packed(folder: Path, run_id: str) -> None:
    """Say why a run of a campaign that was packed has no states."""
    if pack_mark(folder) is not None:
        raise InputError(
            f"run {run_id} is packed and holds no magnetisation: campaigns store curves only. "
            "Compute it again by itself to have its states",
            key="index",
            given=run_id,
            allowed="a run with stored states",
        )


def _check_column(name: str) -> None:
    if name in RESULT_COLUMNS:
        return
    near = difflib.get_close_matches(name, RESULT_COLUMNS, n=1, cutoff=0.3)
    raise InputError(
        f"there is no column {name!r} of results{f'; the nearest is {near[0]}' if near else ''}",
        key="column",
        given=name,
        allowed=", ".join(RESULT_COLUMNS),
    )


def _stays_inside(place: str) -> bool:
    """Whether a relative path leads nowhere but below its folder: events may be anybody's."""
    path = Path(place)
    return not path.is_absolute() and ".." not in path.parts


def _may_change(state: RunState) -> bool:
    """Whether a state may be another one although no file says so."""
    # Only a living process makes it true.
    return state.is_active or state is RunState.LOST


def _to_record(folder: Path, run: ScannedRun) -> RunRecord:
    state, message = run.state, run.message
    if _may_change(state):
        now = current_state(folder)
        if now.state is RunState.DONE:
            # It ended after its files were read: its result was not there yet.
            run = scan_run(folder)
        state, message = now.state, now.message
    return RunRecord(
        run_id=run.run_id,
        folder=folder,
        name=run.name,
        design=run.content,
        info=run.content,
        state=state,
        message=message,
        created_s=run.created_s,
        progress=run.progress,
        result=run.content,
    )


def load_state(path: Path, mesh: Mesh) -> NDArray[np.float64]:
    """Read a magnetisation file onto a mesh, shape (3, nz, ny, nx).

    Raises
    ------
    InputError
        If the file is missing or damaged, or belongs to another mesh.
    """
    try:
        field = read_ovf(path)
    except OvfError as error:
        raise InputError(
            f"{error}. Give an OVF file of this mesh",
            key="state",
            given=str(path),
            allowed="an OVF file",
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
    if not np.allclose(field.cell_size, mesh.cell_size, rtol=1e-4, atol=0.0):
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
