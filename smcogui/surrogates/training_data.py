"""Rows of datasets as what a surrogate learns from, and what it is tested on."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.checks import LEAST_ROWS, check_table
from models.errors import DataError
from models.evaluate import split_groups
from smcogui.data.dataset import ADDED_LATER
from smcogui.surrogates.features import (
    GEOMETRY,
    INPUTS,
    OUTPUTS,
    features_of,
    outputs_of,
    queries_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Row = Mapping[str, Any]

CONDITIONS: Final = (
    *("preset", "theta_deg", "layer", "layer_thickness_nm", "k_gb", "exchange_rule", "solver"),
)
"""What the inputs do not tell: the same in every row, and in every query."""
ALSO_TOLD: Final = ADDED_LATER
"""More of that kind, which not every dataset tells."""
Z_ALIAS: Final = "z_phase"
"""Names the three inputs of the Z phase together, where an input is named as fixed."""
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningTable:
    """Rows as arrays.

    Parameters
    ----------
    X, F, Y : ndarray
        Inputs, their features, and outputs (NaN where there is none), a row each.
    groups : ndarray of int, shape (n,)
        Number of the structure; all angles and Z phases of one have the same.
    sd : ndarray, shape (n, n_outputs)
        Standard deviation over the half-cycles, NaN where it is not known.
    cycles : ndarray, shape (n,)
        Half-cycles that an output is the mean of.
    keys : tuple of str
        Ids of the runs.
    conditions : dict
        Values of :data:`CONDITIONS`.
    cells_nm : tuple of float
        Cell sizes of the rows.
    """

    X: Array
    F: Array
    Y: Array
    groups: NDArray[np.intp]
    sd: Array
    cycles: Array
    keys: tuple[str, ...]
    conditions: dict[str, Any]
    cells_nm: tuple[float, ...]

    def take(self, rows: NDArray[np.intp]) -> LearningTable:
        """Return some of the rows."""
        parts = {name: getattr(self, name)[rows] for name in ("X", "F", "Y", "groups")}
        parts |= {name: getattr(self, name)[rows] for name in ("sd", "cycles")}
        return replace(self, **parts, keys=tuple(self.keys[row] for row in rows))

    @property
    def mark(self) -> str:
        """SHA-256 of the ids of the runs, which tell their content."""
        return hashlib.sha256("\n".join(sorted(self.keys)).encode()).hexdigest()


def learning_table(
    rows: Sequence[Row], *, fixed: Sequence[str] = (), least_rows: int = LEAST_ROWS
) -> LearningTable:
    """Return rows of a dataset as arrays, after they were checked.

    Parameters
    ----------
    rows : sequence of mapping
        With the columns of :mod:`smcogui.data.dataset`.
    fixed : sequence of str
        Inputs that may have one value only; ``z_phase`` stands for the three of the Z phase.
    least_rows : int

    Raises
    ------
    DataError
        If there are too few rows, values are missing, impossible, in another unit or there twice,
        an input does not vary, or conditions differ.
    """
    if not rows:
        raise DataError("there are no designs to learn from", key="rows", given="0")
    X, Y = queries_of(rows), outputs_of(rows)
    check_table(X, Y, INPUTS, OUTPUTS, may_be_constant=fixed_inputs(fixed), least_rows=least_rows)
    return LearningTable(
        X=X,
        F=features_of(X),
        Y=Y,
        groups=_structures(X),
        sd=_spreads(rows),
        cycles=np.array([float(row["cycles"]) for row in rows]),
        keys=tuple(str(row["run_id"]) for row in rows),
        conditions=_conditions(rows),
        cells_nm=tuple(sorted({float(row["cell_nm"]) for row in rows})),
    )


def fixed_inputs(names: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs that names mean; raises DataError where there is no such input."""
    known = [variable.name for variable in INPUTS]
    found: list[str] = []
    for name in names:
        if name == Z_ALIAS:
            found += known[5:]
        elif name in known:
            found.append(name)
        else:
            allowed = ", ".join((*known, Z_ALIAS))
            raise DataError(
                f"there is no input {name!r}; allowed are {allowed}",
                key="fixed",
                given=name,
                allowed=allowed,
            )
    return tuple(found)


def part_for_test(
    table: LearningTable, share: float, seed: int
) -> tuple[LearningTable, LearningTable]:
    """Split off structures to test with; all angles and Z phases of one go together."""
    training, test = split_groups(table.groups, share, seed)
    return table.take(training), table.take(test)


def without_tested(table: LearningTable, test: LearningTable) -> tuple[LearningTable, int]:
    """Return the rows whose structure is not tested, and how many others there were.

    Raises
    ------
    DataError
        If nothing is left, or the two were computed under different conditions.
    """
    differing = [
        f"{key}: {table.conditions[key]} and {test.conditions[key]}"
        for key in (*CONDITIONS, *ALSO_TOLD)
        if key in table.conditions and key in test.conditions
        if table.conditions[key] != test.conditions[key]
    ]
    if differing:
        raise DataError(
            f"training and test designs do not compare: {'; '.join(differing)}",
            key=differing[0].split(":")[0],
            given="; ".join(differing),
            allowed="the same in both",
        )
    tested = {tuple(row) for row in _geometry(test.X)}
    kept = [number for number, row in enumerate(_geometry(table.X)) if tuple(row) not in tested]
    if len(kept) < LEAST_ROWS:
        raise DataError(
            f"{len(kept)} training designs are left besides those that are tested; at least "
            f"{LEAST_ROWS} are needed",
            key="rows",
            given=str(len(kept)),
            allowed=f"at least {LEAST_ROWS}",
        )
    return table.take(np.array(kept)), len(table.keys) - len(kept)


def _geometry(X: Array) -> Array:
    return np.round(X[:, : len(GEOMETRY)], _DIGITS)


def _structures(X: Array) -> NDArray[np.intp]:
    numbers: NDArray[np.intp] = np.unique(_geometry(X), axis=0, return_inverse=True)[1]
    return numbers.reshape(-1)


def _spreads(rows: Sequence[Row]) -> Array:
    columns = {"mu0_Hc_T": "mu0_Hc_sd_T", "Phi_p": "Phi_p_sd"}
    table = [[row.get(columns.get(v.name, "")) for v in OUTPUTS] for row in rows]
    return np.array(
        [[math.nan if value is None else float(value) for value in row] for row in table]
    )


def _conditions(rows: Sequence[Row]) -> dict[str, Any]:
    found = {}
    for key in (*CONDITIONS, *ALSO_TOLD):
        values = _told(rows, key)
        if not values:
            continue
        if len(values) > 1:
            told = ", ".join(str(value) for value in values[:5])
            raise DataError(
                f"the designs differ in {key} ({told}), which the model would not be told; train "
                "on designs with one of them",
                key=key,
                given=told,
                allowed="one value",
            )
        found[key] = values[0]
    return found


def _told(rows: Sequence[Row], key: str) -> list[Any]:
    values = {row.get(key) for row in rows}
    return sorted(values - {None, ""} if key in ALSO_TOLD else values)
