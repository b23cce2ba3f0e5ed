"""Runs side by side: every choice of their designs and every quantity, differences marked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.provenance import write_companions
from smcogui.app.run_labels import run_labels
from smcogui.app.run_table import run_columns, run_row
from smcogui.data.exporters import file_to_write
from smcogui.data.table_files import TableColumn, write_table
from smcogui.design.design_file import design_to_toml
from smcogui.design.region_map import KEY as REGION_MAP
from smcogui.errors import InputError
from smcogui.units import FIELD_UNITS, NO_VALUE, decimal_text, from_tesla
from smcogui.units.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.data.store import RunRecord

FEWEST: Final = 2
MOST: Final = 6
_UNITS: Final = {
    "nm": "nm",
    "deg": "°",
    "T": "T",
    "pJ_m": "pJ/m",
    "MJ_m3": "MJ/m³",
    "kA_m": "kA/m",
    "mJ_m2": "mJ/m²",
}
_OF_RUN: Final = ("run_id", "state", "solver")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One choice or quantity of all runs that are compared.

    Parameters
    ----------
    section : str
        Run, the table of the design file, or Quantities.
    title, unit : str
    values : tuple
        Numbers, texts or None, one per run.
    texts : tuple of str
        The same as they are shown.
    source : str
        Where the numbers come from: given, simulated or analytic.
    """

    section: str
    title: str
    unit: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    source: str

    @property
    def differs(self) -> bool:
        """Whether the runs differ, as far as it is shown."""
        return len(set(self.texts)) > 1


def compare_runs(
    records: Sequence[RunRecord], field_unit: str = "T", energy_unit: str = "kJ/m³"
) -> list[ComparedRow]:
    """Return every choice and every quantity of 2 to 6 runs, row by row.

    Raises
    ------
    InputError
        If there are fewer or more runs, or a unit is not known.
    """
    if not FEWEST <= len(records) <= MOST:
        raise InputError(
            f"{len(records)} runs were chosen to compare; choose {FEWEST} to {MOST}",
            key="runs",
            given=str(len(records)),
            allowed=f"{FEWEST} to {MOST}",
        )
    rows = [run_row(record, field_unit, energy_unit) for record in records]
    designs = [tomllib.loads(design_to_toml(record.design)) for record in records]
    for design in designs:
        # Its hash tells as much, and can be read.
        design.get(REGION_MAP, {}).pop("cells", None)
    flat = [_flatten(design) for design in designs]
    given = [_design_row(key, [each.get(key) for each in flat], field_unit) for key in _keys(flat)]
    columns = run_columns(field_unit, energy_unit)
    of_run = [_table_row(column, rows, "Run") for column in columns if column.key in _OF_RUN]
    # What the table of runs repeats of the design stands above, complete.
    results = [column for column in columns if _is_result(column.key)]
    return [*of_run, *(_table_row(column, rows, "Quantities") for column in results), *given]


def export_comparison(
    records: Sequence[RunRecord],
    path: Path,
    *,
    field_unit: str = "T",
    energy_unit: str = "kJ/m³",
) -> Path:
    """Write the comparison as .csv or another table, a column per run; return the provenance.

    Raises
    ------
    InputError
        If the number of runs, a unit or the suffix is not allowed.
    RunFolderError
        If the file cannot be written.
    """
    compared = compare_runs(records, field_unit, energy_unit)
    labels = run_labels(records)
    rows = [
        {
            "section": row.section,
            "quantity": row.title,
            "unit": row.unit,
            "source": row.source,
            "differs": int(row.differs),
            **dict(zip(labels, row.values, strict=True)),
        }
        for row in compared
    ]
    with file_to_write(path):
        write_table(rows, path)
    return write_companions(path, records, field_unit=field_unit, energy_unit=energy_unit)


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flatten(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found


def _keys(tables: Sequence[dict[str, Any]]) -> list[str]:
    """Return the keys of all tables, in the order of the design file."""
    return list(dict.fromkeys(key for table in tables for key in table))


def _design_row(key: str, values: list[Any], field_unit: str) -> ComparedRow:
    section, _, name = key.rpartition(".")
    title, unit = name, ""
    for suffix, shown in _UNITS.items():
        if name.endswith(f"_{suffix}"):
            title, unit = name.removesuffix(f"_{suffix}"), shown
    if unit == "T" and field_unit != "T":
        unit = field_unit
        values = [
            None if v is None else round(FIELD_UNITS[unit].from_si(from_tesla(v)), 6)
            for v in values
        ]
    return ComparedRow(
        section=f"Design: {section}" if section else "Design",
        title=title,
        unit=unit,
        values=tuple(values),
        texts=tuple(_text(value) for value in values),
        source="given",
    )


def _table_row(column: TableColumn, rows: Sequence[dict[str, Any]], section: str) -> ComparedRow:
    values = tuple(row.get(column.key) for row in rows)
    is_analytic = column.key in {"phi_S", "phi_Z", "zr_at_percent"}
    source = "given" if section == "Run" else "analytic" if is_analytic else "simulated"
    return ComparedRow(
        section=section,
        title=column.title or column.key,
        unit=column.unit,
        values=values,
        texts=tuple(_text(value, column.decimals) for value in values),
        source=source,
    )


def _is_result(key: str) -> bool:
    design = {
        "name",
        "preset",
        "L_nm",
        "d_nm",
        "wS_nm",
        "wZ_nm",
        "theta_deg",
        "alpha_deg",
        "z_phase",
    }
    numerics = {"cell_nm", "domain_nm", "cycles", "seed", "exchange_rule"}
    return key not in design | numerics | set(_OF_RUN)


def _text(value: Any, decimals: int | None = None) -> str:
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if decimals is None:
            return format_number(value).replace("-", "−")
        return decimal_text(value, decimals)
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    return str(value)
