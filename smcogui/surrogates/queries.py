"""What people ask a surrogate: checked rows of its eight inputs, also from a table."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.checks import check_inputs, check_units
from models.variables import names_of
from smcogui.design.canonical import KA_M, MJ_M2, NM, to_unit
from smcogui.design.design_errors import nearest
from smcogui.design.limits import LIMITS
from smcogui.design.tables import Z_PHASES, load_phase
from smcogui.errors import InputError
from smcogui.surrogates.features import GEOMETRY, INPUTS, Z_PHASE
from smcogui.surrogates.model_errors import program_errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NAMES: Final = names_of(INPUTS)
LARGEST_FILE: Final = 100_000_000
_ANGLE: Final = NAMES.index("alpha_deg")
_PATHS: Final = {name: f"nanostructure.{name}" for name in GEOMETRY} | {
    "alpha_deg": "field.alpha_deg",
    "Ms_z_kA_m": "material.z_phase.Ms_kA_m",
    "sigma_dw_z_mJ_m2": "material.z_phase.sigma_dw_mJ_m2",
    "l_dw_z_nm": "material.z_phase.l_dw_nm",
}
"""Keys of the design file, whose ranges hold here too."""
_MANY: Final = 10
"""From so many rows on, angles that all look like radians are taken for a mistake."""


def z_constants(name: str) -> dict[str, float]:
    """Return magnetisation, wall energy and wall width of a shipped Z phase, as inputs.

    Raises
    ------
    InputError
        If there is no phase of this name.
    """
    phase = load_phase(name)
    return {
        "Ms_z_kA_m": to_unit(phase.Ms, KA_M),
        "sigma_dw_z_mJ_m2": to_unit(phase.sigma_dw, MJ_M2),
        "l_dw_z_nm": to_unit(phase.l_dw, NM),
    }


def make_query(values: Mapping[str, float], z_phase: str | None = None) -> Array:
    """Return one query, shape (1, n_inputs), checked.

    Parameters
    ----------
    values : mapping
        By the names of :data:`INPUTS`; those of the Z phase only without ``z_phase``.
    z_phase : str, optional
        Name of a shipped Z phase.

    Raises
    ------
    InputError
    """
    given = {**values, **(z_constants(z_phase) if z_phase is not None else {})}
    return check_queries(np.array([[float(given[name]) for name in NAMES]]))


def check_queries(X: Array) -> Array:
    """Return queries that are possible designs; raises InputError naming row and column.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
    """
    with program_errors():
        check_units(X[:, : len(GEOMETRY)], INPUTS[: len(GEOMETRY)])
        if len(X) >= _MANY:
            check_units(X[:, [_ANGLE]], [INPUTS[_ANGLE]])
        check_units(X[:, _ANGLE + 1 :], INPUTS[_ANGLE + 1 :])
        check_inputs(X, INPUTS)
    for column, name in enumerate(NAMES):
        limit = LIMITS[_PATHS[name]]
        too_low = X[:, column] <= limit.low if limit.low_open else X[:, column] < limit.low
        _refuse(too_low | (X[:, column] > limit.high), X, column, limit.describe())
    for wall, interval in (("wS_nm", "L_nm"), ("wZ_nm", "d_nm")):
        column, other = NAMES.index(wall), NAMES.index(interval)
        _refuse(X[:, column] > X[:, other], X, column, f"at most {interval}")
    return X


def read_queries(path: Path) -> Array:
    """Return the queries of a CSV file, comma or semicolon between, a design per row.

    Its columns are those of :data:`INPUTS`; ``z_phase`` (Lit, DFT or Mod) may stand for the three
    of the Z phase, and other columns are left alone, so that an exported dataset can be read.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a cell is no number.
    """
    rows = list(csv.reader(io.StringIO(_text_of(path)), delimiter=_delimiter_of(path)))
    head = [name.strip() for name in rows[0]] if rows else []
    cells = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if not cells:
        raise _refused(path, "it has no rows below its head", "file", "a head and rows")
    for number, row in enumerate(cells, start=2):
        if len(row) != len(head):
            raise _refused(
                path, f"row {number} has {len(row)} cells", "file", f"{len(head)}, as the head has"
            )
    columns = dict(zip(head, zip(*cells, strict=True), strict=True))
    found = {name: _numbers(path, name, columns) for name in NAMES[: _ANGLE + 1]}
    has_constants = all(name in columns for name in Z_PHASE)
    found |= (
        {name: _numbers(path, name, columns) for name in Z_PHASE}
        if has_constants
        else _named(path, columns)
    )
    return check_queries(np.column_stack([found[name] for name in NAMES]))


def _named(path: Path, columns: Mapping[str, tuple[str, ...]]) -> dict[str, Array]:
    if "z_phase" not in columns:
        allowed = f"z_phase, or {', '.join(Z_PHASE)}"
        raise _refused(path, "it does not tell the Z phase", "z_phase", allowed)
    names = [name.strip() for name in columns["z_phase"]]
    known = {name: z_constants(name) for name in sorted(set(names))}
    return {key: np.array([known[name][key] for name in names]) for key in Z_PHASE}


def _numbers(path: Path, name: str, columns: Mapping[str, tuple[str, ...]]) -> Array:
    if name not in columns:
        hint = nearest(name, tuple(columns))
        raise _refused(path, f"it has no column {name}.{hint}", name, ", ".join(NAMES))
    try:
        return np.array(columns[name], dtype=float)
    except ValueError:
        pass
    found = []
    for number, cell in enumerate(columns[name], start=2):
        try:
            found.append(float(cell.replace(",", ".")))
        except ValueError as error:
            raise _refused(
                path, f"row {number}, {name} is {cell[:40]!r}", name, "a number"
            ) from error
    return np.array(found)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _refused(path, "it is too large", "file", f"at most {LARGEST_FILE} bytes")
        return path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise _refused(
            path, f"it cannot be read ({error.strerror})", "file", "a CSV file"
        ) from error


def _delimiter_of(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        head = stream.readline()
    return ";" if head.count(";") > head.count(",") else ","


def _refuse(wrong: NDArray[np.bool_], X: Array, column: int, allowed: str) -> None:
    rows = np.flatnonzero(wrong)
    if not rows.size:
        return
    name, value = NAMES[column], X[rows[0], column]
    where = f" in row {rows[0] + 1}" if len(X) > 1 else ""
    more = f" ({rows.size} rows)" if rows.size > 1 else ""
    raise InputError(
        f"{name} is {value:g}{where}{more}; allowed is {allowed}",
        key=name,
        given=f"{value:g}",
        allowed=allowed,
    )


def _refused(path: Path, why: str, key: str, allowed: str) -> InputError:
    return InputError(
        f"{path}: {why}; allowed is {allowed}", key=key, given=str(path), allowed=allowed
    )


def query_facts(X: Array) -> list[dict[str, Any]]:
    """Return the inputs of queries, shape (n, n_inputs), by name, and the Z phase by its name.

    ``z_phase`` is ``user`` where the constants are those of no shipped phase.
    """
    kinds, which = np.unique(X[:, _ANGLE + 1 :], axis=0, return_inverse=True)
    names = [z_phase_of(np.concatenate([X[0, : _ANGLE + 1], kind])) for kind in kinds]
    return [
        {**dict(zip(NAMES, row, strict=True)), "z_phase": names[kind]}
        for row, kind in zip(X.tolist(), which.reshape(-1), strict=True)
    ]


def z_phase_of(x: Array) -> str:
    """Return the name of the shipped Z phase that a query has, ``user`` where it is another."""
    for name in Z_PHASES:
        constants = z_constants(name)
        pairs = zip((constants[key] for key in Z_PHASE), x[_ANGLE + 1 :], strict=True)
        if all(math.isclose(one, other, rel_tol=1e-9) for one, other in pairs):
            return name
    return "user"
