"""The runs of a project under analysis: one run is too few for most, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcogui.app.session import Session
from smcogui.errors import InputError


def test_one_run_can_be_analysed_and_every_missing_figure_has_a_reason(
    finished_run, tmp_path: Path
) -> None:
    session = Session(tmp_path / "project")
    finished_run.copy_to(session.runs_folder)

    overview = session.analyse().overview()

    assert overview["designs"] == 1
    assert overview["sets"] == "all finished runs"
    reasons = {each["name"]: each["reason"] for each in overview["figures"]}
    assert reasons["literature"] is None
    assert "no two designs differ in the angle alone" in reasons["curves"]
    assert "at least 10 designs" in reasons["spearman"]
    assert "at least 40 designs" in reasons["permutation"]
    assert [name for name, reason in reasons.items() if reason is None] == ["literature"]


def test_project_without_finished_runs_has_nothing_to_analyse(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no simulated designs"):
        Session(tmp_path / "project").analyse()


def test_unknown_set_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no campaign or dataset 'train'"):
        Session(tmp_path / "project").analyse(["train"])
