"""Watching campaigns from the window: only what changed is read, whoever changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import Attempt, CampaignOrder
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from smcogui.app.campaign_watch import CampaignView, CampaignWatch
    from smcogui.design.design import Design

    WaitUntil = Callable[..., Any]

PATIENCE_S = 60


@pytest.fixture
def session(tmp_path: Path, tiny_design: Design) -> Session:
    """Return a project whose campaign ``first`` has three designs of a fraction of a second."""
    session = Session(tmp_path / "project")
    small = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=16e-9), name="small")
    sampling = Sampling(
        name="box",
        method="sobol",
        base=design_to_toml(small),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=3,
    )
    session.campaigns.create("first")
    session.campaigns.add("first", sampling, Feasibility())
    return session


def view(watch: CampaignWatch) -> CampaignView:
    """Look, and return the only campaign there is."""
    (found,) = watch.look().views
    return found


def test_what_did_not_change_is_the_same_object(session: Session) -> None:
    watch = session.campaigns.watch()
    before = view(watch)
    assert view(watch).statuses is before.statuses
    session.campaigns.resume("first")
    after = view(watch)
    assert after.campaign.order is CampaignOrder.RUN
    assert after.statuses is before.statuses


def test_queue_is_followed_to_its_end(session: Session) -> None:
    campaigns, watch = session.campaigns, session.campaigns.watch()
    assert view(watch).overview.counts[MemberState.WAITING] == 3
    campaigns.resume("first")
    CampaignQueue(session.project, workers=1).run()
    found = view(watch)
    assert found.overview.counts[MemberState.DONE] == 3
    assert len(found.overview.mu0_Hc_T) == 3
    runs = [status.record.run_id for status in found.statuses if status.record is not None]
    assert sorted(found.overview.latest) == sorted(runs)
    # What a list of all runs says is the same; a run in the trash is to be computed again.
    assert view(watch).statuses is found.statuses
    session.library.trash_run(runs[0])
    (after,) = watch.look(session.runs()).views
    assert after.overview.counts[MemberState.WAITING] == 1
    assert after.statuses[1] is found.statuses[1]
    assert after.statuses == tuple(campaigns.statuses("first"))


def test_earlier_result_holds_where_a_later_attempt_fails(session: Session) -> None:
    session.campaigns.resume("first")
    CampaignQueue(session.project, workers=1).run()
    watch = session.campaigns.watch()
    first = view(watch).statuses[0]
    key = first.entry.key
    again = Attempt(key=key, number=2, run_id="", rule="finer cells", refused="too many cells")
    session.campaigns.store.add_attempt("first", again)
    found = view(watch)
    assert found.statuses[0].state is MemberState.DONE
    assert found.statuses[0].reason == "finer cells failed: too many cells"
    assert found.statuses == tuple(session.campaigns.statuses("first"))
    assert view(watch).statuses is found.statuses


def test_failures_repairs_and_order_are_seen(session: Session) -> None:
    store, watch = session.campaigns.store, session.campaigns.watch()
    keys = [status.entry.key for status in view(watch).statuses]
    store.add_attempt("first", Attempt(key=keys[1], number=1, run_id="", refused="no room"))
    (failure,) = view(watch).overview.failures
    assert failure.reason == "no room"
    assert session.campaigns.repair("first") == 1
    assert view(watch).overview.failures == ()
    session.campaigns.move_first("first", [keys[2]])
    assert [s.entry.key for s in view(watch).statuses] == [keys[2], keys[0], keys[1]]


def test_damaged_campaign_is_named_and_the_others_stay(session: Session) -> None:
    session.campaigns.create("second")
    (session.campaigns.store.folder / "second" / "campaign.json").write_text("{")
    news = session.campaigns.watch().look()
    assert [each.campaign.name for each in news.views] == ["first"]
    (trouble,) = news.troubles
    assert "second" in trouble
    assert "is damaged" in trouble


def test_queue_of_another_process_is_started_found_and_stopped(
    session: Session, wait_until: WaitUntil
) -> None:
    campaigns = session.campaigns
    campaigns.stop_queue()
    campaigns.resume("first")
    campaigns.start_queue()
    try:
        wait_until(lambda: campaigns.queue_works, "start", PATIENCE_S)
    finally:
        campaigns.stop_queue()
    wait_until(lambda: not campaigns.queue_works, "end", PATIENCE_S)
    # Stopped once, it is not stopped for ever.
    CampaignQueue(session.project, workers=1).run()
    assert campaigns.overview("first").counts[MemberState.DONE] == 3


def test_size_test_needs_ten_designs(session: Session) -> None:
    from smcogui.analysis.figure_spec import FigureSpec

    with pytest.raises(InputError, match=r"0 designs are done; .* at least 10"):
        session.campaigns.preview_size_test("first", FigureSpec(), 80)
