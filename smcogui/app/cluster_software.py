"""What computes on a cluster: brought there where it is missing, started by the job script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from smcogui.app.cluster_mumax3_version import known_version
from smcogui.app.jobs import no_progress
from smcogui.app.settings import user_cache_folder
from smcogui.errors import UnavailableError
from smcogui.runs.cluster.job_script import check_path
from smcogui.runs.cluster.mumax3_software import Mumax3Software, mumax3_path
from smcogui.runs.cluster.node_python import trouble_of
from smcogui.runs.cluster.probe import read_software
from smcogui.runs.cluster.probe_script import software_command
from smcogui.runs.cluster.software import builtin_software
from smcogui.runs.cluster.wheels import WheelCache
from smcogui.runs.spec import MUMAX3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.probe import RemotePython
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.spec import Engine

LOOK_S: Final = 60.0
"""How long modules and the Pythons there may take to answer."""


class Software(Protocol):
    """The engine of a submission as the job script starts it."""

    @property
    def engine(self) -> Engine:
        """What computes, with its version: part of a run's identity."""

    @property
    def body(self) -> str:
        """Lines of shell that do the work of task ``$SMCO_TASK`` in ``$SMCO_FOLDER``."""

    @property
    def smoke_body(self) -> str:
        """Lines of shell that load the engine, name its device and compute for a moment."""

    def install(self, connection: Connection, progress: ReportProgress) -> None:
        """Bring what is missing there; harmless where it is there already.

        Raises
        ------
        ClusterError
            If it cannot be brought there; the message says what to do.
        """


def find_software(
    profile: ClusterProfile, connection: Connection, progress: ReportProgress = no_progress
) -> Software:
    """Return what computes on a cluster, as its profile chooses; asks what is there.

    What the built-in solver lacks there is fetched to this computer, which may take minutes the
    first time. The version of MuMax3 is empty where no trial job has told it.

    Raises
    ------
    UnavailableError
        If it cannot be brought there; the message says what to do.
    ClusterError
        If the modules or the prologue of the profile fail there.
    LostContactError
        If the cluster does not answer.
    """
    command = software_command(
        python=profile.python,
        mumax3=profile.mumax3,
        modules=profile.modules,
        prologue=profile.prologue,
    )
    found = read_software(connection.run(command, deadline_s=LOOK_S))
    if profile.engine == MUMAX3:
        check_path(absolute(profile.scratch, connection.home))
        path = mumax3_path(found, profile.name, profile.mumax3)
        return Mumax3Software(path=path, version=known_version(profile, path))
    python = _choose(found.pythons, profile)
    return builtin_software(
        profile.engine,
        python,
        absolute(profile.scratch, connection.home),
        WheelCache(user_cache_folder() / "wheels"),
        progress,
    )


def _choose(pythons: Sequence[RemotePython], profile: ClusterProfile) -> RemotePython:
    """Return the Python that serves best: with torch for batches, the first one otherwise."""
    if not pythons:
        raise UnavailableError(
            f"no Python was found on {profile.name} with the modules of the profile, and the "
            "built-in solver needs one from 3.11 to 3.13. Load a module with one (`module avail "
            "python` lists them), or give its path in the profile",
            key="python",
            given=profile.python or "none",
            allowed="Python 3.11 to 3.13",
        )
    serving = [each for each in pythons if not trouble_of(each)]
    if profile.engine == "builtin_gpu":
        serving.sort(key=lambda each: not each.torch_cuda)
    return next(iter(serving), pythons[0])


def absolute(path: str, home: str) -> str:
    """Return a path on the cluster with its home folder written out."""
    return home + path[1:] if path == "~" or path.startswith("~/") else path
