"""Campaigns on disk: added to without repeating, reordered, and read after whatever happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.campaign import Attempt, CampaignOrder, design_of_entry
from smcogui.campaigns.campaign_store import (
    ATTEMPTS_FILE,
    CAMPAIGN_FILE,
    MEMBERS_FILE,
    CampaignStore,
)
from smcogui.campaigns.feasibility import Feasibility, design_key
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SAMPLING = Sampling(
    name="box",
    method="sobol",
    base=design_to_toml(example_design("base")),
    axes=(Axis(key="L_nm", low=20, high=120), Axis(key="d_nm", low=1, high=12)),
    count=8,
)


@pytest.fixture
def store(tmp_path: Path) -> CampaignStore:
    """Return the campaigns of a new project, with an empty one called ``first``."""
    store = CampaignStore(tmp_path / "campaigns")
    store.create("first")
    return store


def test_campaign_is_read_as_it_was_written(store: CampaignStore) -> None:
    selection = store.add("first", SAMPLING, Feasibility(least_wall_cells=2))
    campaign = store.load("first")
    block = campaign.blocks[0]
    assert block.sampling == SAMPLING
    assert block.filters == Feasibility(least_wall_cells=2)
    assert block.removals == selection.removals
    assert selection.removals[0].count >= 1
    assert campaign.size == len(selection.members) == len(store.entries("first"))
    assert campaign.order is CampaignOrder.PAUSE


def test_entry_gives_the_design_that_was_drawn(store: CampaignStore) -> None:
    selection = store.add("first", SAMPLING, Feasibility())
    campaign = store.load("first")
    designs = [design_of_entry(campaign, entry) for entry in store.entries("first")]
    assert designs == [member.design for member in selection.members]
    assert [design_key(design) for design in designs] == [m.key for m in selection.members]


def test_more_of_a_sampling_repeats_nothing(store: CampaignStore) -> None:
    store.add("first", SAMPLING, Feasibility())
    store.add("first", SAMPLING.continued(8), Feasibility())
    again = store.add("first", SAMPLING, Feasibility())
    keys = [entry.key for entry in store.entries("first")]
    assert len(keys) == len(set(keys)) == store.load("first").size
    assert not again.members
    assert sum(removal.count for removal in again.removals) == 8


def test_known_designs_are_left_out(store: CampaignStore) -> None:
    store.create("second")
    first = store.add("first", SAMPLING, Feasibility())
    known = {member.key for member in first.members}
    assert not store.add("second", SAMPLING, Feasibility(), known=known).members


def test_chosen_designs_move_to_the_head(store: CampaignStore) -> None:
    store.add("first", SAMPLING, Feasibility())
    keys = [entry.key for entry in store.entries("first")]
    store.move_first("first", [keys[4], keys[2]])
    rest = [key for key in keys if key not in {keys[4], keys[2]}]
    assert [entry.key for entry in store.entries("first")] == [keys[4], keys[2], *rest]


def test_order_and_priority_are_kept(store: CampaignStore) -> None:
    store.change("first", order=CampaignOrder.RUN, priority=8)
    store.change("first", priority=7)
    campaign = store.load("first")
    assert (campaign.order, campaign.priority) == (CampaignOrder.RUN, 7)
    with pytest.raises(InputError, match="1 \\(last\\) to 9 \\(first\\)"):
        store.change("first", priority=10)


def test_members_without_their_sampling_do_not_count(store: CampaignStore, tmp_path: Path) -> None:
    """A program that is killed between the two files leaves the members and not the sampling."""
    path = tmp_path / "campaigns" / "first" / CAMPAIGN_FILE
    before = path.read_bytes()
    store.add("first", SAMPLING, Feasibility())
    path.write_bytes(before)
    assert store.entries("first") == []
    store.add("first", SAMPLING, Feasibility())
    assert len(store.entries("first")) == store.load("first").size > 0


def test_attempts_survive_a_line_that_was_cut_off(store: CampaignStore, tmp_path: Path) -> None:
    first = Attempt(key="a", number=1, run_id="r1")
    second = Attempt(key="a", number=2, run_id="r2", rule="float64", time_s=3.0)
    store.add_attempt("first", first)
    with (tmp_path / "campaigns" / "first" / ATTEMPTS_FILE).open("ab") as stream:
        stream.write(b'{"key": "a", "numb')
    store.add_attempt("first", second)
    assert store.attempts("first") == [first, second]


def test_damaged_member_line_is_left_out(store: CampaignStore, tmp_path: Path) -> None:
    store.add("first", SAMPLING, Feasibility())
    path = tmp_path / "campaigns" / "first" / MEMBERS_FILE
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "{", *lines[3:]]))
    assert len(store.entries("first")) == len(lines) - 1


@pytest.mark.parametrize(
    ("name", "words"), [("first", "already"), ("FIRST", "already"), ("../up", "cannot be used")]
)
def test_name_that_cannot_be_is_refused(store: CampaignStore, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        store.create(name)


def test_unknown_campaign_is_named_with_the_nearest(store: CampaignStore) -> None:
    with pytest.raises(InputError, match="nearest is 'first'"):
        store.load("frist")


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format_version": 9}',
        b'{"format_version": 1, "order": "JUMP"}',
        b'{"format_version": 1, "priority": 99}',
        b"\xff\xfe",
    ],
)
def test_damaged_campaign_says_so_and_hides_no_other(
    store: CampaignStore, tmp_path: Path, damage: bytes
) -> None:
    store.create("second")
    (tmp_path / "campaigns" / "first" / CAMPAIGN_FILE).write_bytes(damage)
    with pytest.raises(InputError, match="is damaged"):
        store.load("first")
    assert [campaign.name for campaign in store.records()] == ["second"]


def test_file_says_in_plain_words_what_was_drawn(store: CampaignStore, tmp_path: Path) -> None:
    store.add("first", SAMPLING, Feasibility())
    data = json.loads((tmp_path / "campaigns" / "first" / CAMPAIGN_FILE).read_text())
    axis = data["blocks"][0]["sampling"]["axes"][0]
    assert (axis["key"], axis["low"], axis["high"]) == ("L_nm", 20, 120)


def test_campaign_that_nobody_began_may_go_to_another_engine(store: CampaignStore) -> None:
    store.add("first", SAMPLING, Feasibility())
    assert store.load("first").engine == "builtin"
    store.require_engine("first", "mumax3")
    assert store.load("first").engine == "builtin"
    store.give_to("first", "mumax3")
    assert store.load("first").engine == "mumax3"
    with pytest.raises(InputError, match="allowed are builtin and mumax3"):
        store.give_to("first", "oommf")


def test_campaign_that_was_begun_keeps_its_engine(store: CampaignStore) -> None:
    store.add("first", SAMPLING, Feasibility())
    key = store.entries("first")[0].key
    store.add_attempt("first", Attempt(key=key, number=1, run_id="0" * 16))
    with pytest.raises(InputError, match=r"was begun with the built-in solver, and MuMax3 .*Copy"):
        store.give_to("first", "mumax3")
    store.give_to("first", "builtin")


def test_copy_has_the_same_designs_and_none_of_the_runs(store: CampaignStore) -> None:
    store.add("first", SAMPLING, Feasibility())
    store.change("first", order=CampaignOrder.RUN, priority=7)
    key = store.entries("first")[0].key
    store.add_attempt("first", Attempt(key=key, number=1, run_id="0" * 16))
    made = store.copy("first", "first MuMax3", engine="mumax3")
    assert made == store.load("first MuMax3")
    assert (made.engine, made.order, made.priority) == ("mumax3", CampaignOrder.PAUSE, 7)
    assert made.blocks == store.load("first").blocks
    assert store.entries("first MuMax3") == store.entries("first")
    assert not store.attempts("first MuMax3")
    with pytest.raises(InputError, match="already has a campaign"):
        store.copy("first", "FIRST", engine="mumax3")
    with pytest.raises(InputError, match="no campaign 'last'"):
        store.copy("last", "other", engine="mumax3")


def test_campaign_of_before_there_were_engines_is_of_the_builtin_solver(
    store: CampaignStore,
) -> None:
    path = store.folder / "first" / CAMPAIGN_FILE
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["engine"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert store.load("first").engine == "builtin"
