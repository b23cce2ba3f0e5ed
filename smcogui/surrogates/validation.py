"""How good a surrogate is on designs that parts of it did not see: folds, regions left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.calibrate import Calibration, coverage, coverage_in_hardest
from models.errors import DataError
from models.evaluate import finite_or_none, noise_ceiling, score
from models.trust import Signs, area_under_curve
from smcogui.surrogates.features import GEOMETRY, OUTPUTS, features_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.forward import ForwardModel
    from models.mlp import MLP
    from smcogui.surrogates.training_data import LearningTable

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]


_COMBINED: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Members that share the rows that they do not see; the first part is the model itself."""

    members: slice
    bags: list[Rows]
    held_out: Rows
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the members of a part say of the rows that they did not see."""

    part: Part
    mean: Array
    spread: Array
    signs: Signs


def joined(folds: Sequence[Seen]) -> Signs:
    """Return the signs of all held-out designs."""
    names = ("outside", "distance", "spread")
    return Signs(**{k: np.concatenate([getattr(e.signs, k) for e in folds]) for k in names})


def held_out_of(folds: Sequence[Seen]) -> tuple[Rows, Array, Array]:
    """Return the rows of all folds, with mean and spread by the members that did not see them."""
    rows = np.concatenate([each.part.held_out for each in folds])
    mean, spread = (np.concatenate([getattr(e, k) for e in folds]) for k in ("mean", "spread"))
    return rows, mean, spread


def noise_at(model: ForwardModel, table: LearningTable, rows: Rows) -> Array:
    """Return the variance of the values of rows as means of their half-cycles, as modelled."""
    variance = np.asarray(model.noise(table.F[rows], 1.0))
    found: Array = variance / table.cycles[rows, None]
    return found


def spread_shrinkage(
    table: LearningTable, parts: Sequence[Part], model: ForwardModel, network: MLP
) -> Array:
    """Return the spread of the model over that of the folds, shape (n_outputs,).

    Measured on designs that neither has seen, whose readings need not be known: the lengths, angles
    and Z phases of the data, combined anew.
    """
    F = features_of(_combined_anew(table.X))
    own = model.mean_and_spread(F)[1].mean(axis=0)
    folds = [
        replace(model, network=network.select(part.members)).mean_and_spread(F)[1].mean(axis=0)
        for part in parts
    ]
    found: Array = own / np.mean(folds, axis=0)
    return found


def _combined_anew(X: Array) -> Array:
    """Return designs with the inputs of data in other combinations, within the data's fractions."""
    generator = np.random.default_rng(0)
    count = len(GEOMETRY) + 1
    rows = generator.integers(len(X), size=(_COMBINED, count + 1))
    # The constants of a Z phase stay together.
    columns = [*np.arange(count), *[count] * (X.shape[1] - count)]
    found = X[rows[:, columns], np.arange(X.shape[1])]
    fractions = [each[:, 2:4] / each[:, :2] for each in (found, X)]
    fine = (fractions[0] <= fractions[1].max(axis=0)).all(axis=1)
    return np.asarray(found[fine] if fine.any() else X)


def cross_validated(
    table: LearningTable, folds: Sequence[Seen], model: ForwardModel, level: float
) -> dict[str, Any]:
    """Return scores, ceilings and coverage over all designs, each unseen by what tells of it.

    The intervals of a fold are calibrated by the others.
    """
    rows, mean, spread = held_out_of(folds)
    truth = table.Y[rows]
    fold = np.repeat(np.arange(len(folds)), [each.part.held_out.size for each in folds])
    half = _half_widths(truth, mean, spread, fold, level, noise_at(model, table, rows))
    low, mean, high = (model.cut(part) for part in (mean - half, mean, mean + half))
    calibrated = np.isfinite(half).all(axis=0)
    covered, hardest = (
        np.where(calibrated, shares, np.nan)
        for shares in (
            coverage(truth, low, high),
            coverage_in_hardest(truth, low, high, spread),
        )
    )
    found = {}
    for k, variable in enumerate(OUTPUTS):
        rmse, r2 = noise_ceiling(truth[:, k], table.sd[rows, k], table.cycles[rows])
        found[variable.name] = {
            **score(truth[:, k], mean[:, k]).as_dict(),
            "best_rmse": finite_or_none(rmse),
            "best_r2": finite_or_none(r2),
            "coverage": finite_or_none(covered[k]),
            "coverage_hardest_fifth": finite_or_none(hardest[k]),
        }
    return found


def _half_widths(
    truth: Array,
    mean: Array,
    spread: Array,
    fold: NDArray[np.intp],
    level: float,
    noise: Array,
) -> Array:
    """Return half the widths of the intervals of each fold, set by the others.

    Infinite where the others are too few.
    """
    half = np.full_like(mean, np.inf)
    for number in np.unique(fold):
        others, own = fold != number, fold == number
        for k in range(truth.shape[1]):
            column = slice(k, k + 1)
            y, guess, sigma, scatter = (
                each[others, column] for each in (truth, mean, spread, noise)
            )
            try:
                fitted = Calibration.fit(y, guess, sigma, level, scatter)
            except DataError:
                continue
            half[own, column] = fitted.half_width(spread[own, column], noise[own, column])
    return half


def noticed(seen: Seen, folds: Sequence[Seen], model: ForwardModel) -> dict[str, Any]:
    """Return how well each sign, and the badge, tell a region that was left out from the rest."""
    inside = joined(folds)
    both = [
        np.maximum(
            signs.distance / np.median(inside.distance), signs.spread / np.median(inside.spread)
        )
        for signs in (inside, seen.signs)
    ]
    return {
        "upper_end_of": seen.part.region,
        "designs": int(seen.part.held_out.size),
        "auc_distance": area_under_curve(inside.distance, seen.signs.distance),
        "auc_spread": area_under_curve(inside.spread, seen.signs.spread),
        "auc_larger_of_both": area_under_curve(*both),
        "auc_range": area_under_curve(inside.outside, seen.signs.outside),
        **_badges(inside, seen.signs, model),
    }


def _badges(inside: Signs, outside: Signs, model: ForwardModel) -> dict[str, float]:
    """Return the AUC of the badge, and shares that it calls extrapolating or refuses."""
    if model.trust is None:
        return {}
    codes = [model.trust.judge(signs).astype(float) for signs in (inside, outside)]
    flagged = [float((each >= 2).mean()) for each in codes]
    return {
        "auc_badge": area_under_curve(*codes),
        "flagged": flagged[1],
        "flagged_elsewhere": flagged[0],
    }
