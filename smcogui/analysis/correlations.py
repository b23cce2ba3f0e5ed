"""Pearson's and Spearman's correlation of inputs and readings (Suppl. Eqs. 8 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from smcogui.analysis.bootstrap import RESAMPLES, Estimate, bootstrap
from smcogui.analysis.design_table import INPUTS, READINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable

    Array = NDArray[np.float64]

CorrelationKind = Literal["pearson", "spearman"]
CORRELATION_KINDS: Final[tuple[CorrelationKind, ...]] = get_args(CorrelationKind)
LEAST_DESIGNS: Final = 10
_LEAST_PAIRS: Final = 3
_CONSTANT: Final = 1e-12


def correlation_matrix(columns: Array, kind: CorrelationKind = "spearman") -> Array:
    """Return the correlation of every pair of columns.

    A pair is taken over the rows where both are known. NaN stands where fewer than three are, or
    a column does not vary over them.

    Parameters
    ----------
    columns : ndarray, shape (n, k)
        NaN where a value is not known.
    kind : {"pearson", "spearman"}

    Returns
    -------
    ndarray, shape (k, k)
    """
    known = np.isfinite(columns)
    matrix = np.full((columns.shape[1],) * 2, np.nan)
    by_mask: dict[bytes, list[tuple[int, int]]] = {}
    for i in range(columns.shape[1]):
        for j in range(i, columns.shape[1]):
            by_mask.setdefault((known[:, i] & known[:, j]).tobytes(), []).append((i, j))
    for mask, pairs in by_mask.items():
        rows = np.frombuffer(mask, dtype=bool)
        if rows.sum() < _LEAST_PAIRS:
            continue
        used = sorted({column for pair in pairs for column in pair})
        part = _correlated(columns[rows][:, used], kind)
        place = {column: number for number, column in enumerate(used)}
        for i, j in pairs:
            matrix[i, j] = matrix[j, i] = part[place[i], place[j]]
    return matrix


def correlations_with(
    table: DesignTable,
    reading: str,
    keys: Sequence[str] = INPUTS,
    kind: CorrelationKind = "spearman",
    *,
    count: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Return the correlation of inputs with a reading, with 95 % bootstrap intervals."""
    used = table.known(reading)
    data = used.matrix((*keys, reading))
    value, low, high = bootstrap(
        lambda rows: correlation_matrix(data[rows], kind)[-1, :-1],
        used.groups,
        count=count,
        seed=seed,
    )
    return {
        key: Estimate(value=float(v), low=float(a), high=float(b), n=len(used))
        for key, v, a, b in zip(keys, value, low, high, strict=True)
    }


def table_correlations(
    table: DesignTable, kind: CorrelationKind = "spearman"
) -> tuple[tuple[str, ...], Array]:
    """Return names and correlation matrix of the inputs that vary, and of both readings."""
    keys = tuple(key for key in (*INPUTS, *READINGS) if _varies(table[key]))
    return keys, correlation_matrix(table.matrix(keys), kind)


def _varies(values: Array) -> bool:
    known = values[np.isfinite(values)]
    return known.size >= _LEAST_PAIRS and bool(np.ptp(known) > _CONSTANT * np.abs(known).max())


def _correlated(values: Array, kind: CorrelationKind) -> Array:
    if kind == "spearman":
        from scipy.stats import rankdata

        values = rankdata(values, axis=0)
    centred = values - values.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    size[size <= _CONSTANT * np.abs(values).max(axis=0)] = np.nan
    unit = centred / size
    correlation: Array = np.clip(unit.T @ unit, -1.0, 1.0)
    return correlation
