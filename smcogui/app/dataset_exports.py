"""A dataset as a folder: tables, curves, schema, datasheet and checksums."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import smcogui
from smcogui.app.provenance import git_commit
from smcogui.data.dataset import COLUMNS, DatasetRow, schema
from smcogui.data.dataset_curves import curve_rows, write_curves
from smcogui.data.dataset_import import CURVES_FILE, SUMS_FILE
from smcogui.data.dataset_parts import SCATTER_SET, DatasetPart, TakenPart, take_parts
from smcogui.data.dataset_rules import ALL, Choice
from smcogui.data.dataset_versions import content_sha256, keep_version, known_versions, version_of
from smcogui.data.datasheet import SheetHead, datasheet
from smcogui.data.domain_shift import domain_shifts
from smcogui.data.exporters import PROGRAM, file_to_write, write_file
from smcogui.data.run_scan import read_steps
from smcogui.data.table_files import TableColumn, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.data.domain_shift import DomainShift

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
    """Write a dataset of one set into a folder and return its datasheet.

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
    taken = take_parts([DatasetPart(name=stem, rows=rows)], choice, may_differ)
    known = [] if versions is None else known_versions(versions)
    sheet = write_dataset(
        taken,
        folder,
        title=title,
        how=how,
        origin=told_origin(),
        kinds=kinds,
        choice=choice,
        known=known,
        progress=progress,
    )
    if versions is not None:
        keep_version(versions, {**read_facts(folder), "folder": folder.name})
    return sheet


def write_dataset(
    taken: Sequence[TakenPart],
    folder: Path,
    *,
    title: str,
    how: str = "",
    origin: str,
    kinds: Sequence[str] = _TABLE_KINDS,
    choice: Choice = ALL,
    known: Sequence[Mapping[str, Any]] = (),
    others: Sequence[Path] = (),
    progress: ReportProgress,
) -> Path:
    """Write sets into one folder, with one schema, datasheet and list of checksums.

    Parameters
    ----------
    taken : sequence of TakenPart
        What :func:`~smcogui.data.dataset_parts.take_parts` returns.
    folder : Path
    title, how, kinds, choice
        As for :func:`export_dataset`; the rules are described, not applied.
    origin : str
        What :func:`told_origin` said before any file of the folder changed, which may be one of the
        program's own: it would count as a change of the program.
    known : sequence of mapping
        Facts of the versions that were written before.
    others : sequence of Path
        Files in the folder that the checksums cover too.
    progress : callable

    Returns
    -------
    Path
        The datasheet.

    Raises
    ------
    RunFolderError
        If a file cannot be written.
    """
    full = [each for each in taken if each.table]
    for each in taken:
        if not each.table:
            _remove_tables(folder, each.part.name)
    curves = _curves([row for each in full for row in each.rows], progress)
    written: list[Path] = []
    for each in full:
        for path in (folder / f"{each.part.name}{kind}" for kind in kinds):
            with file_to_write(path):
                columns = [TableColumn(key=key) for key in COLUMNS]
                write_table(each.table, path, columns, metadata={"columns": COLUMNS})
            written.append(path)
    write_curves(curves, folder / CURVES_FILE)
    write_file(folder / SCHEMA_FILE, _json(schema()))
    shifts = _shifts(full)
    facts = _facts(taken, curves, choice, known, shifts)
    write_file(folder / FACTS_FILE, _json(facts))
    head = SheetHead(
        title=title,
        version=facts["version"],
        content_sha256=facts["content_sha256"],
        field_steps=len(curves),
        written=origin,
        rules=tuple(
            [f"only {rule.text}" for rule in choice.only]
            + [f"without {rule.text}" for rule in choice.exclude]
        ),
        how=how,
    )
    sheet = folder / DATASHEET_FILE
    write_file(sheet, datasheet(head, taken, shifts).encode())
    names = (CURVES_FILE, SCHEMA_FILE, FACTS_FILE)
    _write_sums(folder, [*written, *(folder / name for name in names), sheet, *others])
    progress(1.0)
    return sheet


def _remove_tables(folder: Path, name: str) -> None:
    """Remove the tables that an earlier dataset had of a set which has none now."""
    for path in (folder / f"{name}{kind}" for kind in _TABLE_KINDS):
        with file_to_write(path):
            path.unlink(missing_ok=True)


def read_facts(folder: Path) -> dict[str, Any]:
    """Return ``dataset.json`` of a dataset that was just written."""
    found: dict[str, Any] = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    return found


def _curves(rows: Sequence[DatasetRow], progress: ReportProgress) -> list[dict[str, Any]]:
    curves: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        progress(0.9 * number / len(rows))
        record = row.record
        curves += curve_rows(record.run_id, read_steps(record.folder, record.info))
    return curves


def _shifts(taken: Sequence[TakenPart]) -> list[DomainShift]:
    """Return what a larger domain changes, where designs of one set are on two."""
    scatter = [row for each in taken if each.part.name == SCATTER_SET for row in each.with_spread()]
    found = (domain_shifts(each.with_spread(), scatter) for each in taken)
    return next((shifts for shifts in found if shifts), [])


def _facts(
    taken: Sequence[TakenPart],
    curves: Sequence[dict[str, Any]],
    choice: Choice,
    known: Sequence[Mapping[str, Any]],
    shifts: Sequence[DomainShift],
) -> dict[str, Any]:
    """Return what names a dataset, and what was left out of it."""
    table = [row for each in taken for row in each.table]
    sha256 = content_sha256(table, curves)
    left = [(each.part.name, reason, count) for each in taken for reason, count in each.left]
    return {
        "format_version": 1,
        "version": version_of(known, sha256),
        "content_sha256": sha256,
        "designs": len(table),
        "field_steps": len(curves),
        "sets": {
            each.part.name: {
                "designs": len(each.table),
                "half_cycles": sum(row["cycles"] for row in each.table),
                **({"states": dict(each.part.counts)} if each.part.counts else {}),
            }
            for each in taken
        },
        "only": [rule.text for rule in choice.only],
        "exclude": [rule.text for rule in choice.exclude],
        "left_out": [
            {"reason": reason, "count": count, **({"set": name} if len(taken) > 1 else {})}
            for name, reason, count in left
        ],
        **({"domain_shift": [asdict(shift) for shift in shifts]} if shifts else {}),
        "written_by": f"{PROGRAM} {smcogui.__version__}",
    }


def told_origin() -> str:
    """Return when and by which program, for a datasheet."""
    commit = git_commit()
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{day} by {PROGRAM} {smcogui.__version__}{f', commit {commit}' if commit else ''}"


def _write_sums(folder: Path, paths: Sequence[Path]) -> None:
    """Write the SHA-256 of each file, as ``sha256sum --check`` reads them."""
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    write_file(folder / SUMS_FILE, "".join(sums).encode())


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode()
