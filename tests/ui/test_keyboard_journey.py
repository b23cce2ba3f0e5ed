"""The whole main job without a mouse: edit L, run, see the curve, select the run, export it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from focus_checks import focus_stops
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QWidget
from widget_finder import describe

from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

Key, NONE, CTRL = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
_RUN_MS = 90_000
_MOST_TABS = 150


class Keyboard:
    """Presses keys where the focus is."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._qtbot.keyClick(self._focus(), key, modifiers)

    def type(self, text: str) -> None:
        self._qtbot.keyClicks(self._focus(), text)

    def tab_to(self, wanted: Callable[[], QWidget]) -> None:
        for _ in range(_MOST_TABS):
            if QApplication.focusWidget() is wanted():
                return
            self.press(Key.Key_Tab)
        pytest.fail(f"{describe(wanted())} is not reached by {_MOST_TABS} times Tab")

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window


@pytest.fixture
def tiny_window(active_window: MainWindow, tmp_path: Path) -> MainWindow:
    """Return a window with a design that runs in about a second."""
    editor = active_window.editor
    for key, value in (
        ("nanostructure.d_nm", 20.0),
        ("field.alpha_deg", 45.0),
        ("mesh.domain_nm", 64.0),
        ("mesh.cell_nm", 1.0),
        ("run.cycles", 2),
    ):
        editor.set_key(key, value)
    assert editor.message == ""
    return active_window


@pytest.fixture
def keyboard(tiny_window: MainWindow, qtbot: QtBot) -> Keyboard:
    return Keyboard(tiny_window, qtbot)


def test_main_job_by_keyboard(
    tiny_window: MainWindow, keyboard: Keyboard, qtbot: QtBot, tmp_path: Path
) -> None:
    window, simulation = tiny_window, tiny_window.simulation_tab
    # Edit L.
    keyboard.tab_to(lambda: window.editor.number("nanostructure.L_nm").box)
    keyboard.type("50")
    keyboard.press(Key.Key_Return)
    assert pytest.approx(5e-8) == window.document.design.parameters.L
    # Run.
    keyboard.press(Key.Key_F5)
    assert window.tabs.currentWidget() is simulation
    qtbot.waitUntil(lambda: simulation.current_run is not None, timeout=_RUN_MS)
    run_id = simulation.current_run or ""
    live = simulation.live(run_id)
    assert live is not None
    qtbot.waitUntil(lambda: live.state is RunState.DONE, timeout=_RUN_MS)
    # See the curve.
    qtbot.waitUntil(lambda: "Hc" in {marker.name for marker in simulation.plot.markers})
    # Select the run in the Analysis tab.
    keyboard.press(Key.Key_3, CTRL)
    table = window.analysis_tab.table
    qtbot.waitUntil(lambda: len(table.runs) == 1)
    keyboard.tab_to(lambda: table)
    keyboard.press(Key.Key_A, CTRL)
    assert table.selected_ids() == [run_id]
    # Export its figure: quantity, file and Enter.
    path = tmp_path / "my curve.svg"
    keyboard.press(Key.Key_E, CTRL)
    dialog = window.analysis.exports.figure_dialog
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert QApplication.focusWidget() is dialog.form.quantity
    keyboard.press(Key.Key_Down)
    keyboard.tab_to(lambda: dialog.target.line)
    keyboard.press(Key.Key_A, CTRL)
    keyboard.type(str(path))
    keyboard.press(Key.Key_Return)
    qtbot.waitUntil(path.exists, timeout=_RUN_MS)
    provenance = Path(f"{path}.json")
    qtbot.waitUntil(provenance.exists, timeout=_RUN_MS)
    facts = json.loads(provenance.read_text(encoding="utf-8"))
    assert run_id in json.dumps(facts)
    assert facts["figure"]["quantity"] == "M"
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_tab_key_reaches_every_control_and_is_never_caught(
    tiny_window: MainWindow, keyboard: Keyboard, qtbot: QtBot
) -> None:
    for page in (Key.Key_1, Key.Key_2, Key.Key_3):
        keyboard.press(page, CTRL)
        qtbot.wait(20)
        keyboard.tab_to(lambda: tiny_window.editor.number("nanostructure.L_nm").box)
        wanted = {stop: describe(stop) for stop in focus_stops(tiny_window)}
        for _ in range(_MOST_TABS):
            keyboard.press(Key.Key_Tab)
            wanted.pop(QApplication.focusWidget(), None)
        assert not wanted, "\n".join(wanted.values())


def test_sections_and_undo_by_keyboard(tiny_window: MainWindow, keyboard: Keyboard) -> None:
    window = tiny_window
    section = window.editor._sections["sweep"]
    keyboard.tab_to(lambda: section._header)
    assert not section.body.isVisible()
    keyboard.press(Key.Key_Space)
    assert section.body.isVisible()
    slider = window.editor.number("nanostructure.L_nm").slider
    keyboard.tab_to(lambda: slider)
    before = window.document.design.parameters.L
    keyboard.press(Key.Key_Right)
    keyboard.press(Key.Key_Right)
    assert pytest.approx(before + 2e-9) == window.document.design.parameters.L
    keyboard.press(Key.Key_Z, CTRL)
    assert pytest.approx(before) == window.document.design.parameters.L
