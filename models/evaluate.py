"""How good predictions are: both R², RMSE in units, per group, splits by group, learning curves."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

RESAMPLES: Final = 1000
_LEAST: Final = 3
_FARTHEST: Final = 100
"""Times the data: further no learning curve is continued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good the predictions of one output are.

    Parameters
    ----------
    n : int
        Rows with a true value.
    r2 : float
        1 - SSE/SST, the coefficient of determination.
    r2_low, r2_high : float
        Its 95 % bootstrap interval over rows.
    r2_paper : float
        SSR/SST, the "R²" of the paper (Suppl. Eq. 11): a ratio of variances that ignores bias and
        can exceed 1.
    rmse, mae, bias : float
        In the unit of the output.
    mse_standardised : float
        Mean square error over the variance of the true values.
    """

    n: int
    r2: float
    r2_low: float
    r2_high: float
    r2_paper: float
    rmse: float
    mae: float
    bias: float
    mse_standardised: float

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers for JSON; None where there is none."""
        return {name: finite_or_none(getattr(self, name)) for name in self.__slots__}


def finite_or_none(value: float) -> float | None:
    """Return a number for JSON, which has no NaN; None where there is none."""
    return value if math.isfinite(value) else None


def score(truth: Array, predicted: Array, seed: int = 0) -> Score:
    """Score predictions of one output, shape (n,); rows whose truth is NaN are left out."""
    known = np.isfinite(truth)
    y, guess = truth[known], predicted[known]
    if y.size < _LEAST:
        return Score(n=int(y.size), **dict.fromkeys(Score.__slots__[1:], math.nan))
    error = guess - y
    total = _squares(y - y.mean())
    low, high = _bootstrap(y, guess, seed)
    return Score(
        n=int(y.size),
        r2=_ratio(total - _squares(error), total),
        r2_low=low,
        r2_high=high,
        r2_paper=_ratio(_squares(guess - y.mean()), total),
        rmse=math.sqrt(_squares(error) / y.size),
        mae=float(np.abs(error).mean()),
        bias=float(error.mean()),
        mse_standardised=_ratio(_squares(error), total),
    )


def scores_by_group(
    truth: Array, predicted: Array, edges: Sequence[float], values: Array
) -> list[tuple[float, float, Score]]:
    """Score predictions of one output apart for ranges of a quantity, such as the angle.

    Parameters
    ----------
    truth, predicted, values : ndarray, shape (n,)
    edges : sequence of float
        Ends of the ranges; each holds its lower end, the last both.

    Returns
    -------
    list of (low, high, Score)
        Without the ranges that have no row.
    """
    found = []
    for low, high in itertools.pairwise(edges):
        inside = (values >= low) & ((values < high) | ((high == edges[-1]) & (values == high)))
        if np.isfinite(truth[inside]).any():
            found.append((low, high, score(truth[inside], predicted[inside])))
    return found


def noise_ceiling(truth: Array, sd: Array, repeats: Array) -> tuple[float, float]:
    """Return the RMSE and R² that a perfect model would have, for the noise of the truth.

    Each true value is a mean of ``repeats`` draws whose standard deviation is ``sd``; it differs
    from what a model can know by sd²/repeats on average. NaN is left out.

    Parameters
    ----------
    truth, sd, repeats : ndarray, shape (n,)
    """
    known = np.isfinite(truth) & np.isfinite(sd)
    if known.sum() < _LEAST:
        return math.nan, math.nan
    noise = float((sd[known] ** 2 / repeats[known]).mean())
    return math.sqrt(noise), _ratio(float(truth[known].var()) - noise, float(truth[known].var()))


def split_groups(groups: NDArray[Any], share: float, seed: int) -> tuple[Rows, Rows]:
    """Split rows so that all of a group lie on one side.

    Parameters
    ----------
    groups : ndarray, shape (n,)
        Number of the group of each row.
    share : float
        Of the groups, for the second part.
    seed : int

    Returns
    -------
    first, second : ndarray of int
        Rows.
    """
    names = np.unique(groups)
    count = max(1, round(share * names.size))
    if names.size < 2 or count >= names.size:
        raise DataError(
            f"{names.size} structures cannot be split",
            key="groups",
            given=str(names.size),
            allowed="at least 2",
        )
    chosen = np.random.default_rng(seed).permutation(names)[:count]
    second = np.isin(groups, chosen)
    return np.flatnonzero(~second), np.flatnonzero(second)


def group_folds(groups: NDArray[Any], folds: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield (training rows, held-out rows) so that each group is held out once."""
    names = np.random.default_rng(seed).permutation(np.unique(groups))
    if names.size < folds:
        raise DataError(
            f"{names.size} structures do not make {folds} folds",
            key="groups",
            given=str(names.size),
            allowed=f"at least {folds}",
        )
    for part in np.array_split(names, folds):
        held_out = np.isin(groups, part)
        yield np.flatnonzero(~held_out), np.flatnonzero(held_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """Errors of models that were trained on n groups.

    Parameters
    ----------
    groups, rows : int
        Of the training set; rows are the mean of the draws.
    rmse : ndarray, shape (draws, n_outputs)
    r2 : ndarray, shape (draws, n_outputs)
    """

    groups: int
    rows: int
    rmse: Array
    r2: Array

    def interval(self, what: Array) -> tuple[Array, Array, Array]:
        """Return mean and ends of the 95 % interval of the mean over the draws, per output."""
        mean = what.mean(axis=0)
        if len(what) < 2:
            return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
        from scipy.stats import t

        half = t.ppf(0.975, len(what) - 1) * what.std(axis=0, ddof=1) / math.sqrt(len(what))
        return mean, mean - half, mean + half


def learning_curve(
    fit: Callable[[Rows, int], Callable[[Rows], Array]],
    Y: Array,
    groups: NDArray[Any],
    test: Rows,
    *,
    sizes: Sequence[int],
    draws: int,
    seed: int = 0,
) -> list[LearningPoint]:
    """Train on growing parts of the data and score each on the same test rows.

    Parameters
    ----------
    fit : callable
        From training rows and a seed to what predicts rows, shape (n, n_outputs).
    Y : ndarray, shape (n, n_outputs)
    groups : ndarray, shape (n,)
    test : ndarray of int
        Rows that are never trained on, nor others of their groups.
    sizes : sequence of int
        Numbers of groups.
    draws : int
        Trainings of each size, each with other groups.
    """
    names = np.setdiff1d(np.unique(groups), groups[test])
    points = []
    for size in sizes:
        rmse, r2, rows = [], [], []
        for draw in range(draws):
            chosen = np.random.default_rng((seed, size, draw)).permutation(names)[:size]
            training = np.flatnonzero(np.isin(groups, chosen))
            guess = fit(training, seed + draw)(test)
            found = [score(Y[test, k], guess[:, k]) for k in range(Y.shape[1])]
            rmse.append([each.rmse for each in found])
            r2.append([each.r2 for each in found])
            rows.append(training.size)
        points.append(
            LearningPoint(
                groups=size, rows=round(np.mean(rows)), rmse=np.array(rmse), r2=np.array(r2)
            )
        )
    return points


def rows_for_rmse(points: Sequence[LearningPoint], output: int, target: float) -> float:
    """Return how many rows the power law through a learning curve needs for an RMSE.

    RMSE = a n^-b through the last half of the points, at least three; NaN where it does not fall,
    or so slowly that a hundred times the data would not do. An extrapolation: it says how far data
    would carry if nothing else limited.
    """
    used = points[-max(3, (len(points) + 1) // 2) :]
    if len(used) < 3:
        return math.nan
    n = np.log([point.rows for point in used])
    error = np.log([point.rmse[:, output].mean() for point in used])
    slope, offset = np.polyfit(n, error, 1)
    if slope >= 0:
        return math.nan
    wanted = (math.log(target) - offset) / slope
    return float(np.exp(wanted)) if wanted < n[-1] + math.log(_FARTHEST) else math.nan


def _bootstrap(y: Array, guess: Array, seed: int) -> tuple[float, float]:
    rows = np.random.default_rng(seed).integers(y.size, size=(RESAMPLES, y.size))
    truth, error = y[rows], guess[rows] - y[rows]
    total = ((truth - truth.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    usable = total > 0
    r2 = 1 - (error[usable] ** 2).sum(axis=1) / total[usable]
    if not r2.size:
        return math.nan, math.nan
    low, high = np.quantile(r2, (0.025, 0.975))
    return float(low), float(high)


def _squares(values: Array) -> float:
    return float(values @ values)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan
