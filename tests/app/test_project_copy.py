"""Saving a project under another place, in peace and while a run is at work."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace

import pytest

from smcogui.app.project_copy import copy_project
from smcogui.app.project_tree import project_entries
from smcogui.app.session import Session
from smcogui.errors import InputError, RunFolderError, TaskStoppedError
from smcogui.runs.state import RunState

TIMEOUT_S = 120.0


def no_progress(fraction: float | None, message: str = "") -> None:
    assert fraction is None or 0 <= fraction <= 1


@pytest.fixture
def project(tmp_path, finished_run):
    """Return a project with a finished run and files of other kinds."""
    session = Session(tmp_path / "old")
    finished_run.copy_to(session.runs_folder)
    (session.project / "library.json").write_text("{}")
    (session.project / "trash").mkdir()
    (session.project / "trash" / "gone").write_text("x")
    (session.project / "half.tmp").write_text("x")
    session.runs()
    return session.project


def test_copy_is_a_project_of_its_own(project, tmp_path):
    copy = copy_project(project, tmp_path / "a" / "new", no_progress)
    assert sorted(os.listdir(copy)) == ["library.json", "project.json", "runs"]
    session = Session(copy)
    assert session.project_name == "new"
    assert Session(project).project_name == "old"
    (record,) = session.runs()
    assert record.state is RunState.DONE
    assert record.folder.is_relative_to(copy)


def test_copy_while_a_run_is_at_work_resumes_to_the_same_result(finished_run, tmp_path, wait_until):
    session = Session(tmp_path / "old")
    (done,) = Session(finished_run.folder.parents[1]).runs()
    slow = replace(
        done.design,
        field=replace(done.design.field, largest_step_T=0.02, smallest_step_T=0.02),
    )
    handle = session.start_run(slow)
    wait_until(lambda: sum(map(len, session.load_steps(handle.run_id))) >= 5, "steps", TIMEOUT_S)
    copy = Session(copy_project(session.project, tmp_path / "new", no_progress))
    assert handle.state is RunState.RUNNING
    (record,) = copy.runs()
    assert record.state is RunState.LOST
    steps = copy.load_steps(record.run_id)
    assert len(steps[0]) >= 5
    resumed = copy.resume_run(record.run_id)
    assert resumed.wait(TIMEOUT_S) is RunState.DONE
    assert handle.wait(TIMEOUT_S) is RunState.DONE
    original, copied = session.load_result(handle.run_id), copy.load_result(handle.run_id)
    for key in ("mu0_Hc_T", "mu0_Hp_T", "Mr_over_Ms", "BHmax_kJ_m3"):
        assert copied[key] == original[key]


def test_half_line_of_events_is_not_copied(project, tmp_path, finished_run):
    events = project / "runs" / finished_run.run_id / "cycle-00" / "events.jsonl"
    before = events.read_bytes()
    with events.open("ab") as stream:
        stream.write(b'{"type": "FieldS')
    copy = copy_project(project, tmp_path / "new", no_progress)
    assert (copy / events.relative_to(project)).read_bytes() == before


def test_checkpoint_of_a_finished_run_is_left_behind(project, finished_run, tmp_path):
    assert list((project / "runs").rglob("checkpoint.npz"))
    copy = Session(copy_project(project, tmp_path / "new", no_progress))
    assert not list(copy.project.rglob("checkpoint.npz"))
    # The same design is known to be done, and nothing is computed again.
    (record,) = copy.runs()
    before = (record.folder / "cycle-00" / "events.jsonl").read_bytes()
    assert copy.start_run(record.design).wait(TIMEOUT_S) is RunState.DONE
    assert (record.folder / "cycle-00" / "events.jsonl").read_bytes() == before


def test_checkpoint_is_read_before_the_events_that_it_counts(project):
    for result in (project / "runs").glob("*/result.json"):
        # As while the run is at work.
        result.unlink()
    names = [str(entry.place) for entry in project_entries(project)]
    for cycle in {name.rsplit("/", 1)[0] for name in names if name.endswith("checkpoint.npz")}:
        own = [name for name in names if name.startswith(cycle)]
        assert own[:2] == [f"{cycle}/checkpoint.npz", f"{cycle}/events.jsonl"]


def test_stopped_or_failed_copy_leaves_nothing(project, tmp_path, monkeypatch):
    def stop(fraction, message=""):
        if fraction > 0.5:
            raise TaskStoppedError("stopped")

    with pytest.raises(TaskStoppedError):
        copy_project(project, tmp_path / "made" / "new", stop)
    assert list((tmp_path / "made").iterdir()) == []


def test_copy_is_refused_where_the_disk_is_too_small(project, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Usage())
    with pytest.raises(InputError, match="MB free"):
        copy_project(project, tmp_path / "new", no_progress)
    assert not (tmp_path / "new").exists()


class _Usage:
    free = 1_000_000


@pytest.mark.parametrize("place", [".", "inside", "runs/inside"])
def test_copy_into_itself_is_refused(project, place):
    with pytest.raises(InputError, match="inside the project"):
        copy_project(project, project / place, no_progress)


def test_copy_over_something_is_refused(project, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    with pytest.raises(InputError, match="already holds something"):
        copy_project(project, tmp_path / "full", no_progress)


def test_copy_below_a_file_is_refused(project, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunFolderError, match="cannot be used"):
        copy_project(project, tmp_path / "file" / "new", no_progress)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_followed_once(project, tmp_path):
    (project / "loop").symlink_to(project)
    (project / "designs").mkdir()
    (tmp_path / "elsewhere.toml").write_text("x")
    (project / "designs" / "linked.toml").symlink_to(tmp_path / "elsewhere.toml")
    copy = copy_project(project, tmp_path / "new", no_progress)
    assert (copy / "designs" / "linked.toml").read_text() == "x"
    assert not (copy / "designs" / "linked.toml").is_symlink()
    assert not (copy / "loop").exists()
    assert json.loads((copy / "project.json").read_text())["name"] == "new"
