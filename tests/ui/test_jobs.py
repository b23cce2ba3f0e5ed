"""Tasks report, stop, fail and run again; runs become jobs whoever started them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smcogui.app.jobs import JobState
from smcogui.app.session import Session
from smcogui.errors import InputError
from smcogui.ui.jobs import JobCenter
from smcogui.ui.run_bridge import RunBridge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.app.jobs import ReportProgress
    from smcogui.design.design import Design

_RUN_MS = 90_000


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[RunBridge]:
    """Return a bridge that is closed afterwards."""
    bridge = RunBridge()
    yield bridge
    bridge.close()


@pytest.fixture
def center(bridge: RunBridge) -> JobCenter:
    return JobCenter(bridge)


def _state(center: JobCenter, job_id: str) -> JobState | None:
    job = center.job(job_id)
    return None if job is None else job.state


def test_task_answers_in_the_window_thread_after_its_reports(
    center: JobCenter, qtbot: QtBot
) -> None:
    seen: list[tuple[int, bool]] = []

    def work(progress: ReportProgress, should_stop: Callable[[], bool]) -> int:
        assert not should_stop()
        progress(0.5, "half of it")
        return 42

    job_id = center.start_task(
        "Figure",
        "Export",
        work,
        lambda value: seen.append((value, threading.current_thread() is threading.main_thread())),
    )
    assert _state(center, job_id) is JobState.RUNNING
    qtbot.waitUntil(lambda: seen == [(42, True)])
    assert _state(center, job_id) is JobState.DONE
    assert [line.message for line in center.log(job_id)] == ["half of it", "Done."]


def test_stopped_task_cleans_up_and_answers_nothing(center: JobCenter, qtbot: QtBot) -> None:
    begun, cleaned, answers = threading.Event(), threading.Event(), []

    def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> None:
        begun.set()
        try:
            while True:
                progress(0.1)
        finally:
            cleaned.set()

    job_id = center.start_task("Movie", "Movie", work, answers.append, answers.append)
    assert begun.wait(5)
    qtbot.waitUntil(lambda: (job := center.job(job_id)) is not None and job.fraction == 0.1)
    center.stop_task(job_id)
    assert _state(center, job_id) is JobState.STOPPING
    qtbot.waitUntil(lambda: _state(center, job_id) is JobState.STOPPED)
    assert cleaned.is_set()
    assert answers == []


def test_failed_task_says_why_and_can_run_again(center: JobCenter, qtbot: QtBot) -> None:
    tries: list[int] = []
    errors: list[Exception] = []

    def work(_progress: ReportProgress, _should_stop: Callable[[], bool]) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise InputError("the disk is full")
        return "written"

    job_id = center.start_task("Table", "Export", work, on_error=errors.append)
    qtbot.waitUntil(lambda: _state(center, job_id) is JobState.FAILED)
    assert [str(error) for error in errors] == ["the disk is full"]
    assert center.log(job_id)[-1].level == "error"
    again = center.rerun_task(job_id)
    assert again is not None
    qtbot.waitUntil(lambda: _state(center, again) is JobState.DONE)
    assert [job.job_id for job in center.jobs] == [job_id, again]


def test_tasks_do_not_keep_questions_waiting(
    center: JobCenter, bridge: RunBridge, qtbot: QtBot
) -> None:
    release = threading.Event()
    answers: list[int] = []
    for number in range(4):
        center.start_task(f"Movie {number}", "Movie", lambda _p, _s: release.wait(10))
    bridge.ask("question", lambda: 1, answers.append)
    qtbot.waitUntil(lambda: answers == [1])
    assert len(center.active) == 4
    release.set()
    qtbot.waitUntil(lambda: center.active == ())
    center.remove_ended()
    assert center.jobs == ()


def test_closing_the_bridge_ends_tasks(qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    bridge = RunBridge()

    def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> None:
        while True:
            progress(None)

    JobCenter(bridge).start_task("endless", "Export", work)
    bridge.close()
    assert set(threading.enumerate()) <= before


def test_run_that_is_followed_becomes_a_job_and_ends(
    center: JobCenter, bridge: RunBridge, qtbot: QtBot, tmp_path: Path, tiny: Design
) -> None:
    session = Session(tmp_path / "project")
    ended: list[Any] = []
    center.ended.connect(ended.append)
    handle = session.start_run(replace(tiny, run=replace(tiny.run, cycles=1)))
    bridge.follow(handle.run_id, handle)
    qtbot.waitUntil(lambda: bool(ended), timeout=_RUN_MS)
    handle.wait(timeout_s=20)
    (job,) = center.jobs
    assert ended == [job]
    assert (job.job_id, job.state, job.fraction) == (handle.run_id, JobState.DONE, 1.0)
    assert any("half-cycle 1 finished" in line.message for line in center.log(job.job_id))
    center.show_runs(session.runs())
    assert center.jobs[0].title == "tiny"
    assert center.jobs[0].folder == handle.folder
    # Looked at once more, by another watcher: no second job, nothing said twice.
    said = center.log(job.job_id)
    bridge.follow(handle.run_id, session.attach(handle.run_id))
    with qtbot.waitSignal(bridge.run_ended):
        pass
    assert center.log(job.job_id) == said
    assert len(ended) == 1


def test_runs_of_another_project_are_forgotten_and_go_on(
    center: JobCenter, bridge: RunBridge, qtbot: QtBot, tmp_path: Path, tiny: Design
) -> None:
    session = Session(tmp_path / "project")
    handle = session.start_run(replace(tiny, run=replace(tiny.run, cycles=30)))
    bridge.follow(handle.run_id, handle)
    task = center.start_task("Figure", "Export", lambda _progress, _stop: None)
    qtbot.waitUntil(
        lambda: (job := center.job(handle.run_id)) is not None and bool(job.fraction),
        timeout=_RUN_MS,
    )
    center.forget_runs()
    assert [job.job_id for job in center.jobs] == [task]
    assert handle.state.is_active
    assert bridge._handles == {}
    handle.cancel()
    handle.wait(timeout_s=20)
