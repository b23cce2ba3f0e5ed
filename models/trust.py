"""Whether a prediction is to be trusted: the query is among the data, near them, or outside.

Three signs: whether an input leaves the range of the data, how far the nearest rows are, and how
much the members disagree. Thresholds come from held-out rows, of which 10 % count as sparse.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from models.neighbours import Neighbours
from models.scaling import Scaler

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEIGHBOURS: Final = 3
MOST_ROWS: Final = 2000
_SPARSE, _EXTRAPOLATING = 0.90, 0.99
"""Shares of held-out rows below the two thresholds of a sign."""
_MARGIN: Final = 0.5
"""Of the range of an input: further outside nothing is predicted."""
_TOLERANCE: Final = 1e-6


class Trust(StrEnum):
    """How far a prediction can be trusted; the value is what people read."""

    INTERPOLATING = "interpolating"
    SPARSE = "sparse"
    EXTRAPOLATING = "extrapolating"
    REFUSED = "refused"


LEVELS: Final = tuple(Trust)
"""Codes 0 to 3 of arrays, from good to bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What tells of each query, shape (n,).

    Parameters
    ----------
    outside : ndarray
        How far the worst input lies outside the range of the data, in ranges; 0 inside.
    distance : ndarray
        Mean distance to the nearest rows, in standard deviations.
    spread : ndarray
        Largest spread of the outputs, in standard deviations of the data.
    """

    outside: Array
    distance: Array
    spread: Array


class TrustModel:
    """Judges queries against the rows that a model was trained on.

    Parameters
    ----------
    rows : ndarray, shape (n, n_inputs)
        Inputs of the training rows; of more than 2,000 a random part is kept, which serves as
        well for distances.
    distance_limits, spread_limits : tuple of float
        From where a query is sparse, and from where it is extrapolating.
    low, high : ndarray, shape (n_inputs,), optional
        Range of the data; that of the rows by default.
    """

    def __init__(
        self,
        rows: Array,
        distance_limits: tuple[float, float] = (np.inf, np.inf),
        spread_limits: tuple[float, float] = (np.inf, np.inf),
        low: Array | None = None,
        high: Array | None = None,
    ) -> None:
        self.low = rows.min(axis=0) if low is None else low
        self.high = rows.max(axis=0) if high is None else high
        if len(rows) > MOST_ROWS:
            chosen = np.random.default_rng(0).permutation(len(rows))[:MOST_ROWS]
            rows = rows[np.sort(chosen)]
        self.rows = rows
        self.distance_limits = distance_limits
        self.spread_limits = spread_limits
        self._scaler = Scaler.fit(rows)
        self._neighbours = Neighbours(self._scaler.apply(rows))

    @classmethod
    def fit(cls, rows: Array, held_out: Signs) -> Self:
        """Return the model whose thresholds are quantiles of held-out rows."""

        def limits(values: Array) -> tuple[float, float]:
            low, high = np.quantile(values, (_SPARSE, _EXTRAPOLATING))
            return float(low), float(high)

        return cls(rows, limits(held_out.distance), limits(held_out.spread))

    def signs(self, X: Array, spread: Array) -> Signs:
        """Return what tells of queries.

        Parameters
        ----------
        X : ndarray, shape (n, n_inputs)
        spread : ndarray, shape (n, n_outputs)
            Of the members, over the standard deviation of each output.
        """
        span = np.maximum(self.high - self.low, _TOLERANCE * np.maximum(np.abs(self.high), 1))
        beyond = np.maximum(self.low - X, X - self.high) / span
        outside = np.where(np.isfinite(X), np.where(beyond > _TOLERANCE, beyond, 0.0), np.inf)
        return Signs(
            outside=outside.max(axis=1), distance=self.distance(X), spread=spread.max(axis=1)
        )

    def distance(self, X: Array) -> Array:
        """Return the mean distance to the nearest rows, infinite where an input is not finite."""
        finite = np.asarray(np.isfinite(X).all(axis=1))
        scaled = self._scaler.apply(np.where(finite[:, None], X, 0.0))
        nearest = self._neighbours.distances(scaled, NEIGHBOURS)
        return np.where(finite, nearest.mean(axis=1), np.inf)

    def judge(self, signs: Signs) -> NDArray[np.int8]:
        """Return the code of :data:`LEVELS` of each query."""
        levels = np.zeros(len(signs.outside), np.int8)
        for level, index in ((1, 0), (2, 1)):
            far = signs.distance > self.distance_limits[index]
            levels[far | (signs.spread > self.spread_limits[index])] = level
        levels[signs.outside > 0] = 2
        levels[signs.outside > _MARGIN] = 3
        return levels


def area_under_curve(inside: Array, outside: Array) -> float:
    """Return how well a sign tells rows outside from rows inside: 0.5 by chance, 1 always.

    The area under the ROC curve: the share of pairs in the right order, ties counting half.
    """
    if not inside.size or not outside.size:
        return float("nan")
    order = np.sort(inside)
    below = np.searchsorted(order, outside, "left") + np.searchsorted(order, outside, "right")
    return float(below.mean() / (2 * inside.size))
