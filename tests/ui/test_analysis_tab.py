"""The table of runs, the overlay, and which runs an action is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from smcogui.curves.origin import Origin
from smcogui.ui.analysis_tab.tab import ROW_ACTIONS
from smcogui.ui.library_dock.library_panel import RUNS
from smcogui.ui.run_menu import RUN_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def test_table_has_units_in_its_headers(analysis: MainWindow) -> None:
    model = analysis.analysis_tab.table.model()
    titles = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    assert "Hc (T)" in titles
    assert "(BH)max (kJ/m³)" in titles
    hc = titles.index("Hc (T)")
    in_tesla = float(model.index(0, hc).data())
    analysis.units.choose("kA/m")
    assert model.headerData(hc, Qt.Orientation.Horizontal) == "Hc (kA/m)"
    assert float(model.index(0, hc).data()) == pytest.approx(in_tesla * 795.77, rel=0.01)


def test_selection_overlays_curves(analysis: MainWindow) -> None:
    curves = analysis.analysis_tab.plot.curves
    assert [curve.legend for curve in curves] == ["tiny, simulated"]
    analysis.analysis_tab.table.clearSelection()
    assert analysis.analysis_tab.plot.curves == ()


def test_measured_curves_are_drawn_with_the_runs(
    analysis: MainWindow, qtbot: QtBot, measured_curve: str
) -> None:
    tab = analysis.analysis_tab
    qtbot.waitUntil(lambda: len(tab.plot.curves) == 2)
    assert tab.plot.curves[-1].legend == f"{measured_curve}, measured"
    assert tab.plot.curves[-1].origin is Origin.MEASURED
    tab.table.clearSelection()
    qtbot.waitUntil(lambda: len(tab.plot.curves) == 1)
    # It can be exported without any run.
    assert analysis.actions_by_id["export.figure"].isEnabled()
    tab.show_measured(["none of this name"])
    qtbot.waitUntil(lambda: "no measured curve" in tab.banner.text())


def test_buttons_are_those_of_the_list(analysis: MainWindow) -> None:
    shown = [
        button.defaultAction().objectName()
        for button in analysis.analysis_tab.pages.widget(0).findChildren(QToolButton)
        if button.defaultAction() is not None
    ]
    assert shown == [each for each in ROW_ACTIONS if each]


def test_actions_are_about_the_runs_where_the_user_is(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> None:
    window = make_window(project=project_with_run)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    selection, actions = window.analysis.selection, window.actions_by_id
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 1)
    run_id = window.analysis_tab.table.runs[0].run_id
    assert selection.run_ids == []
    assert "no run is selected" in actions.why_disabled("export.figure")
    assert "select one run" in actions.why_disabled("copy.python")
    # A tab's own selection counts while it is on show.
    window.analysis_tab.table.select([run_id])
    assert selection.run_ids == []
    window.tabs.setCurrentWidget(window.analysis_tab)
    assert selection.run_ids == [run_id]
    assert actions["copy.python"].isEnabled()
    window.tabs.setCurrentWidget(window.design_tab)
    assert not actions["copy.python"].isEnabled()
    # The library counts for whoever works in it.
    panel = window.library_panel
    window.docks.library.set_shown(True)
    panel.pages.setCurrentIndex(RUNS)
    panel.runs.setFocus()
    panel.runs.select([run_id])
    assert selection.run_ids == [run_id]
    assert actions["export.curves"].isEnabled()
    panel.runs.clearSelection()
    assert selection.run_ids == []


def test_every_table_of_runs_offers_the_same_by_right_click(analysis: MainWindow) -> None:
    wanted = [each for each in RUN_ACTIONS if each]
    analysis.library_panel.pages.setCurrentIndex(RUNS)
    for table in (
        analysis.analysis_tab.table,
        analysis.simulation_tab.table,
        analysis.library_panel.runs,
    ):
        table.customContextMenuRequested.emit(table.rect().center())
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered = [a.objectName() for a in menu.actions() if not a.isSeparator()]
        assert offered[-len(wanted) :] == wanted
        menu.close()
