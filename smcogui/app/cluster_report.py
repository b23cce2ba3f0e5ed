"""What the check of a cluster found, finding by finding, each with what to do. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from smcogui.runs.cluster.scheduler import Association, Limits, Partition

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at on a cluster, and how it is.

    Parameters
    ----------
    check : str
        What was looked at: Shell, Scheduler, GPUs, Disk, ...
    level : {"ok", "warn", "fail"}
        ``fail`` where no job can run, or a solver is not there.
    message : str
        What was found, in a sentence.
    remedy : str
        What to do, in a sentence; empty where nothing has to be done.
    is_of_profile : bool
        Whether another value in the profile mends it.
    """

    check: str
    level: Level
    message: str
    remedy: str = ""
    is_of_profile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReport:
    """All findings, and what advice on resources is made of.

    Parameters
    ----------
    findings : tuple of Finding
    solvers : tuple of Finding
        For each solver of a profile (``builtin``, ``builtin_gpu``, ``mumax3``, in ``check``)
        whether it can compute there.
    partitions : tuple of Partition
    associations : tuple of Association
        Accounts of the user.
    limits : Limits, optional
    """

    findings: tuple[Finding, ...]
    solvers: tuple[Finding, ...] = ()
    partitions: tuple[Partition, ...] = ()
    associations: tuple[Association, ...] = ()
    limits: Limits | None = None

    @property
    def can_run(self) -> bool:
        """Whether jobs can run there as it is."""
        return not any(finding.level == "fail" for finding in self.findings)

    @property
    def can_be_used(self) -> bool:
        """Whether jobs can run there, with other values in the profile at least."""
        return all(each.level != "fail" or each.is_of_profile for each in self.findings)

    def solver(self, engine: str) -> Finding | None:
        """Return what was found of a solver; None where it was not looked for."""
        return next((each for each in self.solvers if each.check == engine), None)
