"""Starts the window."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMessageBox

from smcogui.app.session import Session
from smcogui.errors import SmCoError
from smcogui.ui.main_window import MainWindow
from smcogui.ui.theme import apply_theme, current_theme

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_LOG = logging.getLogger(__name__)


def main(project: Path | None) -> int:
    """Open a project in the window and stay until it is closed.

    Parameters
    ----------
    project : Path or None
        Folder of the project; None opens the default one.

    Returns
    -------
    int
        Exit code: 0, or the error's where the project cannot be opened.
    """
    app = make_application()
    try:
        session = Session(project)
    except SmCoError as error:
        QMessageBox.critical(None, "SmCo Studio", str(error))
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.excepthook = show_exception
    window = MainWindow(session)
    window.show()
    return app.exec()


def make_application() -> QApplication:
    """Return the QApplication in the program's looks."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("SmCo Studio")
    app.setApplicationDisplayName("")
    apply_theme(app, current_theme(app))
    return app


def show_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log an exception that nobody caught and say so; the window stays open."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    _LOG.error("unexpected error\n%s", text)
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("SmCo Studio")
    box.setText("Something went wrong that the program did not foresee.")
    box.setInformativeText(
        "Runs go on, and what is on disk is safe. The details help to repair it."
    )
    box.setDetailedText(text)
    box.exec()
