"""All that a window needs for its project: commands, autosave, what is dropped, other windows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.app.samples import SAMPLE_NOTE
from smcogui.errors import SmCoError
from smcogui.ui.projects.autosave import DesignAutosave
from smcogui.ui.projects.note_bar import NoteBar
from smcogui.ui.projects.project_commands import ProjectCommands
from smcogui.ui.projects.project_drop import ProjectDrop
from smcogui.ui.projects.recent_menu import RecentMenu
from smcogui.ui.projects.single_instance import SingleInstance
from smcogui.ui.simulation_tab.magnetisation_state import MagnetisationState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow


class ProjectSide(QObject):
    """The project side of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, tabs, jobs and document already there.
    instance : SingleInstance, optional
        The claim on the open project, where one was made before the window.

    Attributes
    ----------
    commands : ProjectCommands
    autosave : DesignAutosave
    recent : RecentMenu
    notes : NoteBar
        To be shown above the tabs.
    """

    def __init__(self, window: MainWindow, instance: SingleInstance | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._instance = instance or SingleInstance()
        self._instance.setParent(self)
        self._is_first_start = False
        self._start_notes: tuple[str, ...] = ()
        self._trouble = ""
        self._told: tuple[str, ...] = ()
        self.notes = NoteBar()
        self.autosave = DesignAutosave(window.document, window.session, window.bridge, self)
        self.recent = RecentMenu(window.actions_by_id, window.bridge, self)
        self.commands = ProjectCommands(
            window,
            window.session,
            window.bridge,
            window.jobs,
            self.autosave,
            self._instance,
            self.recent,
            window.actions_by_id,
            window.files,
        )
        self.drop = ProjectDrop(window)
        self._connect()

    def welcome(self) -> None:
        """Say at the first start where the runs in the project come from."""
        self._is_first_start = True

    def started(self, notes: Iterable[str]) -> None:
        """Take over the project that the window began with, after the first paint.

        Parameters
        ----------
        notes : iterable of str
            What of the user's settings and of the kept design could not be used.
        """
        self._start_notes = tuple(filter(None, notes))
        self.show_notes()
        self.recent.opened(self._window.session.project)

    def show_notes(self) -> None:
        """Say once what is special about the project; the index has its say after a first list."""
        session = self._window.session
        welcome = (SAMPLE_NOTE,) if self._is_first_start and session.sample_runs else ()
        warnings = (*self._start_notes, *session.notes)
        if (*welcome, *warnings) != self._told:
            self._told = (*welcome, *warnings)
            self.notes.show_notes(self._told, "warning" if warnings else "note")

    def warn(self, words: str) -> None:
        """Say something above the tabs until it is closed."""
        self.notes.show_notes([words], "warning")

    def fail(self, words: str) -> None:
        """Say above the tabs until it is closed why something could not be done."""
        self._trouble = words
        self.notes.show_notes([words], "error")

    def close(self) -> None:
        """Write what is pending and give the project up."""
        design = self.autosave.take_pending()
        if design is not None:
            try:
                self._window.session.keep_design(design)
            except SmCoError as error:
                self.fail(str(error))
        self._instance.release()

    def _connect(self) -> None:
        window, commands = self._window, self.commands
        commands.left.connect(self._leave)
        commands.opened.connect(self._follow)
        commands.runs_changed.connect(window.refresh_runs)
        commands.said.connect(window.say)
        commands.failed.connect(self.fail)
        self.autosave.failed.connect(self.fail)
        drop = self.drop
        opened = (drop.project, drop.archive, drop.design, drop.state)
        for dropped in (*opened, drop.measurement, drop.picture):
            dropped.connect(self._forget_trouble)
        drop.project.connect(commands.open_project)
        drop.archive.connect(commands.ask_import)
        drop.design.connect(self._open_design)
        drop.state.connect(self._open_state)
        drop.measurement.connect(lambda path: window.measured.import_file(path))
        drop.picture.connect(lambda path: window.micrographs.open_file(path))
        drop.refused.connect(window.say)
        drop.left_out.connect(self.warn)
        self._instance.called.connect(self._come_to_front)

    def _leave(self) -> None:
        window = self._window
        window.simulation_tab.leave_project()
        window.analysis_tab.show_runs([])
        window.jobs.forget_runs()
        window.measured.curves.clear()
        window.series.leave_project()
        window.campaigns.leave_project()
        window.clusters.leave_project()
        window.surrogates.leave_project()
        window.figures.leave_project()
        window.micrographs.leave_project()
        window.library_panel.leave_project()
        self._is_first_start, self._start_notes, self._told = False, (), ()
        self.notes.clear()

    def _follow(self, design: Design | None) -> None:
        window = self._window
        chosen = design or window.session.new_design()
        self.autosave.opened(chosen)
        window.document.begin(chosen)
        window.show_project()
        window.refresh_runs()
        window.library_panel.refresh()
        window.measured.curves.refresh()
        window.series.refresh()
        window.campaigns.refresh()
        window.clusters.refresh()
        window.surrogates.refresh()

    def _forget_trouble(self, _dropped: object) -> None:
        """Take back what was wrong with what was dropped before."""
        self.notes.take_back(self._trouble)

    def _open_design(self, path: Path) -> None:
        self._window.tabs.setCurrentWidget(self._window.design_tab)
        self._window.design_tab.open_design(path)

    def _open_state(self, path: Path) -> None:
        window = self._window
        alpha = window.document.design.alpha

        def read() -> MagnetisationState:
            m, mesh = window.session.read_state_file(path)
            return MagnetisationState(m=m, mesh=mesh, alpha=alpha, path=path)

        def show(state: MagnetisationState) -> None:
            window.tabs.setCurrentWidget(window.simulation_tab)
            window.simulation_tab.states.show_state(state)
            window.say(f"{path} is shown in the Simulation tab until another state is chosen.")

        window.bridge.ask("snapshot", read, show, lambda error: self.fail(str(error)))

    def _come_to_front(self, archive: str) -> None:
        window = self._window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
        if archive:
            self.commands.ask_import(Path(archive))
