"""Tables of runs, each with provenance and methods beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import resources
from smcogui.app.provenance import run_facts, write_companions
from smcogui.app.run_table import Extent, check_unit, field_key, run_columns, run_row
from smcogui.curves.magnet_figures import curve_table as curve_columns
from smcogui.curves.mh_curve import MHCurve
from smcogui.data.exporters import file_to_write
from smcogui.data.table_files import TableColumn, write_table
from smcogui.design.design_file import load_designs
from smcogui.errors import InputError
from smcogui.units import FIELD_UNITS, from_tesla
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.data.store import RunRecord
    from smcogui.design.design import Design
    from solver.events import FieldStep


def example_design(name: str) -> Design:
    """Return a shipped design.

    Raises
    ------
    InputError
        If there is none of this name; the message names the nearest.
    """
    try:
        path = resources.path(f"examples/{name}.toml")
    except resources.ResourceNotFoundError as error:
        raise InputError(str(error), key="example", given=name) from error
    return load_designs(path)[0]


def base_design(path: Path | None) -> Design:
    """Return the first design of a file, without one the shipped base; raises InputError."""
    return example_design("base") if path is None else load_designs(path)[0]


def folder_names(designs: Sequence[Design]) -> list[str]:
    """Return one folder name per design: its name where that can be one, else with its number."""
    names: list[str] = []
    for number, design in enumerate(designs):
        name = re.sub(r"[^\w.+-]+", "_", design.name).strip("._")[:80]
        taken = {other.casefold() for other in names}
        if not name or name.casefold() in taken:
            name = f"{name}-{number:03d}".lstrip("-")
        names.append(name)
    return names


def write_text(path: Path, text: str) -> None:
    """Write a text file through a temporary one.

    Raises
    ------
    RunFolderError
        If it cannot be written.
    """
    with file_to_write(path):
        write_atomically(path, text.encode())


def export_table(
    records: Sequence[RunRecord],
    path: Path,
    *,
    field_unit: str = "T",
    energy_unit: str = "kJ/m³",
    extent: Extent | None = None,
) -> Path:
    """Write one row per run as .csv, .xlsx, .parquet or .tex; return the provenance.

    A LaTeX table holds what fits onto a page, the others every column, unless ``extent`` says
    otherwise.
    """
    chosen: Extent = extent or ("short" if path.suffix.lower() == ".tex" else "all")
    columns = run_columns(field_unit, energy_unit, chosen)
    rows = [run_row(record, field_unit, energy_unit) for record in records]
    return _write(
        path, rows, records, columns, field_unit=field_unit, energy_unit=energy_unit, extent=chosen
    )


def export_curves(
    runs: Sequence[tuple[RunRecord, list[list[FieldStep]]]],
    path: Path,
    *,
    N: float = 0.0,
    field_unit: str = "T",
) -> Path:
    """Write every field step of the runs as one table; return the provenance.

    Each row has the applied and the internal field in ``field_unit``, M, J and B: the M-H, J-H and
    B-H curves; half-cycles count from 1. ``N`` is the demagnetising factor behind the internal
    field; the provenance records it.
    """
    check_unit("field_unit", field_unit, FIELD_UNITS)
    rows = [
        {
            "run_id": record.run_id,
            "name": record.name,
            "half_cycle": cycle + 1,
            "step": step.index,
            **_magnetic_columns(step, record.info.cycles[cycle].Ms_A_m, N, field_unit),
            "jump": int(step.jump),
        }
        for record, cycles in runs
        for cycle, steps in enumerate(cycles)
        for step in steps
    ]
    return _write(path, rows, [record for record, _ in runs], None, N=N, field_unit=field_unit)


def _magnetic_columns(step: FieldStep, Ms: float, N: float, field_unit: str) -> dict[str, float]:
    """Return fields in their unit, M, J and B of one step; ``Ms`` is the average in A/m."""
    columns = curve_columns(MHCurve.from_steps([step], Ms), N)
    values = {key: float(of_step[0]) for key, of_step in columns.items()}
    fields = {
        field_key(key, field_unit): FIELD_UNITS[field_unit].from_si(from_tesla(values[key]))
        for key in ("mu0_H_T", "mu0_H_int_T")
    }
    others = {key: values[key] for key in ("M_over_Ms", "M_kA_m", "J_T", "B_T")}
    # Without the last digits, which are nothing but the rounding of conversions.
    return {key: float(f"{value:.12g}") for key, value in (fields | others).items()}


def _write(
    path: Path,
    rows: list[dict[str, Any]],
    records: Sequence[RunRecord],
    columns: Sequence[TableColumn] | None,
    **facts: Any,
) -> Path:
    with file_to_write(path):
        metadata = {"runs": [run_facts(r) for r in records], **facts}
        write_table(rows, path, columns, metadata=metadata)
    return write_companions(path, records, **facts)
