"""Training a surrogate: from designs to a model with intervals, trust and an honest card.

The folds of the cross-validation, the model itself and models that lack a region of the data are
members of one batch. What the folds say of designs that they did not see sets the intervals and the
thresholds of trust; the models that lack a region tell whether it would have been noticed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.calibrate import Calibration
from models.evaluate import finite_or_none, group_folds, learning_curve, rows_for_rmse
from models.forward import ForwardModel
from models.scaling import Scaler
from models.train import (
    EnsembleOptions,
    Losses,
    ReportLosses,
    bagged_rows,
    ignore_losses,
    never,
    train_ensemble,
)
from models.trust import TrustModel
from smcogui.surrogates.assessment import assess, assess_peers, compare_six
from smcogui.surrogates.features import FEATURES, INPUTS, OUTPUTS
from smcogui.surrogates.noise import scatter_of, weights_of
from smcogui.surrogates.reading_ranges import ranges_by_angle
from smcogui.surrogates.validation import (
    Part,
    Seen,
    cross_validated,
    held_out_of,
    joined,
    noise_at,
    noticed,
    spread_shrinkage,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.mlp import MLP
    from smcogui.surrogates.training_data import LearningTable
    from smcogui.surrogates.training_options import TrainingOptions

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

REGIONS: Final = ("L_nm", "sigma_dw_z_mJ_m2")
"""Inputs whose upper end is left out once, to see whether that is noticed."""
_REGION_SHARE: Final = 0.15
_LEAST_IN_REGION: Final = 5
_CURVE_SHARES: Final = (0.2, 0.35, 0.6, 1.0)
_WEIGHT_DECAY: Final = 1.0
"""Measured by cross-validation: with less, networks learn the scatter of Φp by heart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedSurrogate:
    """A forward model and what its card says of it."""

    model: ForwardModel
    about: dict[str, Any]


def train_surrogate(
    training: LearningTable,
    test: LearningTable,
    options: TrainingOptions,
    *,
    report: ReportLosses = ignore_losses,
    should_stop: Callable[[], bool] = never,
    checkpoint: Path | None = None,
) -> TrainedSurrogate:
    """Train, calibrate and assess a surrogate.

    Parameters
    ----------
    training, test : LearningTable
        Without a structure in common.
    options : TrainingOptions
    report, should_stop : callable
    checkpoint : Path, optional
        See :func:`models.train.train_ensemble`.

    Raises
    ------
    ModelError
    """
    options = options.resolved(len(training.keys))
    losses = _Kept(report)
    plan = _plan(training, options)
    x_scaler, y_scaler = Scaler.fit(training.F), Scaler.fit(training.Y)
    network = train_ensemble(
        x_scaler.apply(training.F),
        y_scaler.apply(training.Y),
        [rows for part in plan for rows in part.bags],
        ensemble_options(options),
        weights=weights_of(training),
        held_out=[part.held_out for part in plan for _ in part.bags],
        report=losses,
        should_stop=should_stop,
        checkpoint=checkpoint,
    )
    model = ForwardModel(
        inputs=INPUTS,
        features=FEATURES,
        outputs=OUTPUTS,
        x_scaler=x_scaler,
        y_scaler=y_scaler,
        network=network.select(slice(0, options.members)),
        scatter=scatter_of(training, x_scaler.apply(training.F)),
    )
    seen = [_seen_by(part, model, network, training) for part in plan[1:]]
    folds = [each for each in seen if each.part.region == ""]
    shrinkage = spread_shrinkage(training, [each.part for each in folds], model, network)
    model = _judging(model, training, folds, options.level, shrinkage)
    about = {
        "options": asdict(options),
        "designs": len(training.keys),
        "structures": int(np.unique(training.groups).size),
        "conditions": training.conditions,
        "cells_nm": list(training.cells_nm),
        "readings": ranges_by_angle(training),
        "split": {"training_sha256": training.mark, "test_sha256": test.mark},
        "test": assess(model, test),
        "cross_validation": cross_validated(training, folds, model, options.level),
        "spread_shrinkage": shrinkage.tolist(),
        "left_out_regions": [noticed(each, folds, model) for each in seen if each.part.region],
        "losses": losses.kept,
    }
    if options.peers or options.compare:
        about["peers"] = assess_peers(training, test, options.seed, should_stop)
    if options.compare:
        about["comparison"] = compare_six(training, test, options.trials, options.seed, should_stop)
    if options.curve_draws:
        about["learning_curve"] = _curve(training, test, options, should_stop)
    return TrainedSurrogate(model=model, about=about)


def ensemble_options(options: TrainingOptions) -> EnsembleOptions:
    """Return how the networks are trained."""
    return EnsembleOptions(steps=options.steps, seed=options.seed, weight_decay=_WEIGHT_DECAY)


class _Kept:
    """Hands losses on and keeps them for the card."""

    def __init__(self, report: ReportLosses) -> None:
        self._report = report
        self.kept: list[list[float | None]] = []

    def __call__(self, losses: Losses, /) -> None:
        held_out = finite_or_none(losses.held_out)
        self.kept.append([losses.step, round(losses.training, 6), held_out])
        self._report(losses)


def _plan(table: LearningTable, options: TrainingOptions) -> list[Part]:
    everything = np.arange(len(table.keys))
    apart: list[tuple[Rows, Rows, str]] = [(everything, np.array([], dtype=np.intp), "")]
    folds = group_folds(table.groups, options.folds, options.seed)
    apart += [(inside, outside, "") for inside, outside in folds]
    names = [variable.name for variable in INPUTS]
    for name in REGIONS:
        values = table.X[:, names.index(name)]
        outside = values > np.quantile(values, 1 - _REGION_SHARE)
        if outside.sum() >= _LEAST_IN_REGION:
            apart.append((np.flatnonzero(~outside), np.flatnonzero(outside), name))
    count = options.members
    return [
        Part(
            members=slice(number * count, (number + 1) * count),
            bags=bagged_rows(inside, options.bagging, count, options.seed + number),
            held_out=outside,
            region=region,
        )
        for number, (inside, outside, region) in enumerate(apart)
    ]


def _seen_by(part: Part, model: ForwardModel, network: MLP, table: LearningTable) -> Seen:
    apart = replace(model, network=network.select(part.members))
    rows = part.held_out
    mean, spread = apart.mean_and_spread(table.F[rows])
    known = np.setdiff1d(np.arange(len(table.keys)), rows)
    signs = TrustModel(table.X[known]).signs(table.X[rows], spread / model.y_scaler.scale)
    return Seen(part=part, mean=mean, spread=spread, signs=signs)


def _judging(
    model: ForwardModel,
    table: LearningTable,
    folds: Sequence[Seen],
    level: float,
    shrinkage: Array,
) -> ForwardModel:
    """Return the model with intervals and trust, set by what the folds did not see.

    Its own members agree more than those of the folds, whose spread the intervals were set by.
    """
    rows, mean, spread = held_out_of(folds)
    noise = noise_at(model, table, rows)
    fitted = Calibration.fit(table.Y[rows], model.cut(mean), spread, level, noise)
    signs = joined(folds)
    shrunk = replace(signs, spread=signs.spread * float(np.mean(shrinkage)))
    return replace(
        model,
        calibration=replace(fitted, weight=fitted.weight / shrinkage),
        trust=TrustModel.fit(table.X, shrunk),
    )


def _curve(
    training: LearningTable,
    test: LearningTable,
    options: TrainingOptions,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    """Return errors on the test designs of small ensembles, for growing parts of the data."""
    F, Y = np.vstack([training.F, test.F]), np.vstack([training.Y, test.Y])
    weights = np.vstack([weights_of(training), np.ones_like(test.Y)])
    tested = np.arange(len(training.keys), len(F))
    groups = np.concatenate([training.groups, np.full(tested.size, -1)])
    structures = np.unique(training.groups).size

    def fit(rows: Rows, seed: int) -> Callable[[Rows], Array]:
        x_scaler, y_scaler = Scaler.fit(F[rows]), Scaler.fit(Y[rows])
        network = train_ensemble(
            x_scaler.apply(F),
            y_scaler.apply(Y),
            bagged_rows(rows, options.bagging, 3, seed),
            replace(ensemble_options(options), steps=max(1, options.steps // 3), seed=seed),
            weights=weights,
            should_stop=should_stop,
        )

        def predict(wanted: Rows) -> Array:
            scaled = network(x_scaler.apply(F[wanted])).mean(axis=0).astype(np.float64)
            return y_scaler.invert(scaled)

        return predict

    points = learning_curve(
        fit,
        Y,
        groups,
        tested,
        sizes=[max(8, round(share * structures)) for share in _CURVE_SHARES],
        draws=options.curve_draws,
        seed=options.seed,
    )
    found: dict[str, Any] = {"draws": options.curve_draws, "members": 3}
    for k, variable in enumerate(OUTPUTS):
        rows = [
            dict(
                zip(
                    ("rmse", "low", "high"),
                    (finite_or_none(part[k]) for part in point.interval(point.rmse)),
                    strict=True,
                ),
                designs=point.rows,
                r2=finite_or_none(point.r2[:, k].mean()),
            )
            for point in points
        ]
        half = points[-1].rmse[:, k].mean() / 2
        found[variable.name] = {
            "points": rows,
            "designs_for_half_the_rmse": finite_or_none(rows_for_rmse(points, k, half)),
        }
    return found
