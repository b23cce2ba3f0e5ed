"""The campaigns of an open project, in one place: described, worked off, watched, exported."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_book import errors_of
from smcogui.app.dataset_exports import export_dataset
from smcogui.app.jobs import no_progress
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.campaigns.progress import (
    MemberState,
    MemberStatus,
    Overview,
    member_states,
    overview,
)
from smcogui.data.dataset import DatasetRow
from smcogui.design.cost import cost_estimate
from smcogui.errors import InputError
from smcogui.runs import children
from smcogui.runs.folder import folder_error
from smcogui.runs.lock import is_locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import RunRecord, Session
    from smcogui.campaigns.campaign import Campaign
    from smcogui.campaigns.feasibility import Feasibility, Member, Selection
    from smcogui.campaigns.sampling import Sampling

QUEUE_LOG: Final = "queue.log"
BYTES_PER_CURVE: Final = 20_000
"""Disk that a half-cycle takes, without stored states."""
CHANGES_DESIGN: Final = ("smaller step", "tighter guards", "float64", "finer cells")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCost:
    """An estimate, good to a factor of two; ``gpu_h`` is None: it was not measured."""

    designs: int
    cpu_h: float
    disk_MB: float
    gpu_h: float | None = None


class ProjectCampaigns:
    """The campaigns of the project that a session has open."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store = CampaignStore(session.project / CAMPAIGNS_FOLDER)

    @property
    def store(self) -> CampaignStore:
        """The campaigns on disk."""
        return self._store

    def create(self, name: str, *, priority: int = 5) -> Campaign:
        """Make an empty campaign, paused."""
        return self._store.create(name, priority=priority)

    def records(self) -> list[Campaign]:
        """Return all campaigns, the oldest first."""
        return self._store.records()

    def load(self, name: str) -> Campaign:
        """Return a campaign; raises InputError, naming the nearest, where there is none."""
        return self._store.load(name)

    def add(
        self,
        name: str,
        sampling: Sampling,
        filters: Feasibility,
        progress: ReportProgress = no_progress,
        *,
        apart_from: Iterable[str] = (),
    ) -> Selection:
        """Draw a sampling into a campaign; nothing is started.

        Parameters
        ----------
        name : str
        sampling : Sampling
        filters : Feasibility
        progress : callable
        apart_from : iterable of str
            Other campaigns of the project, none of whose designs are taken.
        """
        known = {entry.key for other in apart_from for entry in self._store.entries(other)}
        return self._store.add(name, sampling, filters, known, progress)

    def pause(self, name: str) -> Campaign:
        """Begin nothing new; what is at work goes on to its end."""
        return self._store.change(name, order=CampaignOrder.PAUSE)

    def cancel(self, name: str) -> Campaign:
        """Begin nothing new and stop what is at work; accepted field steps are kept."""
        return self._store.change(name, order=CampaignOrder.CANCEL)

    def resume(self, name: str) -> Campaign:
        """Let the queue begin designs of a campaign."""
        return self._store.change(name, order=CampaignOrder.RUN)

    def set_priority(self, name: str, priority: int) -> Campaign:
        """Set how early its turn comes, 1 to 9."""
        return self._store.change(name, priority=priority)

    def start_queue(self) -> None:
        """Start the process that works off all campaigns; harmless where one is at work.

        Raises
        ------
        RunFolderError
            If its folder cannot be written.
        """
        folder = self._store.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            children.start(
                [
                    *children.program("smcogui.app.campaign_queue", "--campaign-queue"),
                    str(self._session.project),
                ],
                folder / QUEUE_LOG,
                {children.PROCESSES_VARIABLE: str(self._session.processes)},
            )
        except OSError as error:
            raise folder_error(folder, error) from error

    @property
    def queue_works(self) -> bool:
        """Whether a process works off the campaigns."""
        return is_locked(self._store.folder)

    def statuses(self, name: str) -> list[MemberStatus]:
        """Return where each design of a campaign stands, in the order of the queue."""
        return member_states(
            self._store.entries(name), self._store.attempts(name), self._runs(), errors_of
        )

    def overview(self, name: str) -> Overview:
        """Return a campaign in numbers."""
        return overview(self.statuses(name), workers=self._session.processes, now_s=time.time())

    def repair(self, name: str, keys: Sequence[str] = ()) -> int:
        """Let designs that failed be tried again from the first attempt on; return how many.

        Parameters
        ----------
        name : str
        keys : sequence of str
            All that failed by default.
        """
        failed = {
            status.entry.key for status in self.statuses(name) if status.state is MemberState.FAILED
        }
        chosen = failed & set(keys) if keys else failed
        self._store.forget_attempts(name, chosen)
        return len(chosen)

    def export(
        self,
        name: str,
        folder: Path,
        progress: ReportProgress = no_progress,
        *,
        stem: str = "designs",
        title: str = "",
        how: str = "",
        may_differ: Iterable[str] = (),
    ) -> Path:
        """Write the finished designs of a campaign as a dataset; return the datasheet."""
        rows = dataset_rows(self.statuses(name))
        if not rows:
            raise InputError(
                f"the campaign {name!r} has no finished designs yet",
                key="campaign",
                given=name,
                allowed="a campaign with finished designs",
            )
        return export_dataset(
            rows,
            folder,
            stem=stem,
            title=title or f"Campaign {name}",
            how=how,
            may_differ=may_differ,
            progress=progress,
        )

    def _runs(self) -> dict[str, RunRecord]:
        return {run.run_id: run for run in self._session.runs()}


def dataset_rows(statuses: Iterable[MemberStatus]) -> list[DatasetRow]:
    """Return the finished designs among these."""
    return [
        DatasetRow(
            record=status.record,
            attempts=len(status.attempts),
            repairs=tuple(a.rule for a in status.attempts if a.rule in CHANGES_DESIGN),
        )
        for status in statuses
        if status.state is MemberState.DONE and status.record is not None
    ]


def campaign_cost(members: Sequence[Member]) -> CampaignCost:
    """Estimate what designs will cost before anything starts."""
    cpu_s = sum(cost_estimate(member.design).cpu_s for member in members)
    curves = sum(member.design.run.cycles for member in members)
    return CampaignCost(
        designs=len(members), cpu_h=cpu_s / 3600, disk_MB=curves * BYTES_PER_CURVE / 1e6
    )


def overview_facts(campaign: Campaign, found: Overview) -> dict[str, Any]:
    """Return a campaign in numbers, for JSON."""
    return {
        "name": campaign.name,
        "order": campaign.order.value,
        "priority": campaign.priority,
        "designs": found.total,
        **{state.value: found.counts[state] for state in MemberState},
        "rate_per_h": found.rate_per_h,
        "eta_s": found.eta_s,
        "failures": [
            {"design": status.entry.key, "attempts": len(status.attempts), "reason": status.reason}
            for status in found.failures
        ],
    }
