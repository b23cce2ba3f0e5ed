"""The cluster on loopback is a real one: jobs run, GPUs are handed out, nothing is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loopback.cluster import Cluster
from loopback.fixtures import StartSshd
from loopback.ports import Ports
from loopback.programs import UnavailableError, check_installed
from loopback.reaper import processes_of
from loopback.root import BringUpError, Root
from loopback.sshd import Sshd

ARRAY_SCRIPT = """#!/bin/sh
#SBATCH --gres=gpu:1 --array=0-1 --output=%a.out
echo "task $SLURM_ARRAY_TASK_ID on $SLURMD_NODENAME has GPU $CUDA_VISIBLE_DEVICES"
"""


def ssh(server: Sshd, command: str, stdin: str = "") -> str:
    known_hosts = server.root.write("known_hosts", server.host_key_line())
    options = [
        "-i",
        server.identity_file,
        "-p",
        server.port,
        *("-o", f"UserKnownHostsFile={known_hosts}", "-o", "BatchMode=yes", "-F", "none"),
    ]
    arguments = [*options, f"{server.user}@{server.host}", command]
    done = subprocess.run(
        ["ssh", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_array_submitted_over_ssh_runs_with_a_gpu_a_task(cluster: Cluster) -> None:
    answer = ssh(cluster.sshd, "sbatch --parsable --export=ALL", stdin=ARRAY_SCRIPT)
    job = answer.strip()
    assert job.isdigit()
    cluster.slurm.wait_for_state(job, "COMPLETED")
    outputs = [cluster.sshd.home / f"{task}.out" for task in range(2)]
    lines = sorted(output.read_text("utf-8").strip() for output in outputs)
    assert lines[0].startswith("task 0 on node1 has GPU ")
    assert {line[-1] for line in lines} <= {"0", "1"}


def test_login_node_has_a_home_folder_of_its_own(cluster: Cluster) -> None:
    assert ssh(cluster.sshd, "pwd; echo $HOME").split() == [str(cluster.sshd.home)] * 2
    assert cluster.sshd.home.is_relative_to(cluster.root.path)


def test_job_of_one_test_is_gone_before_the_next(cluster: Cluster) -> None:
    cluster.slurm.ask("sbatch", "--wrap", "sleep 600")
    cluster.slurm.cancel_all()
    assert cluster.slurm.ask("squeue", "-h") == ""


def test_sshd_that_was_stopped_answers_again_at_the_same_port(start_sshd: StartSshd) -> None:
    server = start_sshd()
    assert ssh(server, "echo here") == "here\n"
    server.stop()
    with pytest.raises(AssertionError, match="Connection refused"):
        ssh(server, "echo here")
    server.start()
    assert ssh(server, "echo here") == "here\n"


KILLED_OWNER = """
import os, signal, sys
from loopback.root import Root
root = Root()
daemon = root.start("sleeper", ["sh", "-c", "sleep 600 & exec sleep 601"])
print(root.path, daemon.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_is_left_when_the_owner_is_killed(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_OWNER],
        cwd=checkout / "tests" / "cluster",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    path = Path(done.stdout.split()[0])
    # The output ends when the last process that holds it does, and that is the reaper.
    assert not path.exists()
    assert processes_of(path, {}, set()) == set()


def test_log_is_shown_when_a_daemon_does_not_start() -> None:
    root = Root()
    try:
        daemon = root.start("broken", ["sh", "-c", "echo the reason >&2; exit 7"])
        with pytest.raises(BringUpError, match=r"ended with 7[\s\S]*broken\.out\nthe reason"):
            root.wait_until(lambda: False, "it listens", daemon=daemon)
    finally:
        root.close()


def test_missing_program_is_named_with_its_package() -> None:
    with pytest.raises(
        UnavailableError, match=r"slurm-no-such not installed.*apt-get install slurm-wlm"
    ):
        check_installed(["slurm-no-such"])


def test_ports_differ_between_owners() -> None:
    first, second = Ports(), Ports()
    try:
        taken = [owner.take() for owner in (first, second) for _ in range(50)]
        assert len(set(taken)) == 100
    finally:
        first.release()
        second.release()
