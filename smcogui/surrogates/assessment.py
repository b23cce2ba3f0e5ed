"""What a model card says of a model's quality: scores, coverage, ceilings, peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.calibrate import coverage, coverage_in_hardest
from models.comparison import compare_models, fit_and_predict
from models.evaluate import finite_or_none, noise_ceiling, score, scores_by_group
from models.fnn import fit_fnn
from models.train import never
from models.trust import LEVELS
from smcogui.surrogates.features import OUTPUTS
from smcogui.surrogates.reading_ranges import ALPHA, ALPHA_EDGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.forward import ForwardModel, Prediction
    from smcogui.surrogates.training_data import LearningTable

    Array = NDArray[np.float64]

_TRIVIAL_DEG: Final = 90.0
"""Hc is 0 there for every design; such rows would flatter."""


def assess(model: ForwardModel, test: LearningTable) -> dict[str, Any]:
    """Return how good a model is on designs that it has not seen.

    For each output: both R² with a 95 % interval, RMSE in its unit, by angle, coverage of the
    intervals overall and among the fifth with the largest spread, and what the scatter among
    half-cycles allows at best. Headline scores leave α = 90° out.
    """
    found = model.predict(test.X, test.F)
    is_told = test.X[:, ALPHA] < _TRIVIAL_DEG
    outputs = {}
    for k, variable in enumerate(OUTPUTS):
        truth, mean = test.Y[:, k], _filled(found.mean[:, k], test.Y[:, k])
        best_rmse, best_r2 = noise_ceiling(
            truth[is_told], test.sd[is_told, k], test.cycles[is_told]
        )
        outputs[variable.name] = {
            "unit": variable.unit,
            **score(truth[is_told], mean[is_told]).as_dict(),
            "best_rmse": finite_or_none(best_rmse),
            "best_r2": finite_or_none(best_r2),
            "coverage": finite_or_none(_coverage(found, test, k)),
            "coverage_hardest_fifth": finite_or_none(_hardest(found, test, k)),
            "by_alpha_deg": [
                {"from": low, "to": high, **each.as_dict()}
                for low, high, each in scores_by_group(truth, mean, ALPHA_EDGES, test.X[:, ALPHA])
            ],
        }
    counts = {level.value: found.trust.count(level) for level in LEVELS}
    return {"designs": len(test.keys), "trust": counts, "outputs": outputs}


def assess_peers(
    training: LearningTable,
    test: LearningTable,
    seed: int,
    should_stop: Callable[[], bool] = never,
) -> dict[str, Any]:
    """Return the scores of the paper's f-NN and of boosted trees, trained on the same designs.

    Both see the paper's eight inputs. The f-NN stops early by a fifth of the training structures.
    """
    fnn = fit_fnn(training.X, training.Y, training.groups, seed, should_stop=should_stop)
    guesses = {
        "paper f-NN": fnn(test.X),
        "gradient boosting": fit_and_predict(
            "gradient boosting", {}, training.X, training.Y, test.X, seed
        ),
    }
    return {name: _scores(test, guess) for name, guess in guesses.items()}


def compare_six(
    training: LearningTable,
    test: LearningTable,
    trials: int,
    seed: int,
    should_stop: Callable[[], bool] = never,
) -> dict[str, Any]:
    """Return the scores of the paper's six models, trained on the same designs.

    They see the paper's eight inputs, each output has a model of its own.

    Parameters
    ----------
    training, test : LearningTable
    trials : int
        Of Optuna for each model on folds of the training structures; 0 tunes nothing.
    seed : int
    should_stop : callable

    Returns
    -------
    dict
        ``default`` and, where tuned, ``tuned``: scores by model and output; ``settings`` that
        tuning found; ``trials``.
    """
    X, Y = np.vstack([training.X, test.X]), np.vstack([training.Y, test.Y])
    rows = np.arange(len(X))
    inside, outside = np.split(rows, [len(training.keys)])
    groups = np.concatenate([training.groups, np.full(outside.size, -1)])
    found: dict[str, Any] = {"trials": trials}
    for kind, count in (("default", 0), ("tuned", trials)):
        if kind == "tuned" and not trials:
            continue
        models = compare_models(
            X, Y, inside, outside, groups=groups, trials=count, seed=seed, should_stop=should_stop
        )
        found[kind] = {each.name: _scores(test, each.predicted) for each in models}
        if count:
            found["settings"] = {each.name: dict(each.settings) for each in models}
    return found


def _scores(test: LearningTable, guess: Array) -> dict[str, Any]:
    is_told = test.X[:, ALPHA] < _TRIVIAL_DEG
    return {
        variable.name: score(test.Y[is_told, k], guess[is_told, k]).as_dict()
        for k, variable in enumerate(OUTPUTS)
    }


def _filled(mean: Array, truth: Array) -> Array:
    """Return predictions; a refused one counts as the mean of the truth, not as left out."""
    return np.where(np.isfinite(mean), mean, np.nanmean(truth))


def _coverage(found: Prediction, test: LearningTable, k: int) -> float:
    column = slice(k, k + 1)
    return float(coverage(test.Y[:, column], found.low[:, column], found.high[:, column])[0])


def _hardest(found: Prediction, test: LearningTable, k: int) -> float:
    column = slice(k, k + 1)
    parts = (test.Y[:, column], found.low[:, column], found.high[:, column])
    return float(coverage_in_hardest(*parts, np.nan_to_num(found.spread[:, column]))[0])
