"""Designs become the paper's eight inputs, and features have exact derivatives."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models.checks import check_units
from models.errors import DataError
from smcogui.app.exports import example_design
from smcogui.design.analytic import stoner_wohlfarth_coercivity, wall_pinning_field
from smcogui.design.tables import load_phase
from smcogui.surrogates.features import (
    FEATURES,
    INPUTS,
    OUTPUTS,
    features_and_pullback,
    features_of,
    outputs_of,
    query_of,
)
from smcogui.units import MU0


@pytest.fixture(scope="module")
def query() -> np.ndarray:
    design = example_design("base")
    return query_of(replace(design, alpha=math.radians(50)))


def test_a_design_gives_the_eight_inputs(query: np.ndarray) -> None:
    z = load_phase("DFT")
    expected = (100, 25, 6, 4, 50, z.Ms / 1e3, z.sigma_dw * 1e3, z.l_dw * 1e9)

    assert [variable.name for variable in INPUTS][:4] == ["L_nm", "d_nm", "wS_nm", "wZ_nm"]
    np.testing.assert_allclose(query, expected, rtol=1e-9)


def test_features_are_the_closed_formulas(query: np.ndarray) -> None:
    named = dict(zip(FEATURES, features_of(query[None])[0], strict=True))
    z, cell = load_phase("DFT"), load_phase("2:17")

    assert named["phi_S"] == pytest.approx(0.06)
    assert math.exp(named["ln_K_z"]) == pytest.approx(z.Ku1)
    assert named["pinning_T"] == pytest.approx(MU0 * wall_pinning_field(z, cell))
    assert named["stoner_wohlfarth"] == pytest.approx(
        stoner_wohlfarth_coercivity(math.radians(50), 1)
    )


@pytest.mark.parametrize("alpha_deg", [0.0, 12.0, 50.0, 90.0])
def test_derivatives_are_those_of_differences(query: np.ndarray, alpha_deg: float) -> None:
    X = np.vstack([query, query * 1.1])
    X[:, 4] = alpha_deg
    X[1, 6] = 60.0  # a Z phase whose walls cost more than those of 2:17

    F, jacobian = features_and_pullback(X)

    np.testing.assert_allclose(F, features_of(X), rtol=1e-12)
    for column in range(len(INPUTS)):
        step = np.zeros(len(INPUTS))
        step[column] = 1e-5 * max(1.0, X[0, column])
        expected = (features_of(X + step) - features_of(X - step)) / (2 * step[column])
        np.testing.assert_allclose(jacobian[:, :, column], expected, rtol=1e-5, atol=1e-7)


def test_structures_of_one_phase_have_finite_features(query: np.ndarray) -> None:
    X = query[None].copy()
    X[0, 2], X[0, 3] = X[0, 0], X[0, 1]

    F, jacobian = features_and_pullback(X)

    assert np.isfinite(F).all()
    assert np.isfinite(jacobian).all()


def test_metres_for_nanometres_are_noticed(query: np.ndarray) -> None:
    X = query[None].copy()
    X[0, :4] *= 1e-9

    with pytest.raises(DataError, match="L_nm is around 1e-07: that looks like m"):
        check_units(X, INPUTS)


def test_outputs_read_hp_as_the_preset_does() -> None:
    row = dict.fromkeys([variable.name for variable in OUTPUTS], 0.5)
    row |= {"mu0_Hp_jump_T": 3.0, "mu0_Hp_slope_T": None, "Phi_p": None}

    Y = outputs_of([{**row, "preset": "physical"}, {**row, "preset": "paper"}])

    assert Y[0, 1] == 3.0
    assert np.isnan(Y[1, 1])
    assert np.isnan(Y[:, 2]).all()
