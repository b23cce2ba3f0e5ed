"""Intervals that hold what they promise: conformal quantiles of residuals scaled by the spread.

The spread of an ensemble alone is no interval: it covers far less than it claims. Residuals of rows
that the members did not see, divided by their spread, say how many spreads an interval needs
(Papadopoulos 2002; Romano, Patterson and Candès 2019). It holds for rows like those; elsewhere it
does not, which is what :mod:`models.trust` is for.
"""

from __future__ import annotations

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
_LEAST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What turns mean and spread into an interval.

    Parameters
    ----------
    level : float
        Share of true values that lie inside.
    floor : ndarray, shape (n_outputs,)
        Added to the spread, in units of the outputs.
    quantile : ndarray, shape (n_outputs,)
        Half the width of the interval over spread + floor.
    """

    level: float
    floor: Array
    quantile: Array

    @classmethod
    def fit(cls, truth: Array, mean: Array, spread: Array, level: float = 0.9) -> Self:
        """Return the calibration by held-out rows; NaN in ``truth`` is left out.

        Parameters
        ----------
        truth, mean, spread : ndarray, shape (n, n_outputs)
        level : float

        Raises
        ------
        DataError
            If an output has fewer than 10 values.
        """
        error = np.abs(truth - mean)
        found = [
            _floor_and_quantile(error[:, k], spread[:, k], level) for k in range(truth.shape[1])
        ]
        floor, quantile = np.array(found).T
        return cls(level=level, floor=floor, quantile=quantile)

    def half_width(self, spread: Array) -> Array:
        """Return half the width of the interval."""
        return (spread + self.floor) * self.quantile


def _floor_and_quantile(error: Array, spread: Array, level: float) -> tuple[float, float]:
    """Return the floor whose intervals cover as much in the hardest fifth as overall."""
    middle = max(float(np.median(spread)), float(np.finfo(np.float32).tiny))
    tried = []
    for share in _FLOORS:
        floor = share * middle
        quantile = _quantile(error / (spread + floor), level)
        half = quantile * (spread + floor)
        columns = [part[:, None] for part in (error, -half, half, spread)]
        hardest = coverage_in_hardest(columns[0], columns[1], columns[2], columns[3])
        tried.append((abs(float(hardest[0]) - level), floor, quantile))
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
