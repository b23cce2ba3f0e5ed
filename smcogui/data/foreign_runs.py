"""Tables of finished MuMax3 and OOMMF runs: applied field and magnetisation, row by row."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.errors import InputError
from solver.errors import Mumax3Error
from solver.mumax3 import layout
from solver.mumax3.executable import read_banner
from solver.mumax3.table import TableFollower
from solver.terms.constants import MU0

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.mumax3.executable import Banner
    from solver.problem import ExchangeRule

    Array = NDArray[np.float64]

_TESLA: Final[Mapping[str, float]] = {"T": 1.0, "mT": 1e-3, "A/m": MU0, "kA/m": 1e3 * MU0}
_FIELD: Final = r"(?:.*(?:Zeeman|Field)[^:]*:[^:]*:)?B(?:_ext)?{axis}"
_FULL: Final = r"m_full{axis}"
_REDUCED: Final = r"(?:.*Driver[^:]*:[^:]*:)?m{axis}"
_ITERATION: Final = r"(?:.*Driver[^:]*:[^:]*:)?Iteration"
_WORD: Final = re.compile(r"\{[^}]*\}|\S+")
_LARGEST_FILE: Final = 1 << 28


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTable:
    """What a table of another program says.

    Parameters
    ----------
    program : str
        MuMax3 or OOMMF, with its version where a log beside the table tells it.
    exchange_rule : {"conservative", "mumax3_2014"} or None
        That of the version; None where it is not known.
    B : ndarray of shape (n, 3)
        Applied field in T.
    m : ndarray of shape (n, 3)
        Mean magnetisation, in A/m where ``is_full``, else the mean of the unit vectors.
    is_full : bool
    iterations : ndarray of shape (n,) or None
        By which OOMMF names the files of the states.
    """

    program: str
    exchange_rule: ExchangeRule | None
    B: Array
    m: Array
    is_full: bool
    iterations: Array | None = None


def find_table(source: Path) -> Path:
    """Return the table of a folder, or the file itself.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    if source.is_file():
        return source
    found = [source / "table.txt"] if (source / "table.txt").is_file() else []
    if not found and source.is_dir():
        found = sorted(source.glob("*.odt")) or sorted(source.glob("*/table.txt"))
    if len(found) != 1:
        names = ": " + ", ".join(path.name for path in found[:3]) if found else ""
        raise InputError(
            f"{source} holds {len(found) or 'no'} tables of runs{names}; name the folder with "
            "table.txt (MuMax3), or the .odt file (OOMMF)",
            key="run",
            given=str(source),
            allowed="a folder with one table.txt or .odt, or such a file",
        )
    return found[0]


def read_foreign_table(path: Path) -> ForeignTable:
    """Read table.txt of MuMax3 or the .odt of OOMMF.

    Raises
    ------
    InputError
        If it is neither, is damaged, or lacks the applied field or the magnetisation.
    """
    is_odt = _is_odt(path)
    columns = _read_odt(path) if is_odt else _read_mumax3(path)
    banner = None if is_odt else _banner_beside(path)
    program = "OOMMF" if is_odt else f"MuMax3 {banner.version if banner else ''}".strip()
    full = _vector(columns, _FULL, lambda unit: 1.0 if unit == "A/m" else None)
    reduced = _vector(columns, _REDUCED, lambda unit: 1.0 if unit in {"", "1"} else None)
    B = _vector(columns, _FIELD, _TESLA.get)
    m = full if full is not None else reduced
    if B is None or m is None:
        lacks = "the applied field (B_ext, or UZeeman's B)" if B is None else "m or m_full"
        known = ", ".join(columns)
        raise _unusable(path, f"it has no columns of {lacks}; it has {known[:400]}")
    iterations = next(
        (values for name, values in columns.items() if re.fullmatch(f"{_ITERATION} .*", name)), None
    )
    return ForeignTable(
        program=program,
        exchange_rule=banner.exchange_rule if banner else None,
        B=B,
        m=m,
        is_full=full is not None,
        iterations=iterations,
    )


def _is_odt(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            if stream.seek(0, os.SEEK_END) > _LARGEST_FILE:
                raise _unusable(path, f"it is larger than {_LARGEST_FILE >> 20} MB")
            stream.seek(0)
            return stream.read(6).upper() == b"# ODT "
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error


def _banner_beside(path: Path) -> Banner | None:
    """Return what the log of MuMax3 beside its table says, if there is one."""
    try:
        with path.with_name("log.txt").open("rb") as stream:
            return read_banner(stream.read(1 << 16).decode("utf-8", errors="replace"))
    except OSError:
        return None


def _read_mumax3(path: Path) -> dict[str, Array]:
    follower = TableFollower(path)
    rows = []
    try:
        while new := follower.read():
            rows += new
    except Mumax3Error as error:
        if not rows:
            raise _unusable(path, str(error)) from error
    # Scripts of this program also write down the trials that they took back.
    rows = [row for row in rows if row.get(layout.ACCEPTED, 1.0) == 1.0]
    if not rows:
        raise _unusable(path, "it has no rows")
    return {name: np.array([row[name] for row in rows if name in row]) for name in rows[-1]}


def _read_odt(path: Path) -> dict[str, Array]:
    names: list[str] = []
    units: list[str] = []
    rows: list[list[float]] = []
    # A header may go on in the next line, which then begins with "#" and ends in a backslash.
    text = path.read_text(encoding="utf-8", errors="replace").replace("\\\n#", " ")
    for line in text.splitlines():
        if line.startswith("# Columns:"):
            names = [word.strip("{}") for word in _WORD.findall(line.partition(":")[2])]
        elif line.startswith("# Units:"):
            units = [word.strip("{}") for word in _WORD.findall(line.partition(":")[2])]
        elif line.strip() and not line.startswith("#"):
            rows.append([_number(word) for word in line.split()])
    if not rows or len(names) != len(units) or {len(row) for row in rows} != {len(names)}:
        raise _unusable(path, "its columns, units and rows do not fit together")
    keys = [f"{name} ({unit})" for name, unit in zip(names, units, strict=True)]
    return dict(zip(keys, np.array(rows).T, strict=True))


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan


def _vector(
    columns: dict[str, Array], pattern: str, scale_of: Callable[[str], float | None]
) -> Array | None:
    found = []
    for axis in "xyz":
        wanted = re.compile(rf"{pattern.format(axis=axis)} \((.*)\)", re.IGNORECASE)
        for name, values in columns.items():
            match = wanted.fullmatch(name)
            scale = scale_of(match[1]) if match else None
            if scale is not None:
                found.append(scale * values)
                break
    return np.stack(found, axis=1) if len(found) == 3 else None


def _unusable(path: Path, why: str) -> InputError:
    return InputError(
        f"{path} cannot be imported as a run: {why}",
        key="run",
        given=str(path),
        allowed="table.txt of MuMax3 or an .odt file of OOMMF with field and magnetisation",
    )
