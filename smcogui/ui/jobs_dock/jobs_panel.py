"""What is at work and what has ended, with the log of the selected job beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.job_book import LOG_LINES
from smcogui.ui.jobs_dock.job_table import JobTable
from smcogui.ui.reveal import reveal_folder
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.empty_label import EmptyLabel

if TYPE_CHECKING:
    from smcogui.app.jobs import Job
    from smcogui.app.session import Session
    from smcogui.runs.events import LogLine
    from smcogui.ui.actions import Actions
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge

_BUTTONS: Final = (
    "jobs.stop",
    "jobs.resume",
    "jobs.rerun",
    "jobs.show",
    "jobs.reveal",
    "jobs.copy_log",
    "jobs.remove",
    "jobs.remove_ended",
)
_EMPTY_TEXT: Final = (
    "Nothing is at work.\n"
    "Runs (F5), exports, movies and the saving of projects are listed here with their progress "
    "and their log; they can be stopped, resumed and run again."
)
_MARKS: Final = {"warning": "⚠ ", "error": "✖ "}


class JobsPanel(QWidget):
    """The list of jobs and the log.

    Signals
    -------
    run_wanted : Signal(str)
        A run is to be shown in the Simulation tab.
    run_begun : Signal(object)
        A :class:`~smcogui.runs.handle.RunHandle` of a run that was resumed or run again.
    summary_changed : Signal(str)
        How many jobs are at work and how many have ended; empty where there are none.
    """

    run_wanted = Signal(str)
    run_begun = Signal(object)
    summary_changed = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: RunBridge,
        center: JobCenter,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._center = session, bridge, center
        self._actions = actions
        self._lines: tuple[LogLine, ...] = ()
        self.table = JobTable(center)
        self.banner = Banner()
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(LOG_LINES)
        self.log.setAccessibleName("Log of the selected job")
        self.log.setPlaceholderText("What the selected job has to say appears here.")
        self._summary = ""
        self._lay_out()
        self._connect()
        self._show_all()

    @property
    def summary(self) -> str:
        """How many jobs are at work and how many have ended, in words."""
        return self._summary

    def stop(self) -> None:
        """Ask the selected job to stop."""
        job = self._selected()
        if job is None or not job.can_stop:
            return
        if not job.is_run:
            self._center.stop_task(job.job_id)
            return
        self._center.show_stopping(job.job_id)
        self._bridge.ask(
            f"stop {job.job_id}",
            lambda: self._session.cancel_run(job.job_id),
            lambda _answer: None,
            lambda error: self._not_stopped(job, error),
        )

    def resume(self) -> None:
        """Go on with the selected run."""
        job = self._selected()
        if job is not None and job.can_resume:
            self._begin(job, "resume")

    def run_again(self) -> None:
        """Do the selected job once more, from its start."""
        job = self._selected()
        if job is None or job.state.is_active:
            return
        if job.is_run:
            self._begin(job, "rerun")
        else:
            self._center.rerun_task(job.job_id)

    def reveal(self) -> None:
        """Open the folder of the selected job."""
        job = self._selected()
        if job is not None and job.folder is not None:
            self.banner.show_message("warning", reveal_folder(job.folder))

    def copy_log(self) -> None:
        """Copy the log of the selected job."""
        QGuiApplication.clipboard().setText(self.log.toPlainText())

    def remove(self) -> None:
        """Take the selected job off the list."""
        self._center.remove(self.table.job_id())

    def _lay_out(self) -> None:
        # Two columns beside the list: a row above it would cost a line of a low dock.
        buttons = QGridLayout()
        buttons.setSpacing(0)
        for number, action_id in enumerate(_BUTTONS):
            button = QToolButton()
            button.setDefaultAction(self._actions[action_id])
            button.setAutoRaise(True)
            button.setAccessibleName(self._actions[action_id].text().replace("&", ""))
            buttons.addWidget(button, number // 2, number % 2)
        buttons.setRowStretch(len(_BUTTONS) // 2, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(6)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.log)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyLabel(_EMPTY_TEXT))
        self._pages.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 6)
        layout.setSpacing(3)
        row = QHBoxLayout()
        row.addLayout(buttons)
        row.addWidget(self._pages, 1)
        layout.addWidget(self.banner)
        layout.addLayout(row, 1)

    def _connect(self) -> None:
        self._actions.connect(
            {
                "jobs.stop": self.stop,
                "jobs.resume": self.resume,
                "jobs.rerun": self.run_again,
                "jobs.show": lambda: self.run_wanted.emit(self.table.job_id()),
                "jobs.reveal": self.reveal,
                "jobs.copy_log": self.copy_log,
                "jobs.remove": self.remove,
                "jobs.remove_ended": self._center.remove_ended,
            }
        )
        self._center.listed.connect(self._show_all)
        self._center.updated.connect(self._updated)
        self.table.selected.connect(lambda _job_id: self._show_selected())
        self.table.activated.connect(lambda _index: self._activated())
        offer_menu(self.table, self._actions, _BUTTONS)

    def _selected(self) -> Job | None:
        return self._center.job(self.table.job_id())

    def _activated(self) -> None:
        job = self._selected()
        if job is not None and job.is_run:
            self.run_wanted.emit(job.job_id)

    def _begin(self, job: Job, how: str) -> None:
        submit = self._session.resume_run if how == "resume" else self._session.rerun
        self.banner.clear_message()
        self._bridge.ask(
            f"{how} {job.job_id}",
            lambda: submit(job.job_id),
            self.run_begun.emit,
            self._explain,
        )

    def _not_stopped(self, job: Job, error: Exception) -> None:
        self._center.show_not_stopping(job.job_id, error)
        self._explain(error)

    def _explain(self, error: Exception) -> None:
        self.banner.show_message("error", str(error))

    def _updated(self, job_id: str) -> None:
        self._summarise()
        if job_id == self.table.job_id():
            self._show_selected()

    def _show_all(self) -> None:
        self._pages.setCurrentIndex(1 if self._center.jobs else 0)
        self._summarise()
        self._show_selected()

    def _summarise(self) -> None:
        total, active = len(self._center.jobs), len(self._center.active)
        summary = f"{active} at work, {total - active} ended" if total else ""
        if summary != self._summary:
            self._summary = summary
            self.summary_changed.emit(summary)

    def _show_selected(self) -> None:
        job = self._selected()
        self._show_log("" if job is None else job.job_id)
        self._show_actions(job)

    def _show_log(self, job_id: str) -> None:
        lines = self._center.log(job_id)
        if lines[: len(self._lines)] != self._lines or not lines:
            self.log.clear()
            self._lines = ()
        for line in lines[len(self._lines) :]:
            self.log.appendPlainText(_line_text(line))
        self._lines = lines

    def _show_actions(self, job: Job | None) -> None:
        none = "no job is selected"
        is_run = job is not None and job.is_run
        is_over = job is not None and not job.state.is_active
        can_rerun = is_over and (is_run or self._center.can_rerun(self.table.job_id()))
        folder = job is not None and job.folder is not None
        at_work, ended = "the job is at work", "the job has ended"
        for action_id, on, why in (
            ("jobs.stop", job is not None and job.can_stop, ended),
            (
                "jobs.resume",
                job is not None and job.can_resume,
                "only a stopped run can go on",
            ),
            ("jobs.rerun", can_rerun, at_work),
            ("jobs.show", is_run, "the job is no run"),
            ("jobs.reveal", folder, "the job has no folder"),
            ("jobs.copy_log", bool(self._lines), "the log is empty"),
            ("jobs.remove", is_over, at_work),
        ):
            self._actions.set_enabled(action_id, on, why if job is not None else none)
        some_ended = len(self._center.jobs) > len(self._center.active)
        self._actions.set_enabled("jobs.remove_ended", some_ended, "no job has ended")


def _line_text(line: LogLine) -> str:
    # The solver's own lines carry no time.
    clock = time.strftime("%H:%M:%S  ", time.localtime(line.time_s)) if line.time_s else ""
    return f"{clock}{_MARKS.get(line.level, '')}{line.message}"
