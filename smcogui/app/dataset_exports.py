"""A dataset as a folder: tables, curves, schema, datasheet and checksums."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import smcogui
from smcogui.app.provenance import git_commit
from smcogui.data.dataset import (
    COLUMNS,
    QUALITY,
    DatasetRow,
    check_unmixed,
    curve_rows,
    dataset_row,
    schema,
)
from smcogui.data.exporters import PROGRAM, file_to_write, write_file
from smcogui.data.run_scan import read_steps
from smcogui.data.table_files import TableColumn, write_table
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress

DESIGNS_STEM: Final = "designs"
CURVES_FILE: Final = "curves.parquet"
SCHEMA_FILE: Final = "schema.json"
DATASHEET_FILE: Final = "DATASHEET.md"
SUMS_FILE: Final = "SHA256SUMS"
_TABLE_KINDS: Final = (".parquet", ".csv", ".xlsx")


def export_dataset(
    rows: Sequence[DatasetRow],
    folder: Path,
    *,
    stem: str = DESIGNS_STEM,
    title: str = "Simulated SmCo-1:7 designs",
    how: str = "",
    kinds: Sequence[str] = _TABLE_KINDS,
    may_differ: Iterable[str] = (),
    progress: ReportProgress,
) -> Path:
    """Write a dataset into a folder and return its datasheet.

    Parameters
    ----------
    rows : sequence of DatasetRow
        Finished runs.
    folder : Path
        Made where it is missing; files of these names are replaced.
    stem : str
        Name of the table of designs.
    title : str
        Of the datasheet.
    how : str
        The command that made it, for the datasheet.
    kinds : sequence of str
        Endings of the table of designs.
    may_differ : iterable of str
        See :func:`~smcogui.data.dataset.check_unmixed`.
    progress : callable

    Raises
    ------
    InputError
        If there are no rows, or they do not compare.
    RunFolderError
        If a file cannot be written.
    """
    if not rows:
        raise InputError(
            "there are no finished runs to export",
            key="runs",
            given="0",
            allowed="at least one run that is done",
        )
    table = [dataset_row(row) for row in rows]
    check_unmixed(table, may_differ)
    columns = [TableColumn(key=key) for key in COLUMNS]
    curves: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        progress(0.9 * number / len(rows))
        record = row.record
        curves += curve_rows(record.run_id, read_steps(record.folder, record.info))
    written = [folder / f"{stem}{kind}" for kind in kinds]
    for path in written:
        with file_to_write(path):
            write_table(table, path, columns, metadata={"columns": COLUMNS})
    write_table(curves, folder / CURVES_FILE)
    write_file(folder / SCHEMA_FILE, _json(schema()))
    sheet = folder / DATASHEET_FILE
    write_file(sheet, _datasheet(title, table, len(curves), how).encode())
    _write_sums(folder, [*written, folder / CURVES_FILE, folder / SCHEMA_FILE, sheet])
    progress(1.0)
    return sheet


def _write_sums(folder: Path, paths: Sequence[Path]) -> None:
    """Write the SHA-256 of each file, as ``sha256sum --check`` reads them."""
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    write_file(folder / SUMS_FILE, "".join(sums).encode())


def _datasheet(title: str, table: Sequence[dict[str, Any]], steps: int, how: str) -> str:
    commit = git_commit()
    flags = Counter(flag for row in table for flag in row["quality"].split(", "))
    lines = [
        f"# {title}",
        "",
        f"{len(table)} designs, {sum(row['cycles'] for row in table)} half-cycles, {steps} field "
        f"steps, all simulated. Written {time.strftime('%Y-%m-%d', time.gmtime())} by "
        f"{PROGRAM} {smcogui.__version__}{f', commit {commit}' if commit else ''}.",
        "",
        "| what | values |",
        "| --- | --- |",
        *(f"| {key} | {_range(key, table)} |" for key in _DESCRIBED),
        "",
        "## Quality",
        "",
        "| flag | designs | meaning |",
        "| --- | --- | --- |",
        *(
            f"| {flag} | {count} | {QUALITY.get(flag, 'nothing to note')} |"
            for flag, count in flags.most_common()
        ),
        "",
        "## Columns",
        "",
        "| column | meaning |",
        "| --- | --- |",
        *(f"| {key} | {meaning} |" for key, meaning in COLUMNS.items()),
        "",
        f"`{CURVES_FILE}` holds the curves: run_id, cycle, mu0_H_T, M_over_Ms, jump; one row per "
        "accepted field step.",
        "",
    ]
    if how:
        lines += ["## How it was made", "", "```", how, "```", ""]
    return "\n".join(lines)


_DESCRIBED: Final = (
    "preset",
    "L_nm",
    "d_nm",
    "wS_nm",
    "wZ_nm",
    "alpha_deg",
    "z_phase",
    "layer",
    "cell_nm",
    "domain_nm",
    "cycles",
    "mu0_Hc_T",
    "Phi_p",
    "solver",
    "exchange_rule",
    "attempts",
)


def _range(key: str, table: Sequence[dict[str, Any]]) -> str:
    values = [row[key] for row in table if row[key] is not None]
    missing = len(table) - len(values)
    if not values:
        return "none"
    if isinstance(values[0], str):
        counts = Counter(values)
        text = ", ".join(f"{value}: {count}" for value, count in counts.most_common())
    else:
        text = f"{min(values):.4g} to {max(values):.4g}"
    return f"{text}; {missing} without" if missing else text


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode()
