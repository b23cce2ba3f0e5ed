"""What a figure says beside its curves, and what its provenance holds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.app.figure_exports import FigureContent
from smcogui.app.session import Session
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import make_run_spec

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.data.store import RunRecord


@pytest.fixture
def turned(tmp_path: Path) -> list[RunRecord]:
    """Return three described runs: the field along c, twice, and at 45° with another Z phase."""
    session = Session(tmp_path / "project")
    base = session.example("base")
    coarse = replace(base, mesh=replace(base.mesh, cell=2e-9, domain=64e-9))
    other = replace(base.z_phase, name="user", Ku1=2 * base.z_phase.Ku1)
    aside = replace(coarse, name="aside", alpha=math.pi / 4, z_phase=other)
    repeat = replace(coarse, name="again", run=replace(coarse.run, seed=5))
    for design in (coarse, aside, repeat):
        spec = make_run_spec(design)
        prepare_folder(spec, session.runs_folder / spec.run_id)
    runs = {run.name: run for run in session.runs()}
    return [runs[name] for name in ("base", "aside", "again")]


def test_analytic_fields_of_different_designs_have_names_of_their_own(
    turned: list[RunRecord],
) -> None:
    marks = FigureContent(runs=[(run, []) for run in turned], analytic=True).marks()
    names = [mark.name for mark in marks]
    assert len(set(names)) == len(names)
    assert {"Stoner–Wohlfarth 2:17 (α = 0°)", "Stoner–Wohlfarth 2:17 (α = 45°)"} <= set(names)
    assert {"Wall Z → 1:5, base, again", "Wall Z → 1:5, aside"} <= set(names)
    assert "Wall 2:17 → 1:5" in names, "it is the same in all of them"
