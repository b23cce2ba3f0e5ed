"""Links to the clusters of a user, and the thread that follows what was submitted over them."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_follow import Follower, Look
from smcogui.app.cluster_link import ClusterLink
from smcogui.app.cluster_overview import is_open
from smcogui.app.cluster_views import Contact, FetchReport, LinkView
from smcogui.app.jobs import no_progress
from smcogui.errors import ClusterError, InputError, SmCoError, UnavailableError
from smcogui.runs.cluster.asker import NobodyToAsk
from smcogui.runs.cluster.schedulers import scheduler_named
from smcogui.runs.cluster.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.cluster_cleaning import Cleaner
    from smcogui.app.cluster_link import Connect
    from smcogui.app.cluster_records import SubmissionRecord, SubmissionStore
    from smcogui.app.cluster_standings import RunStates
    from smcogui.app.cluster_submit import Submitter
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.profile_files import ProfileFiles
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler

CONTACT_SUFFIX: Final = ".contact.json"
_TICK_S: Final = 0.5
_IDLE_S: Final = 5.0
_LOOK_PATIENCE_S: Final = 60.0
"""How long somebody who asked waits for another program that is looking."""
_PATIENCE_S: Final = 5.0
_CLEAN_S: Final = 3600.0
_LOG = logging.getLogger(__name__)


class ClusterDesk:
    """The links of a user, one per cluster, and who follows the submissions of a project.

    Parameters
    ----------
    project : Path
    files : ProfileFiles
    store : SubmissionStore
    submitter : Submitter
    states : RunStates
    cleaner : Cleaner
    connect : Connect
    """

    def __init__(
        self,
        project: Path,
        files: ProfileFiles,
        store: SubmissionStore,
        submitter: Submitter,
        states: RunStates,
        cleaner: Cleaner,
        connect: Connect,
    ) -> None:
        self._files, self._store, self._states = files, store, states
        self._cleaner = cleaner
        self._cleaned_s: dict[str, float] = {}
        self._connect = connect
        self._links: dict[str, ClusterLink] = {}
        # Of one cluster at a time, as a follower is not for two threads.
        self._looking: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._followers: dict[str, Follower] = {}
        self._project, self._submitter = project, submitter
        self._threads: dict[str, threading.Thread] = {}
        self._stop = threading.Event()

    def link(self, name: str) -> ClusterLink:
        """Return the link to a cluster; raises InputError where there is no such profile."""
        profile = self._files.get(name)
        with self._guard:
            known = self._links.get(name)
            if known is not None and known.profile.connects_like(profile):
                # Nobody signs in again because jobs ask for other resources.
                known.profile = profile
            else:
                if known is not None:
                    known.close()
                memory = self._files.folder / f"{name}{CONTACT_SUFFIX}"
                known = self._links[name] = ClusterLink(profile, self._connect, memory)
            return known

    def scheduler_of(self, profile: ClusterProfile, connection: Connection) -> Scheduler:
        """Return the scheduler of a profile; see :meth:`ClusterLink.scheduler_of`."""
        return self.link(profile.name).scheduler_of(profile, connection)

    def probed_scheduler(self, profile: ClusterProfile, connection: Connection) -> Scheduler:
        """Return the scheduler that is looked at; any, where none is found: it will say so."""
        link = self.link(profile.name)
        try:
            return link.scheduler_of(profile, connection)
        except UnavailableError:
            return scheduler_named("slurm")

    def known_links(self) -> dict[str, ClusterLink]:
        """Return the links that were made so far."""
        with self._guard:
            return dict(self._links)

    def link_views(self) -> tuple[LinkView, ...]:
        """Return how the links to all clusters stand, also those that were not made yet."""
        known = self.known_links()
        names = [profile.name for profile in self._files.all()]
        return tuple(
            known[name].view if name in known else LinkView(cluster=name) for name in names
        )

    def drop(self, name: str) -> None:
        """Close the link to a cluster."""
        with self._guard:
            link = self._links.get(name)
        if link is not None:
            link.close()

    def forget(self, name: str) -> None:
        """Forget a cluster whose profile is gone: its link, its contact and its secrets."""
        self.drop(name)
        with self._guard:
            self._links.pop(name, None)
        (self._files.folder / f"{name}{CONTACT_SUFFIX}").unlink(missing_ok=True)
        if isinstance(self._connect, Connector):
            self._connect.forget(name)

    def open_records(self, name: str) -> list[SubmissionRecord]:
        """Return the submissions to a cluster that it has to be asked about."""
        return [
            record
            for record in self._store.records()[0]
            if record.cluster == name and self.is_open(record)
        ]

    def is_open(self, record: SubmissionRecord) -> bool:
        """Tell whether a cluster has to be asked about a submission."""
        return is_open(record, self._store.standings(record.token), self._states)

    def look(
        self,
        name: str,
        asker: Asker,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
        *,
        records: list[SubmissionRecord] | None = None,
        again: bool = False,
    ) -> Look:
        """Ask a cluster about its open submissions, or those that are given.

        Raises
        ------
        ClusterError
            As the link's view says, too.
        """
        link = self.link(name)
        wanted = self.open_records(name) if records is None else records
        with self._guard:
            lock = self._looking.setdefault(name, threading.Lock())
            follower = self._followers.setdefault(
                name, Follower(self._project, self._store, self._submitter, self._states)
            )
        with lock:
            # What goes wrong here, the link notes by itself.
            connection = link.open(asker)
            try:
                scheduler = link.scheduler_of(link.profile, connection)
                found = follower.look(
                    wanted,
                    connection,
                    scheduler,
                    progress,
                    should_stop,
                    again=again,
                    patience_s=0.0 if records is None else _LOOK_PATIENCE_S,
                )
            except ClusterError as error:
                link.note_error(error)
                raise
            link.note_look(is_news=found.is_news)
            self._clean_old(link, connection)
            return found

    def fetch(
        self,
        records: Sequence[SubmissionRecord],
        asker: Asker,
        progress: ReportProgress,
        should_stop: Callable[[], bool],
    ) -> FetchReport:
        """Bring what is finished of submissions, also what was refused before.

        Raises
        ------
        ClusterError
            If a cluster does not answer.
        """
        report = FetchReport()
        for name in sorted({record.cluster for record in records}):
            wanted = [each for each in records if each.cluster == name and not each.is_cleaned]
            if wanted:
                found = self.look(name, asker, progress, should_stop, records=wanted, again=True)
                report += found.report
        return report

    # ------------------------------------------------------------------ in the background
    def start(self) -> None:
        """Follow in the background, a thread per cluster, as one may be slow to answer.

        It asks nobody: what only a person can answer is said by the link's view.
        """
        self._stop.clear()
        for profile in self._files.all():
            thread = self._threads.get(profile.name)
            if thread is None or not thread.is_alive():
                self._threads[profile.name] = thread = threading.Thread(
                    target=self._follow,
                    args=(profile.name,),
                    name=f"cluster-{profile.name}",
                    daemon=True,
                )
                thread.start()

    def stop(self) -> None:
        """Ask the threads to end; they do after the call that they are in."""
        self._stop.set()

    def close(self) -> None:
        """End threads and links; jobs go on."""
        self.stop()
        for link in self.known_links().values():
            # A thread that waits for an answer gets an error, and ends.
            link.close()
        for thread in self._threads.values():
            if thread is not threading.current_thread():
                thread.join(_PATIENCE_S)
        self._threads = {}

    def _clean_old(self, link: ClusterLink, connection: Connection) -> None:
        """Remove what the profile wants no longer on its cluster, once in a while."""
        name = link.profile.name
        if time.monotonic() - self._cleaned_s.get(name, -_CLEAN_S) >= _CLEAN_S:
            self._cleaned_s[name] = time.monotonic()
            self._cleaner.clean_old(link.profile, connection)

    def _follow(self, name: str) -> None:
        while not self._stop.wait(_TICK_S):
            try:
                link = self.link(name)
            except InputError as error:
                _LOG.info("cluster %s is not followed any more: %s", name, error.message)
                return
            try:
                if not link.is_due():
                    continue
                if not self.open_records(name):
                    if link.view.contact is Contact.OPEN:
                        # Nobody is asked to sign in for that.
                        self._clean_old(link, link.open(NobodyToAsk()))
                    # Somebody may submit something.
                    self._stop.wait(_IDLE_S)
                    continue
                self.look(name, NobodyToAsk(), should_stop=self._stop.is_set)
            except ClusterError as error:
                _LOG.info("cluster %s: %s", name, error.message)
            except SmCoError as error:
                # The disk is full, say: nothing gets lost by a pause.
                _LOG.warning("cluster %s is not followed: %s", name, error.message)
                if self._stop.wait(60 * _TICK_S):
                    return


class Connector:
    """Opens connections over SSH; what was typed once is kept in memory for the next.

    Parameters
    ----------
    known_hosts : Path
        The program's own file of confirmed host keys.
    """

    def __init__(self, known_hosts: Path) -> None:
        self._known_hosts = known_hosts
        self._secrets = Secrets()

    def __call__(self, profile: ClusterProfile, asker: Asker) -> Connection:
        """Return a connection; raises ClusterError."""
        # Not before: it loads paramiko.
        from smcogui.runs.cluster.connection import connect

        return connect(profile, asker, known_hosts=self._known_hosts, secrets=self._secrets)

    def forget(self, cluster: str) -> None:
        """Forget the secrets of a cluster, in memory and in the keyring."""
        self._secrets.forget_cluster(cluster)
