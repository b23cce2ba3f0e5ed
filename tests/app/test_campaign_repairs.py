"""Finished designs that are doubted, designs out of time, workers that memory has no room for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app import campaign_crew, campaign_curation
from smcogui.app.campaign_crew import worker_memory_MB
from smcogui.app.campaign_curation import dataset_rows
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.outliers import Suspect
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.repair import Trouble
from smcogui.campaigns.sampling import Sampling
from smcogui.data.dataset import quality_of
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml


@pytest.fixture
def session(tmp_path: Path, tiny_design: Design) -> Session:
    """Return a project with a campaign of two designs of 16 x 16 cells."""
    made = Session(tmp_path / "project")
    made.campaigns.create("first")
    base = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=16e-9))
    sampling = Sampling(
        name="first",
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=2,
    )
    made.campaigns.add("first", sampling, Feasibility())
    made.campaigns.store.change("first", order=CampaignOrder.RUN)
    return made


def work(session: Session, workers: int = 1) -> None:
    CampaignQueue(session.project, workers=workers).run()


def states(session: Session) -> list[MemberState]:
    return [status.state for status in session.campaigns.statuses("first")]


def suspect_first(session: Session, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the first design be found an outlier; return its run."""
    record = session.campaigns.statuses("first")[0].record
    assert record is not None
    suspect = Suspect(run_id=record.run_id, trouble=Trouble.OUTLIER, reason="far")

    def find(records: list[object]) -> list[Suspect]:
        ids = {each.run_id for each in session.runs()}
        known = {getattr(each, "run_id", "") for each in records}
        return [suspect] if suspect.run_id in ids & known else []

    monkeypatch.setattr(campaign_curation, "find_suspects", find)
    return record.run_id


def test_outlier_is_computed_again_at_finer_cells_and_both_are_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(session)
    coarse = suspect_first(session, monkeypatch)
    (told,) = session.campaigns.doubts("first")
    assert (told.is_tried, told.action) == (False, "half the cell size")
    assert states(session) == [MemberState.DONE] * 2
    (doubt,) = session.campaigns.doubts("first", refine=True)
    assert doubt.is_tried
    assert states(session) == [MemberState.WAITING, MemberState.DONE]
    work(session)
    assert states(session) == [MemberState.DONE] * 2
    first, second = dataset_rows(session.campaigns.statuses("first"))
    assert first.record.run_id != coarse
    assert first.record.design.mesh.cell == pytest.approx(second.record.design.mesh.cell / 2)
    assert (first.attempts, first.repairs) == (2, ("finer cells",))
    assert {"repaired", "refined"} <= set(quality_of(first))
    assert session.run(coarse).result is not None
    assert len(session.runs()) == 3
    # What is finer is not refined again.
    assert session.campaigns.doubts("first", refine=True) == []


def test_coarse_result_holds_where_the_finer_run_fails(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(session)
    coarse = suspect_first(session, monkeypatch)
    session.campaigns.doubts("first", refine=True)
    store = session.campaigns.store
    last = store.attempts("first")[-1]
    store.add_attempt("first", replace(last, number=3, run_id="", refused="no memory"))
    status = session.campaigns.statuses("first")[0]
    assert status.state is MemberState.DONE
    assert status.record is not None
    assert status.record.run_id == coarse
    assert "no memory" in status.reason
    (row, _) = dataset_rows(session.campaigns.statuses("first"))
    assert row.repairs == ()
    assert "outlier" in quality_of(row)


def test_queue_at_work_sees_what_is_to_be_refined(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(session)
    suspect_first(session, monkeypatch)
    queue = CampaignQueue(session.project, workers=1)
    queue._look()
    book = queue._books["first"]
    assert book.waiting == []
    session.campaigns.doubts("first", refine=True)
    queue._look()
    assert book.waiting == [session.campaigns.statuses("first")[0].entry.key]


def test_workers_are_as_many_as_memory_allows(
    session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(campaign_crew, "available_memory", lambda: 600_000_000)
    most = []
    give = campaign_crew.Crew.give

    def note(crew: campaign_crew.Crew, job: campaign_crew.Job) -> None:
        give(crew, job)
        most.append(len(crew._workers))

    monkeypatch.setattr(campaign_crew.Crew, "give", note)
    work(session, workers=8)
    assert most == [1, 1]
    assert states(session) == [MemberState.DONE] * 2
    assert "1 workers instead of 8" in caplog.text


def test_memory_of_workers_grows_with_the_mesh() -> None:
    assert 181 < worker_memory_MB(0) < worker_memory_MB(384**2) < 500


@pytest.mark.slow
def test_design_out_of_time_is_resumed_then_changed_then_given_up(session: Session) -> None:
    queue = CampaignQueue(session.project, workers=1)
    queue._crew._time_limit_s = 0.01
    queue.run()
    rules = {"", "resume", "smaller step"}
    for status in session.campaigns.statuses("first"):
        assert status.state is MemberState.FAILED
        assert "out of time" in status.reason
        assert {attempt.rule for attempt in status.attempts} <= rules
        changed = {a.run_id for a in status.attempts if a.rule == "smaller step"}
        assert changed.isdisjoint({a.run_id for a in status.attempts if a.rule != "smaller step"})
    # With more time all of them succeed.
    assert session.campaigns.repair("first") == 2
    work(session)
    assert states(session) == [MemberState.DONE] * 2
