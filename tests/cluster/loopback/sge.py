"""A real SGE on loopback, as the user who runs the tests: a qmaster and an execd.

Its daemons listen on all addresses, for they know no other way, and serve this host only.
"""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
from pathlib import Path

from loopback.programs import SGE, check_installed, path_of
from loopback.root import Daemon, Root
from loopback.sge_files import (
    ENVIRONMENT,
    GIVEN_TO_JOBS,
    SHORT_QUEUE,
    bootstrap,
    configuration,
    queue,
    scheduler,
)

_COMMAND_S = 30.0
_LIBRARY = Path("/usr/lib/gridengine")
_SHARED = Path("/usr/share/gridengine")
SLOTS = 4
# Debian's wrapper asks for these links below SGE_ROOT.
_LINKS = {"util": _SHARED / "util", "bin/lx-amd64": _LIBRARY, "lib/lx-amd64": _LIBRARY}


class Sge:
    """The scheduler of a loopback cluster: ``all.q`` and ``short.q`` of four slots on one host.

    The host has two GPUs that are only a number, ``gpu``, and 2 GB that jobs are given by
    ``m_mem_free``.
    """

    def __init__(self, root: Root) -> None:
        check_installed(SGE)
        self.root = root
        self.user = getpass.getuser() if os.getuid() else "root"
        self.host = socket.gethostname().partition(".")[0]
        self._ports = (root.ports.take(), root.ports.take())
        self._qmaster: Daemon | None = None
        self._execd: Daemon | None = None

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment in which SGE's commands talk to this cluster."""
        qmaster, execd = self._ports
        return {
            "SGE_ROOT": str(self.root.path / "sge"),
            "SGE_CELL": "default",
            "SGE_QMASTER_PORT": str(qmaster),
            "SGE_EXECD_PORT": str(execd),
        }

    def start(self) -> None:
        """Start the daemons and make the queues; wait until the host takes jobs."""
        self._write_files()
        self.start_qmaster()
        self.ask("qconf", "-as", self.host)
        self._execd = self._daemon("sge_execd")
        self.root.wait_until(self._host_is_up, "the host reports", daemon=self._execd)
        self._make_queues()
        self.root.wait_until(self._takes_jobs, "the queues take jobs", daemon=self._execd)

    def start_qmaster(self) -> None:
        """Start the qmaster, which knows the jobs of the last one, and wait for it."""
        self._qmaster = self._daemon("sge_qmaster")
        self.root.wait_until(
            lambda: self.ask("qconf", "-sh", check=False) != "",
            "the qmaster answers",
            daemon=self._qmaster,
        )

    def stop_qmaster(self) -> None:
        """End the qmaster: commands then say that nobody answers."""
        if self._qmaster is not None:
            self._qmaster.terminate()

    def ask(self, *command: str, check: bool = True) -> str:
        """Run one of SGE's commands here and return its standard output, stripped."""
        done = self.run(*command)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}\n{done.stderr}{done.stdout}")
        return done.stdout.strip()

    def run(self, *command: str, timeout_s: float = _COMMAND_S) -> subprocess.CompletedProcess[str]:
        """Run a command here in the environment of this cluster."""
        program = path_of(command[0])
        return subprocess.run(
            [program, *command[1:]],
            env=self.root.environment(self.variables),
            cwd=self.root.path,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def cancel_all(self) -> None:
        """Cancel every job and wait until none is left."""
        self.run("qdel", "-u", self.user)
        # After a restart of the qmaster, the host takes its time to come back to it.
        self.root.wait_until(
            lambda: not self.ask("qstat", "-u", "*"), "no job is left", patience_s=120
        )

    def repair(self) -> None:
        """Start the qmaster unless it runs."""
        if self._qmaster is None or not self._qmaster.is_alive():
            self.start_qmaster()

    # ------------------------------------------------------------------ inside
    def _write_files(self) -> None:
        root = self.root.path
        common = self.root.folder("sge/default/common", 0o755)
        spool = self.root.folder("sge-spool/qmaster", 0o755)
        self.root.folder("sge-spool/qmaster/job_scripts", 0o755)
        self.root.folder("sge-spool/execd", 0o755)
        for name, target in _LINKS.items():
            (root / "sge" / name).parent.mkdir(exist_ok=True)
            (root / "sge" / name).symlink_to(target)
        name = "sge/default/common"
        self.root.write(f"{name}/bootstrap", bootstrap(common, spool, self.user), 0o644)
        self.root.write(f"{name}/act_qmaster", f"{self.host}\n", 0o644)
        # 127.0.0.1 has several names; they are one host.
        self.root.write(f"{name}/host_aliases", f"{self.host} localhost\n", 0o644)
        self.root.write(f"{name}/cluster_name", "loopback\n", 0o644)
        global_file = self.root.write("sge-files/global", configuration(root / "sge-spool/execd"))
        self._prepare("spoolinit", "classic", "libspoolc", f"{common};{spool}", "init")
        self._prepare("spooldefaults", "configuration", str(global_file))
        for what, folder in (("complexes", "centry"), ("usersets", "usersets")):
            self._prepare("spooldefaults", what, str(_SHARED / "util" / "resources" / folder))
        self._prepare("spooldefaults", "managers", self.user)

    def _prepare(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(_LIBRARY / program), *arguments],
            env=self.root.environment(self.variables),
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout

    def _make_queues(self) -> None:
        self._configure("-Mc", "complexes", f"{self.ask('qconf', '-sc')}\n{GIVEN_TO_JOBS}")
        values = "gpu=2,m_mem_free=2G"
        self.ask("qconf", "-mattr", "exechost", "complex_values", values, self.host)
        self._configure("-Ap", "smp", ENVIRONMENT)
        self._configure("-Aq", "all.q", queue("all.q", self.host, "01:00:00", SLOTS))
        self._configure("-Aq", SHORT_QUEUE, queue(SHORT_QUEUE, self.host, "00:02:00", SLOTS))
        self._configure("-Msconf", "scheduler", scheduler(self.ask("qconf", "-ssconf")))

    def _configure(self, option: str, name: str, text: str) -> None:
        self.ask("qconf", option, str(self.root.write(f"sge-files/{name}", text)))

    def _daemon(self, program: str) -> Daemon:
        # In the foreground (SGE_ND); it closes as many files as it might have, one by one.
        command = ["sh", "-c", 'ulimit -n 1024; exec "$0"', path_of(program)]
        return self.root.start(program, command, {**self.variables, "SGE_ND": "true"})

    def _host_is_up(self) -> bool:
        lines = self.ask("qhost", "-h", self.host, check=False).splitlines()
        return any(line.startswith(self.host) and " - " not in line for line in lines)

    def _takes_jobs(self) -> bool:
        return self.ask("qstat", "-f", check=False).count(f"/{SLOTS} ") == 2
