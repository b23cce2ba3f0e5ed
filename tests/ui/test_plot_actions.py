"""The Plot menu acts upon the plot in use, by menu, keys and context menu, in every window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QVBoxLayout

from smcogui.ui.widgets.curve_plot import CurvePlot
from smcogui.ui.widgets.plot_curve import PlotCurve

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

_CURVE = PlotCurve(mu0_H_T=[1.0, 0.0, -2.0], M_over_Ms=[1.0, 0.9, -0.5], label="base")


@pytest.fixture
def shown(active_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return a window whose Simulation tab shows one curve, with the focus on the plot."""
    active_window.tabs.setCurrentWidget(active_window.simulation_tab)
    plot = active_window.simulation_tab.plot
    plot.show_curves([_CURVE])
    qtbot.waitUntil(lambda: plot.canvas is not None and plot.canvas.isVisible())
    plot.setFocus()
    return active_window


def test_keys_move_the_crosshair_and_copy(shown: MainWindow) -> None:
    plot, key = shown.simulation_tab.plot, Qt.Key
    assert not shown.actions_by_id["plot.copy_point"].isEnabled()
    QTest.keyClick(plot, key.Key_Left)
    assert plot.point is not None
    assert plot.point.mu0_H_T == -2.0
    QTest.keyClick(plot, key.Key_Right)
    assert plot.point.mu0_H_T == 0.0
    QTest.keyClick(plot, key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("0\t0.9\tbase, simulated\n")
    assert "Copied" in shown.statusBar().currentMessage()
    QTest.keyClick(plot, key.Key_Escape)
    assert plot.point is None


def test_keys_zoom_and_go_back(shown: MainWindow) -> None:
    plot, key = shown.simulation_tab.plot, Qt.Key
    assert plot.canvas is not None
    whole = plot.canvas.view
    QTest.keyClick(plot, key.Key_Plus)
    near = plot.canvas.view
    assert near.top < whole.top
    QTest.keyClick(plot, key.Key_Backspace)
    assert plot.canvas.view.top == pytest.approx(whole.top)
    QTest.keyClick(plot, key.Key_Backspace, Qt.KeyboardModifier.ShiftModifier)
    assert plot.canvas.view.top == pytest.approx(near.top)
    QTest.keyClick(plot, key.Key_0)
    assert plot.canvas.view.top == pytest.approx(whole.top)


def test_keys_are_the_plot_s_only_where_it_has_the_focus(shown: MainWindow) -> None:
    shown.simulation_tab.panel.stored_fields.setFocus()
    QTest.keyClicks(shown.simulation_tab.panel.stored_fields, "0-1+")
    assert shown.simulation_tab.panel.stored_fields.text() == "0-1+"
    shown.simulation_tab.table.setFocus()
    QTest.keyClick(shown.simulation_tab.table, Qt.Key.Key_Left)
    assert shown.simulation_tab.plot.point is None


def test_actions_follow_what_is_in_sight(shown: MainWindow) -> None:
    actions = shown.actions_by_id
    actions["plot.right"].trigger()
    assert shown.simulation_tab.plot.point is not None
    shown.tabs.setCurrentWidget(shown.design_tab)
    assert actions.why_disabled("plot.right") == "no plot with curves is in sight"
    assert actions.why_disabled("plot.copy_point") == "no plot with curves is in sight"
    shown.tabs.setCurrentWidget(shown.simulation_tab)
    assert actions["plot.copy_point"].isEnabled()
    assert actions.why_disabled("plot.back") == "no other view came before"


def test_context_menu_offers_registered_actions(shown: MainWindow) -> None:
    plot = shown.simulation_tab.plot
    assert plot.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    offered = {action.objectName() for action in plot.actions()} - {""}
    assert {"plot.copy_point", "plot.copy_curve", "plot.back", "analytic.rotation"} <= offered


def test_right_button_on_the_axes_opens_the_menu(shown: MainWindow, qtbot: QtBot) -> None:
    canvas = shown.simulation_tab.plot.canvas
    assert canvas is not None
    seen: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            seen.extend(action.text() for action in menu.actions())
            menu.close()

    QTimer.singleShot(100, look)
    place = QPoint(150, 100)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, canvas.viewport().mapToGlobal(place)
    )
    QApplication.sendEvent(canvas.viewport(), event)
    qtbot.waitUntil(lambda: bool(seen))
    assert "&Copy point" in seen


def test_plot_of_a_dialog_is_taken_in(shown: MainWindow, qtbot: QtBot) -> None:
    dialog = QDialog(shown)
    qtbot.addWidget(dialog)
    plot = CurvePlot(shown.units, "Nothing yet.")
    QVBoxLayout(dialog).addWidget(plot)
    plot.show_curves([_CURVE])
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: plot.canvas is not None and dialog.isActiveWindow())
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.point is not None
    assert shown.simulation_tab.plot.point is None
    dialog.close()
    dialog.deleteLater()
    qtbot.wait(10)
    assert shown.plot_actions.plot is shown.simulation_tab.plot
