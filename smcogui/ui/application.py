"""Starts the window."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMessageBox

from smcogui.app.log_files import SessionLog, new_stamp
from smcogui.app.samples import provide_sample_project
from smcogui.app.session import Session
from smcogui.app.settings_file import SettingsFile
from smcogui.errors import SmCoError
from smcogui.ui.failure.error_watch import ErrorWatch
from smcogui.ui.garbage import GarbageTimer
from smcogui.ui.main_window import MainWindow
from smcogui.ui.projects.single_instance import SingleInstance, call_other, other_process
from smcogui.ui.theme import apply_theme, current_theme

if TYPE_CHECKING:
    from pathlib import Path

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
    # Read once: what is damaged is put aside and told of by the one that found it.
    settings = SettingsFile()
    # Icons are drawn in the colours that hold when the window is made.
    app = make_application(settings.settings.theme)
    log, watch = SessionLog(new_stamp()), ErrorWatch(app)
    log.open()
    watch.install()
    try:
        return _open_window(app, project, settings, watch, log)
    except Exception as error:  # before there is a window that could tell
        _LOG.exception("the window cannot be opened")
        return _refuse(
            f"The window cannot be opened: {type(error).__name__}: {error}. This is a fault of the "
            f"program; {log.path} tells more.",
            SmCoError.exit_code,
        )
    finally:
        watch.remove()
        log.close()


def _open_window(
    app: QApplication,
    project: Path | None,
    settings: SettingsFile,
    watch: ErrorWatch,
    log: SessionLog,
) -> int:
    archive = project.absolute() if project is not None and project.is_file() else None
    folder = settings.settings.project_folder if project is None or archive else project
    instance = SingleInstance()
    if not instance.claim(folder.expanduser().resolve()):
        return _call_other(folder, archive)
    is_first_start = folder is not project and provide_sample_project(folder)
    try:
        session = Session(folder, settings)
    except SmCoError as error:
        return _refuse(str(error), error.exit_code)
    window = MainWindow(session, instance=instance, watch=watch, log=log)
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


def make_application(theme: str = "system") -> QApplication:
    """Return the QApplication in the program's looks; ``theme`` is that of the settings."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("SmCo Studio")
    app.setApplicationDisplayName("")
    apply_theme(app, current_theme(app, theme))
    if app.findChild(GarbageTimer) is None:
        GarbageTimer(app)
    return app
