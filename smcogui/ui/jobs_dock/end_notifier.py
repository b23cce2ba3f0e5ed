"""Tells on the desktop that a long job has ended while nobody was looking at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from smcogui.app.jobs import JobState
from smcogui.ui.icons import icon
from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import Job
    from smcogui.app.settings import Settings
    from smcogui.ui.jobs import JobCenter

_SHOWN_MS: Final = 10_000


class EndNotifier(QObject):
    """Watches for the end of jobs.

    Where the desktop has a tray that shows messages, the message appears there for ten seconds and
    a click on it brings the window to the front. Where it has none, the window asks for attention
    (a flashing task bar entry). The status bar of the window says so in both cases.

    Parameters
    ----------
    center : JobCenter
    window : QWidget
    settings : callable
        Returns the settings in use: whether notifications are wanted, and after how long.

    Signals
    -------
    clicked : Signal(str)
        The id of the job whose message was clicked.
    """

    clicked = Signal(str)

    def __init__(
        self,
        center: JobCenter,
        window: QWidget,
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._tray: QSystemTrayIcon | None = None
        self._told = ""
        center.ended.connect(self._ended)

    def notify(self, job: Job) -> None:
        """Tell that a job has ended."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            QApplication.alert(self._window)
            return
        if self._tray is None:
            own = self._window.windowIcon()
            self._tray = QSystemTrayIcon(icon("magnet") if own.isNull() else own, self)
            self._tray.messageClicked.connect(self._raise_window)
        self._told = job.job_id
        self._tray.show()
        self._tray.showMessage(f"{job.title}: {job.state.value}", end_text(job), msecs=_SHOWN_MS)

    def _ended(self, job: Job) -> None:
        settings = self._settings()
        is_long = job.duration_s is not None and job.duration_s >= settings.notify_after_s
        if settings.notify and is_long and not self._window.isActiveWindow():
            self.notify(job)

    def _raise_window(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        self.clicked.emit(self._told)


def end_text(job: Job) -> str:
    """Return in one sentence how a job ended and how long it took."""
    name = job.title if job.title.startswith(job.kind) else f"{job.kind} {job.title}"
    took = "" if job.duration_s is None else f" after {duration_text(job.duration_s)}"
    why = f": {job.message}" if job.state is JobState.FAILED and job.message else ""
    return f"{name} {job.state.value}{took}{why}"
