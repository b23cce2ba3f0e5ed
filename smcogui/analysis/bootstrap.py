"""Confidence intervals by drawing structures again (bootstrap of clusters)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

RESAMPLES: Final = 1000
LEVEL: Final = 0.95
"""Of every interval of the statistics."""
_LEAST_SHARE: Final = 0.5
"""Of the resamples must give a number, else there is no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A statistic with its 95 % interval; NaN where there is none.

    Parameters
    ----------
    value, low, high : float
    n : int
        Designs that it is made of.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    n: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers for JSON; None where there is none."""
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        return {**{k: v if math.isfinite(v) else None for k, v in numbers.items()}, "n": self.n}


def resamples(groups: NDArray[Any], count: int = RESAMPLES, seed: int = 0) -> Iterator[Rows]:
    """Yield rows of datasets that are drawn from one, with replacement, structure by structure.

    Designs of one structure are no independent samples of it: all come, or none.

    Parameters
    ----------
    groups : ndarray of int, shape (n,)
        Number of the structure of each row.
    count : int
    seed : int
    """
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order][:1] - 1))
    members = np.split(order, starts[1:])
    generator = np.random.default_rng(seed)
    alone = order if len(members) == groups.size else None
    for _ in range(count):
        chosen = generator.integers(len(members), size=len(members))
        if alone is not None:
            yield alone[chosen]
        else:
            yield np.concatenate([members[number] for number in chosen])


def bootstrap(
    statistic: Callable[[Rows], ArrayLike],
    groups: NDArray[Any],
    *,
    count: int = RESAMPLES,
    seed: int = 0,
) -> tuple[Array, Array, Array]:
    """Return statistics of the data and the ends of their 95 % percentile intervals.

    Parameters
    ----------
    statistic : callable
        From rows to one number or an array of them; NaN for none.
    groups : ndarray of int, shape (n,)
    count : int
    seed : int

    Returns
    -------
    value, low, high : ndarray
        Of the shape of the statistic.
    """
    value = np.asarray(statistic(np.arange(groups.size)), dtype=float)
    drawn = np.array([statistic(rows) for rows in resamples(groups, count, seed)], dtype=float)
    low, high = percentile_interval(drawn)
    return value, low, high


def percentile_interval(drawn: Array) -> tuple[Array, Array]:
    """Return the ends of the 95 % interval over the first axis; NaN where too few are numbers."""
    known = np.isfinite(drawn)
    enough = known.mean(axis=0) >= _LEAST_SHARE
    filled = np.where(known | ~enough, drawn, np.nan)
    safe = np.where(enough, filled, 0.0)
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    low, high = np.nanquantile(safe, tails, axis=0)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
