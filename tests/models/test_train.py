"""Training learns, repeats itself, goes on where it was stopped, and leaves gaps out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_table import Table, truth

from models.errors import CheckpointError, TrainingStoppedError
from models.evaluate import score
from models.fnn import FnnOptions, train_fnn
from models.forward import ForwardModel
from models.scaling import Scaler
from models.train import EnsembleOptions, Losses, bagged_rows, train_ensemble

SHORT = EnsembleOptions(hidden=(8,), steps=60, batch=32, seed=3)


def scaled(table: Table) -> tuple[np.ndarray, np.ndarray]:
    return Scaler.fit(table.X).apply(table.X), Scaler.fit(table.Y).apply(table.Y)


def stop_after(calls: int) -> Callable[[], bool]:
    left = iter(range(calls))
    return lambda: next(left, None) is None


def test_ensemble_learns_both_outputs_with_gaps(trained: ForwardModel) -> None:
    X = np.random.default_rng(9).uniform(15, 105, (200, 2))

    mean, _ = trained.mean_and_spread(X)

    for k in range(2):
        assert score(truth(X)[:, k], mean[:, k]).r2 > 0.97


def test_same_seed_gives_the_same_weights_and_another_does_not(table: Table) -> None:
    X, Y = scaled(table)
    rows = [np.arange(100), np.arange(50, 150)]

    first, again = (train_ensemble(X, Y, rows, SHORT) for _ in range(2))
    other = train_ensemble(X, Y, rows, replace(SHORT, seed=4))

    np.testing.assert_array_equal(first.weights[0], again.weights[0])
    assert not np.array_equal(first.weights[0], other.weights[0])


def test_stopped_training_goes_on_to_the_same_weights(table: Table, tmp_path: Path) -> None:
    X, Y = scaled(table)
    rows, place = [np.arange(100), np.arange(50, 150)], tmp_path / "state.safetensors"
    with pytest.raises(TrainingStoppedError, match="23 of 60"):
        train_ensemble(X, Y, rows, SHORT, should_stop=stop_after(23), checkpoint=place)

    went_on = train_ensemble(X, Y, rows, SHORT, checkpoint=place)

    straight = train_ensemble(X, Y, rows, SHORT)
    for a, b in zip(went_on.weights, straight.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_checkpoint_of_other_data_is_refused(table: Table, tmp_path: Path) -> None:
    X, Y = scaled(table)
    place = tmp_path / "state.safetensors"
    with pytest.raises(TrainingStoppedError):
        train_ensemble(X, Y, [np.arange(90)], SHORT, should_stop=stop_after(5), checkpoint=place)

    with pytest.raises(CheckpointError, match="other data or options"):
        train_ensemble(X, Y, [np.arange(91)], SHORT, checkpoint=place)
    place.write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(CheckpointError, match="cannot be read"):
        train_ensemble(X, Y, [np.arange(90)], SHORT, checkpoint=place)


def test_missing_outputs_add_nothing(table: Table) -> None:
    X, Y = scaled(table)
    gap = np.isnan(Y[:, 1])
    other = Y.copy()
    other[gap, 1] = np.nan
    only = np.flatnonzero(~gap)[:60]

    network = train_ensemble(X, np.where(np.isnan(Y), np.nan, Y), [only], SHORT)

    np.testing.assert_array_equal(
        network.weights[0], train_ensemble(X, other, [only], SHORT).weights[0]
    )
    assert np.isfinite(network(X)).all()


def test_values_of_no_weight_teach_nothing(table: Table) -> None:
    X, Y = scaled(table)
    wrong = Y.copy()
    wrong[:50] = 9.0
    weights = np.ones_like(Y)
    weights[:50] = 0.0
    rows = [np.arange(100)]

    networks = [train_ensemble(X, values, rows, SHORT, weights=weights) for values in (Y, wrong)]

    unweighted = train_ensemble(X, wrong, rows, SHORT)
    np.testing.assert_array_equal(networks[0].weights[0], networks[1].weights[0])
    assert not np.allclose(unweighted.weights[0], networks[1].weights[0])


def test_losses_of_training_and_held_out_rows_are_told(table: Table) -> None:
    X, Y = scaled(table)
    told: list[Losses] = []

    train_ensemble(
        X, Y, [np.arange(200)], SHORT, held_out=[np.arange(200, 320)], report=told.append
    )

    assert [each.step for each in told] == [25, 50, 60]
    assert told[-1].held_out < told[0].held_out


def test_bags_are_random_parts_of_the_rows() -> None:
    bags = bagged_rows(np.arange(100, 200), 0.9, 3, seed=0)

    assert [bag.size for bag in bags] == [90, 90, 90]
    assert not np.array_equal(bags[0], bags[1])
    assert set(bags[0]) <= set(range(100, 200))


def test_fnn_stops_early_and_learns(table: Table) -> None:
    X, Y = scaled(table)
    told: list[Losses] = []
    options = FnnOptions(hidden=(32, 32), epochs=400, patience=30, batch=32, learning_rate=5e-3)

    network = train_fnn(X, Y, np.arange(240), np.arange(240, 320), options, report=told.append)

    assert network.members == 1
    assert min(each.held_out for each in told) < 0.05
    best = min(told, key=lambda each: each.held_out)
    known = np.isfinite(Y[240:])
    error = np.where(known, network(X[240:])[0] - np.nan_to_num(Y[240:]), 0.0)
    assert float((error**2).sum() / known.sum()) == pytest.approx(best.held_out, rel=1e-4)


def test_paper_sizes_give_the_paper_number_of_weights() -> None:
    X, Y = np.random.default_rng(0).normal(size=(40, 8)), np.zeros((40, 2))

    network = train_fnn(X, Y, np.arange(30), np.arange(30, 40), FnnOptions(epochs=1))

    assert network.n_weights == 4866
