"""Campaigns of MuMax3 worked off by the queue of this machine; the stand-in plays MuMax3."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.campaign_book import CampaignBook
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState, MemberStatus
from smcogui.campaigns.sampling import Sampling
from smcogui.data.store import RunStore
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.errors import InputError, UnavailableError
from smcogui.runs.folder import prepare_folder
from smcogui.runs.record import record_state
from smcogui.runs.spec import Engine, make_run_spec
from smcogui.runs.state import RunState
from solver.mumax3.attempts import Attempt
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


def fail(session: Session, engine: Engine, kind: str) -> MemberStatus:
    """Let the run of MuMax3 fail for good, and return where its design stands."""
    store = session.campaigns.store
    book = CampaignBook(store, "mumax", engine)
    book.refresh(RunStore(session.runs_folder))
    (key,) = book.waiting
    order = book.order_for(key)
    assert order is not None
    assert order.attempt is not None
    store.add_attempt("mumax", order.attempt)
    design = parse_design_text(order.design, "one")[0]
    folder = session.runs_folder / order.run_id
    prepare_folder(make_run_spec(design, engine=engine), folder)
    cycle = folder / "cycle-00"
    Attempt(number=1).folder(cycle).mkdir(parents=True)
    Attempt(number=1, failure=kind, message="it failed").save(cycle)
    record_state(folder, RunState.FAILED, "half-cycle 1 failed")
    (status,) = session.campaigns.statuses("mumax")
    return status


def test_design_that_mumax3_cannot_compute_is_tried_with_what_mumax3_has(session: Session) -> None:
    engine = Engine(name="mumax3", version="3.11.1")
    status = fail(session, engine, "not_a_number")
    assert (status.state, status.reason) == (MemberState.WAITING, "not finite: smaller step")
    first = status.attempts[0].run_id
    status = fail(session, engine, "not_a_number")
    assert status.state is MemberState.FAILED
    assert [each.rule for each in status.attempts] == ["", "smaller step"]
    assert status.attempts[1].run_id != first


def test_other_version_of_mumax3_makes_another_run_of_what_waits(session: Session) -> None:
    status = fail(session, Engine(name="mumax3", version="3.11.1"), "killed")
    first = status.attempts[0].run_id
    store = session.campaigns.store
    record_state(session.runs_folder / first, RunState.CANCELLED, "given back")
    for version, is_same in (("3.11.1", True), ("3.10", False)):
        book = CampaignBook(store, "mumax", Engine(name="mumax3", version=version))
        book.refresh(RunStore(session.runs_folder))
        order = book.order_for(status.entry.key)
        assert order is not None
        assert (order.run_id == first, order.attempt is None) == (is_same, is_same)
    old = CampaignBook(store, "mumax", Engine(name="mumax3", version="3.9.3"))
    old.refresh(RunStore(session.runs_folder))
    with pytest.raises(InputError, match="mumax3_2014"):
        old.order_for(status.entry.key)


def test_queue_without_mumax3_begins_nothing_and_says_what_is_missing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(UnavailableError, match="MUMAX3"):
        CampaignQueue(session.project, device="mumax3").run()
    with pytest.raises(UnavailableError, match="MUMAX3"):
        session.campaigns.start_queue("mumax3")
    assert states(session, "mumax") == [MemberState.WAITING]
