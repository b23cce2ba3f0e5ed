"""Which daemons a test needs, and why it cannot have them where it cannot."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

SSHD = ("sshd", "ssh-keygen")
SLURM = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol")
SGE = ("sge_qmaster", "sge_execd", "qsub", "qstat", "qconf", "qacct")
ACCOUNTING = ("slurmdbd", "sacctmgr", "mariadbd", "mariadb-install-db")

# Debian keeps daemons where the PATH of an ordinary user does not look.
_FOLDERS = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
_PACKAGES = {
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "munged": "munge",
    "slurmdbd": "slurmdbd",
    "sacctmgr": "slurm-client",
    "mariadbd": "mariadb-server",
    "mariadb-install-db": "mariadb-server",
    "sge_qmaster": "gridengine-master",
    "sge_execd": "gridengine-exec",
    **dict.fromkeys(("qsub", "qstat", "qconf", "qacct"), "gridengine-client"),
}


class UnavailableError(Exception):
    """This machine cannot run what the test needs; the message says why."""


def path_of(program: str) -> str:
    """Return where a program is."""
    found = shutil.which(program, path=_FOLDERS)
    if found is None:
        raise UnavailableError(f"{program} is not installed")
    return found


def check_installed(programs: Sequence[str]) -> None:
    """Raise UnavailableError, naming the packages, unless all programs are here."""
    if sys.platform != "linux":
        raise UnavailableError(f"the daemons of a cluster run on Linux, this is {sys.platform}")
    missing = [name for name in programs if shutil.which(name, path=_FOLDERS) is None]
    if missing:
        packages = sorted({_PACKAGES.get(name, "slurm-wlm") for name in missing})
        raise UnavailableError(
            f"{', '.join(missing)} not installed; as root: apt-get install {' '.join(packages)}"
        )
    if "sshd" in programs:
        _check_account()


def check_memory_cgroup() -> None:
    """Raise UnavailableError unless slurmd can make the kernel limit the memory of a job."""
    folder = Path("/sys/fs/cgroup/memory")
    if os.getuid() != 0:
        raise UnavailableError("only root can limit the memory of a job by a cgroup")
    if not (folder / "cgroup.procs").exists():
        raise UnavailableError(f"{folder} is no memory controller of cgroup v1")
    probe = folder / f"smco-probe-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise UnavailableError(f"no cgroup can be made in {folder}: {error.strerror}") from error


def _check_account() -> None:
    """Raise UnavailableError when sshd would refuse this account whatever its key is."""
    if os.getuid() != 0:
        return
    for line in Path("/etc/shadow").read_text("utf-8").splitlines():
        user, password = line.split(":")[:2]
        if user == "root" and password.startswith("!"):
            raise UnavailableError(
                "sshd refuses the locked account root; usermod -p '*' root opens it"
            )
