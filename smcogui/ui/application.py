"""Starts the window."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMessageBox

from smcogui.app.samples import provide_sample_project
from smcogui.app.session import Session
from smcogui.app.settings_file import SettingsFile
from smcogui.errors import SmCoError
from smcogui.ui.main_window import MainWindow
from smcogui.ui.projects.single_instance import SingleInstance, call_other, other_process
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
        Folder of the project, or a packed one (.smco), for which the window asks where it is to
        be unpacked; None opens the default project.

    Returns
    -------
    int
        Exit code: 0, also where the project is open in another window, which then comes to the
        front; or the error's where the project cannot be opened.
    """
    app = make_application()
    archive = project.absolute() if project is not None and project.is_file() else None
    folder = SettingsFile().settings.project_folder if project is None or archive else project
    instance = SingleInstance()
    if not instance.claim(folder.expanduser().resolve()):
        return _call_other(folder, archive)
    is_first_start = folder is not project and provide_sample_project(folder)
    try:
        session = Session(folder)
    except SmCoError as error:
        return _refuse(str(error), error.exit_code)
    sys.excepthook = show_exception
    window = MainWindow(session, instance=instance)
    if is_first_start:
        window.projects.welcome()
    window.show()
    if archive is not None:
        window.projects.commands.ask_import(archive)
    return app.exec()


def _call_other(folder: Path, archive: Path | None) -> int:
    """Leave the project to the window that has it, if that one answers."""
    if call_other(folder, str(archive or "")):
        sys.stderr.write(f"{folder} is open already; its window comes to the front\n")
        return 0
    return _refuse(
        f"The project {folder} is open in another window (process {other_process(folder)}), which "
        "does not answer. Wait for it or end it, or open another project.",
        SmCoError.exit_code,
    )


def _refuse(message: str, exit_code: int) -> int:
    QMessageBox.critical(None, "SmCo Studio", message)
    sys.stderr.write(f"{message}\n")
    return exit_code


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
