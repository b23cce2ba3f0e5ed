"""What a session leaves that does not end properly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from smcogui.app.log_files import crash_file
from smcogui.app.recovery import SessionMarker, find_leftovers, recovery_folder

_CRASH = """
import os, signal, sys
from pathlib import Path
from smcogui.app.log_files import SessionLog
from smcogui.app.recovery import SessionMarker
from smcogui.app.session import Session

stamp, project, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
log = SessionLog(stamp)
log.open()
marker = SessionMarker(stamp, project)
marker.keep(project, Session.example("base"), "Change cell width L")
print("ready", flush=True)
os.kill(os.getpid(), getattr(signal, name))
"""


def crash(marker):
    """End a session as the system does when its process dies."""
    marker._lock.close()


@pytest.fixture
def marker(tmp_path):
    return SessionMarker("20260102T030405-7", tmp_path / "project", tmp_path / "recovery")


def leftovers(tmp_path):
    return find_leftovers(tmp_path / "project", tmp_path / "recovery")


def test_session_at_work_or_ended_well_leaves_nothing(marker, tiny_design, tmp_path):
    marker.keep(tmp_path / "project", tiny_design, "Edit")
    assert leftovers(tmp_path) == []
    marker.end()
    marker.keep(tmp_path / "project", tiny_design, "Too late")
    assert leftovers(tmp_path) == []
    assert list((tmp_path / "recovery").iterdir()) == []


def test_crashed_session_leaves_its_last_design(marker, tiny_design, tmp_path):
    marker.keep(tmp_path / "project", replace(tiny_design, name="older"), "Edit")
    marker.keep(tmp_path / "project", tiny_design, "Change cell width L")
    crash(marker)
    (left,) = leftovers(tmp_path)
    assert left.design == tiny_design
    assert left.what == "Change cell width L"
    assert left.began_s <= left.edited_s <= time.time()
    assert left.reason == ""
    left.discard()
    assert leftovers(tmp_path) == []
    assert list((tmp_path / "recovery").iterdir()) == []


def test_session_that_crashed_before_an_edit_leaves_no_design(marker, tmp_path):
    crash(marker)
    (left,) = leftovers(tmp_path)
    assert left.design is None


def test_design_that_was_left_on_purpose_says_why(marker, tiny_design, tmp_path):
    marker.keep(tmp_path / "project", tiny_design, "Edit")
    marker.leave("The disk was full")
    (left,) = leftovers(tmp_path)
    assert left.reason == "The disk was full"
    assert left.design == tiny_design


def test_leftover_belongs_to_the_project_that_was_open_last(marker, tiny_design, tmp_path):
    marker.keep(tmp_path / "project", tiny_design, "Edit")
    marker.follow(tmp_path / "other")
    marker.keep(tmp_path / "project", tiny_design, "Of the project that was left")
    crash(marker)
    assert leftovers(tmp_path) == []
    (left,) = find_leftovers(tmp_path / "other", tmp_path / "recovery")
    assert left.design is None


@pytest.mark.parametrize("content", ["", "{}", "[]", "[" * 100_000, '{"design": 3}'])
def test_damaged_marker_is_put_aside(marker, tmp_path, content):
    crash(marker)
    path = tmp_path / "recovery" / "20260102T030405-7.json"
    path.write_text(content)
    assert leftovers(tmp_path) == []
    assert path.with_suffix(".damaged").read_text() == content
    assert not path.exists()


def test_marker_of_long_ago_is_removed(marker, tmp_path):
    crash(marker)
    path = tmp_path / "recovery" / "20260102T030405-7.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"began_s": 1e9}))
    assert leftovers(tmp_path) == []
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_process_that_dies_leaves_design_and_traceback(name, checkout, tmp_path):
    stamp = f"20260102T030405-{name}"
    child = subprocess.run(
        [sys.executable, "-c", _CRASH, stamp, str(tmp_path), name],
        cwd=checkout,
        capture_output=True,
        check=False,
    )
    assert child.returncode == -getattr(signal, name), child.stderr
    (left,) = find_leftovers(tmp_path)
    assert left.design.name == "base"
    assert ("Segmentation fault" in left.crash_text()) == (name == "SIGSEGV")
    left.discard()
    assert not crash_file(stamp).exists()
    assert not (recovery_folder() / f"{stamp}.json").exists()
