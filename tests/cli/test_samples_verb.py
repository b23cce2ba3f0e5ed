"""``samples``: the table of the literature is listed, and a row becomes a design file."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcogui.design.design_file import load_designs


def test_samples_are_listed_with_missing_values_as_missing(call) -> None:
    answer = call("samples", "--json")

    assert answer.code == 0
    assert len(answer.value) == 34
    first = answer.value[0]
    assert first["missing"] == ["L_nm", "d_nm", "wS_nm", "wZ_nm"]
    assert first["L_nm"] is None
    assert first["citation"].startswith("Wang, Y.")
    assert len(call("samples", "--complete", "--json").value) == 11
    assert "167.1" in call("samples", "--row", "2").out


def test_a_complete_row_becomes_a_design_file(call, tmp_path: Path) -> None:
    out = tmp_path / "sample.toml"

    assert call("samples", "--row", "2", "--out", out).code == 0

    assert load_designs(out)[0].name == "Maury 1993, Suppl. Table 1 row 2"


def test_gaps_need_a_base(call, tmp_path: Path) -> None:
    out = tmp_path / "sample.toml"
    refused = call("samples", "--row", "10", "--out", out, "--json")
    assert refused.code == 2
    assert "row 10 of Suppl. Table 1 has no L_nm, wS_nm, wZ_nm" in refused.value["error"]["message"]
    call("samples", "--row", "2", "--out", tmp_path / "base.toml")

    filled = call(
        "samples", "--row", "10", "--out", out, "--base", tmp_path / "base.toml", "--json"
    )

    assert filled.value["filled"] == {"L_nm": 167.126, "wS_nm": 8.422, "wZ_nm": 7.239}


@pytest.mark.parametrize(
    ("words", "missing"), [(("--out", "x.toml"), "row"), (("--row", "2", "--base", "x"), "out")]
)
def test_what_a_design_needs_is_said(call, words, missing) -> None:
    assert f"--{missing} is missing" in call("samples", *words).err
