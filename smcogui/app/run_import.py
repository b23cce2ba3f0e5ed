"""Finished runs of MuMax3 and OOMMF from elsewhere, as runs of a project."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.app.results import write_results
from smcogui.data.foreign_runs import ForeignTable, find_table, read_foreign_table
from smcogui.data.state_file import read_state_file
from smcogui.design.design_file import parse_design_text
from smcogui.errors import InputError
from smcogui.runs.folder import EVENTS_FILE, cycle_folder, folder_error, prepare_folder
from smcogui.runs.record import record_line, record_state
from smcogui.runs.spec import IMPORTED, Engine, make_run_spec
from smcogui.runs.state import RunState
from solver import events
from solver.drops import is_jump
from solver.mumax3 import layout
from solver.problem import FIELD_DIGITS, unit_vector, write_atomically
from solver.snapshots import store_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from smcogui.runs.spec import RunSpec
    from solver.problem import Problem

_FEWEST: Final = 2
_ALONG_T: Final = 1e-3
_LARGEST_M: Final = 1.02
_OOMMF_STATE: Final = re.compile(r".*-(\d{7,})\.(?:omf|ovf|ohf)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCycle:
    """The falling branch of a table: fields in T, M/Ms, reduced moments, rows of the table."""

    mu0_H: NDArray[np.float64]
    M: NDArray[np.float64]
    moments: NDArray[np.float64]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRun:
    """A run elsewhere that was read and fits a design.

    Parameters
    ----------
    path : Path
        Its table.
    table : ForeignTable
    spec : RunSpec
        As which run it is imported.
    half_cycle : HalfCycle
    states : tuple of Path
        OVF files beside the table.
    notes : tuple of str
        What is special about it.
    """

    path: Path
    table: ForeignTable
    spec: RunSpec
    half_cycle: HalfCycle
    states: tuple[Path, ...]
    notes: tuple[str, ...]


def find_run(source: Path, design: Design | None = None, name: str = "") -> FoundRun:
    """Read a finished run, one half-cycle, and check that it is one of a design.

    Parameters
    ----------
    source : Path
        Folder with table.txt and OVF files, or an .odt file with its .omf files beside it.
    design : Design, optional
        What was simulated. By default that of the ``.json`` that ``export --mx3`` wrote beside the
        script, in the folder of the table or above it.
    name : str, optional
        Instead of the design's.

    Raises
    ------
    InputError
        If the table cannot be read or does not fit the design, or there is no design.
    """
    path = find_table(source)
    table = read_foreign_table(path)
    design = design or _design_beside(path)
    chosen = replace(design, name=name or design.name, run=replace(design.run, cycles=1))
    notes = []
    rule = table.exchange_rule
    if rule is not None and rule != chosen.solver.exchange_rule:
        notes.append(f"{table.program} has the exchange rule {rule}, which the design takes over")
        chosen = replace(chosen, solver=replace(chosen.solver, exchange_rule=rule))
    if not table.is_full:
        notes.append(
            "the table has the mean of m without Ms: M/Ms is exact where all phases have one Ms"
        )
    content = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    version = f"{table.program} (table {content})"
    spec = make_run_spec(chosen, engine=Engine(name=IMPORTED, version=version))
    return FoundRun(
        path=path,
        table=table,
        spec=spec,
        half_cycle=_falling_branch(table, spec, path),
        states=_state_files(path),
        notes=tuple(notes),
    )


def import_run(
    runs_folder: Path, source: Path, design: Design | None = None, name: str = ""
) -> str:
    """Import a finished run and return its run_id; a second time does nothing.

    Parameters
    ----------
    runs_folder : Path
        That of the project.
    source, design, name
        As of :func:`find_run`.

    Raises
    ------
    InputError
        If the table cannot be read or does not fit the design, or there is no design.
    RunFolderError
        If the project cannot be written.
    """
    found = find_run(source, design, name)
    folder = runs_folder / found.spec.run_id
    prepare_folder(found.spec, folder)
    try:
        _write(folder, found)
    except OSError as error:
        raise folder_error(folder, error) from error
    return found.spec.run_id


def _design_beside(path: Path) -> Design:
    for folder in path.absolute().parents[:3]:
        for facts in sorted(folder.glob("*.mx3.json")):
            with suppress(OSError, ValueError, KeyError, TypeError):
                text = json.loads(facts.read_text(encoding="utf-8"))["design"]
                return parse_design_text(text, str(facts))[0]
    raise InputError(
        f"nothing beside {path} says what was simulated; name a design file. It gives Ms, the "
        "direction of the field, and the parameters by which the run is listed",
        key="design",
        given="",
        allowed="a design file (TOML)",
    )


def _falling_branch(table: ForeignTable, spec: RunSpec, path: Path) -> HalfCycle:
    """Return the first falling branch along the design's direction, one state per field."""
    problem = spec.cycles[0].problem
    h = unit_vector(problem.sweep.direction)
    mu0_H = table.B @ h
    aside = float(np.abs(table.B - np.outer(mu0_H, h)).max())
    if not aside <= _ALONG_T * max(1.0, float(np.abs(mu0_H).max())):
        raise InputError(
            f"the applied field of {path} is up to {aside:.3g} T off the design's direction; name "
            "the design that was simulated (alpha_deg)",
            key="field.alpha_deg",
            given=f"{aside:.3g} T",
            allowed="a field along the design's direction",
        )
    moments = table.m / spec.cycles[0].Ms if table.is_full else table.m
    rows = _rows_of_branch(mu0_H)
    if len(rows) < _FEWEST:
        raise InputError(
            f"{path} has no falling field: a half-cycle needs at least {_FEWEST} fields",
            key="run",
            given=str(len(rows)),
            allowed=f">= {_FEWEST} falling fields",
        )
    M = moments[rows] @ h
    if not np.isfinite(M).all() or float(np.abs(M).max()) > _LARGEST_M:
        raise InputError(
            f"M/Ms of {path} reaches {float(np.abs(M).max()):.3g} with the Ms of the design; name "
            "the design that was simulated",
            key="design",
            given=f"{float(np.abs(M).max()):.3g}",
            allowed="M/Ms up to 1",
        )
    return HalfCycle(
        mu0_H=np.round(mu0_H[rows], FIELD_DIGITS), M=M, moments=moments[rows], rows=rows
    )


def _rows_of_branch(mu0_H: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows from the largest field on as long as it falls, the last of each field."""
    rows: list[int] = []
    for row in range(int(np.argmax(mu0_H)), len(mu0_H)):
        step = mu0_H[row] - mu0_H[rows[-1]] if rows else -1.0
        if step > 1e-9:
            break
        if abs(step) <= 1e-9:
            rows.pop()
        rows.append(row)
    return np.array(rows, dtype=np.int64)


def _write(folder: Path, found: FoundRun) -> None:
    spec, problem = found.spec, found.spec.cycles[0].problem
    cycle = cycle_folder(folder, 0)
    steps = _steps(found.half_cycle, problem)
    shots, left_out = _states(cycle, found, problem)
    notes = list(found.notes)
    if left_out:
        notes.append(f"{left_out} OVF files belong to no field of the curve or to another mesh")
    notes.append("energy, torque and effort are not in the table and stand as 0")
    begin = events.Started(
        solver=spec.solver,
        version=spec.solver_version,
        problem_hash=problem.content_hash(),
        precision="float32",
    )
    end = events.Finished(iterations=0, demag_evaluations=0, cpu_s=0.0, wall_s=0.0, compile_s=0.0)
    told: list[events.SolverEvent] = [begin, *steps, *shots, end]
    lines = "".join(events.to_json(event) + "\n" for event in told)
    write_atomically(cycle / EVENTS_FILE, lines.encode())
    for note in notes:
        record_line(folder, "info", note)
    write_results(folder)
    record_state(folder, RunState.DONE, f"imported from {found.path.absolute()}")


def _steps(half_cycle: HalfCycle, problem: Problem) -> list[events.FieldStep]:
    steps: list[events.FieldStep] = []
    slope: float | None = None
    for index, (H, M, moments) in enumerate(
        zip(half_cycle.mu0_H, half_cycle.M, half_cycle.moments, strict=True)
    ):
        jump = False
        if steps:
            fall, step = steps[-1].M_over_Ms - float(M), steps[-1].mu0_H_T - float(H)
            jump = is_jump(fall, step, slope)
            slope = slope if jump else fall / step
        steps.append(
            events.FieldStep(
                index=index,
                mu0_H_T=float(H),
                M_over_Ms=float(M),
                mx=float(moments[0]),
                my=float(moments[1]),
                mz=float(moments[2]),
                energy_density_J_m3=0.0,
                max_torque_T=0.0,
                iterations=0,
                demag_evaluations=0,
                jump=jump,
                progress=(index + 1) / len(half_cycle.rows),
                cpu_s=0.0,
            )
        )
    return steps


def _state_files(path: Path) -> tuple[Path, ...]:
    """Return the states beside a table."""
    files = (each for each in path.parent.iterdir() if each.suffix.lower() in {".ovf", ".omf"})
    return tuple(sorted(each for each in files if not each.name.startswith(("regions", "state_"))))


def _states(cycle: Path, found: FoundRun, problem: Problem) -> tuple[list[events.Snapshot], int]:
    """Copy the states whose field is known; return them and how many others there are."""
    files, half_cycle, table = found.states, found.half_cycle, found.table
    shots: list[events.Snapshot] = []
    for number, file in enumerate(files):
        index = _index_of(file.name, number, len(files), half_cycle, table)
        if index is None:
            continue
        try:
            m, mesh = read_state_file(file)
        except InputError:
            continue
        if mesh.cells != problem.mesh.cells:
            continue
        H = float(half_cycle.mu0_H[index])
        shots.append(
            store_snapshot(
                cycle,
                m,
                problem.mesh,
                index=index,
                mu0_H_T=H,
                reason="chosen",
                remark="imported",
            )
        )
    return sorted(shots, key=lambda shot: shot.index), len(files) - len(shots)


def _index_of(
    name: str, number: int, count: int, half_cycle: HalfCycle, table: ForeignTable
) -> int | None:
    """Return the field step of a stored state: by its name, OOMMF's iteration, or one per row."""
    ours = layout.parse_snapshot(name)
    if ours is not None:
        near = int(np.argmin(np.abs(half_cycle.mu0_H - ours.mu0_H_T)))
        return near if abs(half_cycle.mu0_H[near] - ours.mu0_H_T) < 1e-4 else None
    row = None
    oommf = _OOMMF_STATE.match(name)
    if oommf is not None and table.iterations is not None:
        found = np.flatnonzero(table.iterations == int(oommf[1]))
        row = int(found[-1]) if len(found) else None
    elif count == len(table.B):
        row = number
    if row is None:
        return None
    index = np.flatnonzero(half_cycle.rows == row)
    return int(index[0]) if len(index) else None
