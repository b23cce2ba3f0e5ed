"""The clusters of an open project, in one place: connected, submitted to, followed, fetched from.

Methods that talk to a cluster say so: they take as long as a network does, and are not for the
thread of a window. All others read what is on this disk and what the last answers said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.app.jobs import no_progress
from smcogui.app.settings import user_config_folder
from smcogui.errors import UnavailableError
from smcogui.runs.cluster.asker import NobodyToAsk
from smcogui.runs.cluster.profile_files import ProfileFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.cluster_preview import Preview, SmokeAnswer
    from smcogui.app.cluster_views import (
        ClustersView,
        FetchReport,
        LinkView,
        LogTail,
        SubmissionView,
    )
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile

PROFILES_FOLDER: Final = "clusters"


class ProjectClusters:
    """The clusters of the user, and what the open project has submitted to them.

    There is one for an open project; it keeps the connections.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asker: Asker = NobodyToAsk()
        self._files = ProfileFiles(user_config_folder() / PROFILES_FOLDER)

    def close(self) -> None:
        """End what works in the background and all connections; jobs go on."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with profiles on disk, in sentences."""
        self._files.all()
        return tuple(self._files.notes)

    # ------------------------------------------------------------------ profiles
    def profiles(self) -> tuple[ClusterProfile, ...]:
        """Return the profiles of the user, in alphabetical order."""
        return self._files.all()

    def profile(self, name: str) -> ClusterProfile:
        """Return a profile; raises InputError, naming the nearest, where there is none."""
        return self._files.get(name)

    def save_profile(self, profile: ClusterProfile) -> None:
        """Write a profile, over the one of that name; its connection is opened anew."""
        self.disconnect(profile.name)
        self._files.save(profile)

    def remove_profile(self, name: str) -> None:
        """Remove a profile; refused while a submission of this project is not over there."""
        raise _soon()

    # ------------------------------------------------------------------ contact
    def ask_with(self, asker: Asker) -> None:
        """Say who answers questions of a sign-in from now on, also those in the background."""
        self._asker = asker

    def connect(self, name: str) -> LinkView:
        """Connect to a cluster, asking whatever it asks; talks to it.

        Raises
        ------
        ClusterError
            As :mod:`smcogui.errors` lists them.
        """
        raise _soon()

    def disconnect(self, name: str) -> None:
        """Close a connection; jobs go on."""

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
        """Tell what submitting these would do; nothing is sent, nothing is started.

        Takes about 50 ms a design. What is done, or is on a cluster already, is left out and
        counted.

        Raises
        ------
        InputError
            If nothing is left to submit, or a value cannot stand in a job script.
        """
        raise _soon()

    def test_only(self, preview: Preview) -> tuple[bool, str]:
        """Let the scheduler check the script without submitting it; talks to the cluster.

        Returns whether it would be accepted, and what the scheduler says.
        """
        raise _soon()

    def smoke(
        self,
        preview: Preview,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> SmokeAnswer:
        """Run a job of a minute as the script would: node, software, device; talks to the cluster.

        Waits for its end; stopped, it is cancelled.
        """
        raise _soon()

    def submit(self, preview: Preview, progress: ReportProgress = no_progress) -> SubmissionView:
        """Send what is needed and submit; talks to the cluster.

        The record is written before the job is: killed at any moment, the submission is found
        again by its token, and calling this again with the same preview goes on with it.

        Raises
        ------
        ClusterError, RunFolderError, InputError
        """
        raise _soon()

    # ------------------------------------------------------------------ following
    def start_following(self) -> None:
        """Follow what was submitted in a thread of its own, until :meth:`stop_following`."""
        raise _soon()

    def stop_following(self) -> None:
        """End that thread; returns at once, jobs go on."""
        raise _soon()

    def look(self, name: str | None = None, progress: ReportProgress = no_progress) -> ClustersView:
        """Ask the clusters, or one of them, now; talks to it."""
        raise _soon()

    def view(self) -> ClustersView:
        """Return how everything stands as far as is known; reads this disk only, a few ms."""
        raise _soon()

    def log_tail(self, token: str, task: int) -> LogTail:
        """Return the last 64 KB that a task wrote; talks to the cluster."""
        raise _soon()

    # ------------------------------------------------------------------ results and repairs
    def fetch(
        self,
        tokens: Sequence[str] = (),
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> FetchReport:
        """Bring finished runs into the project, by default of all submissions; talks to clusters.

        May be called at any time; what is here already is not fetched again.
        """
        raise _soon()

    def cancel(self, token: str, tasks: Sequence[int] = ()) -> SubmissionView:
        """Cancel a submission, or some of its tasks, and wait until the scheduler says so.

        Talks to the cluster. What is finished is fetched all the same.
        """
        raise _soon()

    def prepare_resubmit(self, token: str) -> Preview:
        """Tell what submitting again would do: only what is missing, with the remedies of why.

        Raises
        ------
        InputError
            If nothing is missing, or nothing is left to try; the message says what to do.
        """
        raise _soon()

    def clean(self, token: str) -> None:
        """Remove the folder of a submission on the cluster; refused before all is fetched."""
        raise _soon()


def _soon() -> UnavailableError:
    return UnavailableError("clusters are not in use yet in this version of the program")
