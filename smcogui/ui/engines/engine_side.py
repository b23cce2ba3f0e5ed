"""All that a window needs for its two solvers: the choice, runs on both, the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from smcogui.app.jobs import JobState
from smcogui.errors import InputError
from smcogui.runs.children import process_count
from smcogui.runs.events import LogLine
from smcogui.runs.spec import BUILTIN, MUMAX3
from smcogui.ui.engines.backends_dialog import BackendsDialog
from smcogui.ui.engines.doctor_dialog import DoctorDialog
from smcogui.ui.engines.import_run_dialog import ImportRunDialog
from smcogui.ui.engines.mumax3_watch import Mumax3Watch
from smcogui.ui.engines.program_note import ProgramNote

if TYPE_CHECKING:
    from smcogui.app.jobs import Job
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.main_window import MainWindow

BOTH: Final = (BUILTIN.name, MUMAX3)
_LOOKING: Final = "MuMax3 is still looked for"


class EngineSide(QObject):
    """The solvers of a window.

    Parameters
    ----------
    window : MainWindow
        With its session, bridge, jobs, preferences, tabs and status bar already there.

    Attributes
    ----------
    watch : Mumax3Watch
        Whether MuMax3 can be used.
    comparisons : list of BackendsDialog
        Those that are open.
    doctor : DoctorDialog
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._actions = window, window.actions_by_id
        self._is_starting = False
        self.comparisons: list[BackendsDialog] = []
        self.watch = Mumax3Watch(window.session, window.bridge, window.preferences, self)
        self.doctor = DoctorDialog(window.session, window.jobs, window.bridge, window)
        self._program_note = ProgramNote(window.settings_dialog, window.bridge)
        self._actions.connect(
            {
                "run.both": self.run_on_both,
                "run.import": self.import_run,
                "help.doctor": self.doctor.open_dialog,
            }
        )
        self._actions.connect_switches(
            {
                "engine.builtin": lambda _on: self.choose(BUILTIN.name),
                "engine.mumax3": lambda _on: self.choose(MUMAX3),
            }
        )
        self.watch.changed.connect(self.show_choice)
        window.preferences.changed.connect(self.show_choice)
        window.document.changed.connect(self.show_choice)
        window.jobs.ended.connect(self._tell_attempts)
        window.projects.commands.left.connect(self._leave_project)
        self.show_choice()

    def look(self) -> None:
        """Find out in the background whether MuMax3 can be used."""
        self.watch.look()

    def choose(self, backend: str) -> None:
        """Compute new runs with this solver from now on."""
        self._window.preferences.change(backend=backend)
        # Clicked again, the action has unchecked itself without any change.
        self.show_choice()

    def show_choice(self, _news: object = None) -> None:
        """Show which solver is chosen, and allow what is possible."""
        window, settings = self._window, self._window.preferences.settings
        chosen, state = settings.backend, self.watch.state
        self._actions["engine.builtin"].setChecked(chosen == BUILTIN.name)
        self._actions["engine.mumax3"].setChecked(chosen == MUMAX3)
        if chosen == MUMAX3:
            window.status.show_mumax3(state)
        else:
            window.status.show_processes(settings.processes or process_count())
        fixed = ""
        if "backend" in window.preferences.file.overridden:
            fixed = "SMCOGUI_BACKEND decides it for this start"
        missing = _LOOKING if state is None else state.why_not
        self._actions.set_enabled("engine.builtin", not fixed or chosen == BUILTIN.name, fixed)
        # What is chosen stays enabled: the status bar says what it lacks.
        why_not = "" if chosen == MUMAX3 else fixed or missing
        self._actions.set_enabled("engine.mumax3", not why_not, why_not)
        refusal = _LOOKING if state is None else state.refusal(window.document.design)
        if self._is_starting:
            refusal = "runs are just being started"
        self._actions.set_enabled("run.both", not refusal, refusal)

    def run_on_both(self) -> None:
        """Start the current design on both solvers and show how they differ."""
        window, tab = self._window, self._window.simulation_tab
        window.tabs.setCurrentWidget(tab)
        try:
            design, fields = window.document.require_shown(), tab.panel.chosen_fields_T()
        except InputError as error:
            tab.refuse_start(str(error))
            return
        tab.banner.clear_message()
        self._set_starting(True)
        window.bridge.ask(
            "start on both",
            lambda: window.session.start_on_each(design, BOTH, snapshots_T=fields),
            self._begun,
            self._refused,
        )

    def compare(self, run_ids: list[str]) -> BackendsDialog:
        """Show how runs of one design by several solvers differ, also while they are at work."""
        window = self._window
        dialog = BackendsDialog(
            window.session,
            window.bridge,
            window.jobs,
            window.units,
            window.files,
            run_ids,
            window,
        )
        dialog.finished.connect(lambda _code: self.comparisons.remove(dialog))
        self.comparisons.append(dialog)
        dialog.show()
        return dialog

    def import_run(self) -> ImportRunDialog:
        """Ask for a finished run of MuMax3 or OOMMF, and take it into the project."""
        window = self._window
        dialog = ImportRunDialog(
            window.session,
            window.bridge,
            window.jobs,
            window.units,
            window.files,
            lambda: window.document.design,
            window,
        )
        dialog.imported.connect(self._imported)
        dialog.open()
        return dialog

    def _imported(self, run_id: str) -> None:
        self._window.refresh_runs()
        self._window.show_run(run_id)

    def _begun(self, handles: list[RunHandle]) -> None:
        self._set_starting(False)
        for handle in reversed(handles):
            self._window.simulation_tab.adopt(handle)
        self.compare([handle.run_id for handle in handles])

    def _refused(self, error: Exception) -> None:
        self._set_starting(False)
        self._window.simulation_tab.refuse_start(str(error))

    def _leave_project(self) -> None:
        """Close what shows runs of the project that is left."""
        for dialog in tuple(self.comparisons):
            dialog.close()

    def _set_starting(self, on: bool) -> None:
        self._is_starting = on
        self.show_choice()

    def _tell_attempts(self, job: Job) -> None:
        """Write into a run's log what was tried, where it failed on MuMax3."""
        if not job.is_run or job.state is not JobState.FAILED:
            return
        window = self._window

        def write(lines: list[str]) -> None:
            for line in lines:
                window.jobs.add_line(job.job_id, LogLine(level="error", message=line))

        window.bridge.ask(
            f"attempts {job.job_id}", lambda: window.session.attempts(job.job_id), write
        )
