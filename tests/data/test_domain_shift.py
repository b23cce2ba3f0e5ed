"""The shift of readings between domains, and what offsets alone would give."""

from __future__ import annotations

import math
from typing import Any

import pytest

from smcogui.data.dataset_rules import DESIGN
from smcogui.data.domain_shift import domain_shifts, pooled_sd


def row(alpha: float, domain: float, Hc: float | None, sd: float | None = 0.3) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(DESIGN, 1)
    values |= {"alpha_deg": alpha, "domain_nm": domain, "cycles": 3, "mu0_Hc_T": Hc}
    values |= {"mu0_Hp_jump_T": None, "mu0_Hp_slope_T": 2.0, "Phi_p": 0.1}
    return {**values, "spread": {"mu0_Hc_T": sd, "mu0_Hp_slope_T": 0.0, "Phi_p": None}}


def test_shift_is_larger_less_smaller_domain_over_pairs() -> None:
    rows = [row(0, 192, 4.2), row(0, 128, 4.0), row(20, 128, 3.0), row(20, 192, 2.6)]
    rows += [row(30, 128, 1.0), row(40, 128, None), row(40, 192, 1.0)]
    scatter = [{**row(0, 128, 4.0, 0.2), "cycles": 8}, {**row(20, 128, 3.0, 0.4), "cycles": 8}]
    found = {each.key: each for each in domain_shifts(rows, scatter)}
    assert set(found) == {"mu0_Hc_T", "mu0_Hp_slope_T", "Phi_p"}
    Hc = found["mu0_Hc_T"]
    assert Hc.pairs == 2
    assert pytest.approx(-0.1) == Hc.mean
    assert pytest.approx(math.sqrt(0.18)) == Hc.sd
    assert pytest.approx(-0.4) == Hc.largest
    assert pytest.approx(math.sqrt(2 * 0.09 / 3)) == Hc.expected_sd
    assert pytest.approx(math.sqrt((0.04 + 0.16) / 2)) == Hc.scatter_sd
    assert found["Phi_p"].pairs == 3
    assert found["Phi_p"].expected_sd is None
    assert found["Phi_p"].scatter_sd is None


def test_designs_on_one_domain_have_no_shift() -> None:
    assert domain_shifts([row(0, 128, 4.0), row(20, 192, 3.0)]) == []


def test_pooled_deviation_weighs_designs_by_their_half_cycles() -> None:
    rows = [{**row(0, 128, 4.0, 1.0), "cycles": 2}, {**row(1, 128, 4.0, 0.0), "cycles": 4}]
    assert pooled_sd(rows, "mu0_Hc_T") == pytest.approx(0.5)
    assert pooled_sd([{**row(0, 128, 4.0, None), "cycles": 1}], "mu0_Hc_T") is None
