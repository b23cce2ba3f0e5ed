"""Two real programs on one project: the second calls the first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smcogui.ui.application import make_application
from smcogui.ui.projects.single_instance import SingleInstance, call_other, other_process

TIMEOUT_S = 60.0
_FIRST = """
import sys
from pathlib import Path
from smcogui.ui.application import make_application
from smcogui.ui.projects.single_instance import SingleInstance
app = make_application()
claim = SingleInstance()
assert claim.claim(Path(sys.argv[1]))
claim.called.connect(lambda archive: (print("called", archive, flush=True), app.quit()))
print("ready", flush=True)
sys.exit(app.exec())
"""

StartFirst = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture
def start_first(checkout: Path) -> Iterator[StartFirst]:
    """Return a function that starts a program which claims a project."""
    started: list[subprocess.Popen[str]] = []

    def start(project: Path) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", _FIRST, str(project)],
            cwd=checkout,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def start_program(checkout: Path, *words: object) -> subprocess.Popen[str]:
    """Start the whole program as people do."""
    return subprocess.Popen(
        [sys.executable, "main.py", *map(str, words)],
        cwd=checkout,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def test_second_program_calls_the_first_and_ends_well(tmp_path, checkout, start_first):
    project = tmp_path / "ünï project"
    first = start_first(project)
    second = start_program(checkout, _made(project))
    _, said = second.communicate(timeout=TIMEOUT_S)
    assert second.returncode == 0
    assert "is open already; its window comes to the front" in said
    assert first.communicate(timeout=TIMEOUT_S)[0] == "called \n"
    assert first.returncode == 0


def test_archive_is_handed_to_the_window_that_is_open(
    tmp_path, checkout, start_first, project_folder
):
    archive = tmp_path / "a.smco"
    archive.write_bytes(b"")
    first = start_first(project_folder)
    second = start_program(checkout, archive)
    _, said = second.communicate(timeout=TIMEOUT_S)
    assert second.returncode == 0, said
    assert first.communicate(timeout=TIMEOUT_S)[0] == f"called {archive}\n"


def test_two_whole_programs_on_one_project(tmp_path, checkout):
    project = _made(tmp_path / "project")
    first = start_program(checkout, project)
    make_application()
    deadline = time.monotonic() + TIMEOUT_S
    while not call_other(project, patience_ms=500):
        assert first.poll() is None
        assert time.monotonic() < deadline
    second = start_program(checkout, project)
    _, said = second.communicate(timeout=TIMEOUT_S)
    assert second.returncode == 0
    assert "is open already" in said
    assert first.poll() is None
    assert other_process(project) == first.pid
    first.kill()
    first.communicate()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_a_killed_program_left_is_taken_over(tmp_path, start_first):
    project = tmp_path / "project"
    first = start_first(project)
    first.send_signal(signal.SIGKILL)
    first.wait()
    make_application()
    claim = SingleInstance()
    assert claim.claim(project)
    again = SingleInstance()
    assert not again.claim(project)
    claim.release()
    assert again.claim(project)
    again.release()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_window_that_does_not_answer_is_given_up(tmp_path, start_first):
    first = start_first(tmp_path / "project")
    first.send_signal(signal.SIGSTOP)
    make_application()
    assert not call_other(tmp_path / "project", patience_ms=300)
    assert other_process(tmp_path / "project") == first.pid


def test_other_projects_are_free(tmp_path, start_first):
    start_first(tmp_path / "one")
    make_application()
    claim = SingleInstance()
    assert claim.claim(tmp_path / "two")
    assert not claim.claim(tmp_path / "one")
    assert claim.project == tmp_path / "two"
    claim.release()


def test_first_window_comes_to_the_front_when_called(window, qtbot):
    claim = window.projects._instance
    assert claim.claim(window.session.project)
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    claim.called.emit("")
    qtbot.waitUntil(lambda: not window.isMinimized())


def _made(project: Path) -> Path:
    project.mkdir(exist_ok=True)
    return project
