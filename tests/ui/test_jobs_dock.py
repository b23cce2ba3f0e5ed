"""The list of jobs in the window: followed, stopped, resumed, run again, revealed, taken off."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel

from smcogui.app.jobs import JobState
from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.app.jobs import Job, ReportProgress
    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow

_RUN_MS = 90_000


def _start(window: MainWindow, design: Design) -> None:
    window.document.apply(design, "Test")
    window.actions_by_id["run.start"].trigger()


def _job(window: MainWindow) -> Job | None:
    return window.jobs.job(window.jobs_panel.table.job_id())


def _wait_for(window: MainWindow, qtbot: QtBot, state: JobState) -> Job:
    def reached() -> bool:
        job = _job(window)
        return job is not None and job.state is state

    qtbot.waitUntil(reached, timeout=_RUN_MS)
    job = _job(window)
    assert job is not None
    return job


def _cells(window: MainWindow, row: int = 0) -> list[str]:
    model = window.jobs_panel.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs take a while on a machine with many cores too, so that they can be stopped."""
    monkeypatch.setenv("SMCOGUI_PROCESSES", "1")


@pytest.fixture
def shown(window: MainWindow) -> MainWindow:
    """Return a window whose jobs dock is open."""
    window.docks.jobs.set_shown(True)
    return window


def test_empty_list_says_what_will_appear(shown: MainWindow) -> None:
    words = [label.text() for label in shown.jobs_panel.findChildren(QLabel) if label.isVisible()]
    assert any("Runs (F5)" in text for text in words)
    assert not shown.actions_by_id["jobs.stop"].isEnabled()
    assert shown.actions_by_id.why_disabled("jobs.stop") == "no job is selected"


def test_run_is_listed_with_progress_log_and_folder(
    shown: MainWindow, qtbot: QtBot, tiny: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    _start(shown, tiny)
    job = _wait_for(shown, qtbot, JobState.DONE)
    qtbot.waitUntil(lambda: _cells(shown)[0] == "tiny", timeout=10_000)
    assert _cells(shown)[1:4] == ["Run", "✔ done", "100 %"]
    log = shown.jobs_panel.log.toPlainText()
    assert "half-cycle 1 finished" in log
    shown.actions_by_id["jobs.copy_log"].trigger()
    assert QGuiApplication.clipboard().text() == log
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    shown.actions_by_id["jobs.reveal"].trigger()
    assert opened == [str(shown.session.run(job.job_id).folder)]
    shown.tabs.setCurrentIndex(0)
    qtbot.keyClick(shown.jobs_panel.table, Qt.Key.Key_Return)
    assert shown.tabs.currentWidget() is shown.simulation_tab
    assert shown.simulation_tab.current_run == job.job_id
    shown.actions_by_id["jobs.remove"].trigger()
    assert shown.jobs.jobs == ()
    assert shown.session.run(job.job_id).state is RunState.DONE


def test_run_stops_and_resumes_from_the_list(shown: MainWindow, qtbot: QtBot, tiny: Design) -> None:
    _start(shown, replace(tiny, run=replace(tiny.run, cycles=3)))
    qtbot.waitUntil(lambda: (((job := _job(shown)) and job.fraction) or 0) > 0, timeout=_RUN_MS)
    shown.actions_by_id["jobs.stop"].trigger()
    job = _wait_for(shown, qtbot, JobState.STOPPED)
    live = shown.simulation_tab.live(job.job_id)
    assert live is not None
    live.handle.wait(timeout_s=20)
    assert not shown.actions_by_id["jobs.stop"].isEnabled()
    shown.actions_by_id["jobs.resume"].trigger()
    _wait_for(shown, qtbot, JobState.RUNNING)
    _wait_for(shown, qtbot, JobState.DONE)
    assert shown.session.run(job.job_id).state is RunState.DONE


def test_run_again_keeps_the_earlier_result_in_the_trash(
    shown: MainWindow, qtbot: QtBot, tiny: Design
) -> None:
    _start(shown, replace(tiny, run=replace(tiny.run, cycles=1)))
    job = _wait_for(shown, qtbot, JobState.DONE)
    live = shown.simulation_tab.live(job.job_id)
    assert live is not None
    live.handle.wait(timeout_s=20)
    before = shown.session.load_result(job.job_id)
    assert before is not None
    shown.actions_by_id["jobs.rerun"].trigger()
    qtbot.waitUntil(lambda: len(shown.session.library.trash()) == 1, timeout=10_000)
    qtbot.waitUntil(
        lambda: (job := _job(shown)) is not None and job.state.is_active, timeout=10_000
    )
    _wait_for(shown, qtbot, JobState.DONE)
    after = shown.session.load_result(job.job_id)
    assert after is not None
    assert after["mu0_Hc_T"] == before["mu0_Hc_T"]
    (entry,) = shown.session.library.trash()
    assert (entry.kind, entry.item_id) == ("run", job.job_id)


def test_interrupted_run_of_an_earlier_start_is_listed(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> None:
    (folder,) = (project_with_run / "runs").iterdir()
    events = folder / "events.jsonl"
    kept = [line for line in events.read_text().splitlines() if '"DONE"' not in line]
    events.write_text("\n".join(kept) + "\n")
    window = make_window(project=project_with_run)
    job = _wait_for(window, qtbot, JobState.INTERRUPTED)
    assert (job.title, job.can_resume) == ("tiny", True)
    assert window.actions_by_id["jobs.resume"].isEnabled()


def test_task_shows_its_last_words_and_can_be_stopped(shown: MainWindow, qtbot: QtBot) -> None:
    hold = threading.Event()

    def work(progress: ReportProgress, should_stop: Callable[[], bool]) -> None:
        progress(0.5, "frame 20 of 40")
        while not should_stop():
            hold.wait(0.01)
        progress(0.6)

    shown.jobs.start_task("Movie tiny.mp4", "Movie", work)
    qtbot.waitUntil(lambda: "frame 20 of 40" in shown.jobs_panel.log.toPlainText())
    assert _cells(shown)[:4] == ["Movie tiny.mp4", "Movie", "▶ running", "50 %"]
    assert not shown.actions_by_id["jobs.show"].isEnabled()
    assert shown.jobs_panel.summary == "1 at work, 0 ended"
    shown.actions_by_id["jobs.stop"].trigger()
    _wait_for(shown, qtbot, JobState.STOPPED)
    assert shown.statusBar().currentMessage().startswith("Movie tiny.mp4 stopped")


def test_run_that_cannot_be_asked_to_stop_says_why(
    shown: MainWindow, qtbot: QtBot, tiny: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_run_id: str) -> None:
        raise PermissionError("the project is read-only")

    _start(shown, replace(tiny, run=replace(tiny.run, cycles=20)))
    job = _wait_for(shown, qtbot, JobState.RUNNING)
    with monkeypatch.context() as patch:
        patch.setattr(shown.session, "cancel_run", refuse)
        shown.actions_by_id["jobs.stop"].trigger()
        qtbot.waitUntil(lambda: "read-only" in shown.jobs_panel.banner.text(), timeout=10_000)
    assert "cannot be stopped" in shown.jobs_panel.log.toPlainText()
    assert shown.actions_by_id["jobs.stop"].isEnabled()
    shown.actions_by_id["jobs.stop"].trigger()
    _wait_for(shown, qtbot, JobState.STOPPED)
    live = shown.simulation_tab.live(job.job_id)
    assert live is not None
    live.handle.wait(timeout_s=20)


def test_list_sorts_by_any_column(shown: MainWindow, qtbot: QtBot) -> None:
    for title in ("b", "c", "a"):
        shown.jobs.start_task(title, "Export", lambda _progress, _stop: None)
    qtbot.waitUntil(lambda: shown.jobs.active == ())
    assert [_cells(shown, row)[0] for row in range(3)] == ["a", "c", "b"]
    shown.jobs_panel.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [_cells(shown, row)[0] for row in range(3)] == ["a", "b", "c"]
