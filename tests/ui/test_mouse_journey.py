"""The whole main job by mouse alone: preset, slider, 3-D, run, curve, run table, exports, undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QMenu,
    QScrollArea,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from smcogui.runs.state import RunState
from smcogui.ui.widgets.linked_slider import LinkedSlider

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

_LEFT = Qt.MouseButton.LeftButton
_WAIT_MS = 60_000
_PLATELETS = "nanostructure.d_nm"


class Mouse:
    """Clicks, drags and turns its wheel on what is on the screen."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        QTest.mouseClick(
            widget, _LEFT, Qt.KeyboardModifier.NoModifier, at or widget.rect().center()
        )

    def drag(self, widget: QWidget, start: QPoint, end: QPoint, *, steps: int = 8) -> None:
        QTest.mousePress(widget, _LEFT, Qt.KeyboardModifier.NoModifier, start)
        for step in range(1, steps + 1):
            QTest.mouseMove(widget, start + (end - start) * step / steps)
            self._qtbot.wait(10)
        QTest.mouseRelease(widget, _LEFT, Qt.KeyboardModifier.NoModifier, end)

    def wheel(self, widget: QWidget, notches: int) -> None:
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle,
            widget.mapToGlobal(middle),
            QPoint(0, 0),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def choose(self, box: QComboBox, text: str) -> None:
        """Open a list and click a line of it."""
        self.click(box)
        view = box.view()
        self._qtbot.waitUntil(view.isVisible)
        index = view.model().index(box.findText(text), 0)
        middle = view.visualRect(index).center()
        assert index.isValid()
        # As a hand does: on to the line, then the click.
        QTest.mouseMove(view.viewport(), middle - QPoint(12, 0))
        QTest.mouseMove(view.viewport(), middle)
        self.click(view.viewport(), middle)

    def slide(self, slider: QSlider, value: int) -> None:
        """Take the handle and drag it to where a value is."""
        start = _handle(slider)
        span = slider.maximum() - slider.minimum()
        x = (value - slider.value()) / span * (slider.width() - 14)
        self.drag(slider, start, start + QPoint(round(x), 0))

    def choose_from_menu(self, window: MainWindow, menu_name: str, action_id: str) -> None:
        """Open a menu of the bar and click a line of it."""
        bar = window.menuBar()
        entry = next(each for each in bar.actions() if each.text().replace("&", "") == menu_name)
        self.click(bar, bar.actionGeometry(entry).center())
        menu = entry.menu()
        assert isinstance(menu, QMenu)
        self._qtbot.waitUntil(menu.isVisible)
        self.click(menu, menu.actionGeometry(window.actions_by_id[action_id]).center())


def _handle(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control = QStyle.ComplexControl.CC_Slider
    part = QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(control, option, part, slider).center()


def button_of(window: MainWindow, action_id: str) -> QToolButton:
    """Return a button on show that triggers an action."""
    action = window.actions_by_id[action_id]
    found = [each for each in window.findChildren(QToolButton) if each.defaultAction() is action]
    return next(each for each in found if each.isVisible())


@pytest.fixture
def mouse(qtbot: QtBot) -> Mouse:
    return Mouse(qtbot)


@pytest.fixture
def window(make_window: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    """Return a window with its 3-D view."""
    window = make_window(with_3d=True)
    window.activateWindow()
    return window


def make_small(window: MainWindow) -> None:
    """Let the design run in about a second."""
    for key, value in (
        ("nanostructure.L_nm", 50.0),
        ("nanostructure.d_nm", 20.0),
        ("field.alpha_deg", 45.0),
        ("mesh.domain_nm", 64.0),
        ("mesh.cell_nm", 1.0),
        ("run.cycles", 2),
    ):
        window.editor.set_key(key, value)
    assert window.editor.message == ""


def test_main_job_by_mouse(window: MainWindow, mouse: Mouse, qtbot: QtBot) -> None:
    choose_preset(window, mouse)
    make_small(window)
    drag_slider(window, mouse)
    look_at_3d(window, mouse, qtbot)
    run_id = run(window, mouse, qtbot)
    select_run(window, mouse, qtbot, run_id)
    for action_id in ("export.figure", "export.table"):
        path = export(window, mouse, qtbot, action_id)
        assert path.stat().st_size > 100
        provenance = path.with_name(f"{path.name}.json").read_text(encoding="utf-8")
        assert run_id in json.dumps(json.loads(provenance))
    mouse.click(button_of(window, "edit.undo"))
    assert window.editor.number(_PLATELETS).value() == 20.0


def choose_preset(window: MainWindow, mouse: Mouse) -> None:
    box = window.editor.findChild(QComboBox)
    assert box is not None
    assert box.accessibleName() == "Preset"
    before = window.document.design
    # A wheel that scrolls the parameters must not change what it passes over.
    mouse.wheel(box, -1)
    assert window.document.design == before
    area = next(each for each in window.editor.findChildren(QScrollArea) if each.isAncestorOf(box))
    mouse.wheel(area.viewport(), 50)
    mouse.choose(box, "Paper (a fit)")
    for action_id, reading in (("", "slope"), ("edit.undo", "jump"), ("edit.redo", "slope")):
        if action_id:
            mouse.choose_from_menu(window, "Edit", action_id)
        assert window.document.design.hp_reading == reading


def drag_slider(window: MainWindow, mouse: Mouse) -> None:
    number = window.editor.number(_PLATELETS)
    assert isinstance(number, LinkedSlider)
    steps = window.document.undo_stack.count()
    mouse.slide(number.slider, 2 * number.slider.value())
    assert number.value() == pytest.approx(40, abs=2)
    assert window.document.design.parameters.d == pytest.approx(number.value() * 1e-9)
    # However many values the slider passed, the drag is one step.
    assert window.document.undo_stack.count() == steps + 1


def look_at_3d(window: MainWindow, mouse: Mouse, qtbot: QtBot) -> None:
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: preview.has_3d, timeout=_WAIT_MS)
    buttons = {each.text(): each for each in preview.findChildren(QToolButton)}
    mouse.click(buttons["Section"])
    assert preview.section.isVisible()
    mouse.click(buttons["3-D"])
    solid = preview.solid
    assert solid is not None
    qtbot.waitUntil(lambda: solid.image is not None and solid.is_settled, timeout=_WAIT_MS)
    cameras = [solid.camera]
    middle = solid.rect().center()
    mouse.drag(solid, middle, middle + QPoint(60, 30))
    cameras.append(solid.camera)
    mouse.wheel(solid, 3)
    cameras.append(solid.camera)
    mouse.click(button_of(window, "view.x"))
    cameras.append(solid.camera)
    assert all(cameras[i] != cameras[i + 1] for i in range(3))
    qtbot.waitUntil(lambda: solid.is_settled, timeout=_WAIT_MS)


def run(window: MainWindow, mouse: Mouse, qtbot: QtBot) -> str:
    simulation = window.simulation_tab
    mouse.click(button_of(window, "run.start"))
    assert window.tabs.currentWidget() is simulation
    qtbot.waitUntil(lambda: simulation.current_run is not None, timeout=_WAIT_MS)
    run_id = simulation.current_run or ""
    live = simulation.live(run_id)
    assert live is not None
    qtbot.waitUntil(lambda: bool(simulation.plot.curves), timeout=_WAIT_MS)
    qtbot.waitUntil(lambda: live.state is RunState.DONE, timeout=_WAIT_MS)
    qtbot.waitUntil(lambda: "Hc" in {marker.name for marker in simulation.plot.markers})
    return run_id


def select_run(window: MainWindow, mouse: Mouse, qtbot: QtBot, run_id: str) -> None:
    bar, tab = window.tabs.tabBar(), window.analysis_tab
    mouse.click(bar, bar.tabRect(window.tabs.indexOf(tab)).center())
    assert window.tabs.currentWidget() is tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    mouse.click(tab.table.viewport(), tab.table.visualRect(tab.table.model().index(0, 0)).center())
    assert tab.table.selected_ids() == [run_id]
    qtbot.waitUntil(lambda: bool(tab.plot.curves), timeout=_WAIT_MS)


def export(window: MainWindow, mouse: Mouse, qtbot: QtBot, action_id: str) -> Path:
    """Press the button of an export and, in its dialog, the one that writes the suggested file."""
    mouse.click(button_of(window, action_id))
    exports = window.analysis.exports
    dialog = exports.figure_dialog if action_id == "export.figure" else exports.table_dialog
    qtbot.waitUntil(lambda: dialog.isVisible() and dialog.target.target is not None)
    assert dialog.target.target is not None
    path = dialog.target.target.path
    mouse.click(dialog.export_button)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=_WAIT_MS)
    return path
