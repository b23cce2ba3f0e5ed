"""The paper's six models on one table, as they come and tuned."""

from __future__ import annotations

import numpy as np
import pytest
from known_table import make_table

from models.comparison import MODELS, compare_models, make_model, tune
from models.errors import DataError, TrainingStoppedError

TRAINING, TEST = np.arange(90), np.arange(90, 120)


def test_six_models_are_scored_on_the_same_rows() -> None:
    table = make_table(120)

    found = compare_models(table.X, table.Y, TRAINING, TEST)

    assert tuple(each.name for each in found) == MODELS
    assert all(each.predicted.shape == (30, 2) for each in found)
    assert found[0].scores[0].r2 > 0.8  # the nearest of 90 points know the field well
    assert found[0].scores[1].n == int(np.isfinite(table.Y[TEST, 1]).sum())


def test_tuning_is_no_worse_on_its_own_folds_and_repeats_itself() -> None:
    pytest.importorskip("optuna")
    table = make_table(120)
    given = (table.X[TRAINING], table.Y[TRAINING], table.groups[TRAINING])

    settings = tune("k-NN", *given, trials=6, seed=1)

    assert set(settings) == {"n_neighbors", "weights", "p"}
    assert settings == tune("k-NN", *given, trials=6, seed=1)
    plain, tuned = (
        compare_models(
            table.X, table.Y, TRAINING, TEST, groups=table.groups, trials=trials, names=["k-NN"]
        )[0]
        for trials in (0, 6)
    )
    assert tuned.scores[0].rmse < plain.scores[0].rmse


def test_unknown_models_missing_groups_and_stops_are_told() -> None:
    table = make_table(120)

    with pytest.raises(DataError, match="no model 'XGBoost'; there are k-NN"):
        make_model("XGBoost", {}, 0)
    with pytest.raises(DataError, match="groups"):
        compare_models(table.X, table.Y, TRAINING, TEST, trials=2)
    with pytest.raises(TrainingStoppedError, match="before k-NN"):
        compare_models(table.X, table.Y, TRAINING, TEST, should_stop=lambda: True)
