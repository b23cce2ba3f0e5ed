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
from smcogui.data.dataset_import import CURVES_FILE, SUMS_FILE
from smcogui.data.dataset_rules import ALL, Choice, choose
from smcogui.data.dataset_versions import content_sha256, keep_version, version_of
from smcogui.data.exporters import PROGRAM, file_to_write, write_file
from smcogui.data.run_scan import read_steps
from smcogui.data.table_files import TableColumn, write_table
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress

DESIGNS_STEM: Final = "designs"
SCHEMA_FILE: Final = "schema.json"
DATASHEET_FILE: Final = "DATASHEET.md"
FACTS_FILE: Final = "dataset.json"
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
    choice: Choice = ALL,
    versions: Path | None = None,
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
    choice : Choice
        Which rows are taken.
    versions : Path, optional
        List of the versions that were written so far; see :mod:`smcogui.data.dataset_versions`.
    progress : callable

    Raises
    ------
    InputError
        If there are no rows, none is taken, or those that are do not compare.
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
    taken, left = choose(table, choice)
    if not taken:
        raise _nothing_left(left)
    rows, table = [rows[number] for number in taken], [table[number] for number in taken]
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
    facts = _facts(table, curves, choice, left, versions)
    write_file(folder / FACTS_FILE, _json(facts))
    sheet = folder / DATASHEET_FILE
    write_file(sheet, _datasheet(title, table, len(curves), how, facts).encode())
    others = (CURVES_FILE, SCHEMA_FILE, FACTS_FILE)
    _write_sums(folder, [*written, *(folder / name for name in others), sheet])
    if versions is not None:
        keep_version(versions, {**facts, "folder": folder.name})
    progress(1.0)
    return sheet


def _facts(
    table: Sequence[dict[str, Any]],
    curves: Sequence[dict[str, Any]],
    choice: Choice,
    left: Sequence[tuple[str, int]],
    versions: Path | None,
) -> dict[str, Any]:
    """Return what names a dataset, and what was left out of it."""
    sha256 = content_sha256(table, curves)
    return {
        "format_version": 1,
        "version": 1 if versions is None else version_of(versions, sha256),
        "content_sha256": sha256,
        "designs": len(table),
        "field_steps": len(curves),
        "only": [rule.text for rule in choice.only],
        "exclude": [rule.text for rule in choice.exclude],
        "left_out": [{"reason": reason, "count": count} for reason, count in left],
        "written_by": f"{PROGRAM} {smcogui.__version__}",
    }


def read_facts(folder: Path) -> dict[str, Any]:
    """Return ``dataset.json`` of a dataset that was just written."""
    found: dict[str, Any] = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    return found


def _nothing_left(left: Sequence[tuple[str, int]]) -> InputError:
    counts = "; ".join(f"{count} because of {reason!r}" for reason, count in left)
    return InputError(
        f"the rules leave no design in the dataset: {counts}",
        key="rules",
        given=", ".join(reason for reason, _ in left),
        allowed="rules that leave at least one design",
    )


def _write_sums(folder: Path, paths: Sequence[Path]) -> None:
    """Write the SHA-256 of each file, as ``sha256sum --check`` reads them."""
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    write_file(folder / SUMS_FILE, "".join(sums).encode())


def _datasheet(
    title: str, table: Sequence[dict[str, Any]], steps: int, how: str, facts: dict[str, Any]
) -> str:
    commit = git_commit()
    flags = Counter(flag for row in table for flag in row["quality"].split(", "))
    lines = [
        f"# {title}",
        "",
        f"{len(table)} designs, {sum(row['cycles'] for row in table)} half-cycles, {steps} field "
        f"steps, all simulated. Written {time.strftime('%Y-%m-%d', time.gmtime())} by "
        f"{PROGRAM} {smcogui.__version__}{f', commit {commit}' if commit else ''}.",
        "",
        f"Version {facts['version']}, SHA-256 of the content {facts['content_sha256']}.",
        "",
        "| what | values |",
        "| --- | --- |",
        *(f"| {key} | {_range(key, table)} |" for key in _DESCRIBED),
        "",
        *_left_out(facts),
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


def _left_out(facts: dict[str, Any]) -> list[str]:
    """Return what the rules were and what they left out, as lines of the datasheet."""
    rules = [f"only {rule}" for rule in facts["only"]]
    rules += [f"without {rule}" for rule in facts["exclude"]]
    if not rules and not facts["left_out"]:
        return []
    lines = ["## Left out", "", f"Rules: {', '.join(rules) or 'none'}.", ""]
    lines += ["| reason | designs |", "| --- | --- |"]
    lines += [f"| {each['reason']} | {each['count']} |" for each in facts["left_out"]]
    return [*lines, ""]


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
