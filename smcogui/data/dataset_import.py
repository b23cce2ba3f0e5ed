"""Reading a dataset folder that somebody hands over, and checking all of it."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset import check_unmixed
from smcogui.data.dataset_checks import check_table
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DATASETS_FOLDER: Final = "datasets"
"""In a project: a folder for each dataset that was imported."""
RECORD_FILE: Final = "import.json"
SUMS_FILE: Final = "SHA256SUMS"
CURVES_FILE: Final = "curves.parquet"
CURVE_COLUMNS: Final = ("run_id", "cycle", "mu0_H_T", "M_over_Ms", "jump")
_LARGEST_M: Final = 1.0001


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDataset:
    """A dataset that was found to be whole.

    Parameters
    ----------
    table : Path
        File of the designs.
    rows : list of dict
        A row per design.
    sums : dict
        SHA-256 of each file.
    sha256 : str
        Of the list of sums: what names the dataset.
    """

    table: Path
    rows: list[dict[str, Any]]
    sums: dict[str, str]
    sha256: str


def check_dataset(source: Path, may_differ: Iterable[str] = ()) -> CheckedDataset:
    """Read a dataset and check it: checksums, columns, types, ranges, duplicates, curves.

    Parameters
    ----------
    source : Path
        What ``campaign export`` writes, or the table of designs in it where there are several.
    may_differ : iterable of str
        See :func:`~smcogui.data.dataset.check_unmixed`.

    Raises
    ------
    InputError
        If anything is wrong; the message names file, row and column.
    """
    return check_datasets([source], may_differ)[0]


def check_datasets(sources: Sequence[Path], may_differ: Iterable[str] = ()) -> list[CheckedDataset]:
    """Read several datasets and check them as :func:`check_dataset` does, each file once."""
    folders = [source.parent if source.is_file() else source for source in sources]
    sums = {folder: _check_sums(folder) for folder in dict.fromkeys(folders)}
    may_differ = tuple(may_differ)
    found = []
    for source, folder in zip(sources, folders, strict=True):
        place = source if source.is_file() else _table_of(folder, sums[folder])
        if place.name not in sums[folder]:
            raise _wrong(folder, f"{place.name} is not among the files that {SUMS_FILE} names")
        rows = check_table(read_rows(place), place.name)
        check_unmixed(rows, may_differ)
        digest = hashlib.sha256((folder / SUMS_FILE).read_bytes()).hexdigest()
        found.append(CheckedDataset(table=place, rows=rows, sums=sums[folder], sha256=digest))
    for folder, files in sums.items():
        if CURVES_FILE in files:
            chosen = [each for each in found if each.table.parent == folder]
            cycles = {row["run_id"]: row["cycles"] for each in chosen for row in each.rows}
            tables = {each.table.with_suffix(".parquet").name for each in chosen}
            has_more = not tables.issuperset(_tables(files, ".parquet"))
            _check_curves(folder / CURVES_FILE, cycles, has_more=has_more)
    return found


def _check_sums(folder: Path) -> dict[str, str]:
    path = folder / SUMS_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(
            f"{folder} is no dataset: {SUMS_FILE} cannot be read ({error.strerror})",
            key="dataset",
            given=str(folder),
            allowed="a folder that `campaign export` wrote",
        ) from error
    sums: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or name != name.rpartition("/")[2] or "\\" in name:
            raise _wrong(folder, f"{SUMS_FILE}, line {number} is no checksum: {line[:80]!r}")
        sums[name] = digest
    for name, digest in sums.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise _wrong(folder, f"{name} cannot be read ({error.strerror})") from error
        if found != digest:
            raise _wrong(
                folder, f"{name} is not the file that {SUMS_FILE} names: it was changed or damaged"
            )
    return sums


def _table_of(folder: Path, sums: Mapping[str, str]) -> Path:
    for suffix in (".parquet", ".csv"):
        names = _tables(sums, suffix)
        if len(names) == 1:
            return folder / names[0]
        if names:
            raise _wrong(
                folder, f"it holds several tables of designs; name one: {', '.join(names)}"
            )
    raise _wrong(folder, "it holds no table of designs (.parquet or .csv)")


def _tables(sums: Mapping[str, str], suffix: str) -> list[str]:
    return sorted(name for name in sums if name.endswith(suffix) and name != CURVES_FILE)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a table of designs, unchecked; raises InputError where it is none."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, restkey="(more)", restval=None)
            return [dict(row) for row in reader]
    from pyarrow import ArrowException, parquet

    try:
        return list(parquet.read_table(path).to_pylist())
    except (ArrowException, OSError) as error:
        raise _wrong(path.parent, f"{path.name} is no Parquet file ({error})") from error


def _check_curves(path: Path, cycles: Mapping[str, int], *, has_more: bool) -> None:
    """Check the field steps; ``has_more`` says that runs of other tables are among them."""
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(path)
    except (ArrowException, OSError) as error:
        raise _wrong(path.parent, f"{path.name} is no Parquet file ({error})") from error
    missing = [name for name in CURVE_COLUMNS if name not in table.column_names]
    if missing:
        raise _wrong(path.parent, f"{path.name} lacks columns: {', '.join(missing)}")
    columns = [table.column(name).to_pylist() for name in CURVE_COLUMNS[:4]]
    last: tuple[str, int, float] | None = None
    for number, (run_id, cycle, field, moment) in enumerate(zip(*columns, strict=True), start=1):
        if has_more and run_id not in cycles:
            continue
        fault = _fault_of_step(run_id, cycle, field, moment, cycles)
        if not fault and last is not None and last[:2] == (run_id, cycle) and field > last[2]:
            fault = f"mu0_H_T: {field:g} is above the field before, {last[2]:g}"
        if fault:
            raise _wrong(path.parent, f"{path.name}, row {number}, {fault}")
        last = (run_id, cycle, field)


def _fault_of_step(run_id: Any, cycle: Any, field: Any, moment: Any, cycles: Any) -> str:
    if run_id not in cycles:
        return f"run_id: {run_id!r} is no run of the table of designs"
    if not isinstance(cycle, int) or not 0 <= cycle < cycles[run_id]:
        return f"cycle: {cycle!r}; the run has {cycles[run_id]} half-cycles, counted from 0"
    if not isinstance(field, float) or not abs(field) < 1000:
        return f"mu0_H_T: {field!r} is no field in T"
    if not isinstance(moment, float) or not abs(moment) <= _LARGEST_M:
        return f"M_over_Ms: {moment!r}; allowed is -1 to 1"
    return ""


def _wrong(folder: Path, why: str) -> InputError:
    return InputError(
        f"the dataset {folder} is not imported: {why}",
        key="dataset",
        given=str(folder),
        allowed="a folder as `campaign export` writes it",
    )
