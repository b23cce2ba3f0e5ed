"""A real Slurm on loopback, as the user who runs the tests: munged, slurmctld, a slurmd a node."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from loopback import reaper
from loopback.accounting import Accounting
from loopback.programs import SLURM, check_installed, path_of
from loopback.root import Daemon, Root
from loopback.slurm_files import (
    CGROUP_MEMORY,
    NO_ACCOUNTING,
    POLLED_MEMORY,
    Node,
    cgroup_conf,
    gres_conf,
    slurm_conf,
)

_COMMAND_S = 30.0
_UP = frozenset({"idle", "mixed", "allocated", "completing"})


class Slurm:
    """The scheduler of a loopback cluster and what can happen to it.

    Parameters
    ----------
    root
        Where it lives.
    nodes
        Names of the nodes. Each has 4 CPUs, 2000 MB and two GPUs that are only names.
    with_accounting
        Whether there is a database behind `sacct`. The user then has the account "physics".
    with_cgroup
        Whether the kernel limits the memory of jobs.
    """

    def __init__(
        self,
        root: Root,
        nodes: Sequence[str] = ("node1",),
        *,
        with_accounting: bool = False,
        with_cgroup: bool = False,
    ) -> None:
        check_installed(SLURM)
        self.root = root
        self._host = socket.gethostname().partition(".")[0]
        self.user = getpass.getuser() if os.getuid() else "root"
        self.nodes = tuple(Node(name=name, port=root.ports.take()) for name in nodes)
        self._port = root.ports.take()
        self._with_cgroup = with_cgroup
        self.accounting: Accounting | None = None
        if with_accounting:
            self.accounting = Accounting(root, user=self.user, host=self._host)
        self._munged: Daemon | None = None
        self._controller: Daemon | None = None
        self._slurmds: dict[str, Daemon] = {}

    @property
    def conf(self) -> Path:
        """Return the path of slurm.conf."""
        return self.root.path / "etc" / "slurm.conf"

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment in which Slurm's commands talk to this cluster."""
        return {"SLURM_CONF": str(self.conf)}

    def start(self) -> None:
        """Start munged, the controller and all nodes; wait until the nodes are idle."""
        self._write_files()
        self.start_munged()
        if self.accounting is not None:
            self.accounting.start()
            self._add_account()
        # The nodes come up while the controller does; they ask again until it answers.
        self._launch_controller(cold=True)
        for node in self.nodes:
            self.start_node(node.name)
        self.wait_for_controller()
        self.wait_for_nodes()

    def _write_files(self) -> None:
        root = self.root
        key = root.folder("munge") / "key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        for name in ("etc", "state", "spool", "dev"):
            root.folder(name)
        for node in self.nodes:
            root.folder(f"spool/{node.name}", 0o755)
            for gpu in range(2):
                (root.path / "dev" / f"{node.name}-gpu{gpu}").symlink_to(os.devnull)
        root.write("etc/slurm.conf", self._conf_text(), 0o644)
        root.write("etc/gres.conf", gres_conf(root=root.path, nodes=self.nodes), 0o644)
        if self._with_cgroup:
            for node in self.nodes:
                root.own_cgroup(f"slurm_{node.name}")
            root.write("etc/cgroup.conf", cgroup_conf(), 0o644)

    def _conf_text(self) -> str:
        return slurm_conf(
            root=self.root.path,
            host=self._host,
            user=self.user,
            port=self._port,
            nodes=self.nodes,
            accounting=self.accounting.conf_lines() if self.accounting else NO_ACCOUNTING,
            memory=CGROUP_MEMORY if self._with_cgroup else POLLED_MEMORY,
        )

    def _add_account(self) -> None:
        self.ask("sacctmgr", "-i", "add", "cluster", "loopback")
        self.ask("sacctmgr", "-i", "add", "account", "physics")
        self.ask("sacctmgr", "-i", "add", "user", self.user, "account=physics")

    def start_munged(self) -> None:
        """Start the daemon that vouches for who somebody is."""
        folder = self.root.path / "munge"
        command = [
            path_of("munged"),
            "--foreground",
            "--force",
            f"--key-file={folder}/key",
            f"--socket={folder}/socket",
            f"--pid-file={folder}/pid",
            f"--seed-file={folder}/seed",
            f"--log-file={self.root.log_folder}/munged.log",
        ]
        self._munged = self.root.start("munged", command)
        socket_file = folder / "socket"
        self.root.wait_until(socket_file.exists, "munged listens", daemon=self._munged)

    def pause_munged(self) -> None:
        """Freeze munged: every command of Slurm hangs until `resume_munged`."""
        assert self._munged is not None
        self._munged.process.send_signal(signal.SIGSTOP)

    def resume_munged(self) -> None:
        """Let munged go on."""
        assert self._munged is not None
        self._munged.process.send_signal(signal.SIGCONT)

    def start_controller(self, *, cold: bool = False) -> None:
        """Start slurmctld, and wait for it; warm, it knows the jobs of the last one."""
        self._launch_controller(cold=cold)
        self.wait_for_controller()

    def forget_state(self) -> None:
        """Remove what the controller saved, as if the cluster were set up anew."""
        shutil.rmtree(self.root.path / "state")
        self.root.folder("state")

    def _launch_controller(self, *, cold: bool) -> None:
        command = [path_of("slurmctld"), "-D", *(["-c"] if cold else [])]
        self._controller = self.root.start("slurmctld", command, self.variables)

    def stop_controller(self) -> None:
        """End slurmctld; it saves its state. Commands then hang for seconds and fail."""
        if self._controller is not None:
            self._controller.terminate()

    def start_node(self, name: str) -> None:
        """Start a node's slurmd."""
        command = [path_of("slurmd"), "-D", "-N", name]
        self._slurmds[name] = self.root.start(f"slurmd-{name}", command, self.variables)

    def kill_node(self, name: str) -> None:
        """Kill a node's slurmd and the jobs on it, as a power cut does."""
        # The stepd of a job leaves its slurmd, but keeps the node's log open.
        log = self.root.path / "log" / f"{name}.log"
        self._slurmds[name].kill()
        reaper.kill(reaper.with_descendants(reaper.holders(log)))

    def repair(self) -> None:
        """Start the controller and the nodes that do not run."""
        if self._controller is None or not self._controller.is_alive():
            self.start_controller()
        for name, slurmd in self._slurmds.items():
            if not slurmd.is_alive():
                self.start_node(name)
        self.wait_for_nodes()

    def wait_for_controller(self) -> None:
        """Wait until slurmctld answers."""

        def answers() -> bool:
            done = self.ask("scontrol", "ping", check=False)
            return "UP" in done and "DOWN" not in done

        self.root.wait_until(answers, "slurmctld answers", daemon=self._controller)

    def wait_for_nodes(self) -> None:
        """Wait until every node is idle or at work."""

        def all_up() -> bool:
            states = self.ask("sinfo", "-h", "-N", "-o", "%N %T", check=False).split("\n")
            found = {line.split()[0]: line.split()[1] for line in states if line.strip()}
            return all(found.get(node.name) in _UP for node in self.nodes)

        self.root.wait_until(all_up, "all nodes are up", patience_s=60)

    def wait_for_loss(self, name: str) -> None:
        """Wait until the controller has noticed that a node is gone, and has taken its jobs away.

        It then is idle*, unknown* or down*: the star says that it does not answer.
        """

        def is_lost() -> bool:
            state = self.ask("sinfo", "-h", "-n", name, "-p", "gpu", "-o", "%T")
            return state not in _UP and not self.ask("squeue", "-h", "-w", name)

        self.root.wait_until(is_lost, f"{name} is lost", patience_s=120)

    def ask(self, *command: str, check: bool = True, stdin: str = "") -> str:
        """Run one of Slurm's commands here and return its standard output, stripped."""
        done = subprocess.run(
            [path_of(command[0]), *command[1:]],
            env=self.root.environment(self.variables),
            cwd=self.root.path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}\n{done.stderr}")
        return done.stdout.strip()

    def states(self, job: str) -> list[str]:
        """Return the state of a job, or of each task of an array, as scontrol gives it."""
        text = self.ask("scontrol", "show", "job", "-o", job)
        return [_field(line, "JobState") for line in text.splitlines()]

    def reason(self, job: str) -> str:
        """Return why a job is in its state."""
        return _field(self.ask("scontrol", "show", "job", "-o", job), "Reason")

    def wait_for_state(self, job: str, state: str, patience_s: float = 30.0) -> None:
        """Wait until a job, or each task of an array, is in a state."""
        self.root.wait_until(
            lambda: set(self.states(job)) == {state},
            f"job {job} is {state}",
            patience_s=patience_s,
        )

    def cancel_all(self) -> None:
        """Cancel every job and wait until none is left, so that the next test starts afresh."""
        self.ask("scancel", "--user", self.user)
        self.root.wait_until(lambda: not self.ask("squeue", "-h"), "no job is left")


def _field(line: str, name: str) -> str:
    found = re.search(rf"\b{name}=(\S*)", line)
    return found.group(1) if found else ""
