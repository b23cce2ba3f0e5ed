"""What runs on a node: tasks of tiny designs, stopped, killed, begun again."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smcogui.app import cluster_runner
from smcogui.app.campaign_worker import compute
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.runs.children import CHECKOUT
from smcogui.runs.cluster.job_script import OUT_OF_TIME, SETUP_FAILED
from smcogui.runs.cluster.task import SubmissionPaths, TaskFile, TaskRun, TaskSummary
from smcogui.runs.folder import RESULT_FILE, prepare_folder
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, read_cycle
from solver.events import FieldStep

needs_posix = pytest.mark.skipif(os.name != "posix", reason="clusters send POSIX signals")


def small(base: Design, alpha_deg: float) -> Design:
    """Return a design of 8 x 8 cells and a few field steps."""
    design = replace(base, mesh=replace(base.mesh, domain=8e-9), alpha=np.deg2rad(alpha_deg))
    field = replace(design.field, stop_T=-3.0, smallest_step_T=0.5)
    return replace(design, field=field, name=f"alpha {alpha_deg}")


def task_run(design: Design, **more: Any) -> TaskRun:
    return TaskRun(run_id=make_run_spec(design).run_id, design=design_to_toml(design), **more)


def lay_out(folder: Path, *tasks: tuple[TaskRun, ...], engine: str = "builtin") -> SubmissionPaths:
    """Make the files of a submission as they lie on the cluster."""
    paths = SubmissionPaths(folder=folder.as_posix())
    for each in paths.folders:
        Path(each).mkdir(parents=True, exist_ok=True)
    Path(paths.tasks_file).write_bytes(TaskFile(engine=engine, tasks=tasks).to_json())
    return paths


def work(paths: SubmissionPaths, task: int = 0, cores: str = "1", **how: Any) -> Any:
    """Run a task as the job script does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "smcogui.app.cluster_runner", paths.tasks_file, str(task)],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "SLURM_CPUS_PER_TASK": cores},
        capture_output=True,
        text=True,
        check=False,
        **how,
    )


def summary(paths: SubmissionPaths, task: int = 0) -> TaskSummary:
    found = TaskSummary.from_json(Path(paths.summary(task)).read_bytes())
    assert found is not None
    return found


def steps(folder: Path) -> list[FieldStep]:
    events = read_cycle(folder / "cycle-00")
    return [replace(event, cpu_s=0.0) for event in events if isinstance(event, FieldStep)]


@pytest.fixture
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")


def test_task_does_its_own_runs_and_says_so(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    first, second, other = (task_run(small(tiny_design, alpha)) for alpha in (20, 40, 60))
    paths = lay_out(tmp_path, (first, second), (other,))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    told = summary(paths)
    assert (told.ended, told.signal) == ("done", "")
    assert {run: end.state for run, end in told.runs.items()} == {
        first.run_id: "DONE",
        second.run_id: "DONE",
    }
    assert Path(paths.heartbeat(0)).is_file()
    assert not Path(paths.run(other.run_id)).exists()
    assert not list(tmp_path.rglob("*.tmp"))


def test_run_of_a_task_is_bit_identical_to_one_here(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    design = small(tiny_design, 30)
    run = task_run(design)
    paths = lay_out(tmp_path / "there", (run,))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    job = {"design": run.design, "options": {}, "folder": str(tmp_path / "here")}
    assert compute(job, lambda: False)["state"] == "DONE"
    assert steps(Path(paths.run(run.run_id))) == steps(tmp_path / "here")
    there = json.loads((Path(paths.run(run.run_id)) / RESULT_FILE).read_text("utf-8"))
    here = json.loads((tmp_path / "here" / RESULT_FILE).read_text("utf-8"))
    kept = ("mu0_Hc_T", "Phi_p", "BHmax_kJ_m3", "run_id", "iterations")
    assert {key: there[key] for key in kept} == {key: here[key] for key in kept}


def test_second_start_leaves_what_is_done_alone(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    done, missing = (task_run(small(tiny_design, alpha)) for alpha in (20, 40))
    paths = lay_out(tmp_path, (done,), (done, missing))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    result = Path(paths.run(done.run_id)) / RESULT_FILE
    before = result.stat().st_mtime_ns
    assert cluster_runner.main([paths.tasks_file, "1"]) == 0
    assert result.stat().st_mtime_ns == before
    assert set(summary(paths, 1).runs) == {done.run_id, missing.run_id}


def test_folder_that_was_copied_is_computed_as_it_is_with_its_states(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    spec = make_run_spec(small(tiny_design, 25))
    paths = lay_out(tmp_path, (TaskRun(run_id=spec.run_id, keeps_states=True),))
    prepare_folder(spec, Path(paths.run(spec.run_id)))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    assert list(Path(paths.run(spec.run_id)).rglob("snapshots/*.ovf"))


def test_bad_run_is_told_and_the_others_are_computed(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    good = task_run(small(tiny_design, 20))
    strange = replace(task_run(small(tiny_design, 40)), run_id="0" * 16)
    broken = replace(good, run_id="1" * 16, design="nonsense")
    paths = lay_out(tmp_path, (strange, broken, good))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 3
    told = summary(paths)
    assert told.ended == "failed"
    assert [told.runs[key].state for key in ("0" * 16, "1" * 16, good.run_id)] == [
        *("REFUSED", "REFUSED", "DONE")
    ]
    assert "was submitted" in told.runs["0" * 16].message


@needs_posix
def test_runs_beside_each_other_give_the_same(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    runs = tuple(task_run(small(tiny_design, alpha)) for alpha in (20, 40))
    beside, alone = lay_out(tmp_path / "beside", runs), lay_out(tmp_path / "alone", runs)
    done = work(beside, cores="2")
    assert done.returncode == 0, done.stderr
    assert cluster_runner.main([alone.tasks_file, "0"]) == 0
    assert set(summary(beside).runs) == {run.run_id for run in runs}
    for run in runs:
        assert steps(Path(beside.run(run.run_id))) == steps(Path(alone.run(run.run_id)))


@needs_posix
@pytest.mark.parametrize(
    ("number", "code", "cores"), [("SIGUSR1", OUT_OF_TIME, "1"), ("SIGTERM", 130, "2")]
)
def test_task_that_is_warned_stops_at_a_field_step_and_goes_on_later(
    tmp_path: Path,
    tiny_design: Design,
    wait_until: Callable[[Callable[[], Any]], Any],
    number: str,
    code: int,
    cores: str,
) -> None:
    # Large enough that it is not over before the signal comes, on a fast machine either.
    large = replace(tiny_design, mesh=replace(tiny_design.mesh, domain=80e-9))
    runs = tuple(task_run(replace(large, alpha=np.deg2rad(alpha))) for alpha in (30, 50))
    paths = lay_out(tmp_path, runs)
    command = [sys.executable, "-P", "-m", "smcogui.app.cluster_runner", paths.tasks_file, "0"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "SLURM_CPUS_PER_TASK": cores}
    folder = Path(paths.run(runs[0].run_id))
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: folder.is_dir() and len(steps(folder)) >= 2)
        process.send_signal(getattr(signal, number))
        assert process.wait(60) == code
    told = summary(paths)
    assert (told.ended, told.signal) == ("stopped", number)
    assert runs[0].run_id not in told.runs
    assert current_state(folder).state is RunState.CANCELLED
    assert (folder / "cycle-00" / "checkpoint.npz").is_file()


@needs_posix
def test_run_that_was_stopped_goes_on_to_the_same_curve(
    tmp_path: Path, tiny_design: Design, one_core: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = task_run(small(tiny_design, 35))
    paths, whole = lay_out(tmp_path / "stopped", (run,)), lay_out(tmp_path / "whole", (run,))
    folder = Path(paths.run(run.run_id))
    monkeypatch.setattr(
        cluster_runner.StopSignals,
        "__call__",
        lambda self: folder.is_dir() and len(steps(folder)) >= 3,
    )
    assert cluster_runner.main([paths.tasks_file, "0"]) == 130
    monkeypatch.undo()
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "1")
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    assert cluster_runner.main([whole.tasks_file, "0"]) == 0
    assert steps(folder) == steps(Path(whole.run(run.run_id)))


@pytest.mark.parametrize("arguments", [[], ["x"], ["nowhere/tasks.json", "0"], ["x", "-1"]])
def test_task_that_cannot_be_read_ends_before_the_work(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cluster_runner.main(arguments) == SETUP_FAILED
    assert capsys.readouterr().err


def test_index_beyond_the_tasks_and_unknown_engines_end_before_the_work(
    tmp_path: Path, tiny_design: Design, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = lay_out(tmp_path, (task_run(small(tiny_design, 20)),), engine="abacus")
    assert cluster_runner.main([paths.tasks_file, "1"]) == SETUP_FAILED
    assert cluster_runner.main([paths.tasks_file, "0"]) == SETUP_FAILED
    assert "abacus" in capsys.readouterr().err
    assert summary(paths).ended == "failed"


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")
def test_task_on_a_gpu_computes_its_runs_in_a_batch(
    tmp_path: Path, tiny_design: Design, one_core: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tuple(task_run(small(tiny_design, alpha)) for alpha in (20, 40))
    paths = lay_out(tmp_path, runs, engine="builtin_gpu")
    run_on = cluster_runner._run_on_gpu
    monkeypatch.setattr(cluster_runner, "_run_on_gpu", lambda work: run_on(work, device="cpu"))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    assert {end.state for end in summary(paths).runs.values()} == {"DONE"}
    assert all((Path(paths.run(run.run_id)) / RESULT_FILE).is_file() for run in runs)


def test_node_without_a_gpu_says_so_before_the_work(
    tmp_path: Path, tiny_design: Design, one_core: None, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = lay_out(tmp_path, (task_run(small(tiny_design, 20)),), engine="builtin_gpu")
    if importlib.util.find_spec("torch") is not None:
        import torch

        if torch.cuda.is_available():
            pytest.skip("this machine has a GPU")
    assert cluster_runner.main([paths.tasks_file, "0"]) == SETUP_FAILED
    assert "no GPU" in capsys.readouterr().err


def test_damaged_run_is_set_aside_once_and_computed_from_the_start(
    tmp_path: Path, tiny_design: Design, one_core: None
) -> None:
    run = task_run(small(tiny_design, 30))
    paths = lay_out(tmp_path, (run,))
    assert cluster_runner.main([paths.tasks_file, "0"]) == 0
    folder = Path(paths.run(run.run_id))
    whole = steps(folder)
    damaged = folder / "cycle-00" / "events.jsonl"
    os.truncate(damaged, damaged.stat().st_size // 2)
    again = replace(paths, attempt=2)
    for each in again.folders:
        Path(each).mkdir(parents=True, exist_ok=True)
    tasks = TaskFile(engine="builtin", tasks=((replace(run, anew=True),),))
    Path(again.tasks_file).write_bytes(tasks.to_json())
    assert cluster_runner.main([again.tasks_file, "0"]) == 0
    assert steps(folder) == whole
    assert folder.with_name(f"{run.run_id}.before-attempt-02").is_dir()
    # Begun again by the scheduler, it keeps what it has.
    (folder / "mark").touch()
    assert cluster_runner.main([again.tasks_file, "0"]) == 0
    assert (folder / "mark").exists()
