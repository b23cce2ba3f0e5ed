"""The same design on several backends: curves on top of each other, differences of the readings."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.figure_spec import FigureRun, FigureSpec
from smcogui.app.readings import curves_of
from smcogui.app.running import run_here
from smcogui.curves.mh_curve import average_curves
from smcogui.curves.summary import READING_KEYS
from smcogui.data.exporters import file_to_write, write_file
from smcogui.data.run_scan import read_steps
from smcogui.errors import InputError, UnavailableError
from smcogui.runs.folder import read_info

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.engines import Engines
    from smcogui.curves.mh_curve import MHCurve
    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design
    from smcogui.runs.events import RunEvent

FIGURE_FILES: Final = ("compare.pdf", "compare.png")
TABLE_FILE: Final = "compare.csv"
CURVES_FILE: Final = "curves.csv"
_FIELDS: Final = ("mu0_Hc_T", "mu0_Hp_T")
_ENGINE_NAMES: Final = {"builtin": "built-in", "mumax3": "MuMax3"}


def run_and_compare(
    design: Design,
    backends: Sequence[str],
    folder: Path,
    engines: Engines,
    *,
    on_events: Callable[[list[RunEvent]], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Run a design on each backend, one after the other, and compare; takes as long as the runs.

    Parameters
    ----------
    design : Design
    backends : sequence of str
        At least two; the first is the reference.
    folder : Path
        Gets a run folder for each backend, the figure and the tables.
    engines : Engines
    on_events, should_stop : callable
        As of :func:`smcogui.app.running.run_here`.

    Raises
    ------
    InputError
        If backends are unknown, named twice, or fewer than two.
    UnavailableError
        If one cannot be used here; nothing is started then.
    """
    for name in backends:
        why = engines.backend(name).availability()
        if why is not None:
            raise UnavailableError(why, key="backends", given=name, allowed="builtin")
    if len(set(backends)) != len(backends) or len(backends) < 2:
        raise InputError(
            f"the backends are {', '.join(backends)}; name at least two different ones",
            key="backends",
            given=",".join(backends),
            allowed="builtin,mumax3",
        )
    results = [
        run_here(
            design,
            folder / name,
            backend=engines.backend(name),
            on_events=on_events,
            should_stop=should_stop,
        )
        for name in backends
    ]
    folders = [folder / name for name in backends]
    comparison = compare_results(results)
    write_comparison(comparison, folders, design, folder)
    return {
        "name": design.name,
        **comparison,
        "figure": str(folder / FIGURE_FILES[0]),
        "table": str(folder / TABLE_FILE),
        "curves": str(folder / CURVES_FILE),
    }


def compare_results(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the readings of each result, and their differences from the first one's.

    Parameters
    ----------
    results : sequence of dict
        ``result.json`` of runs of the same design by different solvers.

    Returns
    -------
    dict
        ``backends`` (solver, exchange_rule, run_dir and readings of each) and ``differences``: for
        each other backend and each of Hc and Hp the difference in T, the coarser of the two field
        resolutions, and whether the difference lies within it.

    Raises
    ------
    InputError
        If their exchange rules differ: then the readings do not describe the same model.
    """
    rules = {result["exchange_rule"] for result in results}
    if len(rules) > 1:
        raise InputError(
            f"the runs have different exchange rules ({', '.join(sorted(rules))}): their readings "
            "are those of different models",
            key="exchange_rule",
            given=", ".join(sorted(rules)),
            allowed="one exchange rule",
        )
    kept = ("run_id", "run_dir", "solver", "exchange_rule", "wall_s", *READING_KEYS)
    rows = [{key: result.get(key) for key in kept} for result in results]
    return {
        "backends": rows,
        "differences": [_difference(rows[0], other, key) for other in rows[1:] for key in _FIELDS],
    }


def compare_runs_of_backends(records: Sequence[RunRecord]) -> dict[str, Any]:
    """Return :func:`compare_results` of runs of a project.

    Raises
    ------
    InputError
        If there are fewer than two, one is not DONE, or their exchange rules differ.
    """
    results = [record.result for record in records if record.result is not None]
    if len(results) < max(2, len(records)):
        raise InputError(
            f"{len(results)} of {len(records)} runs are done; two finished runs are needed",
            key="runs",
            given=str(len(results)),
            allowed="finished runs, two or more",
        )
    return compare_results(results)


def _difference(reference: dict[str, Any], other: dict[str, Any], key: str) -> dict[str, Any]:
    steps = [row["field_resolution_T"] for row in (reference, other)]
    resolution = max((step for step in steps if step is not None), default=None)
    values = (reference[key], other[key])
    known = None not in values
    difference = values[1] - values[0] if known else None
    within = None
    if difference is not None and resolution is not None:
        # Fields are multiples of the step: rounding must not decide.
        within = abs(difference) <= resolution * (1 + 1e-6)
    return {
        "quantity": key,
        "reference": solver_label(reference),
        "backend": solver_label(other),
        "difference_T": difference,
        "field_resolution_T": resolution,
        "within_field_step": within,
    }


def solver_label(result: dict[str, Any]) -> str:
    """Return name and version of what computed a result, for people."""
    solver = result["solver"]
    return f"{_ENGINE_NAMES.get(solver['name'], solver['name'])} {solver['version']}"


def write_comparison(
    comparison: dict[str, Any], folders: Sequence[Path], design: Design, folder: Path
) -> None:
    """Write the figure of the mean curves, the table of the readings, and the curves."""
    from smcogui.analysis.figures import write_figure

    labels = [solver_label(row) for row in comparison["backends"]]
    curves = [_curves(each) for each in folders]
    runs = [
        FigureRun(name=f"{design.name}, {label}", cycles=cycles, hp_reading=design.hp_reading)
        for label, cycles in zip(labels, curves, strict=True)
    ]
    spec = replace(FigureSpec(), half_cycles=False)
    for name in FIGURE_FILES:
        with file_to_write(folder / name):
            write_figure(folder / name, runs, spec)
    write_file(folder / TABLE_FILE, _readings_table(comparison, labels).encode())
    write_file(folder / CURVES_FILE, _curves_table(labels, curves).encode())


def _curves(folder: Path) -> list[MHCurve]:
    info = read_info(folder)
    return curves_of(info, read_steps(folder, info))


def _readings_table(comparison: dict[str, Any], labels: Sequence[str]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("quantity", *labels, "difference", "field_resolution_T", "within_field_step"))
    found = {row["quantity"]: row for row in reversed(comparison["differences"])}
    for key in READING_KEYS:
        values = [row[key] for row in comparison["backends"]]
        row = found.get(key, {})
        difference = row.get("difference_T")
        if difference is None and None not in values:
            difference = values[1] - values[0]
        cells = (difference, row.get("field_resolution_T"), row.get("within_field_step"))
        table.writerow((key, *map(_cell, values), *map(_cell, cells)))
    return text.getvalue()


def _curves_table(labels: Sequence[str], curves: Sequence[list[MHCurve]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("backend", "cycle", "mu0_H_T", "M_over_Ms"))
    for label, cycles in zip(labels, curves, strict=True):
        named = [*((str(k), one) for k, one in enumerate(cycles)), ("mean", average_curves(cycles))]
        for name, curve in named:
            for H, M in zip(curve.mu0_H_T, curve.M_over_Ms, strict=True):
                table.writerow((label, name, f"{H:.9g}", f"{M:.9g}"))
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.9g}" if isinstance(value, float | np.floating) else str(value)
