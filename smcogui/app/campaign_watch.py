"""Watches the campaigns of a project: reads only what has changed since the last look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from smcogui.app.campaign_book import errors_of
from smcogui.campaigns.campaign import Campaign
from smcogui.campaigns.campaign_store import parse_attempts
from smcogui.campaigns.progress import (
    LEFT_STATES,
    MemberState,
    MemberStatus,
    Overview,
    member_states,
    overview,
)
from smcogui.errors import SmCoError
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.app.project_campaigns import ProjectCampaigns
    from smcogui.app.session import RunRecord, Session
    from smcogui.campaigns.campaign import Attempt, Entry
    from smcogui.campaigns.campaign_store import CampaignStore

_COUNT_S: Final = 5.0
"""Rate and time to go are counted anew after so long, where no design changed its state."""
_OPEN: Final = frozenset(LEFT_STATES)


class _Find(Protocol):
    """Gives the record of a run, or None where there is none."""

    def __call__(self, run_id: str, *, anew: bool = False) -> RunRecord | None:
        """Return what is known of a run; ``anew`` reads it again."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CampaignView:
    """A campaign as it stands.

    Parameters
    ----------
    campaign : Campaign
    statuses : tuple of MemberStatus
        In the order of the queue; the very same tuple as at the last look where nothing changed,
        and the very same objects for designs that did not.
    overview : Overview
    """

    campaign: Campaign
    statuses: tuple[MemberStatus, ...]
    overview: Overview


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CampaignNews:
    """What a look at the campaigns found.

    Parameters
    ----------
    views : tuple of CampaignView
        The oldest first.
    queue_engine : str
        Name of the engine whose campaigns a queue works off; empty where none does.
    troubles : tuple of str
        Why campaigns could not be read, in sentences.
    """

    views: tuple[CampaignView, ...] = ()
    queue_engine: str = ""
    troubles: tuple[str, ...] = ()

    @property
    def queue_works(self) -> bool:
        """Whether a process works off campaigns."""
        return bool(self.queue_engine)

    def view(self, name: str) -> CampaignView | None:
        """Return the campaign of a name, or None."""
        return next((each for each in self.views if each.campaign.name == name), None)


class CampaignWatch:
    """Follows the campaigns of a project; not for two threads at once.

    Parameters
    ----------
    session : Session
        Its project of now is watched, whatever is opened later.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._campaigns: ProjectCampaigns = session.campaigns
        self._watched: dict[str, _Watched] = {}
        self._records: dict[str, RunRecord] | None = None

    def look(self, runs: Iterable[RunRecord] | None = None) -> CampaignNews:
        """Return where the campaigns stand.

        Parameters
        ----------
        runs : iterable of RunRecord, optional
            All runs of the project, where somebody has just read them.
        """
        names = self._campaigns.store.names()
        for name in set(self._watched) - set(names):
            del self._watched[name]
        if runs is None and self._records is None and names:
            runs = self._session.runs()
        if runs is not None:
            self._records = {run.run_id: run for run in runs}
        views, troubles = [], []
        for name in names:
            try:
                watched = self._watched.setdefault(name, _Watched(self._campaigns.store, name))
                views.append(watched.look(self._find, self._session.processes))
            except SmCoError as error:
                self._watched.pop(name, None)
                troubles.append(str(error))
        return CampaignNews(
            views=tuple(sorted(views, key=lambda view: view.campaign.created_s)),
            queue_engine=self._campaigns.queue_engine,
            troubles=tuple(troubles),
        )

    def _find(self, run_id: str, *, anew: bool = False) -> RunRecord | None:
        """Return what is known of a run; ``anew`` reads it again unless it is done."""
        records = {} if self._records is None else self._records
        known = records.get(run_id)
        if not anew or not run_id or (known is not None and known.state is RunState.DONE):
            return known
        if known is None and not (self._session.runs_folder / run_id).exists():
            # It was just begun; looking for its nearest name among thousands would take long.
            return None
        try:
            records[run_id] = self._session.run(run_id)
        except SmCoError:
            # It is in the trash, or just being made.
            records.pop(run_id, None)
        return records.get(run_id)


class _Watched:
    """One campaign, and what is known of it."""

    def __init__(self, store: CampaignStore, name: str) -> None:
        self._store, self._name = store, name
        self._signature: tuple[int, ...] = ()
        self._campaign = Campaign(name=name)
        self._lines = store.follow_attempts(name)
        self._entries: dict[str, Entry] = {}
        self._attempts: dict[str, list[Attempt]] = {}
        self._statuses: dict[str, MemberStatus] = {}
        self._view: CampaignView | None = None
        self._counted_s = -_COUNT_S

    def look(self, find: _Find, processes: int) -> CampaignView:
        """Read what has changed, and return how the campaign stands now."""
        before = self._campaign
        is_anew = self._read_lists()
        touched = self._read_attempts()
        asked = self._entries if is_anew else touched | self._open_keys(find)
        changed = {}
        for key in asked:
            status = self._status(key, find)
            if status != self._statuses.get(key):
                changed[key] = status
        moved = any(s.state is not _state(self._statuses.get(k)) for k, s in changed.items())
        self._statuses |= changed
        if is_anew:
            self._statuses = {key: self._statuses[key] for key in self._entries}
        view = self._view
        is_old = time.monotonic() - self._counted_s > _COUNT_S
        if view is not None and not (changed or is_anew or is_old or before is not self._campaign):
            return view
        statuses = tuple(self._statuses.values())
        counted = None if view is None else view.overview
        if view is not None and not changed and not is_anew:
            statuses = view.statuses
        if counted is None or moved or is_anew or is_old:
            counted = overview(statuses, workers=processes, now_s=time.time())
            self._counted_s = time.monotonic()
        self._view = CampaignView(campaign=self._campaign, statuses=statuses, overview=counted)
        return self._view

    def _read_lists(self) -> bool:
        """Read description and designs where they changed; return whether the designs did."""
        signature = self._store.signature(self._name)
        if signature == self._signature:
            return False
        campaign = self._store.load(self._name)
        is_anew = signature[3:] != self._signature[3:] or campaign.blocks != self._campaign.blocks
        if is_anew:
            self._entries = {entry.key: entry for entry in self._store.entries(self._name)}
        self._campaign, self._signature = campaign, signature
        return is_anew

    def _read_attempts(self) -> set[str]:
        """Read the attempts that came; return the designs that they may change."""
        beginnings, touched = self._lines.beginnings, set[str]()
        lines = self._lines.read()
        if self._lines.beginnings != beginnings:
            touched = set(self._attempts)
            self._attempts = {}
        for attempt in parse_attempts(lines):
            self._attempts.setdefault(attempt.key, []).append(attempt)
            touched.add(attempt.key)
        return touched & self._entries.keys()

    def _open_keys(self, find: _Find) -> set[str]:
        """Return the designs whose runs may say something else now."""
        return {
            key
            for key, status in self._statuses.items()
            if status.attempts
            and (
                status.state in _OPEN
                or (status.record is not None and find(status.record.run_id) is not status.record)
            )
        }

    def _status(self, key: str, find: _Find) -> MemberStatus:
        attempts = self._attempts.get(key, [])
        # Where the last attempt failed, what an earlier one has found still holds.
        earlier = [find(attempt.run_id) for attempt in attempts[:-1]]
        last = [find(attempts[-1].run_id, anew=True)] if attempts else []
        records = {each.run_id: each for each in (*earlier, *last) if each is not None}
        (status,) = member_states([self._entries[key]], attempts, records, errors_of)
        return status


def _state(status: MemberStatus | None) -> MemberState | None:
    return None if status is None else status.state


def finished_runs(statuses: Iterable[MemberStatus]) -> list[RunRecord]:
    """Return the runs of the designs that are done."""
    done = (status for status in statuses if status.state is MemberState.DONE)
    return [status.record for status in done if status.record is not None]
