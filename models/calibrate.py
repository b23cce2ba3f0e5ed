"""Intervals that hold what they promise: conformal quantiles of residuals over what is expected.

The spread of an ensemble alone is no interval: it covers far less than it claims, and knows nothing
of the scatter of the truth. Residuals of rows that the members did not see, divided by both of them
together, say how many an interval needs (Papadopoulos 2002; Romano, Patterson and Candès 2019). It
holds for rows like those; elsewhere it does not, which is what :mod:`models.trust` is for.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from models.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_FLOORS: Final = (0.03, 0.1, 0.3, 1.0, 3.0)
"""Of the median spread, added to each, since members can agree by chance: what is tried."""
_WEIGHTS: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Of the spread beside noise: members of one architecture err together. What is tried."""
_LEAST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What turns mean, spread and noise into an interval.

    Parameters
    ----------
    level : float
        Share of true values that lie inside.
    weight : ndarray, shape (n_outputs,)
        Of the spread.
    floor : ndarray, shape (n_outputs,)
        Least error, in units of the outputs.
    quantile : ndarray, shape (n_outputs,)
        Half the width of the interval over √((weight · spread)² + floor² + noise).
    """

    level: float
    weight: Array
    floor: Array
    quantile: Array

    @classmethod
    def fit(
        cls,
        truth: Array,
        mean: Array,
        spread: Array,
        level: float = 0.9,
        noise: Array | None = None,
    ) -> Self:
        """Return the calibration by held-out rows; NaN in ``truth`` is left out.

        Weight and floor are those with the best interval score (Gneiting and Raftery 2007), which
        prefers narrow intervals that hold.

        Parameters
        ----------
        truth, mean, spread : ndarray, shape (n, n_outputs)
        level : float
        noise : ndarray, shape (n, n_outputs), optional
            Variance of the truth itself.

        Raises
        ------
        DataError
            If an output has fewer than 10 values.
        """
        noise = np.zeros_like(spread) if noise is None else noise
        found = []
        for k in range(truth.shape[1]):
            known = np.isfinite(truth[:, k])
            error = np.abs(truth[known, k] - mean[known, k])
            found.append(_best(error, spread[known, k], noise[known, k], level))
        weight, floor, quantile = np.array(found).T
        return cls(level=level, weight=weight, floor=floor, quantile=quantile)

    def half_width(self, spread: Array, noise: Array | float = 0.0) -> Array:
        """Return half the width of the interval."""
        found: Array = self.quantile * np.sqrt((self.weight * spread) ** 2 + self.floor**2 + noise)
        return found


def _best(error: Array, spread: Array, noise: Array, level: float) -> tuple[float, float, float]:
    """Return weight, floor and quantile with the best interval score."""
    middle = max(float(np.median(spread)) if spread.size else 0.0, float(np.finfo(np.float32).tiny))
    # Without noise a weight is a floor of another size.
    weights = _WEIGHTS if noise.any() else (1.0,)
    tried = []
    for weight, share in itertools.product(weights, _FLOORS):
        floor = share * middle
        expected = np.sqrt((weight * spread) ** 2 + floor**2 + noise)
        quantile = _quantile(error / expected, level)
        half = quantile * expected
        missed = np.maximum(error - half, 0.0).mean()
        tried.append((float(2 * half.mean() + 2 / (1 - level) * missed), weight, floor, quantile))
    return min(tried)[1:]


def _quantile(scores: Array, level: float) -> float:
    """Return the score that ⌈(n + 1) level⌉ of n + 1 exchangeable rows do not exceed."""
    known = np.sort(scores[np.isfinite(scores)])
    if known.size < _LEAST:
        raise DataError(
            f"{known.size} held-out values cannot calibrate an interval; at least {_LEAST} can",
            key="rows",
            given=str(known.size),
            allowed=f"at least {_LEAST}",
        )
    return float(known[min(known.size, math.ceil((known.size + 1) * level)) - 1])


def coverage(truth: Array, low: Array, high: Array) -> Array:
    """Return the share of known true values inside their interval, shape (n_outputs,)."""
    known = np.isfinite(truth)
    inside = known & (truth >= low) & (truth <= high)
    counts = known.sum(axis=0)
    share: Array = np.where(counts > 0, inside.sum(axis=0) / np.maximum(counts, 1), np.nan)
    return share


def coverage_in_hardest(
    truth: Array, low: Array, high: Array, spread: Array, share: float = 0.2
) -> Array:
    """Return the coverage among the ``share`` of rows with the largest spread, per output."""
    found = np.full(truth.shape[1], np.nan)
    for k in range(truth.shape[1]):
        known = np.flatnonzero(np.isfinite(truth[:, k]))
        count = max(1, round(share * known.size))
        hardest = known[np.argsort(spread[known, k])[::-1][:count]]
        if hardest.size:
            column = slice(k, k + 1)
            part = coverage(truth[hardest, column], low[hardest, column], high[hardest, column])
            found[k] = part[0]
    return found
