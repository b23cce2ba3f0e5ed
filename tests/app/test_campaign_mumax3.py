"""Campaigns of MuMax3 worked off by the queue of this machine; the stand-in plays MuMax3."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError, UnavailableError
from solver.mumax3.executable import VARIABLE

sys.path.insert(0, str(Path(__file__).parents[1] / "mumax3" / "stand_in"))
from install import install


@pytest.fixture
def session(tmp_path: Path, tiny_design: Design) -> Session:
    """Return a project with a campaign of one design, and a copy of it for MuMax3; both may run."""
    made = Session(tmp_path / "project")
    made.campaigns.create("built in")
    base = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=12e-9))
    sampling = Sampling(
        name="first",
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=1,
    )
    made.campaigns.add("built in", sampling, Feasibility())
    made.campaigns.copy("built in", "mumax", engine="mumax3")
    for name in ("built in", "mumax"):
        made.campaigns.store.change(name, order=CampaignOrder.RUN)
    return made


def states(session: Session, name: str) -> list[MemberState]:
    return [status.state for status in session.campaigns.statuses(name)]


def test_each_queue_works_off_the_campaigns_of_its_own_solver(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(install(tmp_path / "bin")))
    CampaignQueue(session.project, device="mumax3").run()
    assert states(session, "mumax") == [MemberState.DONE]
    assert states(session, "built in") == [MemberState.WAITING]
    CampaignQueue(session.project, workers=1).run()
    assert states(session, "built in") == [MemberState.DONE]
    solvers = {run.info.engine.label for run in session.runs()}
    assert len(solvers) == 2
    assert "MuMax3 3.11.1" in solvers
    with pytest.raises(InputError, match=r"different solvers or versions: builtin .*, mumax3"):
        session.campaigns.release(tmp_path / "mixed")
    session.campaigns.release(tmp_path / "mixed", may_differ=["solver"])


def test_queue_without_mumax3_begins_nothing_and_says_what_is_missing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(UnavailableError, match="MUMAX3"):
        CampaignQueue(session.project, device="mumax3").run()
    with pytest.raises(UnavailableError, match="MUMAX3"):
        session.campaigns.start_queue("mumax3")
    assert states(session, "mumax") == [MemberState.WAITING]
