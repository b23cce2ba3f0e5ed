"""Designs sent to a real SGE over a real sshd by the command line, and fetched."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smcogui.app.running import run_here
from smcogui.app.session import Session
from smcogui.design.design_file import load_designs
from smcogui.runs.cluster.profile import POLL_VARIABLE
from smcogui.runs.folder import CURVE_FILE, RESULT_FILE
from smcogui.runs.place import read_place

if TYPE_CHECKING:
    from loopback.cluster import SgeCluster

pytestmark = pytest.mark.cluster
Call = Callable[..., Any]
DIFFERS = ("run_dir", "wall_s", "cpu_s", "computed_on")


@pytest.fixture
def profile(sge_cluster: SgeCluster, call: Call, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the words that name the cluster and its host key; its profile is written."""
    monkeypatch.setenv(POLL_VARIABLE, "0.2")
    sshd = sge_cluster.sshd
    added = call(
        *("cluster", "add", "grid", "--host", sshd.host, "--port", sshd.port),
        *("--user", sshd.user, "--sign-in", "key", "--identity-file", sshd.identity_file),
        *("--memory-MB", 400, "--memory-resource", "m_mem_free", "--cpus", 1, "--chunk", 1),
        *("--time-limit-min", 2, "--python", sge_cluster.python, "--poll-s", 0.2, "--json"),
    )
    assert added.code == 0, added.err
    assert added.value["scheduler"] == "as_found"
    key = sshd.host_key_file.with_suffix(".pub")
    told = subprocess.run(["ssh-keygen", "-lf", str(key)], capture_output=True, text=True)
    return ["--host-key", told.stdout.split()[1]]


@pytest.fixture
def design_files(small_text: str, tmp_path: Path) -> list[Path]:
    """Return three designs of one half-cycle each."""
    files = []
    for seed in range(3):
        path = tmp_path / f"design-{seed}.toml"
        text = small_text.replace('"small"', f'"{path.stem}"')
        path.write_text(text.replace("cycles = 2", f"cycles = 1\nseed = {seed}"))
        files.append(path)
    return files


def readings(folder: Path) -> dict[str, Any]:
    """Return a result without what differs by place and time."""
    result = json.loads((folder / RESULT_FILE).read_text())
    return {key: value for key, value in result.items() if key not in DIFFERS}


def test_cluster_is_checked_and_its_scheduler_found(call: Call, profile: list[str]) -> None:
    answer = call("cluster", "check", "grid", *profile, "--json")
    assert answer.code == 0, answer.out
    findings = {each["check"]: each for each in answer.value["findings"]}
    assert findings["Scheduler"]["level"] == "ok"
    assert "SGE 8.1.9, as found" in findings["Scheduler"]["message"]
    assert "all.q: gpu:2" in findings["GPUs"]["message"]
    assert [part["name"] for part in answer.value["partitions"]] == ["all.q", "short.q"]


def test_array_of_sge_comes_back_as_if_it_had_been_computed_here(
    call: Call, profile: list[str], design_files: list[Path], tmp_path: Path
) -> None:
    project = Session(tmp_path / "project").project
    words = ("cluster", "submit", project, "--cluster", "grid", "--design", *design_files)
    tested = call(*words, *profile, "--test-only", "--json")
    assert tested.value["is_accepted"], tested.value
    submitted = call(*words, *profile, "--smoke", "--json")
    assert submitted.code == 0, submitted.err
    assert "the trial job ran as it should" in submitted.err
    assert submitted.value["runs"] == 3
    job_ids = [task["job_id"] for task in submitted.value["tasks"]]
    assert [each.partition(".")[2] for each in job_ids] == ["1", "2", "3"]
    fetched = call("cluster", "fetch", project, "--wait", *profile, "--json")
    assert fetched.code == 0, fetched.err + fetched.out
    assert (len(fetched.value["fetched"]), fetched.value["left"]) == (3, 0)
    assert fetched.value["failures"] == []
    session = Session(project)
    runs = {run.name: run for run in session.runs()}
    for path in design_files:
        (design,) = load_designs(path)
        there = runs[design.name]
        run_here(design, tmp_path / "here" / path.stem)
        here = tmp_path / "here" / path.stem
        assert readings(there.folder) == readings(here)
        assert (there.folder / CURVE_FILE).read_bytes() == (here / CURVE_FILE).read_bytes()
        place = read_place(there.folder)
        assert place is not None
        assert place.cluster == "grid"
    token = submitted.value["token"]
    log = call("cluster", "log", project, "--token", token, "--task", 2, *profile)
    assert "DONE" in log.out
    status = call("cluster", "status", project, "--offline", "--json").value
    (view,) = status["submissions"]
    assert view["is_over"]
    assert {task["raw_state"] for task in view["tasks"]} == {"exit 0"}


def test_cancel_is_confirmed_by_sge(
    call: Call, profile: list[str], design_files: list[Path], tmp_path: Path
) -> None:
    project = Session(tmp_path / "project").project
    # In jobs only: the first one waits, the others have to wait for it.
    prologue = tmp_path / "prologue.sh"
    prologue.write_text('[ -z "$JOB_ID" ] || sleep 600\n')
    call("cluster", "add", "grid", "--prologue", prologue, "--throttle", 1, "--json")
    words = ("cluster", "submit", project, "--cluster", "grid", "--design", *design_files)
    token = call(*words, *profile, "--json").value["token"]
    cancelled = call("cluster", "cancel", project, "--token", token, *profile, "--json")
    assert cancelled.code == 0, cancelled.err
    (view,) = cancelled.value["submissions"]
    assert (view["cancelled"], view["failed"]) == (3, 0)
