"""Closing with jobs at work: keep running, stop, or stay; what was kept is found again."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QMessageBox

from smcogui.app.jobs import SERIES_KIND, Job, JobState
from smcogui.runs.state import RunState
from smcogui.ui.closing import Closing, ask_about_jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.app.jobs import ReportProgress
    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.main_window import MainWindow

_RUN_MS = 90_000


class Answers:
    """Answers every message box by the text of a button, and keeps what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.button = ""
        self.offered: list[list[str]] = []
        self.said: list[str] = []
        monkeypatch.setattr(QMessageBox, "exec", lambda box: self._answer(box))
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: self._clicked(box))

    def _answer(self, box: QMessageBox) -> int:
        self.offered.append([button.text() for button in box.buttons()])
        self.said.append(f"{box.text()} {box.informativeText()}")
        return 0

    def _clicked(self, box: QMessageBox) -> object:
        return next(button for button in box.buttons() if button.text() == self.button)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


def _start_run(window: MainWindow, qtbot: QtBot, design: Design, cycles: int) -> RunHandle:
    window.document.apply(replace(design, run=replace(design.run, cycles=cycles)), "Test")
    window.actions_by_id["run.start"].trigger()
    tab = window.simulation_tab
    qtbot.waitUntil(
        lambda: bool((live := tab.live(tab.current_run or "")) and live.steps), timeout=_RUN_MS
    )
    live = tab.live(tab.current_run or "")
    assert live is not None
    return live.handle


def test_series_says_that_it_goes_on_when_the_project_is_open_again(
    window: MainWindow, answers: Answers
) -> None:
    answers.button = "Stay"
    job = Job(job_id="task-1", title="tiny over L", kind=SERIES_KIND, started_s=0.0)
    assert ask_about_jobs(window, [job]) is Closing.STAY
    assert "goes on with what it lacks" in answers.said[0]
    assert "leaves no file" not in answers.said[0]
    ask_about_jobs(window, [job, replace(job, kind="Movie", title="a.mp4")])
    assert "leaves no file behind: a.mp4" in answers.said[1]


@pytest.fixture
def endless(window: MainWindow) -> str:
    """Return the id of a task at work that ends when it is asked to."""
    begun, pause = threading.Event(), threading.Event()

    def work(progress: ReportProgress, _should_stop: Callable[[], bool]) -> None:
        while True:
            progress(0.1)
            begun.set()
            pause.wait(0.01)

    job_id = window.jobs.start_task("Movie tiny.mp4", "Movie", work)
    assert begun.wait(5)
    return job_id


def test_nothing_is_asked_when_nothing_is_at_work(window: MainWindow, answers: Answers) -> None:
    assert window.close()
    assert answers.offered == []


def test_kept_run_is_found_again_with_its_curve_and_ends(
    make_window: Callable[..., MainWindow],
    qtbot: QtBot,
    answers: Answers,
    tiny: Design,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One half-cycle after the other: many cores must not end the run before it is found again.
    monkeypatch.setenv("SMCOGUI_PROCESSES", "1")
    first = make_window()
    handle = _start_run(first, qtbot, tiny, cycles=8)
    answers.button = "Keep running"
    assert first.close()
    assert set(answers.offered[0]) >= {"Keep running", "Stop and close", "Stay"}
    assert "in the background" in answers.said[0]
    assert handle.state is RunState.RUNNING

    second = make_window(project=first.session.project)
    tab, run_id = second.simulation_tab, handle.run_id
    qtbot.waitUntil(lambda: second.jobs.job(run_id) is not None, timeout=20_000)
    job = second.jobs.job(run_id)
    assert job is not None
    assert job.state is JobState.RUNNING
    assert job.title == "tiny"
    tab.select_run(run_id)
    qtbot.waitUntil(lambda: bool(tab.plot.curves), timeout=20_000)

    def points() -> int:
        return sum(len(curve.mu0_H_T) for curve in tab.plot.curves if curve.is_thin)

    before = points()
    assert before > 0
    qtbot.waitUntil(lambda: points() > before, timeout=_RUN_MS)
    qtbot.waitUntil(lambda: second.jobs.job(run_id).state is JobState.DONE, timeout=_RUN_MS)
    assert handle.wait(timeout_s=20) is RunState.DONE
    table = second.analysis_tab.table
    qtbot.waitUntil(lambda: table.runs[0].result is not None, timeout=20_000)


def test_stop_and_close_stops_runs(
    window: MainWindow, qtbot: QtBot, answers: Answers, tiny: Design
) -> None:
    handle = _start_run(window, qtbot, tiny, cycles=40)
    answers.button = "Stop and close"
    assert window.close()
    assert handle.wait(timeout_s=20) is RunState.CANCELLED


def test_stay_leaves_everything_at_work(window: MainWindow, answers: Answers, endless: str) -> None:
    answers.button = "Stay"
    assert not window.close()
    assert window.isVisible()
    job = window.jobs.job(endless)
    assert job is not None
    assert job.state is JobState.RUNNING


def test_tasks_cannot_go_on_and_that_is_said(
    window: MainWindow, answers: Answers, endless: str
) -> None:
    answers.button = "Stop and close"
    assert window.close()
    assert {"Stop and close", "Stay"} <= set(answers.offered[0])
    assert not any("Keep" in text for text in answers.offered[0])
    assert "Movie tiny.mp4" in answers.said[0]
    assert "ends with it" in answers.said[0]


def test_runs_go_on_while_tasks_are_stopped(
    window: MainWindow, qtbot: QtBot, answers: Answers, tiny: Design, endless: str
) -> None:
    handle = _start_run(window, qtbot, tiny, cycles=40)
    answers.button = "Keep runs, stop the rest"
    assert window.close()
    assert "1 run and 1 other job are at work" in answers.said[0]
    assert handle.state is RunState.RUNNING
    handle.cancel()
    assert handle.wait(timeout_s=20) is RunState.CANCELLED
