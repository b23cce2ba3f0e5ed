"""Permutation importance and Sobol indices of functions whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.analysis.design_table import INPUTS, READINGS, DesignTable
from smcogui.analysis.fitted_model import Split, check_fittable, cross_fitted, fit, predictions
from smcogui.analysis.sensitivity import find_aliasing, permutation_importance, sobol_indices
from smcogui.errors import InputError

L, ALPHA = INPUTS.index("L_nm"), INPUTS.index("alpha_deg")


def linear(X: np.ndarray) -> np.ndarray:
    """Return what the planted readings are without their noise."""
    return np.column_stack(
        [8 - 0.06 * X[:, ALPHA] - 0.012 * X[:, L], 0.05 * X[:, 3] + 0.0005 * X[:, ALPHA]]
    )


def test_importance_of_a_linear_term_is_twice_its_share_of_the_variance(
    planted: DesignTable,
) -> None:
    split = Split(predict=linear, rows=np.arange(len(planted)))

    found = permutation_importance(planted, [split], repeats=60).estimates(count=200)

    variance = np.var(planted["mu0_Hc_T"])
    for key, slope in (("alpha_deg", 0.06), ("L_nm", 0.012)):
        expected = 2 * slope**2 * np.var(planted[key]) / variance
        assert found["mu0_Hc_T"][key].value == pytest.approx(expected, rel=0.06)
        assert found["mu0_Hc_T"][key].low < expected < found["mu0_Hc_T"][key].high
    assert found["mu0_Hc_T"]["z_phase"].value == 0
    assert found["Phi_p"]["wZ_nm"].n == np.isfinite(planted["Phi_p"]).sum()


def test_two_z_phases_are_said_to_be_aliased(planted: DesignTable) -> None:
    aliasing = find_aliasing(planted)

    assert aliasing.sets == 2
    assert len(aliasing.pairs) == 3
    assert "2 sets of constants" in aliasing.warning
    assert "r(σdw(Z), Ms(Z)) = -1.00" in aliasing.warning


def test_free_constants_are_not_said_to_be_aliased(planted: DesignTable) -> None:
    generator = np.random.default_rng(3)
    free = {key: generator.uniform(1, 9, len(planted)) for key in INPUTS[5:]}
    table = DesignTable(
        columns={**planted.columns, **free},
        run_ids=planted.run_ids,
        z_names=planted.z_names,
        groups=planted.groups,
    )

    assert find_aliasing(table).warning == ""


def test_sobol_indices_of_an_additive_function_are_shares_of_the_variance(
    planted: DesignTable,
) -> None:
    found = sobol_indices(planted, linear, points=512)

    spans = {key: high - low for key, (low, high) in found.ranges.items()}
    parts = {"alpha_deg": (0.06 * spans["alpha_deg"]) ** 2, "L_nm": (0.012 * spans["L_nm"]) ** 2}
    for key, part in parts.items():
        share = part / sum(parts.values())
        assert found.first["mu0_Hc_T"][key].value == pytest.approx(share, abs=0.02)
        assert found.total["mu0_Hc_T"][key].value == pytest.approx(share, abs=0.02)
    assert found.total["mu0_Hc_T"]["z_phase"].value == pytest.approx(0, abs=1e-6)


def test_sobol_indices_need_inputs_that_vary(planted: DesignTable) -> None:
    flat = planted.take(np.zeros(5, dtype=int))

    with pytest.raises(InputError, match=r"L is .* in all designs"):
        sobol_indices(flat, linear)


def test_every_design_is_predicted_by_a_model_that_has_not_seen_its_structure(
    planted: DesignTable,
) -> None:
    splits = cross_fitted("SVM", planted)

    held_out = np.sort(np.concatenate([split.rows for split in splits]))
    guess = predictions(splits, planted)

    np.testing.assert_array_equal(held_out, np.arange(len(planted)))
    error = guess[:, 0] - planted["mu0_Hc_T"]
    assert guess.shape == (len(planted), len(READINGS))
    assert np.var(error) < 0.1 * np.var(planted["mu0_Hc_T"])


def test_unknown_model_and_few_designs_are_refused(planted: DesignTable) -> None:
    with pytest.raises(InputError, match="no model 'forest'; allowed are k-NN"):
        fit("forest", planted)
    few = planted.take(np.arange(20))
    assert "at least 40 designs" in check_fittable(few)
    with pytest.raises(InputError, match="at least 40 designs"):
        fit("k-NN", few)
