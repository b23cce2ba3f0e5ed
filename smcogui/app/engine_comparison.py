"""The same design on several backends: run, compared, and written as figure and tables."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.figure_spec import FigureRun, FigureSpec
from smcogui.app.engine_differences import (
    compare_results,
    compare_runs_of_backends,
    minus,
    solver_label,
)
from smcogui.app.provenance import write_companions
from smcogui.app.readings import curves_of
from smcogui.app.running import run_here
from smcogui.curves.mh_curve import average_curves
from smcogui.curves.summary import READING_KEYS
from smcogui.data.exporters import file_to_write, write_file
from smcogui.data.run_scan import read_steps
from smcogui.errors import InputError, UnavailableError
from smcogui.runs.folder import folder_error, read_info

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


def export_runs_of_backends(
    records: Sequence[RunRecord], folder: Path, field_unit: str = "T"
) -> list[Path]:
    """Write what ``compare`` leaves of finished runs of a project, with their provenance.

    Figure, table and curves go into a new folder; its files are returned.

    Raises
    ------
    InputError
        As :func:`compare_runs_of_backends`, and if the folder exists already.
    RunFolderError
        If it cannot be written.
    """
    comparison = compare_runs_of_backends(records)
    if folder.exists():
        raise InputError(
            f"{folder} exists already; choose another name",
            key="folder",
            given=str(folder),
            allowed="a folder that does not exist",
        )
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise folder_error(folder, error) from error
    folders = [record.folder for record in records]
    write_comparison(comparison, folders, records[0].design, folder, field_unit)
    paths = [folder / name for name in (*FIGURE_FILES, TABLE_FILE, CURVES_FILE)]
    for path in paths:
        write_companions(path, records, field_unit=field_unit)
    return paths


def write_comparison(
    comparison: dict[str, Any],
    folders: Sequence[Path],
    design: Design,
    folder: Path,
    field_unit: str = "T",
) -> None:
    """Write the figure of the mean curves, the table of the readings, and the curves."""
    from smcogui.analysis.figures import write_figure

    labels = [solver_label(row) for row in comparison["backends"]]
    curves = [_curves(each) for each in folders]
    runs = [
        FigureRun(name=f"{design.name}, {label}", cycles=cycles, hp_reading=design.hp_reading)
        for label, cycles in zip(labels, curves, strict=True)
    ]
    spec = FigureSpec(half_cycles=False, unit=field_unit)
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
    table.writerow(("quantity", *labels, "difference", "resolution", "within_field_step"))
    found = {row["quantity"]: row for row in reversed(comparison["differences"])}
    for key in READING_KEYS:
        values = [row[key] for row in comparison["backends"]]
        row = found.get(key, {})
        difference = minus(values[1], values[0])
        resolution = row.get("field_resolution_T", row.get("resolution"))
        cells = (difference, resolution, row.get("within_field_step"))
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
