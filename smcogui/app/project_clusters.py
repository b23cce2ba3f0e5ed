"""The clusters of an open project, in one place: connected, submitted to, followed, fetched from.

Methods that talk to a cluster say so: they take as long as a network does, and are not for the
thread of a window. All others read what is on this disk and what the last answers said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.app import cluster_orders
from smcogui.app.cluster_cleaning import Cleaner
from smcogui.app.cluster_desk import ClusterDesk, Connector
from smcogui.app.cluster_field_states import FieldStates
from smcogui.app.cluster_findings import make_report
from smcogui.app.cluster_mumax3_version import note_version
from smcogui.app.cluster_overview import Overview
from smcogui.app.cluster_planner import Planner
from smcogui.app.cluster_records import SUBMISSIONS_FOLDER, SubmissionStore
from smcogui.app.cluster_standings import RunStates
from smcogui.app.cluster_submit import Submitter
from smcogui.app.cluster_views import ClustersView
from smcogui.app.jobs import no_progress
from smcogui.app.settings import user_config_folder
from smcogui.errors import ClusterError, InputError
from smcogui.runs.cluster.asker import NobodyToAsk
from smcogui.runs.cluster.mumax3_software import Mumax3Software
from smcogui.runs.cluster.probe import probe_cluster
from smcogui.runs.cluster.profile import SHORTEST_POLL_S
from smcogui.runs.cluster.profile_files import PROFILES_FOLDER, ProfileFiles
from smcogui.runs.cluster.schedulers import scheduler_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.cluster_link import Connect
    from smcogui.app.cluster_preview import Preview, SmokeAnswer
    from smcogui.app.cluster_records import SubmissionRecord
    from smcogui.app.cluster_report import ClusterReport
    from smcogui.app.cluster_views import FetchReport, LinkView, LogTail, SubmissionView
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import TestedScript


class ProjectClusters:
    """The clusters of the user, and what the open project has submitted to them.

    There is one for an open project; it keeps the connections.

    Parameters
    ----------
    session : Session
    connect : Connect, optional
        Opens connections; over SSH by default.
    """

    def __init__(self, session: Session, connect: Connect | None = None) -> None:
        project, folder = session.project, user_config_folder() / PROFILES_FOLDER
        self._asker: Asker = NobodyToAsk()
        self._files = ProfileFiles(folder)
        self._store = SubmissionStore(project / SUBMISSIONS_FOLDER)
        self._runs_folder = session.runs_folder
        self._states = RunStates(session.runs_folder)
        self._overview = Overview(self._store, self._states)
        self._cleaner = Cleaner(self._store, self._overview)
        self._submitter = Submitter(project, self._store)
        self._desk = ClusterDesk(
            project,
            self._files,
            self._store,
            self._submitter,
            self._states,
            self._cleaner,
            connect or Connector(folder / "known_hosts"),
        )
        self._planner = Planner(
            project, self._store, self._states, self._connection, self._desk.scheduler_of
        )

    def close(self) -> None:
        """End what works in the background and all connections; jobs go on."""
        self._desk.close()

    @property
    def field_states(self) -> FieldStates:
        """Stored magnetisations that lie on clusters, fetched on demand."""
        return FieldStates(self._runs_folder, self._store, self._connection_of)

    # ------------------------------------------------------------------ profiles
    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with profiles on disk, in sentences."""
        self._files.all()
        return tuple(self._files.notes)

    def profiles(self) -> tuple[ClusterProfile, ...]:
        """Return the profiles of the user, in alphabetical order."""
        return self._files.all()

    def profile(self, name: str) -> ClusterProfile:
        """Return a profile; raises InputError, naming the nearest, where there is none."""
        return self._files.get(name)

    def save_profile(self, profile: ClusterProfile) -> None:
        """Write a profile, over the one of that name.

        Its connection stays, unless what that hangs on has changed.
        """
        self._files.save(profile)

    def remove_profile(self, name: str) -> None:
        """Remove a profile and its secrets, also those in the keyring.

        Raises
        ------
        InputError
            If there is none, or a submission of this project is open there.
        """
        self._files.get(name)
        left = self._desk.open_records(name)
        if left:
            raise InputError(
                f"{len(left)} submissions to {name} are not over ({left[0].title}); cancel or "
                "fetch them first",
                key="cluster",
                given=name,
                allowed="a cluster without open submissions",
            )
        self._files.remove(name)
        self._desk.forget(name)

    # ------------------------------------------------------------------ contact
    def ask_with(self, asker: Asker) -> None:
        """Say who answers questions of a sign-in when a method here connects.

        What follows in the background asks nobody: the link says that a sign-in is needed.
        """
        self._asker = asker

    def connect(self, name: str) -> LinkView:
        """Connect to a cluster, asking whatever it asks; talks to it.

        Raises
        ------
        ClusterError
            As :mod:`smcogui.errors` lists them.
        """
        link = self._desk.link(name)
        link.try_again()
        link.open(self._asker)
        return link.view

    def disconnect(self, name: str) -> None:
        """Close a connection; jobs go on."""
        self._desk.drop(name)

    def probe(self, name: str) -> ClusterReport:
        """Look at shell, scheduler, partitions, disk and software; talks to the cluster.

        Nothing is changed there.

        Raises
        ------
        ClusterError
            If it does not answer at all.
        """
        profile = self.profile(name)
        connection = self._connection(profile)
        scheduler = self._desk.probed_scheduler(profile, connection)
        return make_report(probe_cluster(connection, profile, scheduler), profile, scheduler)

    # ------------------------------------------------------------------ submitting
    def prepare(
        self,
        profile: ClusterProfile,
        *,
        campaigns: Sequence[str] = (),
        designs: Sequence[Design] = (),
        run_ids: Sequence[str] = (),
        progress: ReportProgress = no_progress,
    ) -> Preview:
        """Tell what submitting these would do; nothing is submitted or started.

        Takes about 50 ms a design, and talks to the cluster. What is done, or is on a cluster
        already, is left out and counted.

        Raises
        ------
        InputError
            If nothing is left to submit, or a value cannot stand in a job script.
        ClusterError
            If the cluster cannot be asked what it has.
        """
        return self._planner.plan(profile, campaigns, designs, run_ids, progress)

    def test_only(self, preview: Preview) -> TestedScript:
        """Let the scheduler check the script without submitting it; talks to the cluster."""
        connection = self._connection(preview.profile)
        scheduler = self._desk.scheduler_of(preview.profile, connection)
        return cluster_orders.test_script(preview, connection, scheduler)

    def smoke(
        self,
        preview: Preview,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> SmokeAnswer:
        """Run a job of a minute as the script would: node, software, device; talks to the cluster.

        Waits for its end; stopped, it is cancelled. The version of MuMax3 that it told is kept for
        what is prepared next.
        """
        profile, software = preview.profile, preview.software
        connection = self._connection(profile)
        answer = cluster_orders.run_smoke(
            preview,
            connection,
            self._desk.scheduler_of(profile, connection),
            min(profile.poll_s, SHORTEST_POLL_S),
            progress,
            should_stop,
        )
        if isinstance(software, Mumax3Software) and answer.ok:
            note_version(profile, software.path, answer.version, answer.device)
        return answer

    def submit(self, preview: Preview, progress: ReportProgress = no_progress) -> SubmissionView:
        """Send what is needed and submit; talks to the cluster.

        The record is written before the job is: killed at any moment, the submission is found
        again by its token, and calling this again with the same preview goes on with it. Where the
        scheduler does not say whether it took the job, the view is uncertain: it is looked for at
        the next contact.

        Raises
        ------
        ClusterError, RunFolderError, InputError
        """
        connection = self._connection(preview.profile)
        scheduler = self._desk.scheduler_of(preview.profile, connection)
        self._submitter.submit(preview, connection, scheduler, progress)
        return self._view_of(preview.token)

    # ------------------------------------------------------------------ following
    def start_following(self) -> None:
        """Follow what was submitted in threads of their own, until :meth:`stop_following`."""
        self._desk.start()

    def stop_following(self) -> None:
        """End these threads; returns at once, jobs go on."""
        self._desk.stop()

    def look(
        self,
        name: str | None = None,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> ClustersView:
        """Ask the clusters, or one of them, now; talks to them.

        Raises
        ------
        ClusterError
            If one that was named does not answer; of all, the links' views tell.
        """
        names = [name] if name else [profile.name for profile in self.profiles()]
        for each in names:
            if name is None and not self._desk.open_records(each):
                continue
            self._desk.link(each).try_again()
            try:
                self._desk.look(each, self._asker, progress, should_stop)
            except ClusterError:
                if name is not None:
                    raise
        return self.view()

    def view(self) -> ClustersView:
        """Return how everything stands as far as is known; asks no cluster, 10 ms for 1000 runs."""
        records, troubles = self._store.records()
        return ClustersView(
            links=self._desk.link_views(),
            submissions=tuple(self._overview.of(record) for record in records),
            troubles=(*self._files.notes, *troubles),
        )

    def fetched_runs(self, tokens: Sequence[str] = ()) -> set[str]:
        """Return the ids of the runs of submissions, all by default, that are here."""
        records = [self._store.load(token) for token in tokens] or self._store.records()[0]
        return {run_id for record in records for run_id in self._states.landed(record)}

    def log_tail(self, token: str, task: int, attempt: int | None = None) -> LogTail:
        """Return the last 64 KB that a task wrote in an attempt, or in its latest; talks there."""
        record = self._store.load(token)
        connection, scheduler = self._connection_of(record), scheduler_named(record.scheduler)
        return cluster_orders.read_log(record, task, connection, scheduler, attempt)

    # ------------------------------------------------------------------ results and repairs
    def fetch(
        self,
        tokens: Sequence[str] = (),
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> FetchReport:
        """Bring finished runs into the project, by default of all submissions; talks to clusters.

        May be called at any time; what is here already is not fetched again, and what was refused
        before is tried again. What came before contact was lost is kept.

        Raises
        ------
        InputError, ClusterError
        """
        chosen = [self._store.load(token) for token in tokens]
        if not chosen:
            known = {profile.name for profile in self.profiles()}
            # A cluster that was forgotten cannot be asked.
            chosen = [each for each in self._store.records()[0] if each.cluster in known]
        return self._desk.fetch(chosen, self._asker, progress, should_stop)

    def cancel(self, token: str, tasks: Sequence[int] = ()) -> SubmissionView:
        """Cancel a submission, or some of its tasks, and wait until the scheduler says so.

        Talks to the cluster. What is finished is fetched all the same; the other runs are free to
        be computed elsewhere, from the last field steps that are here.
        """
        record, view = self._store.load(token), self._view_of(token)
        cluster_orders.require_sent(view)
        if view.is_over and not self._desk.is_open(record):
            if view.failed:
                # Nothing is left to be cancelled there; what failed is free to be submitted anew.
                self._submitter.give_up(token, tasks)
            return self._view_of(token)
        cluster_orders.cancel_tasks(
            record, tasks, self._connection_of(record), scheduler_named(record.scheduler)
        )
        # The last results, and what the scheduler says now.
        found = self._desk.look(record.cluster, self._asker, records=[record])
        cluster_orders.require_looked(found, token)
        self._submitter.give_up(record.token, tasks)
        return self._view_of(token)

    def prepare_resubmit(self, token: str) -> Preview:
        """Tell what submitting again would do: only what is missing, with the remedies of why.

        Talks to the cluster.

        Raises
        ------
        InputError
            If nothing is missing, or nothing is left to try; the message says what to do.
        """
        record = self._store.load(token)
        return self._planner.plan_again(record, self.profile(record.cluster))

    def clean(self, token: str) -> None:
        """Remove the folder of a submission on the cluster; talks to it.

        Raises
        ------
        InputError
            If runs of it are not fetched or given up yet.
        RemoteFileError
            If the folder does not carry our marker.
        """
        record = self._store.load(token)
        if not record.is_cleaned:
            cluster_orders.require_clean(self._view_of(token))
            self._cleaner.clean(record, self._connection_of(record))

    def forget(self, token: str) -> None:
        """Remove the record of a submission from the project; its runs stay as they are.

        What of it lies on the cluster stays, and is not known here any more.

        Raises
        ------
        InputError
            If runs of it are not fetched or given up yet.
        FolderInUseError
            If another program is at it.
        """
        cluster_orders.require_over(self._view_of(token))
        self._store.remove(token)

    # ------------------------------------------------------------------ inside
    def _connection(self, profile: ClusterProfile) -> Connection:
        return self._desk.link(profile.name).open(self._asker)

    def _connection_of(self, record: SubmissionRecord) -> Connection:
        return self._connection(self.profile(record.cluster))

    def _view_of(self, token: str) -> SubmissionView:
        return self._overview.of(self._store.load(token))
