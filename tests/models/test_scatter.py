"""The scatter of repeats is known from all rows, and intervals allow for it."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibrate import Calibration, coverage
from models.scatter import ScatterModel


def sampled(n: int, repeats: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, true variances and sample variances of repeats."""
    generator = np.random.default_rng(0)
    F = generator.normal(size=(n, 3))
    true = np.exp(-2 + 1.2 * F[:, 0])
    draws = np.sqrt(true)[:, None] * generator.normal(size=(n, repeats))
    return F, true, draws.var(axis=1, ddof=1)


def test_scatter_is_found_better_than_by_the_repeats_of_a_row() -> None:
    F, true, measured = sampled(500, 3)

    model = ScatterModel.fit(F, measured[:, None], np.full(500, 3.0))

    found = model.variance(F)[:, 0]
    wrong = np.abs(np.log(found / true))
    assert np.median(wrong) < 0.3
    assert np.median(wrong) < 0.5 * np.median(np.abs(np.log(measured / true)))
    assert model.coefficients[0] == pytest.approx([-2, 1.2, 0, 0], abs=0.2)
    assert model.repeats == 3


def test_scatter_far_from_the_data_stays_within_theirs() -> None:
    F, _, measured = sampled(200, 3)
    model = ScatterModel.fit(F, measured[:, None], np.full(200, 3.0))

    far = model.variance(np.full((1, 3), 100.0))

    assert far[0, 0] == pytest.approx(model.variance(F).max())


def test_an_output_without_repeats_has_no_scatter() -> None:
    F, _, measured = sampled(50, 3)
    unknown = np.full(50, np.nan)

    model = ScatterModel.fit(F, np.column_stack([measured, unknown]), np.full(50, 3.0))

    assert (model.variance(F)[:, 1] < 1e-20).all()
    alone = ScatterModel.fit(F, measured[:, None], np.ones(50))
    assert (alone.variance(F) < 1e-20).all()


def test_intervals_that_know_the_noise_hold_where_it_is_large() -> None:
    generator = np.random.default_rng(1)
    noise = np.exp(generator.normal(size=(4000, 1)) * 1.5 - 2)
    spread = np.full((4000, 1), 0.1)
    truth = np.sqrt(noise + 0.04) * generator.normal(size=(4000, 1))
    zero, train, test = np.zeros((4000, 1)), slice(0, 2000), slice(2000, 4000)
    loud = noise[test, 0] > np.quantile(noise, 0.8)

    known = Calibration.fit(truth[train], zero[train], spread[train], noise=noise[train])
    blind = Calibration.fit(truth[train], zero[train], spread[train])

    halves = known.half_width(spread[test], noise[test]), blind.half_width(spread[test])
    covered = [coverage(truth[test][loud], -half[loud], half[loud])[0] for half in halves]
    assert covered[0] == pytest.approx(0.9, abs=0.04)
    assert covered[1] < 0.75
