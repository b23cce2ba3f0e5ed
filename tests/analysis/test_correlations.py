"""Correlations agree with scipy, with gaps and with constant columns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from smcogui.analysis.bootstrap import bootstrap, resamples
from smcogui.analysis.correlations import (
    correlation_matrix,
    correlations_with,
    table_correlations,
)
from smcogui.analysis.design_table import DesignTable, design_table
from smcogui.errors import InputError


@pytest.mark.parametrize(
    ("kind", "reference"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)]
)
def test_matrix_equals_scipys_on_the_rows_that_both_have(kind: str, reference: object) -> None:
    generator = np.random.default_rng(1)
    data = generator.normal(size=(60, 4))
    data[:, 1] += np.exp(data[:, 0])
    data[:, 3] = np.round(data[:, 3])  # ties
    data[::4, 2] = np.nan
    data[1::5, 3] = np.nan

    found = correlation_matrix(data, kind)  # type: ignore[arg-type]

    for i in range(4):
        for j in range(4):
            known = np.isfinite(data[:, [i, j]]).all(axis=1)
            expected = reference(data[known, i], data[known, j]).statistic  # type: ignore[operator]
            assert found[i, j] == pytest.approx(expected, abs=1e-12)


def test_constant_column_has_no_correlation() -> None:
    data = np.column_stack([np.arange(5.0), np.full(5, 0.1), [np.nan] * 4 + [1.0]])

    found = correlation_matrix(data)

    assert found[0, 0] == 1
    assert np.isnan(found[1]).all()
    assert np.isnan(found[2]).all()


def test_strongest_input_is_found_with_an_interval_that_holds_the_value(
    planted: DesignTable,
) -> None:
    found = correlations_with(planted, "mu0_Hc_T", count=200)

    assert min(found, key=lambda key: found[key].value) == "alpha_deg"
    assert found["alpha_deg"].low < found["alpha_deg"].value < found["alpha_deg"].high < -0.7
    assert found["wS_nm"].low < 0 < found["wS_nm"].high
    assert found["alpha_deg"].n == 240
    assert correlations_with(planted, "Phi_p", count=2)["wZ_nm"].n == 216


def test_input_with_one_value_is_left_out_of_the_matrix(planted: DesignTable) -> None:
    one_phase = planted.take(np.array(planted.z_names) == "DFT")

    keys, matrix = table_correlations(one_phase)

    assert keys == ("L_nm", "d_nm", "wS_nm", "wZ_nm", "alpha_deg", "mu0_Hc_T", "Phi_p")
    assert np.isfinite(matrix).all()


def test_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.random.default_rng(0).normal(size=400)

    mean, low, high = bootstrap(lambda rows: values[rows].mean(), np.arange(400), count=2000)

    assert mean == values.mean()
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.08)


def test_designs_of_one_structure_are_drawn_together() -> None:
    groups = np.array([3, 1, 3, 2, 1, 3])

    for rows in resamples(groups, 20):
        drawn, counts = np.unique(rows, return_counts=True)
        for number in set(groups[drawn]):
            members = np.flatnonzero(groups == number)
            assert set(members) <= set(drawn)
            assert len({counts[drawn == row][0] for row in members}) == 1


def test_no_designs_are_refused_in_words() -> None:
    with pytest.raises(InputError, match="no simulated designs"):
        design_table([])
