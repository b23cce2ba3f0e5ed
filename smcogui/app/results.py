"""What a finished run leaves behind: ``curve.csv`` and ``result.json``."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.app.readings import FEWEST_STEPS, curves_of, summary_of
from smcogui.curves.mh_curve import average_curves
from smcogui.curves.summary import summary_to_json
from smcogui.data.run_scan import read_steps
from smcogui.design.composition import zr_atomic_percent
from smcogui.design.describe import region_map_facts
from smcogui.design.design_file import parse_design_text
from smcogui.errors import RunFolderError, SmCoError
from smcogui.runs.folder import CURVE_FILE, RESULT_FILE, SPEC_FILE, RunInfo, read_info
from smcogui.runs.place import read_place
from smcogui.runs.spec import MUMAX3
from smcogui.runs.state import RunState
from smcogui.runs.watch import read_cycle, state_changes
from solver.events import Finished
from solver.mumax3.attempts import load_attempts
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.curves.mh_curve import MHCurve
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design
    from solver.events import FieldStep

_LOG = logging.getLogger(__name__)
_BETWEEN = frozenset({RunState.QUEUED, RunState.FETCHING})
"""States on a cluster in which nothing is computed, although the run is not over."""

MEAN = "mean"
"""What the column ``cycle`` of curve.csv says of the averaged curve."""


def write_results(folder: Path) -> None:
    """Read the curves of a finished run and write ``curve.csv`` and ``result.json``.

    Raises
    ------
    RunFolderError
        If it is no run folder, or a half-cycle lacks field steps.
    OSError
        If the folder cannot be written.
    """
    info = read_info(folder)
    design = parse_design_text(info.design, str(folder / SPEC_FILE))[0]
    steps = read_steps(folder, info)
    _check_steps(steps, folder)
    write_atomically(folder / CURVE_FILE, curve_table(curves_of(info, steps)).encode())
    _write_result(folder, info, design, steps)


def write_curve(folder: Path) -> None:
    """Write ``curve.csv`` of a run whose field steps lie in its folder again."""
    info = read_info(folder)
    curves = curves_of(info, read_steps(folder, info))
    write_atomically(folder / CURVE_FILE, curve_table(curves).encode())


def _write_result(
    folder: Path, info: RunInfo, design: Design, steps: list[list[FieldStep]]
) -> None:
    summary = summary_of(design, info, steps)
    result = {
        **summary_to_json(summary),
        **_composition(design, info),
        **_provenance(folder, info, design),
        **_effort(folder, info),
    }
    for row, cycle in zip(result["cycles"], info.cycles, strict=True):
        row.update(seed=cycle.seed, offsets_nm=list(cycle.offsets_nm))
        if info.solver == MUMAX3:
            row["attempts"] = _attempts(folder / cycle.folder)
    content = json.dumps(result, indent=2, allow_nan=False)
    write_atomically(folder / RESULT_FILE, content.encode())


def mend_results(records: Sequence[RunRecord]) -> bool:
    """Write the results of finished runs again that lost theirs; return whether any was written.

    The field steps are the truth. Where some of them are missing too, the damaged file is put
    aside, so that starting the design again computes what is missing.
    """
    mended = False
    for record in records:
        if record.state is not RunState.DONE or record.has_result:
            continue
        try:
            write_results(record.folder)
            mended = True
            _LOG.warning("the result of run %s was damaged and is written again", record.run_id)
        except (SmCoError, OSError) as error:
            _LOG.warning("the result of run %s cannot be read: %s", record.run_id, error)
            with contextlib.suppress(OSError):
                (record.folder / RESULT_FILE).replace(record.folder / f"{RESULT_FILE}.damaged")
    return mended


def _check_steps(steps: list[list[FieldStep]], folder: Path) -> None:
    for number, cycle in enumerate(steps, start=1):
        if len(cycle) < FEWEST_STEPS or [step.index for step in cycle] != list(range(len(cycle))):
            raise RunFolderError(
                f"half-cycle {number} of {folder} lacks field steps, because a file was damaged or "
                "removed; run the design again, which computes what is missing",
                key="folder",
                given=str(folder),
                allowed="a run with all its field steps",
            )


def curve_table(curves: list[MHCurve]) -> str:
    """Return the half-cycles and their mean as CSV: cycle, mu0_H_T, M_over_Ms, jump."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("cycle", "mu0_H_T", "M_over_Ms", "jump"))
    named = [(str(k), curve) for k, curve in enumerate(curves)]
    for name, curve in [*named, (MEAN, average_curves(curves))]:
        points = zip(curve.mu0_H_T, curve.M_over_Ms, curve.drops(), strict=True)
        for field, value, jump in points:
            rows.writerow((name, f"{field:.9g}", f"{value:.9g}", int(jump)))
    return text.getvalue()


def _composition(design: Design, info: RunInfo) -> dict[str, Any]:
    """Nominal and counted fractions, the counted ones as the mean of the half-cycles run."""
    phi_S, phi_Z = design.parameters.phi_S, design.parameters.phi_Z
    counted = {
        label: float(np.mean([cycle.fractions[label] for cycle in info.cycles]))
        for label in info.cycles[0].fractions
    }
    return {
        "phi_S": phi_S,
        "phi_Z": phi_Z,
        "counted_fractions": counted,
        "zr_at_percent": zr_atomic_percent(phi_S, phi_Z),
    }


def _provenance(folder: Path, info: RunInfo, design: Design) -> dict[str, Any]:
    return {
        "run_id": info.run_id,
        "name": info.name,
        "run_dir": str(folder),
        **_computed_on(folder),
        "solver": {"name": info.solver, "version": info.solver_version},
        "program_version": info.program_version,
        "exchange_rule": design.solver.exchange_rule,
        **region_map_facts(design),
        "preset": design.preset,
        "hp_reading": design.hp_reading,
        "seed": design.run.seed,
    }


def _computed_on(folder: Path) -> dict[str, Any]:
    """Return where a run was computed that was not computed here."""
    place = read_place(folder)
    return {} if place is None else {"computed_on": asdict(place)}


def _effort(folder: Path, info: RunInfo) -> dict[str, Any]:
    finished = []
    for row in info.cycles:
        ends = [e for e in read_cycle(folder / row.folder) if isinstance(e, Finished)]
        finished.extend(ends[-1:])
    return {
        "wall_s": round(wall_time_s(folder), 3),
        "cpu_s": round(sum(end.cpu_s for end in finished), 3),
        "iterations": sum(end.iterations for end in finished),
        "demag_evaluations": sum(end.demag_evaluations for end in finished),
    }


def _attempts(cycle: Path) -> list[dict[str, Any]]:
    """Return what was tried for a half-cycle: a process of MuMax3 each, and how it ended."""
    kept = ("number", "repairs", "method", "gpu", "resumed_from", "failure", "message", "wall_s")
    return [{key: asdict(attempt)[key] for key in kept} for attempt in load_attempts(cycle)]


def wall_time_s(folder: Path) -> float:
    """Return the seconds that a run was at work, without the time between stop and resume.

    A time at work that a crash cut off counts for nothing, as nobody wrote down its end.
    """
    total, began = 0.0, None
    for change in state_changes(folder):
        if change.state is RunState.RUNNING:
            began = change.time_s
        elif began is not None and (change.state in _BETWEEN or not change.state.is_active):
            total += change.time_s - began
            began = None
    if began is not None:
        # Asked by the run itself, which is about to say that it is done.
        total += time.time() - began
    return total
