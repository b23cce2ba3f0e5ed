"""MuMax3 as the job script starts it: the one that is there, one process per half-cycle."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.errors import UnavailableError
from smcogui.runs.cluster.mumax3_shell import loop_body, smoke_body
from smcogui.runs.spec import MUMAX3, Engine
from solver.mumax3.smoke import smoke_script

if TYPE_CHECKING:
    from smcogui.runs.cluster.probe import Software
    from smcogui.runs.cluster.remote import Connection

UNKNOWN_VERSION: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mumax3Software:
    """MuMax3 on a cluster; see :class:`smcogui.app.cluster_software.Software`.

    Parameters
    ----------
    path : str
        Of the program there, as the probe found it.
    version : str
        As the trial job told it; empty where none has run.
    """

    path: str
    version: str = UNKNOWN_VERSION

    @property
    def engine(self) -> Engine:
        """MuMax3 with its version, of which the exchange rule is part."""
        return Engine(name=MUMAX3, version=self.version)

    @property
    def body(self) -> str:
        """Lines of shell that do the work of task ``$SMCO_TASK`` in ``$SMCO_FOLDER``."""
        return loop_body(shlex.quote(self.path))

    @property
    def smoke_body(self) -> str:
        """Lines of shell that let it compute for a moment; it names itself and its card."""
        return smoke_body(shlex.quote(self.path), smoke_script())

    def install(self, connection: Connection, progress: object) -> None:
        """Bring nothing: it is there."""


def mumax3_path(found: Software, cluster: str, given: str) -> str:
    """Return where MuMax3 lies on a cluster.

    Raises
    ------
    UnavailableError
        If the probe did not find it; the message says what to do.
    """
    if found.mumax3:
        return found.mumax3
    modules = ", ".join(found.mumax3_modules[:4])
    hint = f"load one of the modules {modules}" if modules else "name its module or its path"
    raise UnavailableError(
        f"no MuMax3 was found on {cluster} ({given or 'mumax3'} with the modules of the profile): "
        f"{hint} in the profile, or choose the built-in solver (engine builtin or builtin_gpu)",
        key="engine",
        given=MUMAX3,
        allowed="builtin, builtin_gpu",
    )
