"""Runs side by side: complete, in the units chosen, differences marked, exported."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.comparison import compare_runs
from smcogui.app.run_labels import curve_labels, run_labels
from smcogui.app.session import Session
from smcogui.errors import InputError
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState

RESULT = {"mu0_Hc_T": 4.05, "mu0_Hp_T": 3.8, "Phi_p": 0.06, "BHmax_kJ_m3": 79.577}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a project with two runs that were described and never started."""
    session = Session(tmp_path / "project")
    base = session.example("base")
    coarse = replace(base, mesh=replace(base.mesh, cell=2e-9, domain=64e-9))
    for seed in (0, 1):
        spec = make_run_spec(replace(coarse, run=replace(coarse.run, cycles=1, seed=seed)))
        prepare_folder(spec, session.runs_folder / spec.run_id)
    return session


def test_every_choice_stands_once_and_differences_are_marked(session: Session) -> None:
    first, second = session.runs()
    rows = compare_runs([replace(first, result=RESULT), second])
    by_title = {(row.section, row.title): row for row in rows}
    assert len(by_title) == len(rows)
    length = by_title["Design: nanostructure", "L"]
    assert (length.unit, length.texts, length.differs) == ("nm", ("100", "100"), False)
    seeds = by_title["Design: run", "seed"]
    assert seeds.differs
    assert set(seeds.values) == {0, 1}
    hc = by_title["Quantities", "μ₀Hc"]
    assert (hc.unit, hc.texts, hc.source) == ("T", ("4.05", "–"), "simulated")
    assert hc.differs
    assert by_title["Quantities", "φS"].source == "analytic"
    assert by_title["Run", "Run"].texts == (first.run_id, second.run_id)
    state = by_title["Run", "State"]
    assert state.texts == tuple(run.state.words for run in (first, second))
    assert state.values == tuple(run.state.words for run in (first, second))


def test_units_are_those_in_use(session: Session) -> None:
    records = [replace(run, result=RESULT) for run in session.runs()]
    by_title = {row.title: row for row in compare_runs(records, "kOe", "MGOe")}
    assert (by_title["Hc"].unit, by_title["Hc"].texts[0]) == ("kOe", "40.5")
    assert (by_title["(BH)max"].unit, by_title["(BH)max"].texts[0]) == ("MGOe", "10.00")
    assert (by_title["stop"].unit, by_title["stop"].texts[0]) == ("kOe", "−120")


@pytest.mark.parametrize("number", [0, 1, 7])
def test_other_numbers_of_runs_are_refused(session: Session, number: int) -> None:
    with pytest.raises(InputError, match="choose 2 to 6"):
        compare_runs(session.runs()[:1] * number)


def test_runs_of_one_name_are_told_apart(session: Session) -> None:
    first, second = session.runs()
    assert run_labels([first, second]) == [f"base ({r.run_id[:6]})" for r in (first, second)]
    session.library.rename_run(first.run_id, "better")
    assert "better" in run_labels(session.runs())


@pytest.mark.parametrize(
    ("state", "progress", "sign"),
    [
        (RunState.DONE, 1.0, ""),
        (RunState.CANCELLED, 0.339, " (stopped at 33 %)"),
        (RunState.LOST, 0.999, " (interrupted at 99 %)"),
        (RunState.RUNNING, 0.5, " (running at 50 %)"),
    ],
)
def test_curve_of_a_run_that_is_not_done_says_so(
    session: Session, state: RunState, progress: float, sign: str
) -> None:
    run = replace(session.runs()[0], state=state, progress=progress)
    assert curve_labels([run]) == [f"base{sign}"]
    assert run_labels([run]) == ["base"]


def test_export_carries_provenance(session: Session, tmp_path: Path) -> None:
    ids = [run.run_id for run in session.runs()]
    path = tmp_path / "new folder" / "compared.csv"
    provenance = session.exports.comparison(ids, path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    seed = next(row for row in rows if row["quantity"] == "seed")
    assert seed["differs"] == "1"
    assert {value for key, value in seed.items() if key.startswith("base (")} == {"0", "1"}
    facts = json.loads(provenance.read_text(encoding="utf-8"))
    assert [run["run_id"] for run in facts["runs"]] == ids
