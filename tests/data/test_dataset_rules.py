"""Rules on what is taken into a dataset, and tables that are none."""

from __future__ import annotations

from typing import Any

import pytest

from smcogui.data.dataset import COLUMNS
from smcogui.data.dataset_checks import check_table
from smcogui.data.dataset_rules import ALL, Choice, choose, parse_rule
from smcogui.errors import InputError

ROW: dict[str, Any] = {
    "run_id": "0",
    "preset": "physical",
    "L_nm": 60.0,
    "d_nm": 20.0,
    "wS_nm": 5.0,
    "wZ_nm": 3.0,
    "theta_deg": 30.0,
    "alpha_deg": 20.0,
    "layer": "none",
    "layer_thickness_nm": 2.0,
    "k_gb": 0.01,
    "dimension": "2d",
    "demag": "on",
    "interface_factor": 1.0,
    "z_phase": "DFT",
    "A_z_pJ_m": 4.0,
    "K_z_MJ_m3": 1.5,
    "Ms_z_kA_m": 700.0,
    "l_dw_z_nm": 5.1,
    "sigma_dw_z_mJ_m2": 9.8,
    "phi_S": 0.083,
    "phi_Z": 0.15,
    "counted_1_5": 0.1,
    "counted_Z": 0.14,
    "zr_at_percent": 2.5,
    "mu0_Hc_T": 2.0,
    "mu0_Hc_sd_T": 0.1,
    "mu0_Hp_jump_T": 1.8,
    "mu0_Hp_slope_T": 1.7,
    "Phi_p": 0.1,
    "Phi_p_sd": 0.01,
    "Mr_over_Ms": 0.9,
    "BHmax_kJ_m3": 150.0,
    "squareness": 0.9,
    "mu0_Hk_T": 1.6,
    "cell_nm": 0.5,
    "domain_nm": 128.0,
    "cycles": 3,
    "field_resolution_T": 0.05,
    "seed": 1,
    "solver": "builtin 1",
    "exchange_rule": "conservative",
    "attempts": 1,
    "repairs": "",
    "quality": "ok",
    "cpu_s": 9.0,
    "source": "simulated",
}


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {**ROW, "run_id": str(number), "seed": number, **changes}


def test_rows_of_these_tests_have_every_column() -> None:
    assert set(ROW) == set(COLUMNS)


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ("ok", [0, 3]),
        ("scatter", [1]),
        ("L_nm=50:70", [0, 1, 2]),
        ("L_nm=:60", [0, 1, 2]),
        ("L_nm=60.5:", [3]),
        ("z_phase=Mod,Lit", [2]),
        ("attempts=1", [0, 1, 3]),
        ("mu0_Hc_sd_T=:0.2", [0, 2]),
    ],
)
def test_rules_take_and_exclude_the_same_rows(rule: str, taken: list[int]) -> None:
    table = [
        row(0),
        row(1, quality="scatter, repaired", mu0_Hc_sd_T=0.7),
        row(2, z_phase="Mod", attempts=2, quality="repaired"),
        row(3, L_nm=100.0, mu0_Hc_sd_T=None),
    ]
    found, left = choose(table, Choice.of(only=[rule]))
    assert found == taken
    assert left == [(f"not {rule}", 4 - len(taken))]
    found, left = choose(table, Choice.of(exclude=[rule]))
    assert found == [k for k in range(4) if k not in taken]
    assert left == [(rule, len(taken))]


def test_duplicates_are_left_out_and_counted_whatever_the_rules() -> None:
    table = [row(0), {**row(0), "run_id": "again"}, row(1)]
    assert choose(table, ALL) == ([0, 2], [("duplicates of another row", 1)])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("okay", "nearest is ok"),
        ("L=10:20", "nearest is L_nm"),
        ("L_nm=a:b", "not understood"),
        ("L_nm=:", "not understood"),
        ("z_phase=", "not understood"),
    ],
)
def test_rules_that_mean_nothing_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_rule(text)


def test_texts_of_a_csv_become_numbers() -> None:
    texts = [{key: "" if value is None else str(value) for key, value in row(1).items()}]
    assert check_table(texts, "designs.csv") == [row(1)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"L_nm": "wide"}, "row 2, L_nm: 'wide' is no number"),
        ({"L_nm": None}, "row 2, L_nm: it is empty"),
        ({"alpha_deg": 95.0}, "row 2, alpha_deg: 95 is out of range; allowed is 0 to 90"),
        ({"mu0_Hc_T": float("nan")}, "row 2, mu0_Hc_T: nan is not finite"),
        ({"cycles": 2.5}, "row 2, cycles: 2.5 is no whole number"),
        ({"wS_nm": 70.0}, "row 2, wS_nm: 70 is above L_nm = 60"),
        ({"quality": "fine"}, "row 2, quality: 'fine' is no flag"),
        ({"source": "measured"}, "row 2, source: 'measured'"),
        ({"run_id": "0"}, "row 2, run_id: run_id is that of row 1"),
        ({"seed": 0}, "row 2, run_id: the design is that of row 1"),
    ],
)
def test_faults_are_told_with_row_and_column(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        check_table([row(0), row(1, **changes)], "designs.csv")
    assert said in caught.value.message


def test_many_faults_are_counted() -> None:
    with pytest.raises(InputError, match="and 3 more"):
        check_table([row(k, L_nm="x") for k in range(8)], "designs.csv")


def test_column_without_its_unit_is_not_taken_for_one() -> None:
    renamed = {("L" if key == "L_nm" else key): value for key, value in ROW.items()}
    with pytest.raises(InputError, match=r"'L' is not known \(is it L_nm\?\)"):
        check_table([renamed], "designs.csv")
