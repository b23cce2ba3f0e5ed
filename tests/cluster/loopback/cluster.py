"""A whole cluster on loopback: a login node, which is an sshd, and a Slurm behind it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from loopback.programs import ACCOUNTING, SGE, SLURM, SSHD, check_installed
from loopback.root import Root
from loopback.sge import Sge
from loopback.slurm import Slurm
from loopback.sshd import Sshd


class Cluster:
    """What a program that submits over SSH sees; `slurm` and `sshd` are what happens to it.

    The user is the one who runs the tests. On the login node HOME is an empty folder of the
    cluster's own, and this Python, with all that is installed, is the nodes' Python.
    """

    def __init__(
        self,
        nodes: Sequence[str] = ("node1",),
        *,
        with_accounting: bool = False,
        with_cgroup: bool = False,
    ) -> None:
        check_installed([*SLURM, *SSHD, *(ACCOUNTING if with_accounting else ())])
        self.root = Root()
        self.python = sys.executable
        try:
            self.slurm = Slurm(
                self.root, nodes, with_accounting=with_accounting, with_cgroup=with_cgroup
            )
            self.sshd = Sshd(self.root, variables=self.slurm.variables)
            self.slurm.start()
            self.sshd.start()
        except BaseException:
            self.root.close()
            raise

    def repair(self) -> None:
        """Bring up again whatever a test has stopped or killed."""
        self.slurm.resume_munged()
        self.slurm.repair()
        self.sshd.repair()

    def close(self) -> None:
        """End all daemons and jobs and remove every file."""
        self.root.close()


class SgeCluster:
    """A login node with SGE behind it, as :class:`Cluster` is one with Slurm."""

    def __init__(self) -> None:
        check_installed([*SGE, *SSHD])
        self.root = Root()
        self.python = sys.executable
        try:
            self.sge = Sge(self.root)
            self.sshd = Sshd(self.root, variables=self.sge.variables)
            self.sge.start()
            self.sshd.start()
        except BaseException:
            self.root.close()
            raise

    def close(self) -> None:
        """End all daemons and jobs and remove every file."""
        self.root.close()
