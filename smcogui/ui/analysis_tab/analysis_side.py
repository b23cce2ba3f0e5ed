"""What the window can do with runs: the selection, the exports and the copies, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from smcogui.ui.analysis_tab.run_copies import RunCopies
from smcogui.ui.analysis_tab.run_exports import RunExports
from smcogui.ui.heavy_imports import load_figures
from smcogui.ui.run_menu import RUN_ACTIONS, offer_menu
from smcogui.ui.run_selection import RunPlace, RunSelection

if TYPE_CHECKING:
    from smcogui.ui.main_window import MainWindow

_IDLE_MS: Final = 1500
"""After a tab was opened, when its plots are there."""


class AnalysisSide(QObject):
    """Connects the actions on runs to the places where runs are selected.

    Parameters
    ----------
    window : MainWindow
        With its tabs, docks and jobs.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        analysis = window.analysis_tab
        self._window, self._draws = window, False
        self.selection = RunSelection(window.tabs, _places(window), self)
        offer_menu(window.simulation_tab.table, window.actions_by_id, RUN_ACTIONS)
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
            window.memory,
            window,
        )
        self.copies.said.connect(window.say)
        self.copies.failed.connect(window.say)
        window.tabs.currentChanged.connect(lambda _page: self._prepare_figures())

    def _prepare_figures(self) -> None:
        """Load what draws figures as soon as a tab is seen that they are exported from."""
        window = self._window
        can_draw = window.tabs.currentWidget() in (window.analysis_tab, window.series.tab)
        if can_draw and not self._draws:
            self._draws = True
            QTimer.singleShot(_IDLE_MS, self, self._load_figures)

    def _load_figures(self) -> None:
        self._window.bridge.ask("figure library", load_figures, lambda _loaded: None)


def _places(window: MainWindow) -> tuple[RunPlace, ...]:
    """Return the parts of the window in which runs can be selected."""
    library = window.library_panel
    tabs = tuple(
        RunPlace(
            widget=tab,
            run_ids=tab.table.selected_ids,
            changed=tab.table.selection_changed,
        )
        for tab in (window.simulation_tab, window.analysis_tab)
    )
    in_library = RunPlace(
        widget=library,
        run_ids=lambda: [run.run_id for run in library.selected_runs()],
        changed=library.selection_changed,
    )
    return (*tabs, in_library)
