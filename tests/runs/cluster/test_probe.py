"""M12: what a cluster is like, piece by piece; a piece that fails spoils no other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smcogui.errors import SchedulerDownError
from smcogui.runs.cluster import probe_script
from smcogui.runs.cluster.probe import ClusterProbe, probe_cluster, read_software
from smcogui.runs.cluster.profile import make_profile
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.scheduler import Limits, Partition
from smcogui.runs.cluster.slurm import Slurm

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")

PARTITIONS = [Partition(name="gpu", is_default=True)]


class Scheduler:
    """Tells of itself whatever its commands print."""

    def __init__(self, **commands: Sequence[str]) -> None:
        self._commands = commands

    def partitions_command(self) -> Sequence[str]:
        return self._commands.get("partitions", ("echo", "gpu"))

    def parse_partitions(self, answer: Answer) -> list[Partition]:
        if answer.exit_code:
            raise SchedulerDownError(f"it said: {answer.error_text}")
        return PARTITIONS

    def limits_command(self) -> Sequence[str]:
        return self._commands.get("limits", ("sh", "-c", "echo 2000; echo warning >&2"))

    def parse_limits(self, answer: Answer) -> Limits:
        return Limits(max_array_size=int(answer.text), version=answer.error_text.strip())

    def associations_command(self, user: str) -> Sequence[str]:
        return ("echo", user)

    def parse_associations(self, answer: Answer) -> list[Any]:
        return [answer.text.strip()]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ClusterProbe]:
    """Return a function that probes this computer, as a cluster whose home is a folder of ours."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setattr(probe_script, "_PYTHONS", "no-python-but-that-of-the-profile")

    def run(command: str, *, deadline_s: float) -> Answer:
        done = subprocess.run(
            ["sh", "-c", command],
            capture_output=True,
            check=False,
            timeout=deadline_s,
            env={"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        )
        return Answer(
            exit_code=done.returncode,
            stdout=done.stdout,
            stderr=done.stderr,
            noise=b"Welcome\x1b[2J to the cluster\n",
        )

    def look(scheduler: Scheduler | None = None, **values: object) -> ClusterProbe:
        connection: Any = SimpleNamespace(
            run=run,
            home=str(tmp_path),
            environment=lambda: {"shell": "/bin/tcsh", "user": "ana"},
        )
        defaults = {"name": "here", "host": "h"}
        profile = make_profile(**(defaults | values))
        scheduler_: Any = scheduler or Scheduler()
        return probe_cluster(connection, profile, scheduler_)

    return look


def program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)


def test_all_pieces_are_found(look, tmp_path: Path) -> None:
    program(tmp_path, "sbatch", "exit 1")
    program(tmp_path, "mumax3", "exit 1")
    program(tmp_path, "nvidia-smi", "echo 'GPU 0: Tesla V100'")
    program(tmp_path, "quota", "echo '/dev/sda1 99999* 100000 100000'")
    found = look()
    assert found.shell == "/bin/tcsh"
    assert found.noise == "Welcome\\x1b[2J to the cluster"
    assert found.system.value is not None
    assert "slurm" in found.system.value.schedulers
    assert found.system.value.missing_tools == ()
    assert found.partitions.value == tuple(PARTITIONS)
    assert found.limits.value == Limits(max_array_size=2000, version="warning")
    assert found.associations.value == ("ana",)
    assert found.disk.value is not None
    assert found.disk.value.is_writable
    assert "99999*" in found.disk.value.quota
    assert found.software.value is not None
    assert found.software.value.mumax3 == str(tmp_path / "bin" / "mumax3")
    assert found.software.value.gpus == ("GPU 0: Tesla V100",)


def test_the_python_of_the_profile_comes_first_with_its_packages(look) -> None:
    import numpy

    software = look(python=sys.executable).software.value
    assert software is not None
    first = software.pythons[0]
    assert first.path == sys.executable
    assert first.version == sys.version_info[:3]
    assert first.packages["numpy"] == numpy.__version__


def test_torch_with_cuda_is_told_without_loading_it(look, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "torch").mkdir(parents=True)
    (site / "torch-2.5.1.dist-info").mkdir()
    (site / "torch-2.5.1.dist-info" / "METADATA").write_text("Name: torch\nVersion: 2.5.1\n")
    (site / "torch" / "__init__.py").write_text("raise SystemExit('torch was loaded')\n")
    (site / "torch" / "version.py").write_text("cuda: Optional[str] = '12.4'\n")
    software = look(python=sys.executable, prologue=f"export PYTHONPATH={site}").software.value
    assert software is not None
    first = software.pythons[0]
    assert (first.packages["torch"], first.torch_cuda) == ("2.5.1", "12.4")


def test_what_hangs_is_ended_and_spoils_nothing(look, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("timeout") is None:
        pytest.skip("needs timeout")
    monkeypatch.setattr(probe_script, "SECTION_S", 1)
    found = look(Scheduler(partitions=("sleep", "60")))
    assert "did not answer within" in found.partitions.failure
    assert found.limits.value is not None


def test_what_is_missing_or_garbled_is_said(look) -> None:
    scheduler = Scheduler(partitions=("no-such-sinfo",), limits=("echo", "who\x1bknows"))
    found = look(scheduler)
    assert "no-such-sinfo" in found.partitions.failure
    assert "makes no sense: who\\x1bknows" in found.limits.failure
    assert found.associations.value == ("ana",)


def test_modules_that_fail_are_said(look) -> None:
    failure = look(modules=["no/such"]).software.failure
    assert "the modules or the prologue of the profile fail" in failure


def test_a_scratch_folder_that_is_not_there_yet_is_judged_by_the_one_above(look) -> None:
    disk = look(scratch="~/not/yet").disk.value
    assert disk is not None
    assert disk.is_writable
    assert disk.space.free_kB


def test_a_scratch_folder_that_is_closed_is_said(look) -> None:
    disk = look(scratch="/proc/smco").disk.value
    assert disk is not None
    assert os.getuid() == 0 or not disk.is_writable


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "{}",
        '{"path": "relative", "version": [3, 11, 1]}',
        '{"path": "/a\\u001b[2J", "version": [3, 11, 1]}',
        '{"path": "/a", "version": "three"}',
        '{"path": "/a", "version": [3, 11]}',
    ],
)
def test_a_prologue_that_prints_is_no_python(line: str) -> None:
    good = '{"path": "/usr/bin/python3", "version": [3, 11, 1], "libc": ["glibc", "2.28"]}'
    answer = Answer(exit_code=0, stdout=f"{line}\n{good}\n".encode(), stderr=b"")
    (python,) = read_software(answer).pythons
    assert (python.path, python.glibc) == ("/usr/bin/python3", (2, 28))


def test_a_real_cluster_is_probed_in_one_round_trip(cluster, join) -> None:
    connection = join(cluster.sshd)
    profile = make_profile(name="loopback", host="h", python=cluster.python)
    asked = []
    run = connection.run

    def count(*arguments: Any, **named: Any) -> Answer:
        asked.append(arguments)
        return run(*arguments, **named)

    connection.run = count
    found = probe_cluster(connection, profile, Slurm())
    assert len(asked) == 1
    assert [part.name for part in found.partitions.value or ()] == ["gpu", "short"]
    assert found.limits.value is not None
    assert found.limits.value.version
    assert found.system.value is not None
    assert "slurm" in found.system.value.schedulers
    assert found.software.value is not None
    assert found.software.value.pythons[0].path == cluster.python
