"""What the window can do with runs: the selection, the exports and the copies, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from smcogui.ui.analysis_tab.run_copies import RunCopies
from smcogui.ui.analysis_tab.run_exports import RunExports
from smcogui.ui.dialog_memory import DialogMemory
from smcogui.ui.run_menu import RUN_ACTIONS, offer_menu
from smcogui.ui.run_selection import RunPlace, RunSelection

if TYPE_CHECKING:
    from smcogui.ui.main_window import MainWindow


class AnalysisSide(QObject):
    """Connects the actions on runs to the places where runs are selected.

    Parameters
    ----------
    window : MainWindow
        With its tabs, docks and jobs.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        simulation, analysis = window.simulation_tab, window.analysis_tab
        library = window.library_panel
        self.memory = DialogMemory(window.bridge, self)
        self.selection = RunSelection(
            window.tabs,
            (
                RunPlace(
                    widget=simulation,
                    run_ids=simulation.table.selected_ids,
                    changed=simulation.table.selection_changed,
                ),
                RunPlace(
                    widget=analysis,
                    run_ids=analysis.table.selected_ids,
                    changed=analysis.table.selection_changed,
                ),
                RunPlace(
                    widget=library,
                    run_ids=lambda: [run.run_id for run in library.selected_runs()],
                    changed=library.selection_changed,
                ),
            ),
            self,
        )
        offer_menu(simulation.table, window.actions_by_id, RUN_ACTIONS)
        shared = (window.actions_by_id, self.selection)
        self.copies = RunCopies(window.session, window.bridge, *shared, analysis, window)
        self.exports = RunExports(
            window.session,
            window.jobs,
            window.bridge,
            window.units,
            *shared,
            analysis,
            self.copies,
            self.memory,
            window,
        )
        self.copies.said.connect(lambda words: window.statusBar().showMessage(words, 15_000))
        self.copies.failed.connect(lambda words: window.statusBar().showMessage(words, 15_000))
