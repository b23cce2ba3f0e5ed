"""``invert``: candidates, the nearest where there are none, boxes, and a verification."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.session import Session
from smcogui.app.verification import Verifications

WORDS = ("--mu0-Hc", 4.2, "--Phi-p", 0.02, "--alpha", 20, "--z-phase", "DFT")


def test_candidates_have_what_was_asked_for(call: Callable[..., Any]) -> None:
    answer = call("invert", *WORDS, "--max-zr-at-percent", 3, "--json")

    assert answer.code == 0, answer.err
    value = answer.value
    assert value["reachable"] is True
    assert value["nearest"] is None
    assert 3 <= len(value["candidates"]) <= 8
    for each in value["candidates"]:
        assert each["feasible"] is True
        assert each["wS_nm"] <= each["L_nm"] / 2
        assert each["wZ_nm"] < each["d_nm"]
        assert each["zr_at_percent"] <= 3
        assert each["mu0_Hc_T_low"] < each["mu0_Hc_T"] < each["mu0_Hc_T_high"]
    people = call("invert", *WORDS, "--n", 3)
    assert people.out.startswith("1. L ")
    assert "only a simulation verifies" in people.out


def test_the_nearest_is_shown_where_nothing_reaches(call: Callable[..., Any]) -> None:
    answer = call("invert", "--mu0-Hc", 12, "--Phi-p", 0.5, "--json")

    assert answer.code == 0
    assert (answer.value["reachable"], answer.value["candidates"]) == (False, [])
    assert answer.value["nearest"]["feasible"] is True


def test_boxes_angles_and_phases_are_kept_to(call: Callable[..., Any]) -> None:
    answer = call(
        *("invert", "--mu0-Hc", 3.5, "--L", 60, 120, "--wS", 5, "--alpha", 10, 30),
        *("--z-phase", "DFT", "Mod", "--scatter", 0.5, "--n", 3, "--json"),
    )

    assert answer.code == 0, answer.err
    for each in answer.value["candidates"]:
        assert 60 <= each["L_nm"] <= 120
        assert each["wS_nm"] == 5
        assert 10 <= each["alpha_deg"] <= 30
        assert each["z_phase"] in {"DFT", "Mod"}
        assert each["under_scatter"]["mu0_Hc_T"]["worst_error"] > 0


def test_no_design_of_a_front_is_beaten_by_another(call: Callable[..., Any]) -> None:
    words = ("--pareto", "mu0_Hc_T", "BHmax_kJ_m3", "--max-zr-at-percent", 4, "--n", 6)

    answer = call("invert", *words, "--json")

    assert answer.code == 0, answer.err
    front = answer.value["front"]
    assert len(front) == 6
    assert all(each["feasible"] and each["zr_at_percent"] <= 4 for each in front)
    assert {each["trust"] for each in front} <= {"interpolating", "sparse"}
    pairs = [(each["mu0_Hc_T"], each["BHmax_kJ_m3"]) for each in front]
    assert pairs == sorted(pairs, key=lambda pair: (-pair[0], pair[1]))
    both = call("invert", *words, "--mu0-Hc", 4, "--json")
    unknown = call("invert", "--pareto", "Hc", "--json")
    one = call("invert", "--pareto", "Phi_p", "--json")
    assert [each.code for each in (both, unknown, one)] == [2, 2, 2]
    assert "two or more of" in one.value["error"]["message"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing is wanted"),
        ((*WORDS, "--z-phase", "Dft"), "z-phase is 'Dft'"),
        ((*WORDS, "--alpha", "steep"), "--alpha is steep"),
        ((*WORDS, "--L", 1, 2, 3), "--L is 3 values"),
        ((*WORDS, "--L", -5), "L_nm"),
        ((*WORDS, "--verify", 9), "--verify is 9; allowed is 0 to 8"),
        ((*WORDS, "--max-zr-at-percent", 0.01), "of zirconium or less"),
        ((*WORDS, "--n", 0), "1 to 100"),
    ],
)
def test_wrong_words_are_refused(
    call: Callable[..., Any], words: tuple[Any, ...], message: str
) -> None:
    answer = call("invert", *words, "--json")

    assert answer.code == 2
    assert message in answer.value["error"]["message"]


@pytest.mark.slow
def test_a_candidate_is_verified_into_the_project(call: Callable[..., Any], tmp_path: Path) -> None:
    session = Session(tmp_path / "magnets")
    words = ("--L", 20, 60, "--n", 3, "--project", session.project, "--cycles", 1, "--json")

    answer = call("invert", *WORDS, *words, "--verify", 1)

    assert answer.code == 0, answer.err
    row = answer.value["verified"][0]
    assert row["state"] == "done"
    reading = row["readings"]["mu0_Hc_T"]
    assert reading["error"] == pytest.approx(reading["simulated"] - reading["predicted"])
    assert session.run(row["run_id"]).result is not None
    assert [each.key for each in Verifications(session).rows()] == [row["design"]]


def test_the_papers_table_is_answered_and_its_network_needs_one_angle(
    call: Callable[..., Any], checkout: Path
) -> None:
    table = call("invert", "--table-1", "--json")
    refused = call("invert", "--mu0-Hc", 4, "--i-nn", checkout / "models" / "data", "--json")
    preset = call("invert", "--table-1", "--presets", "own", "--json")

    assert table.code == 0, table.err
    assert [row["source"] for row in table.value["table_1"]] == ["paper", "search"] * 3
    assert refused.code == preset.code == 2
    assert refused.value["error"]["key"] == "i-nn"
    assert "one --alpha" in refused.value["error"]["allowed"]
    assert preset.value["error"]["given"] == "'own'"
