"""What computes on a cluster: brought there where it is missing, started by the job script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from smcogui.errors import UnavailableError

if TYPE_CHECKING:
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.spec import Engine


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


def find_software(profile: ClusterProfile, connection: Connection) -> Software:
    """Return what computes on a cluster, as its profile chooses.

    Raises
    ------
    UnavailableError
        If it cannot be brought there.
    """
    raise UnavailableError(
        f"the engine {profile.engine} cannot be brought to {profile.name} by this version of the "
        "program",
        key="engine",
        given=profile.engine,
    )
