"""Campaigns worked off by one process of the batch engine, on the processor here."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.campaign_batch_crew import BatchCrew
from smcogui.app.campaign_book import IN_USE, errors_of
from smcogui.app.campaign_crew import Job
from smcogui.app.campaign_devices import crew_for
from smcogui.app.campaign_queue import CampaignQueue
from smcogui.app.session import Session
from smcogui.campaigns.campaign import CampaignOrder
from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, CampaignStore
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.progress import MemberState, MemberStatus, member_states
from smcogui.campaigns.sampling import Sampling
from smcogui.data.store import RunStore
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError, RunError, UnavailableError
from smcogui.runs import children
from smcogui.runs.children import CHECKOUT
from smcogui.runs.lock import holder_of, is_locked

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="needs torch: pip install -r requirements-train.lock",
)
needs_posix = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
ALPHAS = (25, 35, 45)
PATIENCE_S = 120
WaitUntil = Callable[[Callable[[], Any]], Any]


def fill(
    project: Path, base: Design, name: str = "first", alphas: tuple[int, ...] = ALPHAS
) -> None:
    """Make a campaign of small designs of two half-cycles and let it run."""
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    store.create(name)
    points: tuple[dict[str, float | str], ...] = tuple({"alpha_deg": alpha} for alpha in alphas)
    sampling = Sampling(name=name, method="list", base=design_to_toml(base), points=points)
    assert len(store.add(name, sampling, Feasibility()).members) == len(alphas)
    store.change(name, order=CampaignOrder.RUN)


def statuses(project: Path, name: str = "first") -> list[MemberStatus]:
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    runs = {run.run_id: run for run in RunStore(project / "runs").records()}
    return member_states(store.entries(name), store.attempts(name), runs, errors_of)


def assert_done_once(project: Path) -> None:
    found = statuses(project)
    assert [status.state for status in found] == [MemberState.DONE] * len(ALPHAS)
    runs = {path.name for path in (project / "runs").iterdir()}
    assert {status.attempts[-1].run_id for status in found} == runs
    assert all(status.record is not None and status.record.result for status in found)


@pytest.fixture(scope="module")
def small_design(tiny_design: Design) -> Design:
    """Return a design of 16 x 16 cells and two half-cycles."""
    run = replace(tiny_design.run, cycles=2)
    return replace(tiny_design, mesh=replace(tiny_design.mesh, domain=16e-9), run=run, name="small")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory, small_design: Design) -> dict[str, Path]:
    """Return two projects with the same designs, one for each kind of worker."""
    made = {}
    for device in ("cpu", "cpu-batch"):
        made[device] = Session(tmp_path_factory.mktemp(device) / "project").project
        fill(made[device], small_design)
    mesh = replace(small_design.mesh, dimension="3d", thickness=4e-9)
    fill(made["cpu-batch"], replace(small_design, mesh=mesh), "thick", (25,))
    for device, project in made.items():
        CampaignQueue(project, device=device).run()
    return made


@needs_torch
def test_batch_leaves_the_same_folders_and_numbers(projects: dict[str, Path]) -> None:
    one, many = projects["cpu"], projects["cpu-batch"]
    assert_done_once(one)
    for alone, batched in zip(statuses(one), statuses(many), strict=True):
        a, b = alone.record, batched.record
        assert a is not None
        assert b is not None
        assert (a.run_id, a.state) == (b.run_id, b.state)
        files = {x.relative_to(a.folder) for x in a.folder.rglob("*") if x.is_file()}
        assert {x.relative_to(b.folder) for x in b.folder.rglob("*") if x.is_file()} == files
        assert a.result is not None
        assert b.result is not None
        assert a.result.keys() == b.result.keys()
        for first, second in zip(a.result["cycles"], b.result["cycles"], strict=True):
            check_alike(first, second, a.result["field_resolution_T"])
        steps = [Session(p).load_steps(a.run_id) for p in (one, many)]
        assert [len(cycle) > 2 for cycle in steps[1]] == [True, True]
        assert not any(is_locked(folder) for folder in (a.folder, b.folder))


def check_alike(alone: dict[str, Any], batched: dict[str, Any], step_T: float) -> None:
    for key in ("mu0_Hc_T", "mu0_Hp_jump_T"):
        assert batched[key] == pytest.approx(alone[key], abs=step_T + 1e-9)
    assert batched["Mr_over_Ms"] == pytest.approx(alone["Mr_over_Ms"], abs=1e-3)
    assert (batched["seed"], batched["offsets_nm"]) == (alone["seed"], alone["offsets_nm"])


@needs_torch
def test_what_the_engine_cannot_compute_is_refused_with_its_reason(
    projects: dict[str, Path],
) -> None:
    (status,) = statuses(projects["cpu-batch"], "thick")
    assert status.state is MemberState.FAILED
    assert "--device cpu" in status.reason


def worker_of(project: Path) -> int | None:
    """Return the process that has a run, where there is one."""
    for folder in (project / "runs").glob("*"):
        if is_locked(folder):
            return int(holder_of(folder).get("pid", 0)) or None
    return None


@pytest.mark.slow
@needs_torch
@needs_posix
def test_killed_worker_is_replaced_and_every_design_is_done_once(
    tmp_path: Path, small_design: Design, wait_until: WaitUntil
) -> None:
    project = Session(tmp_path / "project").project
    fill(project, small_design)
    queue = CampaignQueue(project, device="cpu-batch")
    thread = threading.Thread(target=queue.run, daemon=True)
    thread.start()
    pid = wait_until(lambda: worker_of(project))
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert_done_once(project)
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    assert {attempt.rule for attempt in store.attempts("first")} == {"", "resume"}


@pytest.mark.slow
@needs_torch
@needs_posix
def test_killed_queue_takes_its_worker_along_and_the_next_one_goes_on(
    tmp_path: Path, small_design: Design, wait_until: WaitUntil
) -> None:
    project = Session(tmp_path / "project").project
    fill(project, small_design)

    def start() -> subprocess.Popen[bytes]:
        module = ("-P", "-m", "smcogui.app.campaign_queue")
        return subprocess.Popen(
            [sys.executable, *module, str(project), "--device", "cpu-batch"],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )

    for _ in range(3):
        queue = start()
        wait_until(lambda: worker_of(project) is not None)
        queue.kill()
        queue.wait()
    assert start().wait(PATIENCE_S) == 0
    assert_done_once(project)
    store = CampaignStore(project / CAMPAIGNS_FOLDER)
    assert sorted(a.run_id for a in store.attempts("first")) == sorted(
        path.name for path in (project / "runs").iterdir()
    )


@needs_torch
def test_without_cuda_nothing_is_begun_and_the_message_says_what_to_do(
    tmp_path: Path, small_design: Design
) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    project = Session(tmp_path / "project").project
    fill(project, small_design)
    with pytest.raises(UnavailableError, match="--device cpu") as caught:
        CampaignQueue(project, device="cuda").run()
    assert (caught.value.given, caught.value.allowed) == ("cuda", "cpu")
    assert {status.state for status in statuses(project)} == {MemberState.WAITING}
    assert not CampaignStore(project / CAMPAIGNS_FOLDER).attempts("first")


def crew_with(monkeypatch: pytest.MonkeyPatch, program: str) -> BatchCrew:
    """Return a crew whose worker is a few lines of Python."""
    command = [sys.executable, "-c", f"import sys, json\n{program}"]
    monkeypatch.setattr(children, "program", lambda *_: command)
    return BatchCrew("cpu")


def job(tmp_path: Path) -> Job:
    return Job(
        campaign="first", key="k", folder=tmp_path / "run", design="", options={}, begun_s=0.0
    )


READY = 'print(json.dumps({"state": "READY"}), flush=True)\n'


def test_worker_that_dies_again_and_again_ends_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    crew = crew_with(monkeypatch, f"{READY}sys.stdin.readline()")
    crew.open()
    for _ in range(2):
        crew.give(job(tmp_path))
        ended: list[tuple[Job, str]] = []
        wait_until(lambda ended=ended: bool(ended.extend(crew.collect()) or ended))
        assert [message for _, message in ended] == ["killed"]
    crew.give(job(tmp_path))
    with pytest.raises(RunError, match="died 3 times"):
        wait_until(lambda: bool(crew.collect()))
    crew.dismiss()


def test_worker_that_stops_for_all_ends_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    said = '{"state": "STOPPED", "message": "the disk is full"}'
    crew = crew_with(monkeypatch, f"{READY}sys.stdin.readline()\nprint('{said}', flush=True)")
    crew.open()
    crew.give(job(tmp_path))
    assert (crew.busy(), crew.count("first"), crew.has_room()) == (True, 1, True)
    with pytest.raises(RunError, match="the disk is full"):
        wait_until(lambda: bool(crew.collect()))
    crew.dismiss()


def test_same_design_of_another_campaign_is_left_to_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew = crew_with(monkeypatch, f"{READY}sys.stdin.read()")
    crew.open()
    first, second = job(tmp_path), replace(job(tmp_path), campaign="second")
    crew.give(first)
    crew.give(second)
    assert crew.collect() == [(second, IN_USE)]
    assert crew.jobs() == [first]
    crew.dismiss()


def test_worker_that_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = crew_with(monkeypatch, "sys.exit(1)")
    with pytest.raises(RunError, match="ended before it began"):
        crew.open()
    crew.dismiss()


def test_unknown_device_is_refused() -> None:
    with pytest.raises(InputError, match="allowed are cpu, cuda, cpu-batch"):
        crew_for("gpu")
