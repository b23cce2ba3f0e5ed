"""What a node does of a MuMax3 task: the very lines, run by the strictest shell there is."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from smcogui.runs.cluster.job_script import OUT_OF_TIME, SETUP_FAILED
from smcogui.runs.cluster.mumax3_shell import WORK_FILE
from smcogui.runs.cluster.mumax3_software import Mumax3Software
from smcogui.runs.cluster.task import TaskSummary
from solver.mumax3.remote import ENDED_FILE, ProcessEnd

SHELL = shutil.which("dash") or "/bin/sh"
RUN, OTHER = "0123456789abcdef", "fedcba9876543210"
FINAL = "final_000003_-1.200000T.ovf"
PROGRAM = """\
#!/bin/sh
echo "$0" "$@" "GPU $CUDA_VISIBLE_DEVICES"
for each in "$@"; do case $each in -o=*) out=${each#-o=} ;; esac; done
mkdir -p "$out"
for n in 0 1 2 3 4 5 6; do echo x >"$out/state_00000$n.ovf"; done
echo x >"$out/regions_loaded.ovf"
"""
GOOD = f'echo x >"$out/{FINAL}"'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nodes of clusters have a POSIX shell")


@dataclass
class Node:
    """A node with a MuMax3, and a task in a folder with blanks and quotes."""

    root: Path

    @property
    def attempt(self) -> Path:
        return self.root / "it's a folder" / "attempt-01"

    def cycle(self, run: str = RUN, name: str = "cycle-00") -> Path:
        """Return the folder of a half-cycle's attempt."""
        return self.attempt.parent / "runs" / run / name / "mumax3" / "attempt-01"

    def has(self, program: str, *work: str) -> None:
        """Install a MuMax3, and give the task its list."""
        path = self.root / "mu max3"
        path.write_text(f"{PROGRAM}{program}\n")
        path.chmod(0o755)
        (self.attempt / "state").mkdir(parents=True)
        for line in work:
            _, run, name, *_ = line.split()
            self.cycle(run, name).mkdir(parents=True)
        (self.attempt / WORK_FILE).write_text("".join(f"{line}\n" for line in work))

    def start(self, prologue: str = "") -> subprocess.Popen[str]:
        """Start the task."""
        software = Mumax3Software(path=str(self.root / "mu max3"))
        script = self.root / "body.sh"
        script.write_text(
            f"SMCO_TASK=0 SMCO_FOLDER={shlex.quote(str(self.attempt))}\n{prologue}\n{software.body}"
        )
        return subprocess.Popen(
            [SHELL, str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(self.root), "CUDA_VISIBLE_DEVICES": "3"},
        )

    def work(self, prologue: str = "") -> int:
        """Do the task, and return its exit code."""
        process = self.start(prologue)
        process.communicate(timeout=60)
        return process.returncode

    def summary(self) -> TaskSummary:
        """Return what the task said at its end."""
        summary = TaskSummary.from_json((self.attempt / "state/0.summary.json").read_bytes())
        assert summary is not None
        return summary

    def states(self, run: str = RUN) -> list[str]:
        """Return the states that a run went through."""
        path = self.attempt.parent / "runs" / run / "events.jsonl"
        return [json.loads(line)["state"] for line in path.read_text().splitlines()]

    def end(self, **where: str) -> ProcessEnd | None:
        """Return how a half-cycle ended."""
        return ProcessEnd.parse((self.cycle(**where) / ENDED_FILE).read_text())


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def line(run: str = RUN, cycle: str = "cycle-00", limit_s: int = 50, option: str = "-") -> str:
    return f"0 {run} {cycle} attempt-01 {limit_s} {option}"


def test_half_cycles_of_a_task_are_computed_one_after_the_other(node: Node) -> None:
    other_task = f"10 {OTHER} cycle-00 attempt-01 50 -"
    node.has(GOOD, line(), line(cycle="cycle-01", option="sync"), other_task)
    (node.cycle() / "half_cycle.mx3.start.ovf").touch()
    # Whatever a prologue leaves behind.
    assert node.work("set -eu -f -C; IFS=e; CDPATH=/; cd /") == 0
    assert node.states() == ["RUNNING", "DONE"]
    summary = node.summary()
    assert (summary.ended, summary.working_on) == ("done", "")
    assert {run: end.state for run, end in summary.runs.items()} == {RUN: "DONE"}
    end = node.end()
    assert end is not None
    assert (end.code, end.final) == (0, FINAL)
    said = (node.cycle(name="cycle-01") / "output.txt").read_text()
    assert "-http= -f=true -o=out" in said
    assert "-gpu=0 -sync=true half_cycle.mx3 GPU 3" in said
    assert "-sync=false" in (node.cycle() / "output.txt").read_text()
    # Of the fields only what is checked stays, and of the task nothing on the node's own disk.
    assert [path.name for path in node.cycle().rglob("*.ovf")] == ["regions_loaded.ovf"]
    assert not list(node.root.glob("smco-*"))


def test_what_fails_is_left_for_another_attempt_and_the_others_go_on(node: Node) -> None:
    crash = f'case $PWD in *{RUN}*) echo "panic: no" >&2; exit 2 ;; esac'
    node.has(f"{crash}\n{GOOD}", line(), line(run=OTHER))
    assert node.work() == 3
    assert node.states() == ["RUNNING"]
    assert node.states(OTHER) == ["RUNNING", "DONE"]
    end = node.end()
    assert end is not None
    assert (end.code, end.final) == (2, "")
    assert "panic: no" in (node.cycle() / "output.txt").read_text()
    # It goes on from one of these.
    assert (node.cycle() / "out/state_000006.ovf").exists()
    assert node.summary().ended == "failed"


def test_what_does_not_come_on_is_ended(node: Node) -> None:
    node.has("trap '' TERM; while :; do sleep 1; done", line(limit_s=1))
    assert node.work() == 3
    end = node.end()
    assert end is not None
    assert end.code is None


def test_requeued_task_leaves_out_what_is_complete(node: Node) -> None:
    node.has("exit 1", line(), line(run=OTHER))
    (node.cycle() / ENDED_FILE).write_text(f"0 12 {FINAL}\n")
    assert node.work() == 3
    assert node.states() == ["RUNNING", "DONE"]
    assert node.states(OTHER) == ["RUNNING"]
    assert not (node.cycle() / "out").exists()


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [(signal.SIGUSR1, OUT_OF_TIME, "SIGUSR1"), (signal.SIGTERM, 130, "SIGTERM")],
)
def test_signal_ends_the_process_and_the_task(
    node: Node, number: int, code: int, name: str, wait_until: Callable[..., None]
) -> None:
    node.has("exec sleep 60", line(), line(run=OTHER))
    process = node.start()
    wait_until((node.cycle() / "out/regions_loaded.ovf").exists)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == code
    assert node.states() == ["RUNNING", "CANCELLED"]
    summary = node.summary()
    assert (summary.ended, summary.signal, dict(summary.runs)) == ("stopped", name, {})
    assert not (node.cycle() / ENDED_FILE).exists()
    assert not (node.attempt.parent / "runs" / OTHER / "events.jsonl").exists()


def test_one_run_is_stopped_and_the_next_goes_on(
    node: Node, wait_until: Callable[..., None]
) -> None:
    hang = f"case $PWD in *{RUN}*) exec sleep 60 ;; esac"
    node.has(f"{hang}\n{GOOD}", line(), line(cycle="cycle-01"), line(run=OTHER))
    process = node.start()
    wait_until((node.cycle() / "out/regions_loaded.ovf").exists)
    request = node.attempt.parent / "runs" / RUN / "cancel.request"
    request.touch()
    process.communicate(timeout=60)
    assert process.returncode == 3
    assert node.states() == ["RUNNING", "CANCELLED"]
    assert node.states(OTHER) == ["RUNNING", "DONE"]
    assert not request.exists()
    assert not (node.cycle(name="cycle-01") / "output.txt").exists()


def test_node_without_the_program_says_so(node: Node) -> None:
    node.has(GOOD, line())
    (node.root / "mu max3").unlink()
    process = node.start()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == SETUP_FAILED
    assert "there is no" in said


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize("part", ["body", "smoke_body"])
def test_every_shell_reads_the_lines(tmp_path: Path, shell: str, part: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    script = tmp_path / "lines.sh"
    script.write_text(getattr(Mumax3Software(path="/opt/a b/mumax3's"), part))
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
