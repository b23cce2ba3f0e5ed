"""Values that scatter among their half-cycles count less in training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.data.dataset_import import check_dataset
from smcogui.surrogates.features import OUTPUTS
from smcogui.surrogates.noise import noise_variance, weights_of
from smcogui.surrogates.training_data import LearningTable, learning_table

HC, HP, PHI_P, MR = 0, 1, 2, 3


@pytest.fixture(scope="module")
def table(checkout: Path) -> LearningTable:
    rows = check_dataset(checkout / "models" / "data" / "test_offgrid.parquet").rows
    return learning_table(rows)


def test_weights_fall_with_the_scatter_of_the_half_cycles(table: LearningTable) -> None:
    known = np.isfinite(table.sd[:, PHI_P])
    order = np.argsort(table.sd[known, PHI_P])

    weights = weights_of(table)

    assert weights.shape == (len(table.keys), len(OUTPUTS))
    assert np.all(np.diff(weights[known][order, PHI_P]) <= 0)
    assert np.all(weights[:, MR] == 1)  # nothing is known of its scatter
    assert weights[known, PHI_P].mean() < weights[known, HC].mean()


def test_more_half_cycles_count_more(table: LearningTable) -> None:
    known = table.sd[:, PHI_P] > 0

    more = weights_of(replace(table, cycles=4 * table.cycles))

    assert np.all(more[known, PHI_P] > weights_of(table)[known, PHI_P])


def test_three_half_cycles_that_agree_by_chance_do_not_count_as_exact(
    table: LearningTable,
) -> None:
    agreeing = table.sd[:, PHI_P] == 0

    assert agreeing.any()
    assert np.all(weights_of(table)[agreeing, PHI_P] < 0.95)


def test_noise_of_hp_follows_from_hc_and_phi_p(table: LearningTable) -> None:
    generator = np.random.default_rng(0)
    Hc, Phi_p = 4 + 0.1 * generator.normal(size=20_000), 0.2 + 0.02 * generator.normal(size=20_000)
    one = table.take(np.array([0]))
    sd = np.full_like(one.sd, np.nan)
    sd[0, HC], sd[0, PHI_P] = 0.1, 0.02
    Y = one.Y.copy()
    Y[0, HC], Y[0, PHI_P] = 4, 0.2

    found = noise_variance(replace(one, Y=Y, sd=sd, cycles=np.array([1.0])))

    assert found[0, HP] == pytest.approx((Hc * (1 - Phi_p)).var(), rel=0.05)
