"""``predict``: one design, a table, units and refusals."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WORDS = ("--L", 90, "--d", 25, "--wS", 6, "--wZ", 4, "--alpha", 20, "--z-phase", "DFT")


def test_one_design_is_predicted_with_intervals_and_trust(call: Callable[..., Any]) -> None:
    answer = call("predict", *WORDS, "--json")

    assert answer.code == 0, answer.err
    value = answer.value
    for name in ("mu0_Hc_T", "Phi_p", "Mr_over_Ms", "BHmax_kJ_m3"):
        assert value[f"{name}_low"] <= value[name] <= value[f"{name}_high"]
    assert value["trust"] in {"interpolating", "sparse", "extrapolating"}
    assert (value["source"], value["model"], value["outside"]) == ("predicted", "shipped", [])
    assert value["conditions"]["preset"] == "physical"
    people = call("predict", *WORDS)
    assert "T (90 %:" in people.out
    assert f"learned from {value['model_designs']} designs" in people.out


def test_a_table_is_predicted_into_a_table(call: Callable[..., Any], tmp_path: Path) -> None:
    file, out = tmp_path / "designs.csv", tmp_path / "predicted.csv"
    file.write_text(
        "L_nm,d_nm,wS_nm,wZ_nm,alpha_deg,z_phase\n90,25,6,4,20,DFT\n900,25,6,4,20,DFT\n"
    )

    rows = call("predict", "--csv", file, "--json").value
    told = call("predict", "--csv", file, "--out", out)

    one = call("predict", *WORDS, "--json").value
    assert rows[0]["mu0_Hc_T"] == pytest.approx(one["mu0_Hc_T"])
    assert (rows[1]["trust"], rows[1]["mu0_Hc_T"]) == ("refused", None)
    assert rows[1]["outside"][0].startswith("L_nm is 900")
    assert "1 refused" in told.out
    written = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert float(written[0]["mu0_Hc_T"]) == pytest.approx(rows[0]["mu0_Hc_T"])
    assert written[1]["trust"] == "refused"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--L", 90e-9, "--d", 25e-9, "--wS", 6e-9, "--wZ", 4e-9), "looks like m, and nm"),
        (("--L", 90, "--d", 25, "--wS", 6), "--wZ is missing"),
        ((*WORDS, "--Ms-z", 300), "--z-phase, or by all of"),
        ((*WORDS, "--model", "mine"), "no surrogate 'mine'"),
        (("--csv", "none.csv"), "cannot be read"),
    ],
)
def test_wrong_words_are_refused(
    call: Callable[..., Any], words: tuple[Any, ...], message: str
) -> None:
    answer = call("predict", *words, "--json")

    assert answer.code == 2
    assert message in answer.value["error"]["message"]
