"""Contact with a cluster: one connection, rarer looks when nothing happens, retries, a pause."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from smcogui.app.cluster_cleaning import Cleaner
from smcogui.app.cluster_desk import ClusterDesk
from smcogui.app.cluster_link import FIRST_RETRY_S, SLOWEST_POLL_S, TRIES, ClusterLink
from smcogui.app.cluster_overview import Overview
from smcogui.app.cluster_records import SubmissionStore
from smcogui.app.cluster_standings import RunStates
from smcogui.app.cluster_submit import Submitter
from smcogui.app.cluster_views import Contact
from smcogui.errors import (
    ClusterError,
    HostKeyChangedError,
    LostContactError,
    SchedulerDownError,
    SignInNeededError,
)
from smcogui.runs.cluster.asker import NobodyToAsk
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.profile_files import ProfileFiles
from smcogui.runs.cluster.remote import Connection


class Line:
    """A connection that stands until it is cut."""

    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        """End it."""
        self.is_open = False


class Host:
    """Opens lines, or fails as told."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.failure: ClusterError | None = None

    def __call__(self, profile: ClusterProfile, asker: Any) -> Connection:
        if self.failure is not None:
            raise self.failure
        self.lines.append(Line())
        return cast("Connection", self.lines[-1])


class Clock:
    """A time that is set."""

    now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def profile() -> ClusterProfile:
    """Return a profile that is polled every minute."""
    return make_profile(name="hpc", host="login1", poll_s=60.0)


@pytest.fixture
def host() -> Host:
    """Return a host that answers."""
    return Host()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands."""
    return Clock()


@pytest.fixture
def link(profile: ClusterProfile, host: Host, clock: Clock) -> ClusterLink:
    """Return a link to it."""
    return ClusterLink(profile, host, clock=clock)


def lose(link: ClusterLink, times: int = 1) -> None:
    """Lose contact some times in a row."""
    for _ in range(times):
        link.note_error(LostContactError("login1 does not answer."))


def test_one_connection_is_used_by_all(link: ClusterLink, host: Host) -> None:
    assert link.open(NobodyToAsk()) is link.open(NobodyToAsk())
    assert len(host.lines) == 1
    assert link.view.contact is Contact.OPEN


def test_connection_that_was_cut_is_opened_anew(link: ClusterLink, host: Host) -> None:
    link.open(NobodyToAsk())
    host.lines[0].close()
    link.open(NobodyToAsk())
    assert len(host.lines) == 2


def test_looks_get_rarer_while_nothing_changes_and_frequent_again(
    link: ClusterLink, clock: Clock
) -> None:
    link.open(NobodyToAsk())
    gaps = []
    for _ in range(10):
        link.note_look(is_news=False)
        gaps.append((link.view.next_poll_s or 0) - clock.now)
    assert gaps[0] == 90
    assert gaps == sorted(gaps)
    assert gaps[-1] == SLOWEST_POLL_S
    link.note_look(is_news=True)
    assert link.view.next_poll_s == clock.now + 60
    assert not link.is_due()
    clock.now += 60
    assert link.is_due()


def test_lost_contact_is_tried_again_ever_rarer_and_then_paused(
    link: ClusterLink, clock: Clock
) -> None:
    began = clock.now
    waits = []
    for _ in range(TRIES):
        lose(link)
        waits.append((link.view.next_poll_s or 0) - clock.now)
        clock.now += 1
        assert link.view.contact is Contact.LOST
        assert link.view.since_s == began
    assert waits[:3] == [FIRST_RETRY_S, 2 * FIRST_RETRY_S, 4 * FIRST_RETRY_S]
    lose(link)
    assert link.view.contact is Contact.PAUSED
    assert not link.is_due()
    assert "Jobs go on meanwhile" in link.view.message


def test_look_at_a_host_that_does_not_answer_counts_as_one_try(
    profile: ClusterProfile, host: Host, tmp_path: Path
) -> None:
    files, store = ProfileFiles(tmp_path / "clusters"), SubmissionStore(tmp_path / "submissions")
    files.save(profile)
    states = RunStates(tmp_path / "runs")
    cleaner = Cleaner(store, Overview(store, states))
    desk = ClusterDesk(tmp_path, files, store, Submitter(tmp_path, store), states, cleaner, host)
    host.failure = LostContactError("login1 does not answer.")
    with pytest.raises(LostContactError):
        desk.look("hpc", NobodyToAsk())
    (view,) = desk.link_views()
    assert view.contact is Contact.LOST
    assert (view.next_poll_s or 0) - view.since_s == pytest.approx(FIRST_RETRY_S, abs=10)


def test_retry_waits_as_long_as_the_host_asks_for(link: ClusterLink, clock: Clock) -> None:
    link.note_error(LostContactError("too many sign-ins", retry_at=clock.now + 777))
    assert link.view.next_poll_s == clock.now + 777


def test_back_off_survives_the_end_of_the_program(
    profile: ClusterProfile, host: Host, clock: Clock, tmp_path: Path
) -> None:
    memory = tmp_path / "hpc.contact.json"
    lose(ClusterLink(profile, host, memory, clock), times=4)
    again = ClusterLink(profile, host, memory, clock)
    assert again.view.contact is Contact.LOST
    assert again.view.next_poll_s == clock.now + 8 * FIRST_RETRY_S
    assert not again.is_due()
    again.try_again()
    assert again.is_due()
    assert not memory.exists()


def test_damaged_memory_of_contact_is_none(
    profile: ClusterProfile, host: Host, clock: Clock, tmp_path: Path
) -> None:
    memory = tmp_path / "hpc.contact.json"
    memory.write_text('{"tries": "x"}')
    assert ClusterLink(profile, host, memory, clock).view.contact is Contact.CLOSED


def test_scheduler_that_is_down_is_no_lost_contact(link: ClusterLink, clock: Clock) -> None:
    link.open(NobodyToAsk())
    link.note_error(SchedulerDownError("squeue did not answer"))
    assert link.view.contact is Contact.OPEN
    assert link.view.message == "squeue did not answer"
    assert link.view.next_poll_s == clock.now + 60
    link.note_look(is_news=False)
    assert not link.view.message


def test_sign_in_that_needs_a_person_is_not_tried_by_itself(link: ClusterLink, host: Host) -> None:
    host.failure = SignInNeededError("a code is asked for")
    with pytest.raises(SignInNeededError):
        link.open(NobodyToAsk())
    assert link.view.contact is Contact.SIGN_IN
    assert not link.is_due()


def test_changed_host_key_stops_until_a_person_looks(link: ClusterLink, host: Host) -> None:
    host.failure = HostKeyChangedError("another key")
    with pytest.raises(HostKeyChangedError):
        link.open(NobodyToAsk())
    assert link.view.contact is Contact.PAUSED
    assert not link.is_due()
