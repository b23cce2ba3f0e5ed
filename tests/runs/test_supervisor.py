"""Half-cycles as child processes: ends, crashes, stops, and two programs on one folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from smcogui.errors import RunFolderError
from smcogui.runs import worker
from smcogui.runs.events import CycleStep, LogLine, Progress, StateChanged
from smcogui.runs.folder import CANCEL_FILE, RESULT_FILE
from smcogui.runs.lock import FolderLock, is_locked
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, current_state, read_cycle
from smcogui.runs.worker import Supervisor
from solver.events import FieldStep

SUPERVISE = """
import sys
from pathlib import Path
from smcogui.runs.worker import Supervisor
command = lambda folder: [sys.executable, sys.argv[2], str(folder)]
Supervisor(Path(sys.argv[1]), complete=lambda _: None, command=command, processes=2).run()
"""


def write_result(folder: Path) -> None:
    """Leave what marks a finished run."""
    (folder / RESULT_FILE).write_text("{}")


def supervise(folder, command, **options):
    """Run a folder with the solver that pretends."""
    return Supervisor(folder, complete=write_result, command=command, **options).run()


def fields_of(folder):
    """Return the fields of the accepted steps of both half-cycles."""
    return [
        [event.mu0_H_T for event in read_cycle(folder / name) if isinstance(event, FieldStep)]
        for name in ("cycle-00", "cycle-01")
    ]


@pytest.mark.parametrize("processes", [1, 2])
def test_run_ends_done_with_all_steps_of_all_half_cycles(
    run_folder,
    solve_without_physics,
    processes,
):
    assert supervise(run_folder, solve_without_physics, processes=processes) is RunState.DONE
    assert current_state(run_folder).state is RunState.DONE
    assert [len(fields) for fields in fields_of(run_folder)] == [6, 6]
    assert not is_locked(run_folder)


def test_finished_run_is_left_alone(run_folder, solve_without_physics):
    supervise(run_folder, solve_without_physics)
    before = {path: path.stat().st_mtime_ns for path in run_folder.rglob("*.jsonl")}
    assert supervise(run_folder, solve_without_physics) is RunState.DONE
    assert {path: path.stat().st_mtime_ns for path in run_folder.rglob("*.jsonl")} == before


def test_failed_half_cycle_names_itself_and_its_reason(run_folder, solve_without_physics):
    (run_folder / "fail").touch()
    assert supervise(run_folder, solve_without_physics) is RunState.FAILED
    message = current_state(run_folder).message
    assert "half-cycle 1 failed: cell (1, 2) is NaN" in message
    assert not (run_folder / RESULT_FILE).exists()
    (run_folder / "fail").unlink()
    assert supervise(run_folder, solve_without_physics) is RunState.DONE


def test_solver_that_cannot_start_is_reported_with_its_last_words(run_folder):
    def broken(_folder):
        return [sys.executable, "-c", "raise SystemExit('no such kernel')"]

    assert supervise(run_folder, broken) is RunState.FAILED
    assert "no such kernel" in current_state(run_folder).message


def test_solver_that_ends_on_a_full_disk_is_reported_so(run_folder, monkeypatch):
    usage = shutil.disk_usage(run_folder)._replace(free=0)
    monkeypatch.setattr(worker.shutil, "disk_usage", lambda _: usage)
    supervise(run_folder, lambda _: [sys.executable, "-c", "raise SystemExit(1)"])
    assert "is full; free some space" in current_state(run_folder).message


def test_wish_to_cancel_stops_the_children_and_keeps_the_steps(
    run_folder,
    solve_without_physics,
    monkeypatch,
):
    monkeypatch.setenv("FAKE_PAUSE_S", "0.1")
    monkeypatch.setenv("FAKE_STEPS", "300")

    def cancel_soon():
        if all(fields_of(run_folder)):
            (run_folder / CANCEL_FILE).touch()

    state = supervise(run_folder, solve_without_physics, on_tick=cancel_soon, processes=2)
    assert state is RunState.CANCELLED
    assert all(fields_of(run_folder))
    assert not (run_folder / CANCEL_FILE).exists()
    monkeypatch.setenv("FAKE_STEPS", "6")
    monkeypatch.setenv("FAKE_PAUSE_S", "0")
    assert supervise(run_folder, solve_without_physics) is RunState.DONE


def test_killed_child_goes_on_from_its_last_step(run_folder, solve_without_physics, monkeypatch):
    monkeypatch.setenv("FAKE_PAUSE_S", "0.1")
    killed = []

    def kill_first():
        if not killed and fields_of(run_folder)[0]:
            killed.extend(_children_of(os.getpid(), "cycle-00"))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    assert supervise(run_folder, solve_without_physics, on_tick=kill_first) is RunState.DONE
    assert killed
    assert fields_of(run_folder)[0] == [1.0 - n for n in range(6)]
    handle = FolderHandle(run_folder)
    logs = [event.message for event in handle.poll() if isinstance(event, LogLine)]
    assert any("was killed" in message for message in logs)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_killed_supervisor_leaves_no_child_and_the_run_resumes(
    run_folder,
    solve_without_physics,
    monkeypatch,
    wait_until,
):
    monkeypatch.setenv("FAKE_PAUSE_S", "0.2")
    fake = solve_without_physics(run_folder)[1]
    with subprocess.Popen([sys.executable, "-c", SUPERVISE, str(run_folder), fake]) as parent:
        wait_until(lambda: all(fields_of(run_folder)), "steps", 20)
        assert current_state(run_folder).state is RunState.RUNNING
        children = _children_of(parent.pid, "cycle-")
        assert len(children) == 2
        parent.kill()
    assert current_state(run_folder).state is RunState.LOST
    assert current_state(run_folder).state.is_resumable
    wait_until(lambda: not any(_is_alive(pid) for pid in children), "their end", 20)
    monkeypatch.setenv("FAKE_PAUSE_S", "0")
    assert supervise(run_folder, solve_without_physics) is RunState.DONE
    assert fields_of(run_folder) == [[1.0 - n for n in range(6)]] * 2


def test_second_program_on_a_run_is_told_which_process_has_it(run_folder, solve_without_physics):
    with FolderLock(run_folder), pytest.raises(RunFolderError, match=f"process {os.getpid()}"):
        supervise(run_folder, solve_without_physics)


def test_watcher_sees_states_steps_and_progress(run_folder, solve_without_physics):
    handle = FolderHandle(run_folder)
    assert handle.cycles == 2
    seen = []
    supervise(run_folder, solve_without_physics, on_tick=lambda: seen.extend(handle.poll()))
    seen.extend(handle.poll())
    states = [event.state for event in seen if isinstance(event, StateChanged)]
    assert states[-2:] == [RunState.RUNNING, RunState.DONE]
    steps = [(event.cycle, event.step.index) for event in seen if isinstance(event, CycleStep)]
    assert sorted(steps) == [(cycle, index) for cycle in (0, 1) for index in range(6)]
    progress = [event.fraction for event in seen if isinstance(event, Progress)]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert handle.poll() == []
    assert handle.wait(1.0) is RunState.DONE


def test_prepared_run_that_nobody_works_on_is_reported_lost_once(run_folder):
    handle = FolderHandle(run_folder)
    assert [event.state for event in handle.poll() if isinstance(event, StateChanged)] == [
        RunState.LOST,
    ]
    assert handle.poll() == []


def _children_of(parent: int, word: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            command = (entry / "cmdline").read_text()
        except OSError:
            continue
        if int(status[1]) == parent and word in command and status[0] != "Z":
            found.append(int(entry.name))
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
