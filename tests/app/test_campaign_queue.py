"""Campaigns worked off by real workers: all done, each once, whatever dies in between."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.app.campaign_book import CampaignBook, errors_of
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState, MemberStatus, member_states
from smcogui.campaigns.sampling import Sampling
from smcogui.data.store import RunStore
from smcogui.design.design_file import design_to_toml
from smcogui.errors import RunFolderError
from smcogui.runs.folder import EVENTS_FILE
from smcogui.runs.lock import FolderLock
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from smcogui.design.design import Design

    WaitUntil = Callable[..., Any]

PATIENCE_S = 120


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    """Return the campaigns of a new project."""
    return CampaignStore(tmp_path / CAMPAIGNS_FOLDER)


@pytest.fixture(scope="session")
def small_design(tiny_design: Design) -> Design:
    """Return a design whose half-cycle takes a fraction of a second."""
    mesh = replace(tiny_design.mesh, domain=16e-9)
    return replace(tiny_design, mesh=mesh, name="small")


@pytest.fixture(scope="session")
def slow_design(tiny_design: Design) -> Design:
    """Return a design that is still at work when somebody has looked."""
    field = replace(tiny_design.field, largest_step_T=0.02, smallest_step_T=0.02)
    return replace(tiny_design, field=field, name="slow")


def fill(store: CampaignStore, name: str, base: Design, count: int, seed: int = 0) -> None:
    """Make a campaign of designs that differ in angle and interval, and let it run."""
    store.create(name)
    sampling = Sampling(
        name=name,
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60), Axis(key="L_nm", low=8, high=14)),
        count=count,
        seed=seed,
    )
    assert len(store.add(name, sampling, Feasibility()).members) == count
    store.change(name, order=CampaignOrder.RUN)


def statuses(store: CampaignStore, name: str) -> list[MemberStatus]:
    """Return where the designs of a campaign stand."""
    runs = {each.run_id: each for each in RunStore(store.folder.parent / "runs").records()}
    return member_states(store.entries(name), store.attempts(name), runs, errors_of)


def assert_all_done_once(store: CampaignStore, name: str) -> None:
    """Check that each design has exactly one run, that it is done, and has its result."""
    found = statuses(store, name)
    assert [status.state for status in found] == [MemberState.DONE] * len(found)
    run_ids = [status.attempts[-1].run_id for status in found]
    assert len(set(run_ids)) == len(run_ids)
    assert all(status.record is not None and status.record.result for status in found)


def in_background(work: Callable[[], None]) -> threading.Thread:
    """Start something beside the test."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_queue_does_two_campaigns_and_ends(store: CampaignStore, small_design: Design) -> None:
    fill(store, "first", small_design, 2)
    fill(store, "second", small_design, 2, seed=7)
    CampaignQueue(store.folder.parent, workers=2).run()
    assert_all_done_once(store, "first")
    assert_all_done_once(store, "second")


@pytest.mark.slow
def test_paused_campaign_is_left_and_goes_on_later(
    store: CampaignStore, small_design: Design
) -> None:
    fill(store, "first", small_design, 2)
    store.change("first", order=CampaignOrder.PAUSE)
    CampaignQueue(store.folder.parent, workers=1).run()
    assert {status.state for status in statuses(store, "first")} == {MemberState.WAITING}
    store.change("first", order=CampaignOrder.RUN)
    CampaignQueue(store.folder.parent, workers=1).run()
    assert_all_done_once(store, "first")


@pytest.mark.slow
def test_same_design_in_two_campaigns_is_computed_once(
    store: CampaignStore, small_design: Design
) -> None:
    fill(store, "first", small_design, 2)
    CampaignQueue(store.folder.parent, workers=1).run()
    begun = {path.name: path.stat().st_mtime_ns for path in runs_of(store)}
    fill(store, "second", small_design, 2)
    CampaignQueue(store.folder.parent, workers=1).run()
    assert {path.name: path.stat().st_mtime_ns for path in runs_of(store)} == begun
    assert_all_done_once(store, "second")


def runs_of(store: CampaignStore) -> list[Path]:
    """Return the files that end each run."""
    return sorted((store.folder.parent / "runs").glob("*/result.json"))


@pytest.mark.slow
def test_second_queue_on_a_project_is_refused(
    store: CampaignStore, slow_design: Design, wait_until: WaitUntil
) -> None:
    fill(store, "first", slow_design, 2)
    stop = threading.Event()
    project = store.folder.parent
    thread = in_background(CampaignQueue(project, workers=1, should_stop=stop.is_set).run)
    wait_until(lambda: bool(store.attempts("first")))
    with pytest.raises(RunFolderError, match="in use"):
        CampaignQueue(project, workers=1).run()
    stop.set()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_worker_that_is_killed_is_replaced(
    store: CampaignStore, slow_design: Design, wait_until: WaitUntil
) -> None:
    fill(store, "first", slow_design, 2)
    queue = CampaignQueue(store.folder.parent, workers=1)
    thread = in_background(queue.run)
    wait_until(lambda: bool(running(store)))
    os.kill(pid_of(running(store)[0]), signal.SIGKILL)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert_all_done_once(store, "first")
    rules = [attempt.rule for attempt in store.attempts("first")]
    assert rules.count("resume") == 1
    assert len(rules) == 3


def running(store: CampaignStore) -> list[Path]:
    """Return the run folders at work."""
    runs = RunStore(store.folder.parent / "runs").records()
    return [run.folder for run in runs if run.state is RunState.RUNNING]


def pid_of(folder: Path) -> int:
    """Return the process that works on a run folder."""
    from smcogui.runs.lock import holder_of

    return int(holder_of(folder)["pid"])


@pytest.mark.slow
def test_stopped_queue_goes_on_from_its_last_field_step(
    store: CampaignStore, tiny_design: Design, wait_until: WaitUntil
) -> None:
    fill(store, "first", tiny_design, 1)
    stop = threading.Event()
    project = store.folder.parent
    thread = in_background(CampaignQueue(project, workers=1, should_stop=stop.is_set).run)
    wait_until(lambda: any(has_steps(folder) for folder in running(store)))
    stop.set()
    thread.join(PATIENCE_S)
    (run,) = RunStore(project / "runs").records()
    if run.state is not RunState.DONE:
        assert run.state is RunState.CANCELLED
    CampaignQueue(project, workers=1).run()
    assert_all_done_once(store, "first")
    assert len(store.attempts("first")) == 1


def has_steps(folder: Path) -> bool:
    """Whether a run has accepted field steps."""
    path = folder / "cycle-00" / EVENTS_FILE
    return path.exists() and path.read_bytes().count(b"FieldStep") > 2


@pytest.mark.slow
def test_cancelled_campaign_stops_what_is_at_work(
    store: CampaignStore, slow_design: Design, wait_until: WaitUntil
) -> None:
    fill(store, "first", slow_design, 6)
    thread = in_background(CampaignQueue(store.folder.parent, workers=1).run)
    wait_until(lambda: bool(running(store)))
    store.change("first", order=CampaignOrder.CANCEL)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert not running(store)
    assert len(store.attempts("first")) < 6


def test_design_that_a_worker_left_behind_is_at_is_waited_for(
    store: CampaignStore, small_design: Design, wait_until: WaitUntil
) -> None:
    """The lock of a worker whose queue was killed is held here, and let go when it was met."""
    fill(store, "first", small_design, 2)
    project = store.folder.parent
    book = CampaignBook(store, "first")
    book.refresh(RunStore(project / "runs"))
    order = book.order_for(book.waiting[0])
    assert order is not None
    folder = project / "runs" / order.run_id
    folder.mkdir(parents=True)
    queue = CampaignQueue(project, workers=1)
    with FolderLock(folder):
        thread = in_background(queue.run)
        wait_until(lambda: any(each.is_elsewhere for each in queue._books.values()))
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert_all_done_once(store, "first")
    assert [attempt.refused for attempt in store.attempts("first")] == ["", ""]


def test_design_that_cannot_be_begun_fails_with_its_reason(
    store: CampaignStore, small_design: Design
) -> None:
    fill(store, "first", small_design, 2)
    project = store.folder.parent
    book = CampaignBook(store, "first")
    book.refresh(RunStore(project / "runs"))
    order = book.order_for(book.waiting[0])
    assert order is not None
    strange = project / "runs" / order.run_id
    strange.mkdir(parents=True)
    (strange / "somebody's.txt").touch()
    CampaignQueue(project, workers=1).run()
    first, second = statuses(store, "first")
    assert first.state is MemberState.FAILED
    assert "already holds other files" in first.reason
    assert second.state is MemberState.DONE


@pytest.mark.slow
def test_full_disk_ends_the_queue_and_loses_nothing(
    store: CampaignStore, small_design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crew answers as a worker does whose disk is full; a real full disk is a slow test."""
    fill(store, "first", small_design, 2)
    project = store.folder.parent
    queue = CampaignQueue(project, workers=1)
    full = "the disk of runs is full; free some space or choose another folder"
    monkeypatch.setattr(queue._crew, "collect", lambda: [(job, full) for job in queue._crew.jobs()])
    with pytest.raises(RunFolderError, match="disk"):
        queue.run()
    CampaignQueue(project, workers=1).run()
    assert_all_done_once(store, "first")
