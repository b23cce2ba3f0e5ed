"""The campaigns of an open project, in one place: described, worked off, watched, exported."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from smcogui.app import size_tests
from smcogui.app.campaign_book import errors_of
from smcogui.app.campaign_curation import Doubt, dataset_rows, doubt_designs
from smcogui.app.campaign_devices import CPU, engine_name, require_crew
from smcogui.app.campaign_packs import campaign_runs, pack_campaigns, unpack_campaigns
from smcogui.app.campaign_preview import SamplingPreview, preview
from smcogui.app.campaign_watch import CampaignWatch
from smcogui.app.dataset_exports import export_dataset
from smcogui.app.dataset_release import release
from smcogui.app.jobs import no_progress, part_of
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.campaign_store import (
    CAMPAIGNS_FOLDER,
    DEVICE_FILE,
    QUEUE_LOG,
    STOP_FILE,
    CampaignStore,
)
from smcogui.campaigns.progress import (
    MemberState,
    MemberStatus,
    Overview,
    member_states,
    overview,
)
from smcogui.data.dataset_rules import Choice
from smcogui.data.dataset_versions import VERSIONS_FILE
from smcogui.errors import InputError
from smcogui.runs import children
from smcogui.runs.folder import folder_error
from smcogui.runs.lock import is_locked
from smcogui.runs.spec import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import RunRecord, Session
    from smcogui.campaigns.campaign import Campaign
    from smcogui.campaigns.feasibility import Feasibility, Selection
    from smcogui.campaigns.plan_file import Plan
    from smcogui.campaigns.sampling import Sampling
    from smcogui.data.run_pack import PackReport


class ProjectCampaigns:
    """The campaigns of the project that a session has open."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store = CampaignStore(session.project / CAMPAIGNS_FOLDER)

    @property
    def store(self) -> CampaignStore:
        """The campaigns on disk."""
        return self._store

    def create(self, name: str, *, priority: int = 5, engine: str = BUILTIN.name) -> Campaign:
        """Make an empty campaign, paused."""
        return self._store.create(name, priority=priority, engine=engine)

    def copy(self, name: str, to: str, *, engine: str) -> Campaign:
        """Make a campaign of the same designs for another engine, paused."""
        return self._store.copy(name, to, engine=engine)

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
        known = self._keys(apart_from)
        return self._store.add(name, sampling, filters, known, progress)

    def add_plans(
        self,
        name: str,
        plans: Sequence[Plan],
        progress: ReportProgress = no_progress,
        *,
        apart_from: Iterable[str] = (),
    ) -> list[Selection]:
        """Draw several samplings into a campaign, one after the other; see :meth:`add`."""
        others, share = tuple(apart_from), 1 / max(1, len(plans))
        return [
            self.add(
                name,
                plan.sampling,
                plan.filters,
                part_of(progress, share * number, share),
                apart_from=others,
            )
            for number, plan in enumerate(plans)
        ]

    def preview(
        self,
        plans: Sequence[Plan],
        progress: ReportProgress = no_progress,
        *,
        apart_from: Iterable[str] = (),
    ) -> SamplingPreview:
        """Tell what :meth:`add` would give and what that will cost; nothing is written.

        ``apart_from`` names the campaign itself, too, where it exists already.
        """
        return preview(plans, self._keys(apart_from), progress)

    def watch(self) -> CampaignWatch:
        """Return what follows all campaigns by reading only what has changed."""
        return CampaignWatch(self._session)

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

    def move_first(self, name: str, keys: Sequence[str]) -> None:
        """Put designs of a campaign at the head of its queue, in the order given."""
        self._store.move_first(name, keys)

    def start_queue(self, device: str = CPU) -> None:
        """Start the process that works off all campaigns; harmless where one is at work.

        Parameters
        ----------
        device : {"cpu", "cuda", "cpu-batch", "mumax3"}
            What computes, its own campaigns only; seconds are taken to see that it is there.

        Raises
        ------
        RunFolderError
            If its folder cannot be written.
        UnavailableError
            If there is no such device.
        """
        require_crew(device)
        folder = self._store.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            children.start_detached(
                [
                    *children.program("smcogui.app.campaign_queue", "--campaign-queue"),
                    str(self._session.project),
                    *("--device", device),
                ],
                folder / QUEUE_LOG,
                {children.PROCESSES_VARIABLE: str(self._session.processes)},
            )
        except OSError as error:
            raise folder_error(folder, error) from error

    def stop_queue(self) -> None:
        """Ask the process that works off the campaigns to stop; field steps are kept.

        It ends within seconds, whoever started it. Harmless where there is none.

        Raises
        ------
        RunFolderError
            If the folder cannot be written.
        """
        if not self.queue_works:
            return
        folder = self._store.folder
        try:
            (folder / STOP_FILE).touch()
        except OSError as error:
            raise folder_error(folder, error) from error

    @property
    def queue_works(self) -> bool:
        """Whether a process works off the campaigns."""
        return is_locked(self._store.folder)

    @property
    def queue_engine(self) -> str:
        """Name of the engine whose campaigns a process works off; empty where none does."""
        if not self.queue_works:
            return ""
        try:
            return engine_name((self._store.folder / DEVICE_FILE).read_text("ascii", "replace"))
        except OSError:
            return BUILTIN.name

    @property
    def last_of_log(self) -> str:
        """The last line that a process of the queue has written; empty where there is none."""
        try:
            lines = (self._store.folder / QUEUE_LOG).read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return next((line for line in reversed(lines) if line.strip()), "")

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

    def doubts(self, name: str, *, refine: bool = False) -> list[Doubt]:
        """Return finished designs that scatter or are outliers among their neighbours.

        Parameters
        ----------
        name : str
        refine : bool
            Whether they are put into the queue again, with half the cell size.
        """
        return doubt_designs(self._store, name, self.statuses(name), refine=refine)

    def pack(self, name: str, progress: ReportProgress = no_progress) -> PackReport:
        """Put the field steps of finished runs together in a few files; takes a while.

        Raises
        ------
        RunFolderError
            If another process packs or copies the project, or it cannot be written.
        """
        found = campaign_runs(self._store, [name], self._session.runs())
        return pack_campaigns(self._session.project, found, progress)

    def unpack(self, name: str, progress: ReportProgress = no_progress) -> int:
        """Give packed runs of a campaign their own files again; return how many."""
        found = campaign_runs(self._store, [name], self._session.runs())
        return unpack_campaigns(self._session.project, found, progress)

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
        only: Iterable[str] = (),
        exclude: Iterable[str] = (),
    ) -> Path:
        """Write the finished designs of a campaign as a dataset; return the datasheet.

        ``only`` and ``exclude`` are rules as :mod:`smcogui.data.dataset_rules` describes them; what
        they leave out is counted in ``dataset.json`` and in the datasheet.
        """
        choice = Choice.of(only, exclude)
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
            choice=choice,
            versions=self._store.folder / name / VERSIONS_FILE,
            progress=progress,
        )

    def release(
        self,
        folder: Path,
        progress: ReportProgress = no_progress,
        *,
        names: Sequence[str] = (),
        title: str = "",
        may_differ: Iterable[str] = (),
    ) -> Path:
        """Write what is finished of campaigns, or of all, to be handed on; return the datasheet.

        A queue may be at work meanwhile; see :mod:`smcogui.app.dataset_release`.
        """
        campaigns = [self.load(name) for name in names] or self.records()
        return release(
            self._session.project,
            [(campaign, self.statuses(campaign.name)) for campaign in campaigns],
            folder,
            title=title or "Simulated SmCo-1:7 designs",
            may_differ=may_differ,
            progress=progress,
        )

    def preview_size_test(self, name: str, spec: FigureSpec, dpi: int) -> bytes:
        """Return the figure that :meth:`export_size_test` would write, as a PNG for the screen."""
        return size_tests.preview_size_tests(self._done(name), spec, dpi)

    def export_size_test(self, name: str, path: Path, spec: FigureSpec) -> Path:
        """Draw how large a dataset must be, from the finished designs; return the provenance.

        See :mod:`smcogui.app.size_tests`.
        """
        return size_tests.export_size_tests(self._done(name), path, spec, campaign=name)

    def _done(self, name: str) -> list[RunRecord]:
        return [
            status.record
            for status in self.statuses(name)
            if status.state is MemberState.DONE and status.record is not None
        ]

    def _keys(self, names: Iterable[str]) -> set[str]:
        return {entry.key for name in names for entry in self._store.entries(name)}

    def _runs(self) -> dict[str, RunRecord]:
        return {run.run_id: run for run in self._session.runs()}


def overview_facts(campaign: Campaign, found: Overview) -> dict[str, Any]:
    """Return a campaign in numbers, for JSON."""
    return {
        "name": campaign.name,
        "order": campaign.order.value,
        "engine": campaign.engine,
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
