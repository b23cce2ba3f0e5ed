"""A long job that ends unseen is told on the desktop; a short or a watched one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from smcogui.app.job_book import JobBook
from smcogui.app.settings import Settings
from smcogui.ui.jobs import JobCenter
from smcogui.ui.jobs_dock.end_notifier import EndNotifier
from smcogui.ui.run_bridge import RunBridge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

NOW_S = 1_800_000_000.0


class Stage:
    """A window, a center whose clock the test moves, and what the desktop was told."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, *, tray: bool) -> None:
        self.now_s = NOW_S
        self.qtbot = qtbot
        self.bridge = RunBridge()
        self.center = JobCenter(self.bridge, JobBook(lambda: self.now_s))
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.settings = Settings()
        self.active = False
        self.alerts: list[QWidget] = []
        self.messages: list[tuple[str, str]] = []
        monkeypatch.setattr(self.window, "isActiveWindow", lambda: self.active)
        monkeypatch.setattr(QApplication, "alert", lambda widget: self.alerts.append(widget))
        monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: tray)
        monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: tray)
        monkeypatch.setattr(QSystemTrayIcon, "show", lambda _self: None)
        monkeypatch.setattr(
            QSystemTrayIcon,
            "showMessage",
            lambda _self, title, text, **_named: self.messages.append((title, text)),
        )
        self.notifier = EndNotifier(self.center, self.window, lambda: self.settings)

    def end_a_job_after(self, seconds: float) -> None:
        """Start a task, let the clock pass, and wait for its end."""

        def work(_progress: object, _should_stop: object) -> None:
            self.now_s += seconds

        with self.qtbot.waitSignal(self.center.ended):
            self.center.start_task("Movie tiny.mp4", "Movie", work)


@pytest.fixture
def make_stage(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Stage]]:
    made: list[Stage] = []

    def make(*, tray: bool) -> Stage:
        made.append(Stage(qtbot, monkeypatch, tray=tray))
        return made[-1]

    yield make  # type: ignore[misc]
    for stage in made:
        stage.bridge.close()


def test_tray_tells_the_end_of_a_long_job(make_stage: type[Stage]) -> None:
    stage = make_stage(tray=True)
    stage.end_a_job_after(31)
    assert stage.messages == [("Movie tiny.mp4: done", "Movie tiny.mp4 done after 31 s")]
    assert stage.alerts == []


def test_window_asks_for_attention_where_there_is_no_tray(make_stage: type[Stage]) -> None:
    stage = make_stage(tray=False)
    stage.end_a_job_after(31)
    assert stage.alerts == [stage.window]
    assert stage.messages == []


@pytest.mark.parametrize(
    ("seconds", "active", "wanted"), [(29, False, True), (31, True, True), (31, False, False)]
)
def test_short_watched_or_unwanted_ends_are_not_told(
    make_stage: type[Stage], seconds: float, active: bool, wanted: bool
) -> None:
    stage = make_stage(tray=True)
    stage.active, stage.settings = active, Settings(notify=wanted)
    stage.end_a_job_after(seconds)
    assert stage.messages == []
    assert stage.alerts == []


def test_settings_say_after_how_long(make_stage: type[Stage]) -> None:
    stage = make_stage(tray=True)
    stage.settings = Settings(notify_after_s=5)
    stage.end_a_job_after(6)
    assert len(stage.messages) == 1


def test_click_on_the_message_names_the_job(make_stage: type[Stage]) -> None:
    stage = make_stage(tray=True)
    clicked: list[str] = []
    stage.notifier.clicked.connect(clicked.append)
    stage.end_a_job_after(40)
    assert stage.notifier._tray is not None
    stage.notifier._tray.messageClicked.emit()
    assert clicked == [stage.center.jobs[0].job_id]
    assert stage.window.isVisible()
