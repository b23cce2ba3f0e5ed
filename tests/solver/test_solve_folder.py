"""``python -m solver FOLDER`` as a process: exit codes, resuming, locks, snapshots."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from solver.errors import RunFolderError
from solver.events import FieldStep, Finished, LogLine, Snapshot, Started
from solver.mumax3.ovf import read_ovf
from solver.problem import CHECKPOINT_FILE, PROBLEM_FILE, load_problem, save_problem
from solver.run_folder import DAMAGED_SUFFIX, EVENTS_FILE, FolderLock, is_damaged, read_events
from solver.solve import solve_folder

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")


def _command(folder):
    return [sys.executable, "-m", "solver", str(folder)]


def _run(folder, checkout, **environment):
    return subprocess.run(
        _command(folder), cwd=checkout, env=os.environ | environment, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


def _start(folder, checkout):
    return subprocess.Popen(
        _command(folder), cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _has_come_to(folder, count):
    """Whether so many steps are on disk, or the solve has ended."""
    events = read_events(folder)
    is_finished = any(isinstance(e, Finished) for e in events)
    return is_finished or sum(isinstance(e, FieldStep) for e in events) >= count


def _is_free(folder):
    """Whether nobody holds the lock of a folder."""
    try:
        with FolderLock(folder):
            return True
    except RunFolderError:
        return False


def _steps(folder):
    """Return the steps as tuples, without what depends on the machine."""
    kept = []
    for event in read_events(folder):
        if isinstance(event, FieldStep):
            facts = json.loads(json.dumps({n: getattr(event, n) for n in event.__slots__}))
            facts.pop("cpu_s")
            kept.append(facts)
    return kept


@pytest.fixture
def slow_folder(tmp_path, two_phases):
    """Return a folder whose solve takes a second: short steps, demag in every iteration."""
    problem = two_phases(demag_interval=1)
    sweep = dataclasses.replace(problem.sweep, largest_step_T=0.1)
    save_problem(dataclasses.replace(problem, sweep=sweep), tmp_path / "slow")
    return tmp_path / "slow"


@pytest.fixture(scope="module")
def solved_steps():
    """Return a place for the steps of the uninterrupted run."""
    return {}


def _uninterrupted(slow_folder, solved_steps, tmp_path):
    if "steps" not in solved_steps:
        whole = tmp_path / "whole"
        save_problem(load_problem(slow_folder), whole)
        solve_folder(whole)
        solved_steps["steps"] = _steps(whole)
    return solved_steps["steps"]


def test_solve_ends_with_0_and_its_files(problem_folder, checkout):
    result = _run(problem_folder, checkout)
    assert (result.returncode, result.stderr) == (0, "")
    events = read_events(problem_folder)
    assert isinstance(events[0], Started)
    assert events[0].problem_hash == load_problem(problem_folder).content_hash()
    assert events[0].resumed_at_step == 0
    assert isinstance(events[-1], Finished)
    assert _steps(problem_folder)[-1]["M_over_Ms"] <= 0
    assert not list(problem_folder.rglob("*.tmp"))


def test_snapshots_hold_the_states_that_they_name(problem_folder):
    solve_folder(problem_folder)
    problem = load_problem(problem_folder)
    moment = problem.per_cell("Ms") / problem.per_cell("Ms").sum()
    events = read_events(problem_folder)
    steps = {e.index: e for e in events if isinstance(e, FieldStep)}
    snapshots = [e for e in events if isinstance(e, Snapshot)]
    assert [s.reason for s in snapshots] == ["remanence", "before_Hp", "Hp", "before_Hc", "Hc"]
    for snapshot in snapshots:
        stored = read_ovf(problem_folder / snapshot.path)
        assert stored.cells == problem.mesh.cells
        assert stored.cell_size == pytest.approx(problem.mesh.cell_size)
        np.testing.assert_allclose((stored.data**2).sum(axis=0), 1.0, atol=1e-5)
        step = steps[snapshot.index]
        assert snapshot.mu0_H_T == step.mu0_H_T
        M = (moment * stored.data).sum(axis=(1, 2, 3)) @ np.array(problem.sweep.direction)
        assert pytest.approx(step.M_over_Ms, abs=1e-5) == M


def test_finished_folder_is_left_alone(problem_folder, checkout):
    solve_folder(problem_folder)
    before = {
        p: p.read_bytes() for p in problem_folder.rglob("*") if p.name != "lock" and p.is_file()
    }
    assert _run(problem_folder, checkout).returncode == 0
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_wrong_number_of_folders_ends_with_2(arguments, checkout):
    command = [sys.executable, "-m", "solver", *arguments]
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "usage" in result.stderr


def test_bad_problem_ends_with_2_and_a_sentence(problem_folder, checkout):
    path = problem_folder / PROBLEM_FILE
    data = json.loads(path.read_text(encoding="utf-8"))
    data["options"]["precision"] = "float16"
    path.write_text(json.dumps(data), encoding="utf-8")
    result = _run(problem_folder, checkout)
    assert result.returncode == 2
    assert "float16" in result.stderr
    assert "Traceback" not in result.stderr


def test_failure_ends_with_3_and_is_recorded(tmp_path, two_phases, checkout):
    save_problem(two_phases(max_iterations=1, demag_interval=1), tmp_path / "short")
    result = _run(tmp_path / "short", checkout)
    assert result.returncode == 3
    assert "not converged" in result.stderr
    last = (tmp_path / "short" / EVENTS_FILE).read_text(encoding="utf-8").splitlines()[-1]
    assert json.loads(last)["error"] == "IterationLimitError"


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_with_130_and_the_solve_goes_on_later(
    number, slow_folder, solved_steps, tmp_path, checkout, wait_until
):
    expected = _uninterrupted(slow_folder, solved_steps, tmp_path)
    process = _start(slow_folder, checkout)
    wait_until(lambda: _has_come_to(slow_folder, 4), "steps", 100)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"asked to stop" in errors
    assert 4 <= len(_steps(slow_folder)) < len(expected)
    solve_folder(slow_folder)
    assert _steps(slow_folder) == expected


@posix_only
def test_killed_solve_goes_on_to_the_same_steps(
    slow_folder, solved_steps, tmp_path, checkout, wait_until
):
    expected = _uninterrupted(slow_folder, solved_steps, tmp_path)
    for count in (1, 3, 6, len(expected) - 1):
        process = _start(slow_folder, checkout)
        wait_until(lambda count=count: _has_come_to(slow_folder, count), "steps", 100)
        process.kill()
        process.communicate()
    solve_folder(slow_folder)
    assert _steps(slow_folder) == expected
    started = [e for e in read_events(slow_folder) if isinstance(e, Started)]
    assert started[-1].resumed_at_step > 0


class _Killed(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("at", range(1, 14, 3))
def test_solve_cut_off_between_any_two_writes_goes_on(at, problem_folder, tmp_path, monkeypatch):
    from solver import solve

    whole = tmp_path / "whole"
    save_problem(load_problem(problem_folder), whole)
    solve_folder(whole)
    save, calls = solve.save_checkpoint, []

    def die(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            raise _Killed
        save(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(solve, "save_checkpoint", die)
        with pytest.raises(_Killed):
            solve_folder(problem_folder)
    solve_folder(problem_folder)
    assert _steps(problem_folder) == _steps(whole)


def test_line_that_was_cut_off_is_made_again(problem_folder, tmp_path, checkout):
    whole = tmp_path / "whole"
    save_problem(load_problem(problem_folder), whole)
    solve_folder(whole)
    stop = iter([False] * 12)
    with pytest.raises(Exception, match="asked to stop"):
        solve_folder(problem_folder, lambda: next(stop, True))
    with (problem_folder / EVENTS_FILE).open("a", encoding="utf-8") as stream:
        stream.write('{"type": "FieldStep", "index": 9')
    solve_folder(problem_folder)
    assert _steps(problem_folder) == _steps(whole)
    for line in (problem_folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines():
        json.loads(line)


def test_stop_that_was_asked_for_is_no_warning(problem_folder):
    _stop_early(problem_folder)
    told = (problem_folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines()
    lines = [line for line in map(json.loads, told) if line["type"] == "LogLine"]
    assert [line["level"] for line in lines if "asked to stop" in line["message"]] == ["info"]


def _stop_early(folder):
    stop = iter([False] * 12)
    with pytest.raises(Exception, match="asked to stop"):
        solve_folder(folder, lambda: next(stop, True))


def _drop_steps(folder, count):
    lines = (folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / EVENTS_FILE).write_text("".join(lines[: len(lines) - count]), encoding="utf-8")


def _damage_middle(folder):
    lines = (folder / EVENTS_FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2] = "\0" * 50 + "\n"
    (folder / EVENTS_FILE).write_text("".join(lines), encoding="utf-8")


def _append(folder, content):
    with (folder / EVENTS_FILE).open("ab") as stream:
        stream.write(content)


def _change_checkpoint(folder, **changes):
    path = folder / CHECKPOINT_FILE
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    np.savez(path, **arrays | {name: change(arrays[name]) for name, change in changes.items()})


_DAMAGES = {
    "empty checkpoint": lambda folder: (folder / CHECKPOINT_FILE).write_bytes(b""),
    "half a checkpoint": lambda folder: (folder / CHECKPOINT_FILE).write_bytes(b"PK\x03\x04 no"),
    "checkpoint of NaN": lambda folder: _change_checkpoint(folder, m=lambda m: m * np.nan),
    "checkpoint of another mesh": lambda folder: _change_checkpoint(folder, m=lambda m: m[..., 1:]),
    "checkpoint without facts": lambda folder: _change_checkpoint(
        folder, facts=lambda _: np.array(json.dumps({"trials": 1}))
    ),
    "no events": lambda folder: (folder / EVENTS_FILE).unlink(),
    "fewer steps than the checkpoint has": lambda folder: _drop_steps(folder, 4),
    "damaged line in the middle": _damage_middle,
    "damaged line at the end": lambda folder: _append(folder, b"\x00\xff garbage\n"),
    "a line nested without end": lambda folder: _append(folder, b"[" * 100_000 + b"\n"),
}


@pytest.mark.parametrize("is_complete", [False, True])
@pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
def test_damaged_files_are_kept_and_the_steps_made_again(
    damage, is_complete, problem_folder, tmp_path
):
    whole = tmp_path / "whole"
    save_problem(load_problem(problem_folder), whole)
    solve_folder(whole)
    if is_complete:
        solve_folder(problem_folder)
    else:
        _stop_early(problem_folder)
    damage(problem_folder)
    before = (problem_folder / EVENTS_FILE).read_bytes() if _has_events(problem_folder) else b""
    solve_folder(problem_folder)
    assert _steps(problem_folder) == _steps(whole)
    assert is_complete or not is_damaged(problem_folder)
    kept = problem_folder / (EVENTS_FILE + DAMAGED_SUFFIX)
    if kept.exists():
        assert kept.read_bytes() == before
        words = [e.message for e in read_events(problem_folder) if isinstance(e, LogLine)]
        assert any("computed again" in message for message in words)


def _has_events(folder):
    return (folder / EVENTS_FILE).exists()


def test_finished_folder_needs_no_lock(problem_folder, monkeypatch):
    solve_folder(problem_folder)

    def refuse(*_):
        raise PermissionError(13, "Permission denied", "lock")

    monkeypatch.setattr(FolderLock, "__enter__", refuse)
    solve_folder(problem_folder)
    (problem_folder / EVENTS_FILE).unlink()
    with pytest.raises(RunFolderError, match="Permission denied; a solve needs a folder"):
        solve_folder(problem_folder)


@pytest.mark.parametrize("is_complete", [False, True])
def test_run_of_another_problem_is_refused(is_complete, problem_folder, two_phases):
    if is_complete:
        solve_folder(problem_folder)
    else:
        _stop_early(problem_folder)
    save_problem(two_phases(seed=99), problem_folder)
    with pytest.raises(RunFolderError, match="another problem"):
        solve_folder(problem_folder)


def test_folder_in_use_is_refused_with_the_process(problem_folder, checkout):
    with FolderLock(problem_folder):
        result = _run(problem_folder, checkout)
    assert result.returncode == 3
    assert f"in use by process {os.getpid()}" in result.stderr
    assert _run(problem_folder, checkout).returncode == 0


def test_unusual_path_is_solved(tmp_path, two_phases, checkout):
    folder = tmp_path / "a b 'c' \"d\" µ-磁石 $HOME;x" if os.name != "nt" else tmp_path / "a b µ"
    save_problem(two_phases(), folder)
    assert _run(folder, checkout).returncode == 0
    assert isinstance(read_events(folder)[-1], Finished)


def test_relative_path_is_solved(problem_folder, checkout):
    relative = os.path.relpath(problem_folder, checkout)
    assert _run(relative, checkout).returncode == 0


@posix_only
def test_solve_whose_parent_is_another_process_stops(problem_folder, checkout):
    result = _run(problem_folder, checkout, SOLVER_PARENT_PID="1")
    assert result.returncode == 130


@posix_only
def test_solve_whose_parent_dies_stops(slow_folder, checkout, wait_until):
    script = (
        "import os, subprocess, sys, time\n"
        "environment = os.environ | {'SOLVER_PARENT_PID': str(os.getpid())}\n"
        "subprocess.Popen(sys.argv[1:], env=environment, stderr=subprocess.DEVNULL)\n"
        "time.sleep(100)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, *_command(slow_folder)], cwd=checkout)
    wait_until(lambda: _has_come_to(slow_folder, 2), "steps", 100)
    parent.kill()
    parent.wait()
    wait_until(lambda: _is_free(slow_folder), "end of the solve without its parent", 30)
    assert not any(isinstance(e, Finished) for e in read_events(slow_folder))
