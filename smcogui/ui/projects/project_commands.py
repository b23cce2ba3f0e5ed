"""What the File menu does with projects, and how the window goes from one to another."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from smcogui.app.archive import ARCHIVE_SUFFIX
from smcogui.errors import SmCoError
from smcogui.ui.projects.folder_dialog import FolderDialog
from smcogui.ui.projects.single_instance import call_other_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.app.jobs import ReportProgress
    from smcogui.app.session import Session
    from smcogui.design.design import Design
    from smcogui.ui.actions import Actions
    from smcogui.ui.file_dialogs import FileDialogs
    from smcogui.ui.jobs import JobCenter
    from smcogui.ui.projects.autosave import DesignAutosave
    from smcogui.ui.projects.recent_menu import RecentMenu
    from smcogui.ui.projects.single_instance import SingleInstance
    from smcogui.ui.run_bridge import RunBridge

_KIND: Final = "Project"
_SWITCHING: Final = "open project"
_FILTER: Final = f"Packed projects (*{ARCHIVE_SUFFIX})"


class ProjectCommands(QObject):
    """Opens, makes, copies, packs and unpacks projects.

    Signals
    -------
    left : Signal()
        The window is about to follow to another project.
    opened : Signal(object)
        Another project is open; the design that was last worked on there, or None.
    runs_changed : Signal()
        Runs of the open project went away.
    said, failed : Signal(str)
        A sentence for people.
    """

    left = Signal()
    opened = Signal(object)
    runs_changed = Signal()
    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        session: Session,
        bridge: RunBridge,
        jobs: JobCenter,
        autosave: DesignAutosave,
        instance: SingleInstance,
        recent: RecentMenu,
        actions: Actions,
        files: FileDialogs,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._bridge, self._jobs = window, session, bridge, jobs
        self._autosave, self._instance, self._recent = autosave, instance, recent
        self._actions, self._files = actions, files
        recent.chosen.connect(self.open_project)
        recent.missing.connect(self._ask_about_missing)
        actions.connect(
            {
                "project.new": self.ask_new,
                "project.open": self.ask_open,
                "project.save_as": self.ask_save_as,
                "project.import": self.ask_archive,
                "project.export": self.ask_export,
                "project.clear_recent": recent.clear,
                "project.remove_samples": self.remove_samples,
            }
        )
        actions.connect_switches({"project.pin": recent.pin})
        self.show_samples()

    # ------------------------------------------------------------------ from one to another
    def open_project(self, folder: Path) -> None:
        """Go on with a project; runs at work in the old one go on by themselves."""
        self._switch(folder, self._session.open_project)

    def new_project(self, folder: Path) -> None:
        """Make a project in a folder that is new or empty, and go on with it."""
        self._switch(folder, self._session.new_project)

    def _switch(self, folder: Path, open_it: Callable[[Path], None]) -> None:
        folder = folder.expanduser().resolve()
        if folder == self._session.project:
            self.said.emit(f"{folder} is open already.")
            return
        if self._bridge.is_busy(_SWITCHING):
            self.said.emit("Another project is being opened; try again in a moment.")
            return
        before = self._session.project
        if not self._instance.claim(folder):
            call_other_later(folder, self)
            self.said.emit(f"{folder} is open in another window, which comes to the front.")
            return

        pending = self._autosave.take_pending()

        def work() -> tuple[Design | None, str]:
            if pending is not None:
                self._session.keep_design(pending, before)
            open_it(folder)
            return self._session.kept_design()

        def fail(error: Exception) -> None:
            self._instance.claim(before)
            self.failed.emit(str(error))

        self._bridge.ask(_SWITCHING, work, self._follow, fail)

    def _follow(self, answer: tuple[Design | None, str]) -> None:
        design, note = answer
        self.left.emit()
        self._recent.opened(self._session.project)
        self.show_samples()
        self.opened.emit(design)
        if note:
            self.failed.emit(note)

    # ------------------------------------------------------------------ copies and archives
    def save_as(self, folder: Path) -> None:
        """Copy the project, also while runs are at work, and go on with the copy."""
        source = self._session.project
        words = f"Runs at work go on in {source.name}; the copy can resume them from here on."
        if not any(job.is_run for job in self._jobs.active):
            words = ""
        self._start(
            f"Save project as {folder.name}",
            lambda progress: self._session.copy_project(folder, progress, source),
            lambda _copy: self._go_on(source, folder, words),
            folder,
        )

    def export(self, path: Path) -> None:
        """Pack the project into one file."""
        source = self._session.project
        self._start(
            f"Export project as {path.name}",
            lambda progress: self._session.export_project(path, progress, source),
            lambda _path: self.said.emit(f"Wrote {path}."),
            path.parent,
        )

    def import_archive(self, path: Path, folder: Path) -> None:
        """Unpack a project into a new folder, and go on with it."""
        source = self._session.project
        self._start(
            f"Import project {path.name}",
            lambda progress: self._session.import_project(path, folder, progress),
            lambda _folder: self._go_on(source, folder, ""),
            folder,
        )

    def _go_on(self, source: Path, folder: Path, words: str) -> None:
        """Follow to what was made, unless the window went elsewhere meanwhile."""
        if self._session.project == source:
            self.open_project(folder)
        else:
            words = f"The project {folder} is ready. {words}".rstrip()
        if words:
            self.said.emit(words)

    def remove_samples(self) -> None:
        """Put the runs that came with the program into the trash."""

        def done(count: int) -> None:
            self.said.emit(f"{count} sample runs were put into the trash of the library.")
            self.show_samples()
            self.runs_changed.emit()

        self._bridge.ask("remove samples", self._session.remove_samples, done, self._explain)

    def show_samples(self) -> None:
        """Let the sample runs be removed where there are any."""
        self._actions.set_enabled(
            "project.remove_samples",
            bool(self._session.sample_runs),
            "the project holds no sample runs",
        )

    # ------------------------------------------------------------------ dialogs
    def ask_new(self) -> None:
        """Ask where a new project is to lie."""
        self._ask_folder(
            "New project",
            "A project is a folder that keeps its designs and runs. The open one stays as it is.",
            "Make project",
            "new project",
            self.new_project,
        )

    def ask_open(self) -> None:
        """Ask for the folder of a project."""
        home = str(self._session.project.parent)
        chosen = QFileDialog.getExistingDirectory(self._window, "Open project", home)
        if chosen:
            self.open_project(Path(chosen))

    def ask_save_as(self) -> None:
        """Ask where a copy of the project is to lie."""
        self._ask_folder(
            "Save project as",
            "The whole project is copied, with what its runs have computed so far, and the window "
            "goes on with the copy. Runs at work go on in the old project.",
            "Save",
            f"{self._session.project.name} copy",
            self.save_as,
        )

    def ask_export(self) -> None:
        """Ask for the file that the project is packed into."""
        name = f"{self._session.project.name}{ARCHIVE_SUFFIX}"
        path = self._files.ask_save(self._window, "Export project", name, _FILTER)
        if path is not None:
            is_packed = path.suffix.lower() == ARCHIVE_SUFFIX
            self.export(path if is_packed else path.with_name(path.name + ARCHIVE_SUFFIX))

    def ask_archive(self) -> None:
        """Ask for a packed project, then where it is to be unpacked."""
        path = self._files.ask_open(self._window, "Import project", _FILTER)
        if path is not None:
            self.ask_import(path)

    def ask_import(self, path: Path) -> None:
        """Ask where a packed project is to be unpacked."""
        self._ask_folder(
            "Import project",
            f"{path} is unpacked into a new folder, and the window goes on with it.",
            "Import",
            path.stem,
            partial(self.import_archive, path),
        )

    def _ask_folder(
        self, title: str, text: str, button: str, name: str, then: Callable[[Path], object]
    ) -> None:
        place = self._session.project.parent
        dialog = FolderDialog(title, text, button, place, name, self._window)
        dialog.accepted.connect(lambda: then(dialog.folder))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_about_missing(self, folder: Path) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("Missing project")
        box.setText(f"There is no project at {folder} now.")
        box.setInformativeText(
            "It may lie on a drive that is not connected. Taking it off the list deletes nothing."
        )
        remove = box.addButton("Take off the list", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        remove.clicked.connect(lambda: self._recent.forget(folder))
        box.finished.connect(box.deleteLater)
        box.open()

    def _start(
        self,
        title: str,
        work: Callable[[ReportProgress], Any],
        done: Callable[[Any], None],
        folder: Path,
    ) -> None:
        pending, project = self._autosave.take_pending(), self._session.project

        def task(progress: ReportProgress, _should_stop: Callable[[], bool]) -> object:
            if pending is not None:
                self._session.keep_design(pending, project)
            return work(progress)

        self._jobs.start_task(title, _KIND, task, done, self._explain, folder=folder)
        self.said.emit(f"{title}…")

    def _explain(self, error: Exception) -> None:
        self.failed.emit(str(error) if isinstance(error, SmCoError) else repr(error))
