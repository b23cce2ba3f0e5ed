from __future__ import annotations

import pytest

from smcogui.app.session import Session
from smcogui.design.limits import LIMITS
from smcogui.design.variation import PARAMETERS, parameter_of, value_of, vary
from smcogui.errors import InputError

BASE = Session.example("base")


def test_every_number_of_a_design_can_be_varied():
    numbers = {key for key in LIMITS if "offsets" not in key and "dw_" not in key}
    assert set(PARAMETERS) == numbers


@pytest.mark.parametrize(
    ("key", "value"),
    [("nanostructure.L_nm", 50.0), ("mesh.domain_nm", 64.0), ("run.cycles", 2), ("run.seed", 7)],
)
def test_varied_design_differs_in_that_number_only(key: str, value: float):
    varied = vary(BASE, key, value)
    assert value_of(varied, key) == value
    assert varied.name.startswith("base, ")
    for other in PARAMETERS:
        # The domain follows from L where the design leaves it open.
        if other not in {key, "mesh.domain_nm"}:
            assert value_of(varied, other) == value_of(BASE, other)


def test_short_name_of_a_number_is_enough():
    assert parameter_of("L_nm") is PARAMETERS["nanostructure.L_nm"]
    assert parameter_of("L_nm").text(50) == "L = 50 nm"
    assert parameter_of("k_gb").text(0.5) == "k(gb) = 0.5"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("nanostructure.Q_nm", 1.0, "no number of a design"),
        ("nanostructure.wZ_nm", 30.0, "wZ = 30 nm: .*at most d_nm = 25 nm"),
        ("run.cycles", 1.5, "whole numbers"),
        ("material.z_phase.K_MJ_m3", 1.0, "by its constants"),
    ],
)
def test_impossible_variation_is_named_with_its_value(key: str, value: float, says: str):
    with pytest.raises(InputError, match=says):
        vary(BASE, key, value)
