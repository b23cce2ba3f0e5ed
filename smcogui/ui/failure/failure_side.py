"""All that a window does about errors that nobody foresaw, and about the session before it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from smcogui.app.log_files import SessionLog, new_stamp
from smcogui.app.recovery import Leftover, SessionMarker, find_leftovers
from smcogui.app.report import make_report
from smcogui.errors import SmCoError
from smcogui.ui.failure.error_watch import CaughtError, ErrorWatch
from smcogui.ui.failure.recovery_dialog import RecoveryDialog, when
from smcogui.ui.failure.report_dialog import ReportDialog
from smcogui.ui.reveal import reveal_folder
from solver.errors import SolverError

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.render_process import DrawingSupport

KEEP_MS: Final = 300
_FORESEEN: Final = (SmCoError, SolverError, OSError, MemoryError)
"""What comes with a sentence of its own."""
_LOG = logging.getLogger(__name__)


class FailureSide(QObject):
    """The failure side of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, drawing, document and actions already there.
    watch : ErrorWatch, optional
        That of the program; one of its own, which is not installed, by default.
    log : SessionLog, optional
        That of the program; one that is not opened by default.
    """

    def __init__(
        self, window: MainWindow, watch: ErrorWatch | None = None, log: SessionLog | None = None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._watch = watch or ErrorWatch(self)
        self._log = log or SessionLog(new_stamp())
        self._marker: SessionMarker | None = None
        self._renderer = "not known yet"
        self._was_edited = False
        self.report_dialog: ReportDialog | None = None
        self.recovery_dialog: RecoveryDialog | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_MS)
        self._timer.timeout.connect(self._keep)
        self._connect()

    def _connect(self) -> None:
        window = self._window
        self._watch.caught.connect(self._show_error)
        self._watch.repeated.connect(self._show_repeated)
        window.bridge.failed.connect(self._take_failure)
        window.drawing.ready.connect(self._note_renderer)
        window.drawing.stopped.connect(self._note_no_renderer)
        window.document.changed.connect(self._edited)
        window.projects.commands.opened.connect(self._follow)
        window.actions_by_id.connect(
            {"help.report": self.show_report, "help.log_folder": self.open_log_folder}
        )

    # ------------------------------------------------------------------ errors
    def show_report(self) -> None:
        """Show a report of the program as it is, for whoever asks for help."""
        self._show("Report", "This tells about the program and this machine.", "A report.", "")

    def open_log_folder(self) -> None:
        """Open the folder of the logs."""
        problem = reveal_folder(self._log.folder)
        if problem:
            self._window.say(problem)

    def _show_error(self, error: CaughtError) -> None:
        self._show(
            "Unexpected error",
            "Something went wrong that the program did not foresee. The window stays open; runs go "
            "on, and what is on disk is safe. With the report it can be repaired.",
            error.summary,
            error.details,
        )

    def _show(self, title: str, text: str, what: str, details: str, log: str | None = None) -> None:
        report = make_report(
            what, details, self._log.tail() if log is None else log, {"OpenGL": self._renderer}
        )
        if self.report_dialog is not None:
            self.report_dialog.add(report)
            return
        dialog = ReportDialog(title, text, report, self._log.folder, self._window)
        dialog.finished.connect(self._forget_report)
        self.report_dialog = dialog
        dialog.show()

    def _forget_report(self) -> None:
        self.report_dialog = None

    def _show_repeated(self, error: CaughtError) -> None:
        words = f"happened {error.count} times: {error.summary}"
        self._window.say(f"An unexpected error has {words}")
        if self.report_dialog is not None:
            self.report_dialog.say_repeated(error.count)

    def _take_failure(self, _topic: str, error: Exception) -> None:
        if not isinstance(error, _FORESEEN):
            self._watch.take_error(error)

    def _note_renderer(self, support: DrawingSupport) -> None:
        self._renderer = support.renderer

    def _note_no_renderer(self, reason: str) -> None:
        self._renderer = f"none ({reason})"

    # ------------------------------------------------------------------ recovery
    def begin(self) -> None:
        """Mark the session as being at work, and offer what the one before left."""
        project = self._window.session.project
        try:
            # At once: a window that is closed the next moment is to take it away again.
            self._marker = SessionMarker(self._log.stamp, project)
        except OSError as error:
            self._not_kept(error)
        self._window.bridge.ask("recovery", lambda: find_leftovers(project), self._offer)

    def close(self) -> None:
        """End the session; a design that the project could not take is left to the next one."""
        self._timer.stop()
        marker, session = self._marker, self._window.session
        if marker is None:
            return
        self._marker = None
        design = self._window.document.design
        try:
            if self._was_edited and session.kept_design()[0] != design:
                marker.keep(session.project, design, self._last_edit())
                marker.leave(f"The project {session.project} could not be written")
            else:
                marker.end()
        except OSError as error:
            _LOG.warning("the marker of the session cannot be written: %s", error)

    def _follow(self) -> None:
        """Go over to another project."""
        self._timer.stop()
        self._was_edited = False
        marker, project = self._marker, self._window.session.project
        if marker is None:
            return

        def work() -> list[Leftover]:
            marker.follow(project)
            return find_leftovers(project)

        self._window.bridge.ask("recovery", work, self._offer, self._not_kept)

    def _edited(self, _design: Design) -> None:
        self._was_edited = True
        if not self._timer.isActive():
            self._timer.start()

    def _keep(self) -> None:
        marker, project = self._marker, self._window.session.project
        design, what = self._window.document.design, self._last_edit()
        if marker is not None:
            self._window.bridge.ask_in_turn(
                "keep for recovery",
                lambda: marker.keep(project, design, what),
                lambda _none: None,
                self._not_kept,
            )

    def _last_edit(self) -> str:
        return self._window.document.undo_stack.undoText()

    def _not_kept(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            self._watch.take_error(error)
            return
        self._window.say(
            f"The design is not kept for the case of a crash: {error.strerror or error}"
        )

    def _offer(self, left: list[Leftover]) -> None:
        """Offer the newest design that differs from the present one; forget what is of no use."""
        present = self._window.document.design
        unsaved = [each for each in left if each.design not in {None, present}]
        crashed = next((each for each in left if each.crash_text().strip()), None)
        if unsaved:
            self._offer_design(unsaved[0], crashed)
        elif crashed is not None:
            self._show_crash(crashed)
        elif left:
            self._window.say(
                f"The session of {when(left[0].began_s)} did not end properly. Nothing was lost."
            )
        for each in left:
            if each not in unsaved:
                self._discard(each)

    def _offer_design(self, left: Leftover, crashed: Leftover | None) -> None:
        design = left.design
        if design is None:
            return
        window = self._window
        dialog = RecoveryDialog(
            left,
            window.editor.changes(window.document.design, design),
            has_report=crashed is not None,
            parent=window,
        )

        def restore() -> None:
            window.document.apply(design, "Restore the unsaved design")
            window.tabs.setCurrentWidget(window.design_tab)
            self._discard(left)

        dialog.restored.connect(restore)
        dialog.discarded.connect(lambda: self._discard(left))
        if crashed is not None:
            text = crashed.crash_text()
            dialog.report_wanted.connect(lambda: self._show_crash(crashed, text))
        dialog.finished.connect(self._forget_offer)
        self.recovery_dialog = dialog
        dialog.open()

    def _forget_offer(self) -> None:
        self.recovery_dialog = None

    def _show_crash(self, left: Leftover, text: str = "") -> None:
        self._show(
            "The last session crashed",
            f"The session that began on {when(left.began_s)} crashed. Runs went on, and what is on "
            "disk is safe. With the report it can be repaired.",
            "The program crashed.",
            text or left.crash_text(),
            left.log_tail(),
        )

    def _discard(self, left: Leftover) -> None:
        try:
            left.discard()
        except OSError as error:
            _LOG.warning("%s cannot be removed: %s", left.path, error)
