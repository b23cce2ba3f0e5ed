"""How much each input matters to a reading: permutation importance and Sobol indices.

The constants of the Z phase come as few sets, in which they go together; so they are permuted and
varied as one group, and a warning says why their separate ranks mean nothing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.bootstrap import RESAMPLES, Estimate, percentile_interval, resamples
from smcogui.analysis.correlations import correlation_matrix
from smcogui.analysis.design_table import (
    ALPHA,
    INPUT_GROUPS,
    INPUTS,
    READINGS,
    Z_PHASE,
    symbol_of,
)
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.fitted_model import Predict, Split

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

REPEATS: Final = 20
_FEW_SETS: Final = 12
_ALIASED: Final = 0.95
_SOBOL_POINTS: Final = 2048
_SOBOL_RESAMPLES: Final = 200
SOBOL_INPUTS: Final = ("L_nm", "d_nm", "phi_S", "phi_Z", ALPHA, "z_phase")
"""Independent of each other: the thicknesses as parts of the intervals, Z as a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliasing:
    """How far the constants of the Z phase can be told apart.

    Parameters
    ----------
    sets : int
        Different ones.
    pairs : tuple of (str, str, float)
        Constants that go together, with Pearson's correlation.
    warning : str
        In words; empty where they can be told apart.
    """

    sets: int
    pairs: tuple[tuple[str, str, float], ...]
    warning: str


def find_aliasing(table: DesignTable) -> Aliasing:
    """Return whether the Z phase comes in few sets, or its constants go together."""
    constants = table.matrix(Z_PHASE)
    sets = np.unique(np.round(constants, 6), axis=0).shape[0]
    matrix = correlation_matrix(constants, "pearson")
    pairs = tuple(
        (Z_PHASE[i], Z_PHASE[j], float(matrix[i, j]))
        for i in range(len(Z_PHASE))
        for j in range(i)
        if abs(matrix[i, j]) >= _ALIASED
    )
    told = [f"r({symbol_of(a)}, {symbol_of(b)}) = {r:.2f}" for a, b, r in pairs]
    reasons = [f"the Z phase has {sets} sets of constants"] * (sets < _FEW_SETS)
    reasons += [f"its constants go together: {', '.join(told)}"] * bool(told)
    warning = ""
    if reasons:
        warning = (
            f"{'; '.join(reasons)}. Which of Ms, σdw and ldw matters cannot be told from these "
            "designs; the Z phase is permuted as one group"
        )
    return Aliasing(sets=sets, pairs=pairs, warning=warning)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Importance:
    """How much worse predictions become when an input is shuffled.

    Parameters
    ----------
    names : tuple of str
        Inputs, the Z phase as one.
    increases : ndarray, shape (n, len(names), 2)
        Growth of the squared error of each held-out design, mean over the repeats, over the
        variance of the reading; NaN where a design lacks the reading.
    groups : ndarray of int, shape (n,)
    readings : tuple of str
        Two.
    """

    names: tuple[str, ...]
    increases: Array
    groups: NDArray[np.intp]
    readings: tuple[str, ...] = READINGS

    def means(self, rows: Any = slice(None)) -> Array:
        """Return the importance of each input for each reading, shape (len(names), 2)."""
        part = self.increases[rows]
        known = np.isfinite(part)
        total: Array = np.where(known, part, 0.0).sum(axis=0)
        means: Array = total / np.maximum(known.sum(axis=0), 1)
        return means

    def estimates(self, *, count: int = RESAMPLES, seed: int = 0) -> dict[str, dict[str, Estimate]]:
        """Return the importance for each reading and input, with 95 % intervals."""
        drawn = np.array([self.means(rows) for rows in resamples(self.groups, count, seed)])
        value, (low, high) = self.means(), percentile_interval(drawn)
        n = np.isfinite(self.increases[:, 0]).sum(axis=0)
        return {
            reading: {
                name: Estimate(
                    value=float(value[i, k]),
                    low=float(low[i, k]),
                    high=float(high[i, k]),
                    n=int(n[k]),
                )
                for i, name in enumerate(self.names)
            }
            for k, reading in enumerate(self.readings)
        }


def permutation_importance(
    table: DesignTable,
    splits: Sequence[Split],
    *,
    readings: tuple[str, ...] = READINGS,
    repeats: int = REPEATS,
    seed: int = 0,
) -> Importance:
    """Shuffle each input among held-out designs and see how much worse they are predicted.

    Parameters
    ----------
    table : DesignTable
    splits : sequence of Split
        Models, each with designs that it was not fitted to.
    readings : tuple of str
        What the models predict.
    repeats : int
    seed : int
    """
    X, Y = table.matrix(INPUTS), table.matrix(readings)
    increases = np.full((len(table), len(INPUT_GROUPS), len(readings)), np.nan)
    generator = np.random.default_rng(seed)
    for split in splits:
        queries, truth = X[split.rows], Y[split.rows]
        before = (split.predict(queries) - truth) ** 2
        for number, members in enumerate(INPUT_GROUPS.values()):
            columns = [INPUTS.index(key) for key in members]
            total = np.zeros_like(truth)
            for _ in range(repeats):
                shuffled = queries.copy()
                order = generator.permutation(len(queries))
                shuffled[:, columns] = queries[order][:, columns]
                total += (split.predict(shuffled) - truth) ** 2 - before
            increases[split.rows, number] = total / repeats
    return Importance(
        names=tuple(INPUT_GROUPS),
        increases=increases / np.nanvar(Y, axis=0),
        groups=table.groups,
        readings=readings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolIndices:
    """Shares of the variance of a model over the range of the designs.

    Parameters
    ----------
    first, total : mapping of reading to mapping of input to Estimate
        Of an input alone, and with all its interactions.
    ranges : mapping of str to (float, float)
        Over which the inputs vary, uniformly and independently; the Z phase over the sets.
    sets : int
        Of constants of the Z phase.
    """

    first: dict[str, dict[str, Estimate]]
    total: dict[str, dict[str, Estimate]]
    ranges: dict[str, tuple[float, float]]
    sets: int


def sobol_indices(
    table: DesignTable,
    predict: Predict,
    *,
    readings: tuple[str, ...] = READINGS,
    points: int = _SOBOL_POINTS,
    seed: int = 0,
) -> SobolIndices:
    """Return first-order and total indices of a model (Sobol; Saltelli's estimators).

    Parameters
    ----------
    table : DesignTable
        Gives the ranges: from the 2.5th to the 97.5th percentile of each input.
    predict : callable
        From inputs, shape (n, 8), to the readings, shape (n, 2).
    readings : tuple of str
    points : int
        A power of two.
    seed : int

    Raises
    ------
    InputError
        If an input does not vary.
    """
    from scipy.stats import DegenerateDataWarning, uniform
    from scipy.stats import sobol_indices as indices_of

    ranges = {key: _range(table[key], key) for key in SOBOL_INPUTS[:-1]}
    constants = np.unique(table.matrix(Z_PHASE), axis=0)
    laws = [uniform(low, high - low) for low, high in ranges.values()] + [uniform()]
    found = indices_of(
        func=lambda u: _outputs(predict, u, constants).T,
        n=points,
        dists=laws,
        rng=np.random.default_rng(seed),
    )
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # An input that does nothing has no interval.
        warnings.filterwarnings("ignore", category=DegenerateDataWarning)
        bounds = found.bootstrap(n_resamples=_SOBOL_RESAMPLES)
    return SobolIndices(
        first=_by_reading(
            found.first_order, bounds.first_order.confidence_interval, points, readings
        ),
        total=_by_reading(
            found.total_order, bounds.total_order.confidence_interval, points, readings
        ),
        ranges=ranges,
        sets=len(constants),
    )


def _outputs(predict: Callable[[Array], Array], u: Array, constants: Array) -> Array:
    L, d, phi_S, phi_Z, alpha, z = u
    number = np.minimum((z * len(constants)).astype(int), len(constants) - 1)
    queries = np.column_stack([L, d, phi_S * L, phi_Z * d, alpha, constants[number]])
    return predict(queries)


def _by_reading(
    value: Array, interval: Any, n: int, readings: Sequence[str]
) -> dict[str, dict[str, Estimate]]:
    return {
        reading: {
            name: Estimate(
                value=float(value[k, i]),
                low=float(interval.low[k, i]),
                high=float(interval.high[k, i]),
                n=n,
            )
            for i, name in enumerate(SOBOL_INPUTS)
        }
        for k, reading in enumerate(readings)
    }


def _range(values: Array, key: str) -> tuple[float, float]:
    low, high = np.quantile(values[np.isfinite(values)], (0.025, 0.975))
    if not high > low:
        raise InputError(
            f"{symbol_of(key)} is {low:g} in all designs; Sobol indices need every input to vary",
            key=key,
            given=f"{low:g}",
            allowed="values that differ",
        )
    return float(low), float(high)
