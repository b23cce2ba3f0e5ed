"""Samplings that people write: a TOML plan, or a table of points as CSV or XLSX."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar

from smcogui.campaigns.axes import COORDINATES, Axis, Point, coordinate
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_errors import nearest
from smcogui.design.design_file import design_to_toml, load_designs
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE: Final = 50_000_000
_PLAN_KEYS: Final = ("name", "method", "count", "seed", "start", "base", "axis", "filters")
_Part = TypeVar("_Part", Axis, Feasibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A sampling and what its designs must fulfil."""

    sampling: Sampling
    filters: Feasibility


def read_plan(path: Path, base: str | None = None) -> Plan:
    """Read a plan: ``method``, ``count``, ``seed``, ``base``, ``[[axis]]`` and ``[filters]``.

    Parameters
    ----------
    path : Path
        TOML text.
    base : str, optional
        Text of the design file that the axes change, where the plan names none.

    Raises
    ------
    InputError
        If the file cannot be read, a key is not known, or the sampling makes no sense.
    """
    data = _read_toml(path)
    for key in data:
        if key not in _PLAN_KEYS:
            raise _refused(
                path, f"{key} is no key of a plan.{nearest(key, _PLAN_KEYS)}", key, _PLAN_KEYS
            )
    if isinstance(data.get("base"), str):
        base = design_to_toml(load_designs(path.parent / data["base"])[0])
    if base is None:
        raise _refused(path, "it names no base design", "base", ("the path of a design file",))
    rows = data.get("axis", [])
    if not isinstance(rows, list):
        raise _refused(path, "axis is no list", "axis", ("[[axis]] tables",))
    filters = data.get("filters", {})
    try:
        sampling = Sampling(
            name=str(data.get("name", path.stem)),
            method=data.get("method", "sobol"),
            base=base,
            axes=tuple(_part(Axis, row, path, "axis") for row in rows),
            count=data.get("count"),
            start=data.get("start", 0),
            seed=data.get("seed", 0),
        )
    except TypeError as error:
        raise _refused(path, str(error), "plan", _PLAN_KEYS) from error
    return Plan(sampling=sampling, filters=_part(Feasibility, filters, path, "filters"))


def read_points(path: Path, base: str) -> Sampling:
    """Read a table of designs: a column per coordinate, a row per design.

    Parameters
    ----------
    path : Path
        .csv (comma or semicolon) or .xlsx; the first row names the coordinates.
    base : str
        Text of the design file that the rows change.

    Raises
    ------
    InputError
        If the file cannot be read, a column is not known, or a cell is no value of its column; the
        message names the row.
    """
    rows = _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path)
    if len(rows) < 2:
        raise _refused(path, "it has no rows below its head", "file", ("a head and rows",))
    head = [str(name).strip() for name in rows[0]]
    for name in head:
        coordinate(name)
    points = [
        _point(path, number, head, row)
        for number, row in enumerate(rows[1:], start=2)
        if any(str(cell).strip() for cell in row)
    ]
    return Sampling(name=path.stem, method="list", base=base, points=tuple(points))


def _point(path: Path, number: int, head: list[str], row: list[str]) -> Point:
    if len(row) != len(head):
        raise _refused(
            path,
            f"row {number} has {len(row)} cells",
            "file",
            (f"{len(head)} cells, as the head has",),
        )
    point: Point = {}
    for name, cell in zip(head, row, strict=True):
        text = str(cell).strip()
        if COORDINATES[name].choices:
            point[name] = text
            continue
        try:
            point[name] = float(text.replace(",", "."))
        except ValueError as error:
            raise _refused(
                path, f"row {number}, {name} is {text[:40]!r}", name, ("a number",)
            ) from error
    return point


def _read_csv(path: Path) -> list[list[str]]:
    text = _read(path).decode("utf-8-sig", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    return [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]


def _read_xlsx(path: Path) -> list[list[str]]:
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    content = _read(path)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        cells = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise _refused(
            path, f"it is no spreadsheet ({error})", "file", (".xlsx or .csv",)
        ) from error
    return [["" if cell is None else str(cell) for cell in row] for row in cells]


def _part(kind: type[_Part], row: Any, path: Path, what: str) -> _Part:
    names = [field.name for field in fields(kind)]
    if not isinstance(row, dict):
        raise _refused(path, f"{what} is no table", what, names)
    for key in row:
        if key not in names:
            raise _refused(path, f"{what}.{key} is not known.{nearest(key, names)}", key, names)
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise _refused(path, f"{what}: {error}", what, names) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(path, f"it is no TOML ({error})", "file", ("a plan in TOML",)) from error


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise _refused(path, "it is not there, or no file", "file", ("a readable file",))
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        why = error.strerror or str(error)
        raise _refused(path, why, "file", ("a readable file",)) from error
    if len(content) > LARGEST_FILE:
        raise _refused(path, "it is larger than 50 MB", "file", ("at most 50 MB",))
    return content


def _refused(path: Path, why: str, key: str, allowed: tuple[str, ...] | list[str]) -> InputError:
    return InputError(
        f"{path} cannot be used: {why}", key=key, given=str(path), allowed=", ".join(allowed)
    )
