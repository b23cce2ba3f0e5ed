"""``analyse``: lists what can be drawn and why not, draws with provenance, refuses in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import models
from smcogui.app.analysis import Analysis
from smcogui.app.analysis_source import open_source
from smcogui.curves.summary import summarise
from smcogui.errors import InputError

DATA = Path(models.__file__).parent / "data"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return Analysis(open_source(DATA))


def test_figures_are_listed_with_the_reason_where_they_are_not_possible(call) -> None:
    # Too few have Φp: a design without a drop in a half-cycle has none.
    answer = call("analyse", DATA, "--set", "test_offgrid")

    assert answer.code == 0
    assert "spearman" in answer.out
    assert "(Suppl. Fig. 10)" in answer.out
    assert "not possible: a model needs at least 40 designs" in answer.out


def test_figure_is_drawn_with_provenance_and_methods_beside_it(call, tmp_path: Path) -> None:
    out = tmp_path / "new" / "boxes.svg"

    answer = call("analyse", DATA, "--figure", "boxplots", "--out", out, "--width", "85", "--json")

    assert answer.code == 0
    assert "Φp, simulated" in out.read_text(encoding="utf-8")
    facts = json.loads(Path(answer.value["provenance"]).read_text(encoding="utf-8"))
    assert facts["source"] == "simulated"
    assert facts["figure"]["paper"] == "Fig. 2b"
    assert facts["figure"]["width_mm"] == 85
    assert facts["designs"] == len(facts["run_ids"]) == sum(facts["tables"].values())
    band = facts["statistics"][0]["mu0_Hc_T"]
    assert band["lower_quartile"] < band["median"] < band["upper_quartile"]
    methods = out.with_name("boxes.svg.methods.md").read_text(encoding="utf-8")
    assert f"{facts['designs']} designs were simulated" in methods


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--figure", "spearman"), "--figure needs --out"),
        (("--out", "x.pdf"), "--out needs --figure"),
        (("--figure", "spearmen", "--out", "x.pdf"), "The nearest is 'spearman'"),
        (("--figure", "spearman", "--out", "x.doc"), "cannot be written as .doc"),
        (
            ("--set", "test_offgrid", "--figure", "parity-Hc", "--out", "x.pdf"),
            "a model needs at least 40 designs",
        ),
        (("--fit", "forest"), "no model 'forest'"),
        (("--set", "tests"), "no table 'tests'"),
        (("--seed", "-1"), "--seed is -1"),
        (("--model", "nobody"), "no surrogate 'nobody'"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    call, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    answer = call("analyse", DATA, *words, "--json")

    assert answer.code == 2
    assert message in answer.value["error"]["message"]
    assert not list(tmp_path.rglob("*.*"))


def test_missing_folder_is_not_made_a_project(call, tmp_path: Path) -> None:
    answer = call("analyse", tmp_path / "none", "--json")

    assert answer.code == 2
    assert "does not exist" in answer.value["error"]["message"]
    assert not (tmp_path / "none").exists()


def test_shipped_surrogate_is_judged_by_the_designs_that_it_did_not_learn_of(
    analysis: Analysis,
) -> None:
    surrogate = analysis.subject.surrogate

    assert surrogate is not None
    assert surrogate.held_out.sum() == analysis.source.facts["tables"]["test_offgrid.parquet"]


def test_surrogate_of_other_conditions_is_left_out_with_a_note_or_refused() -> None:
    source = open_source(DATA, ["test_offgrid"])
    for row in source.rows:
        row["k_gb"] = 0.5

    assert "k_gb: 0.5 instead of 0.01" in Analysis(source).note
    with pytest.raises(InputError, match="does not hold for these designs"):
        Analysis(source, surrogate="shipped")


def test_curves_of_a_dataset_give_the_readings_of_its_table(analysis: Analysis) -> None:
    source = analysis.source
    rows = [row for row in source.rows[:20] if row["mu0_Hc_T"] is not None][:3]
    assert source.load_curves is not None

    curves = source.load_curves([row["run_id"] for row in rows])

    for row in rows:
        cycles = curves[row["run_id"]]
        assert len(cycles) == row["cycles"]
        Hc = summarise(cycles, "jump").mean.Hc
        assert Hc is not None
        assert Hc * 4e-7 * 3.141592653589793 == pytest.approx(row["mu0_Hc_T"], abs=1e-6)


@pytest.mark.slow
def test_everything_is_told_as_json_and_as_a_page(call, tmp_path: Path) -> None:
    value = call("analyse", DATA, "--json").value
    page = tmp_path / "claims.md"
    told = call("analyse", DATA, "--claims", page, "--json").value

    assert set(value["statistics"]) >= {"spearman", "permutation", "sobol", "dendrogram", "claims"}
    verdicts = {each["item"]: each["verdict"] for each in told["claims"]}
    assert verdicts == {each["item"]: each["verdict"] for each in value["statistics"]["claims"]}
    assert set(verdicts.values()) <= {"reproduced", "not reproduced", "open"}
    assert page.read_text(encoding="utf-8").count("\n| ") == len(verdicts) + 2
