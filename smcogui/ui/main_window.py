"""The window: tabs over one session, one design and one bridge to the work behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QMenu,
    QScrollArea,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.about import about_box
from smcogui.ui.actions import Actions
from smcogui.ui.analysis_tab.analysis_side import AnalysisSide
from smcogui.ui.analysis_tab.tab import AnalysisTab
from smcogui.ui.campaigns.campaigns_side import CampaignsSide
from smcogui.ui.closing import Closing, ask_about_jobs
from smcogui.ui.clusters.clusters_side import ClustersSide
from smcogui.ui.design_document import DesignDocument
from smcogui.ui.design_tab.editor import DesignEditor
from smcogui.ui.design_tab.tab import DesignTab
from smcogui.ui.dialog_memory import DialogMemory
from smcogui.ui.docks.dock_area import DockArea
from smcogui.ui.docks.layout_memory import keep_layout, recall_layout
from smcogui.ui.edit_actions import EditActions
from smcogui.ui.engines.engine_side import EngineSide
from smcogui.ui.failure.failure_side import FailureSide
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.figures.figures_side import FiguresSide
from smcogui.ui.file_dialogs import FileDialogs
from smcogui.ui.heavy_imports import load_plotting
from smcogui.ui.jobs import JobCenter
from smcogui.ui.jobs_dock.end_notifier import EndNotifier, end_text
from smcogui.ui.jobs_dock.jobs_panel import JobsPanel
from smcogui.ui.library_dock.design_drop import DesignDrop
from smcogui.ui.library_dock.library_actions import LibraryActions
from smcogui.ui.library_dock.library_commands import LibraryCommands
from smcogui.ui.library_dock.library_panel import LibraryPanel
from smcogui.ui.literature.literature_side import LiteratureSide
from smcogui.ui.main_tabs import MainTabs
from smcogui.ui.measured.measured_side import MeasuredSide
from smcogui.ui.micrographs.micrograph_side import MicrographSide
from smcogui.ui.palette.command_palette import CommandPalette
from smcogui.ui.palette.shortcut_list import ShortcutList
from smcogui.ui.plot_actions import PlotActions
from smcogui.ui.projects.project_side import ProjectSide
from smcogui.ui.render_process import RenderProcess
from smcogui.ui.run_bridge import RunBridge
from smcogui.ui.run_lists import RunLists
from smcogui.ui.series.series_side import SeriesSide
from smcogui.ui.settings.preferences import Preferences
from smcogui.ui.settings.settings_dialog import SettingsDialog
from smcogui.ui.settings.unit_memory import UnitMemory
from smcogui.ui.simulation_tab.layer_switches import LayerSwitches
from smcogui.ui.simulation_tab.tab import SimulationTab
from smcogui.ui.status_line import StatusLine
from smcogui.ui.surrogates.surrogates_side import SurrogatesSide
from smcogui.ui.theme_switch import ThemeSwitch
from smcogui.ui.view_exports.view_exports import ViewExports
from smcogui.ui.widgets.unit_button import UnitButton

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from smcogui.app.log_files import SessionLog
    from smcogui.app.session import Session
    from smcogui.ui.failure.error_watch import ErrorWatch
    from smcogui.ui.projects.single_instance import SingleInstance

_SAID_MS = 15_000


class MainWindow(QMainWindow):
    """SmCo Studio's window.

    Parameters
    ----------
    session : Session
        The open project.
    instance : SingleInstance, optional
        The claim on the project, so that a second program calls this window.
    watch, log : ErrorWatch, SessionLog, optional
        Those of the program.
    """

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        instance: SingleInstance | None = None,
        watch: ErrorWatch | None = None,
        log: SessionLog | None = None,
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.actions_by_id = Actions(self)
        self.units = FieldUnitSwitch(self)
        self.bridge = RunBridge(self)
        self.memory = DialogMemory(self.bridge, self)
        self.files = FileDialogs(self.memory)
        self.jobs = JobCenter(self.bridge, parent=self)
        self.drawing = RenderProcess(self)
        self.preferences = Preferences(session.settings_file, self.bridge, self)
        self.theme = ThemeSwitch(self.preferences, self.actions_by_id, self)
        # They were drawn before the theme of the settings was known.
        self.actions_by_id.refresh_icons()
        kept, note = session.kept_design()
        self._start_notes = [note, "" if log is None else log.note]
        self.document = DesignDocument(kept or session.new_design(), self)
        shared = (session, self.bridge, self.document, self.units, self.actions_by_id)
        self.editor = DesignEditor(self.document)
        self.design_tab = DesignTab(*shared, self.editor, self.files)
        self.simulation_tab = SimulationTab(*shared)
        self.analysis_tab = AnalysisTab(session, self.bridge, self.units, self.actions_by_id)
        self.series = SeriesSide(self)
        self.campaigns = CampaignsSide(self)
        self.clusters = ClustersSide(self)
        self.surrogates = SurrogatesSide(self)
        self.literature = LiteratureSide(self)
        self.figures = FiguresSide(self)
        self._was_painted = False
        self.actions_by_id.fill_menus(self.menuBar())
        self.projects = ProjectSide(self, instance)
        self.failure = FailureSide(self, watch, log)
        self._make_tabs()
        self._make_toolbar()
        self._make_status_bar()
        self._resize_to_screen()
        self.docks = DockArea(self, self.actions_by_id, self.editor)
        self.command_palette = CommandPalette(self.actions_by_id, self)
        self.shortcut_list = ShortcutList(self.actions_by_id, self)
        self.jobs_panel = JobsPanel(session, self.bridge, self.jobs, self.actions_by_id)
        self.docks.jobs.set_widget(self.jobs_panel)
        self.library_panel = LibraryPanel(session, self.bridge, self.units, self.actions_by_id)
        self.library = LibraryCommands(
            self.library_panel, session, self.bridge, self.document, self.units, self.files
        )
        LibraryActions(self.library_panel, self.library, session, self.document, self.actions_by_id)
        self.docks.library.set_widget(self.library_panel)
        self.analysis = AnalysisSide(self)
        self.micrographs = MicrographSide(self)
        self._design_drop = DesignDrop(self.editor)
        self.measured = MeasuredSide(self)
        self.notifier = EndNotifier(self.jobs, self, lambda: session.settings_file.settings)
        self.view_exports = ViewExports(
            session,
            self.jobs,
            self.document,
            self.units,
            self.actions_by_id,
            self.design_tab.preview,
            self.simulation_tab,
            self.files,
            self,
        )
        self.settings_dialog = SettingsDialog(self.preferences, self)
        self._edits = EditActions(
            self.document, self.editor, self.preferences, self.actions_by_id, self
        )
        lists = (self.jobs, self.library_panel, self.simulation_tab, self.analysis_tab)
        more = (self.series, self.campaigns, self.surrogates, self.figures)
        told = (each.show_runs for each in (*lists, *more))
        shows = (*told, lambda _: self.projects.show_notes())
        self._run_lists = RunLists(session, self.bridge, shows, self)
        self.engines = EngineSide(self)
        UnitMemory(self.units, self.preferences, self)
        self.plot_actions = PlotActions(
            self.actions_by_id, self, (self.simulation_tab.plot, self.analysis_tab.plot)
        )
        LayerSwitches(self.simulation_tab, self.actions_by_id, self.preferences)
        self._connect()
        self.actions_by_id.require_connected()
        self.show_project()
        self._start_notes.append(recall_layout(self))

    def refresh_runs(self) -> None:
        """Read the project's runs again and show them."""
        self._run_lists.refresh()

    def say(self, words: str) -> None:
        """Say something in the status bar for a while."""
        self.statusBar().showMessage(words, _SAID_MS)

    def show_run(self, run_id: str) -> None:
        """Show a run of the project in the Simulation tab."""
        self.tabs.setCurrentWidget(self.simulation_tab)
        self.simulation_tab.select_run(run_id)

    def reset_layout(self) -> None:
        """Put the docks and the window back where they are at first."""
        self.showNormal()
        self.actions_by_id["view.full_screen"].setChecked(False)
        self._resize_to_screen()
        self._centre_on_screen()
        self.toolbar.show()
        self.docks.put_back()

    def createPopupMenu(self) -> QMenu:
        """Return the menu of a right click on a dock or the toolbar: registered actions only."""
        menu = QMenu(self)
        for name in ("parameters", "jobs", "library", "measured", "toolbar", "reset_layout"):
            menu.addAction(self.actions_by_id[f"view.{name}"])
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint; after the first time, begin with what would have delayed it."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self._after_first_paint)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about runs at work; give the 3-D view and the threads back."""
        if not self._may_close():
            event.ignore()
            return
        keep_layout(self)
        self.projects.close()
        self.failure.close()
        # Out of sight at once: tasks may take a moment to end.
        self.hide()
        self.clusters.close()
        self.preferences.finish()
        self.drawing.close()
        self.figures.close()
        self.bridge.close()
        super().closeEvent(event)

    def _make_tabs(self) -> None:
        self.tabs = MainTabs(
            self.actions_by_id,
            {
                "view.design": self.design_tab,
                "view.simulation": self.simulation_tab,
                "view.analysis": self.analysis_tab,
                "view.series": self.series.tab,
                "view.campaigns": self.campaigns.tab,
                "view.clusters": self.clusters.tab,
                "view.surrogates": self.surrogates.tab,
            },
        )
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.projects.notes)
        # On a screen too small for a tab it scrolls; nothing is cut, the docks stay where they are.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.tabs)
        column.addWidget(scroll, 1)
        self.setCentralWidget(middle)

    def _make_toolbar(self) -> None:
        bar = QToolBar("Main")
        bar.setObjectName("mainToolbar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(18, 18))
        self.actions_by_id.fill_toolbar(bar)
        self.addToolBar(bar)
        bar.toggleViewAction().toggled.connect(self.actions_by_id["view.toolbar"].setChecked)
        self.actions_by_id["view.toolbar"].setChecked(True)
        self.toolbar = bar

    def _make_status_bar(self) -> None:
        self.unit_button = UnitButton(self.units, self.actions_by_id)
        self.status = StatusLine(self.statusBar(), self.bridge, self.unit_button)

    def _connect(self) -> None:
        self.actions_by_id.connect(
            {
                "window.quit": self.close,
                "view.reset_layout": self.reset_layout,
                "window.settings": self.settings_dialog.open_dialog,
                "help.palette": self.command_palette.open,
                "help.shortcuts": self.shortcut_list.open_list,
                "help.about": lambda: about_box(self).open(),
            }
        )
        self.actions_by_id.connect_switches(
            {"view.toolbar": self.toolbar.setVisible, "view.full_screen": self._fill_screen}
        )
        self.simulation_tab.runs_changed.connect(self.refresh_runs)
        self.actions_by_id["run.start"].triggered.connect(
            lambda: self.tabs.setCurrentWidget(self.simulation_tab)
        )
        self.bridge.failed.connect(lambda topic, error: self.say(f"{topic}: {error}"))
        self.jobs.ended.connect(lambda job: self.say(end_text(job)))
        self.jobs_panel.run_wanted.connect(self.show_run)
        self.jobs_panel.run_begun.connect(self.simulation_tab.adopt)
        self.library.design_wanted.connect(self.design_tab.load_design)
        self._design_drop.dropped.connect(self.design_tab.open_design)
        self._design_drop.picked.connect(self.library.load_by_id)
        self._design_drop.left_out.connect(self.projects.warn)
        self.library.run_wanted.connect(self.show_run)
        self.library_panel.failed_unseen.connect(self.projects.fail)
        self.library.runs_changed.connect(self.refresh_runs)
        self.library.runs_changed.connect(self.measured.curves.refresh)
        self.library.runs_changed.connect(self.series.refresh)
        self.library.said.connect(self.say)
        self.actions_by_id.connect({"library.search": self._search_library})
        self.plot_actions.said.connect(self.say)
        self.jobs_panel.summary_changed.connect(
            lambda words: self.docks.jobs.setWindowTitle(
                f"Jobs and log: {words}" if words else "Jobs and log"
            )
        )
        self.notifier.clicked.connect(self._show_job)
        self.document.changed.connect(lambda _design: self._show_title())
        self.theme.changed.connect(self._refresh_colours)
        self.preferences.failed.connect(self.say)

    def _show_title(self) -> None:
        design, project = self.document.design.name, self.session.project_name
        self.setWindowTitle(f"{design} – {project} – SmCo Studio")

    def show_project(self) -> None:
        """Name the open project in the title and in the status bar."""
        self._show_title()
        self.status.show_project(str(self.session.project))

    def _fill_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _resize_to_screen(self) -> None:
        # What the title bar and the borders take is none of the window's own.
        room = self.screen().availableSize() - (self.frameGeometry().size() - self.size())
        self.setMinimumSize(min(960, room.width()), min(620, room.height()))
        self.resize(min(1600, room.width()), min(1000, room.height()))

    def _centre_on_screen(self) -> None:
        frame = self.frameGeometry()
        frame.moveCenter(self.screen().availableGeometry().center())
        self.move(frame.topLeft())

    def _after_first_paint(self) -> None:
        if self.isHidden():
            # Closed right after it was painted.
            return
        self.projects.started((*self.session.settings_file.notes, *self._start_notes))
        self.failure.begin()
        self.refresh_runs()
        self.library_panel.refresh()
        self.bridge.ask("plotting", load_plotting, lambda _loaded: self._show_kept_curves())
        self.start_3d()
        self.status.look_for_gpu()
        self.engines.look()
        self.surrogates.refresh()
        self.clusters.refresh()

    def _show_kept_curves(self) -> None:
        """Show measured curves and series; plots that open before their library would wait."""
        self.measured.curves.refresh()
        self.series.refresh()

    def start_3d(self) -> None:
        """Start the process that draws in 3-D; the views open as soon as it is ready."""
        self.drawing.ready.connect(self.status.show_renderer)
        self.drawing.stopped.connect(self.status.show_no_renderer)
        self.design_tab.preview.start_3d(self.drawing)
        self.simulation_tab.states.start_3d(self.drawing, self.actions_by_id)
        self.drawing.start()

    def _search_library(self) -> None:
        self.docks.library.set_shown(True)
        self.library_panel.start_search()

    def _show_job(self, job_id: str) -> None:
        self.docks.jobs.set_shown(True)
        self.jobs_panel.table.select([job_id])

    def _refresh_colours(self) -> None:
        self.actions_by_id.refresh_icons()
        self.tabs.refresh_icons()
        for plot in (self.simulation_tab.plot, self.analysis_tab.plot, self.series.tab.plot):
            plot.refresh_colours()
        self.campaigns.tab.refresh_colours()
        self.surrogates.tab.refresh_colours()
        self.figures.refresh_colours()
        self.design_tab.preview.refresh_colours()
        self.simulation_tab.states.refresh_colours()

    def _may_close(self) -> bool:
        """Ask what becomes of jobs at work; runs are processes of their own and can go on."""
        answer = ask_about_jobs(self, self.jobs.active)
        if answer is Closing.STOP_ALL:
            self.simulation_tab.stop_all()
        return answer is not Closing.STAY
