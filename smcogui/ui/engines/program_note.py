"""What the MuMax3 that is named in the settings is, said as soon as it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer

from smcogui.app.mumax3_checks import check_program
from smcogui.app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.check import Check
    from smcogui.app.jobs import ReportProgress
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.settings.settings_dialog import SettingsDialog

_PAUSE_MS: Final = 400


class ProgramNote(QObject):
    """Starts the program that is named, and shows its version and exchange rule below the path.

    Parameters
    ----------
    dialog : SettingsDialog
    bridge : RunBridge
    """

    def __init__(self, dialog: SettingsDialog, bridge: RunBridge) -> None:
        super().__init__(dialog)
        self._dialog, self._bridge = dialog, bridge
        self._program, self._gpus = dialog.rows["mumax3"], dialog.rows["mumax3_gpus"]
        self._number = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        for row in (self._program, self._gpus):
            row.edited.connect(self._edited)
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look when the dialog is opened."""
        if event.type() == QEvent.Type.Show:
            self._timer.start()
        return super().eventFilter(watched, event)

    def _edited(self) -> None:
        # What stood there was said of another program.
        self._number += 1
        self._program.note.clear_message()
        if self._dialog.isVisible():
            self._timer.start()

    def _ask(self) -> None:
        self._number += 1
        number, given, gpus = self._number, self._program.value(), self._gpus.value()
        if not self._gpus.check():
            return
        settings = Settings(mumax3=given, mumax3_gpus=gpus)

        def check(_progress: ReportProgress, _should_stop: Callable[[], bool]) -> Check:
            return check_program(settings)

        self._bridge.start_task(
            f"mumax3-program-{number}",
            check,
            on_report=lambda _fraction, _message: None,
            on_answer=lambda found: self._show(number, found, is_named=bool(given)),
            on_error=lambda error: self._program.note.show_message("error", str(error)),
        )

    def _show(self, number: int, found: Check, *, is_named: bool) -> None:
        if number != self._number:
            return
        if found.ok:
            self._program.note.show_message("note", found.message)
        else:
            words = f"{found.message}. {found.remedy}."
            self._program.note.show_message("error" if is_named else "note", words)
