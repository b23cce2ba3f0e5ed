"""Scores, splits, intervals and trust say what they claim."""

from __future__ import annotations

import numpy as np
import pytest
from known_table import INPUTS, Table, truth

from models.calibrate import Calibration, coverage, coverage_in_hardest
from models.errors import DataError
from models.evaluate import (
    group_folds,
    learning_curve,
    noise_ceiling,
    rows_for_rmse,
    score,
    scores_by_group,
    split_groups,
)
from models.forward import ForwardModel
from models.trust import Trust, TrustModel, area_under_curve


def test_both_r2_differ_where_predictions_are_biased() -> None:
    y = np.array([1.0, 2.0, 3.0, 4.0])

    found = score(y, y + 1)

    assert found.r2 == pytest.approx(1 - 4 / 5)
    assert found.r2_paper == pytest.approx(9 / 5)  # above 1 for a model that is always wrong by 1
    assert (found.rmse, found.bias, found.mse_standardised) == pytest.approx((1, 1, 0.8))


def test_missing_values_are_left_out_of_scores() -> None:
    generator = np.random.default_rng(0)
    y, guess = generator.normal(size=50), generator.normal(size=50)

    found = score(np.append(y, np.nan), np.append(guess, 0.0))

    assert found.n == 50
    assert found.r2 == pytest.approx(1 - ((y - guess) ** 2).mean() / y.var())
    assert found.r2_low < found.r2 < found.r2_high


def test_score_of_two_values_is_none() -> None:
    assert score(np.array([1.0, 2.0, np.nan]), np.zeros(3)).as_dict()["r2"] is None


def test_groups_of_a_quantity_are_scored_apart() -> None:
    y, angle = np.arange(6.0), np.array([0, 10, 20, 45, 60, 90])

    found = scores_by_group(y, y, (0, 30, 60, 90), angle)

    assert [(low, high, each.n) for low, high, each in found] == [
        (0, 30, 3),
        (30, 60, 1),
        (60, 90, 2),
    ]


def test_ceiling_is_the_noise_of_the_mean() -> None:
    y, sd = np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.3)

    rmse, r2 = noise_ceiling(y, sd, np.full(4, 9.0))

    assert rmse == pytest.approx(0.1)
    assert r2 == pytest.approx(1 - 0.01 / 1.25)


def test_splits_keep_groups_together(table: Table) -> None:
    first, second = split_groups(table.groups, 0.25, seed=1)

    assert not set(table.groups[first]) & set(table.groups[second])
    assert second.size == 80
    held = [rows for _, rows in group_folds(table.groups, 5, seed=0)]
    assert sorted(np.concatenate(held)) == list(range(320))
    with pytest.raises(DataError, match="1 structures"):
        split_groups(np.zeros(10), 0.2, seed=0)


def test_learning_curve_falls_and_says_how_far_data_carry(table: Table) -> None:
    """Nearest neighbour in the place of a model: its error falls with the data."""
    test = np.flatnonzero(table.groups >= 60)
    Y = truth(table.X)

    def fit(rows, seed):
        def predict(wanted):
            squares = ((table.X[wanted, None] - table.X[None, rows]) ** 2).sum(axis=2)
            return Y[rows[squares.argmin(axis=1)]]

        return predict

    points = learning_curve(fit, Y, table.groups, test, sizes=(8, 20, 50), draws=4)

    errors = [point.rmse[:, 0].mean() for point in points]
    assert errors == sorted(errors, reverse=True)
    mean, low, high = points[0].interval(points[0].rmse)
    assert (low < mean).all()
    assert (mean < high).all()
    assert rows_for_rmse(points, 0, errors[-1] / 2) > points[-1].rows
    assert points[1].rows == 80


def test_intervals_cover_what_they_promise_although_spread_does_not() -> None:
    generator = np.random.default_rng(0)
    scale = generator.uniform(0.1, 2, (40_000, 1))
    y, mean, spread = scale * generator.normal(size=(40_000, 1)), np.zeros((40_000, 1)), 0.4 * scale

    fitted = Calibration.fit(y[:20_000], mean[:20_000], spread[:20_000], level=0.9)

    half = fitted.half_width(spread[20_000:])
    assert coverage(y[20_000:], -half, half)[0] == pytest.approx(0.9, abs=0.02)
    raw = 1.645 * spread[20_000:]
    assert coverage(y[20_000:], -raw, raw)[0] < 0.6
    assert coverage_in_hardest(y[20_000:], -half, half, spread[20_000:])[0] > 0.85


def test_intervals_of_few_rows_hold_what_they_promise_on_average() -> None:
    """40 rows are as few as training takes; the mean over many draws has no such luck."""
    covered = []
    for seed in range(100):
        generator = np.random.default_rng(seed)
        spread = generator.uniform(0.1, 2, (240, 1))
        y, mean = 2 * spread * generator.normal(size=(240, 1)), np.zeros((240, 1))
        half = Calibration.fit(y[:40], mean[:40], spread[:40]).half_width(spread[40:])
        covered.append(coverage(y[40:], -half, half)[0])

    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)


def test_coverage_leaves_missing_values_out() -> None:
    y = np.array([[0.0], [np.nan], [5.0]])

    assert coverage(y, np.full((3, 1), -1.0), np.full((3, 1), 1.0))[0] == 0.5


def test_few_rows_cannot_calibrate() -> None:
    with pytest.raises(DataError, match="9 held-out values"):
        Calibration.fit(np.zeros((9, 1)), np.zeros((9, 1)), np.ones((9, 1)))


def test_quantile_of_few_rows_is_the_cautious_one() -> None:
    y = np.arange(1.0, 11.0)[:, None]

    fitted = Calibration.fit(y, np.zeros((10, 1)), np.ones((10, 1)), level=0.9)

    assert fitted.half_width(np.ones((1, 1)))[0, 0] == pytest.approx(10)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ((60.0, 60.0), Trust.INTERPOLATING),
        ((120.0, 60.0), Trust.EXTRAPOLATING),
        ((400.0, 60.0), Trust.REFUSED),
        ((np.nan, 60.0), Trust.REFUSED),
    ],
)
def test_queries_are_judged(
    trained: ForwardModel, query: tuple[float, float], expected: Trust
) -> None:
    X = np.array([query])

    found = trained.predict(X, np.nan_to_num(X))

    assert found.trust == (expected,)
    assert np.isnan(found.mean).all() == (expected is Trust.REFUSED)


def test_a_hole_in_the_data_is_noticed_inside_the_ranges(table: Table) -> None:
    rows = table.X[np.hypot(*(table.X - 60).T) > 25]
    trust = TrustModel(rows)
    signs = trust.signs(rows, np.zeros((len(rows), 1)))
    fitted = TrustModel.fit(rows, signs)

    codes = fitted.judge(fitted.signs(np.array([[60.0, 60.0]]), np.zeros((1, 1))))

    assert codes[0] == 2


def test_one_query_and_many_have_the_same_distance(table: Table) -> None:
    trust = TrustModel(table.X)
    X = np.random.default_rng(0).uniform(0, 150, (9, 2))

    np.testing.assert_allclose(
        trust.distance(X), np.concatenate([trust.distance(row[None]) for row in X]), rtol=1e-4
    )


def test_intervals_and_means_stay_within_what_is_possible(trained: ForwardModel) -> None:
    X = np.random.default_rng(0).uniform(10, 110, (300, 2))

    found = trained.predict(X, X)

    assert (found.low[:, 1] >= 0).all()
    assert (found.high[:, 1] <= 1).all()
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()
    assert {variable.name for variable in trained.inputs} == {each.name for each in INPUTS}


def test_area_under_curve_of_known_orders() -> None:
    assert area_under_curve(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1
    assert area_under_curve(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0.5
    assert np.isnan(area_under_curve(np.array([]), np.array([1.0])))
