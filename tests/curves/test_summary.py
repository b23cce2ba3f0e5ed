from __future__ import annotations

import json

import numpy as np
import pytest

from smcogui.curves.mh_curve import MHCurve
from smcogui.curves.summary import readings_to_json, summarise, summary_to_json
from smcogui.errors import InputError
from smcogui.units import MU0

MS = 8e5
KEYS = {
    "mu0_Hc_T",
    "mu0_Hp_T",
    "Phi_p",
    "mu0_Hp_jump_T",
    "mu0_Hp_slope_T",
    "field_resolution_T",
    "Mr_over_Ms",
    "BHmax_kJ_m3",
    "squareness",
    "mu0_Hk_T",
    "mu0_HcB_T",
}


def two_step(Hp_T: float, Hc_T: float, *, reverses: bool = True) -> MHCurve:
    H = np.array([1, 0, -1, -Hp_T, -Hc_T + 0.05, -Hc_T])
    M = np.array([1, 1, 1, 0.9, 0.9, -0.9 if reverses else 0.88])
    return MHCurve(H=H / MU0, M=M * MS, Ms=MS, jump=np.zeros(6, dtype=bool))


def test_mean_is_taken_over_the_readings_of_the_half_cycles():
    found = summary_to_json(summarise([two_step(2, 4), two_step(3, 4), two_step(3, 5)]))
    assert found["mu0_Hc_T"] == pytest.approx(13 / 3)
    assert found["mu0_Hp_T"] == pytest.approx(8 / 3)
    assert found["Phi_p"] == pytest.approx((0.5 + 0.25 + 0.4) / 3)
    assert found["Mr_over_Ms"] == pytest.approx(1)
    assert found["BHmax_kJ_m3"] == pytest.approx(MU0 * MS**2 / 4e3)
    assert found["spread"]["mu0_Hc_T"] == pytest.approx(np.std([4, 4, 5], ddof=1))
    assert [row["mu0_Hp_T"] for row in found["cycles"]] == pytest.approx([2, 3, 3])
    assert found["reversed_cycles"] == 3


def test_averaged_curve_is_read_beside_the_mean():
    found = summary_to_json(summarise([two_step(2, 4), two_step(3, 4), two_step(3, 5)]))
    # The first of three walls to go makes a jump of the averaged curve, and two make Hc.
    assert found["averaged_curve"]["mu0_Hp_T"] == pytest.approx(2)
    assert found["averaged_curve"]["mu0_Hc_T"] == pytest.approx(4)


def test_json_has_the_keys_of_the_command_line_and_only_numbers():
    found = summary_to_json(summarise([two_step(2, 4), two_step(3, 4)]))
    extra = {"hp_reading", "reversed_cycles", "spread", "cycles", "averaged_curve"}
    assert set(found) == KEYS | extra
    for row in (found["spread"], found["averaged_curve"], *found["cycles"]):
        assert set(row) == KEYS
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_one_half_cycle_has_no_spread():
    found = summarise([two_step(2, 4)])
    assert set(readings_to_json(found.spread).values()) == {None}
    assert found.mean == found.per_cycle[0]


def test_a_half_cycle_that_did_not_reverse_leaves_no_mean():
    found = summarise([two_step(2, 4), two_step(2, 4, reverses=False)])
    assert found.mean.Hc is None
    assert found.mean.Phi_p is None
    assert found.spread.Hc is None
    assert found.reversed_cycles == 1
    assert found.mean.Hp == pytest.approx(2 / MU0)


def test_resolution_is_the_coarsest():
    coarse = MHCurve(
        H=np.array([1, 0, -1, -2, -2.5]) / MU0,
        M=np.array([1, 1, 1, 1, -1]) * MS,
        Ms=MS,
        jump=np.zeros(5, dtype=bool),
    )
    found = summary_to_json(summarise([two_step(2, 4), coarse]))
    assert found["field_resolution_T"] == pytest.approx(0.5)


def test_slope_reading_is_the_one_shown_when_chosen():
    found = summarise([two_step(2, 4)], "slope")
    assert found.mean.Hp == found.mean.Hp_slope
    assert found.mean.Hp_jump == pytest.approx(2 / MU0)


def test_no_half_cycle_is_refused():
    with pytest.raises(InputError, match="no half-cycle"):
        summarise([])
