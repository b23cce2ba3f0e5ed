"""What this machine has and lacks, in words, with what to do; to copy for whoever helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from smcogui.app.doctor import report_text
from smcogui.app.mumax3_checks import SIMULATION
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.findings_table import FindingsTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.check import Check
    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.run_bridge import RunBridge

_TITLES: Final = ("State", "Check", "What was found, and what to do")
_TASK: Final = "doctor"
_PROGRAM: Final = "MuMax3"


class DoctorDialog(QDialog):
    """Checks when it is opened and at every "Run again"; the window behind it can be used."""

    def __init__(
        self,
        session: Session,
        jobs: JobCenter,
        bridge: RunBridge,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._bridge = session, jobs, bridge
        self._checks: list[Check] = []
        self._is_checking = False
        self.setWindowTitle("Doctor")
        self.resize(860, 560)
        self.summary = QLabel()
        self.summary.setProperty("role", "heading")
        self.summary.setWordWrap(True)
        self.banner = Banner()
        self.table = FindingsTable(_TITLES, "Checks of this machine")
        self.again = QPushButton("&Run again")
        self.again.setToolTip("Look at everything once more.")
        self.again.clicked.connect(self.check)
        self.simulate = QPushButton("&Simulate for 2 s")
        self.simulate.clicked.connect(self._simulate)
        self.copy = QPushButton("&Copy report")
        self.copy.setToolTip("Copy the list, without names of people and machines.")
        self.copy.clicked.connect(self._copy)
        self._lay_out()

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was found last, what is missing first."""
        return tuple(self._checks)

    def open_dialog(self) -> None:
        """Show the dialog and check."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.check()

    def check(self) -> None:
        """Look at everything, in a thread of its own."""
        if self._is_checking:
            return
        self.banner.clear_message()
        self.summary.setText("Checking; OpenGL and MuMax3 are tried, which takes some seconds…")
        self._set_checking(True)

        def examine(_progress: ReportProgress, _should_stop: Callable[[], bool]) -> list[Check]:
            return self._session.examine(smoke=False)

        self._bridge.start_task(
            _TASK,
            examine,
            on_report=lambda _fraction, _message: None,
            on_answer=self._show,
            on_error=self._explain,
        )

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.again, self.simulate, self.copy):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.summary)
        layout.addWidget(self.banner)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    def _show(self, checks: Sequence[Check]) -> None:
        self._checks = sorted(checks, key=lambda each: (each.ok, each.ok or not each.needed))
        self.table.show_rows([(_state(each), each.check, _found(each)) for each in self._checks])
        self.summary.setText(_summary(self._checks))
        self._set_checking(False)

    def _explain(self, error: Exception) -> None:
        self.summary.setText("The checks could not be ended.")
        self.banner.show_message("error", str(error))
        self._set_checking(False)

    def _set_checking(self, on: bool) -> None:
        self._is_checking = on
        self.again.setEnabled(not on)
        self.copy.setEnabled(not on and bool(self._checks))
        program = next((each for each in self._checks if each.check == _PROGRAM), None)
        starts = program is not None and program.ok
        self.simulate.setEnabled(starts and not on)
        self.simulate.setToolTip(
            "Let MuMax3 compute a small magnet and compare with what it should give."
            if starts
            else "It needs a MuMax3 that starts and an NVIDIA GPU; the list says what is missing."
        )

    def _simulate(self) -> None:
        self._set_checking(True)
        self.banner.show_message("note", "MuMax3 computes…")
        self._jobs.start_task(
            SIMULATION,
            "Check",
            lambda _progress, _should_stop: self._session.engines.check_simulation(),
            self._simulated,
            self._explain,
        )

    def _simulated(self, found: Check) -> None:
        self.banner.show_message(
            "note" if found.ok else "error",
            found.message if found.ok else f"{found.message}. {found.remedy}.",
        )
        others = [each for each in self._checks if each.check != found.check]
        self._show([*others, found])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(report_text(self._checks))
        self.banner.show_message("note", "The report is in the clipboard.")


def _state(check: Check) -> str:
    return "✔ ok" if check.ok else "✖ broken" if check.needed else "⚠ missing"


def _found(check: Check) -> str:
    return check.message if check.ok else f"{check.message}\n→ {check.remedy}"


def _summary(checks: Sequence[Check]) -> str:
    broken = [each.check for each in checks if each.needed and not each.ok]
    missing = [each.check for each in checks if not each.needed and not each.ok]
    if broken:
        return f"No run works before this is mended: {', '.join(broken)}."
    if missing:
        return f"Runs work here. Missing: {', '.join(missing)}."
    return "Everything is there."
