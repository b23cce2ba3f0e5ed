"""A change of theme with an open window: done in steps, complete at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from smcogui.ui import restyling
from smcogui.ui.application import make_application
from smcogui.ui.theme import DARK, LIGHT, applied_theme, apply_theme

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def _window_colour(widget: QApplication | QWidget) -> str:
    return widget.palette().color(QPalette.ColorRole.Window).name()


def _pictures(window: MainWindow) -> dict[str, QImage]:
    """Return what the parts of a window look like while none has the keyboard."""
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
    parts = {
        "menus": window.menuBar(),
        "toolbar": window.toolbar,
        "parameters": window.editor,
        "library": window.library_panel,
        "jobs": window.jobs_panel,
        "simulation": window.simulation_tab.panel,
        "analysis": window.analysis_tab.table,
    }
    return {name: part.grab().toImage() for name, part in parts.items()}


def test_open_window_ends_up_in_the_new_theme(qtbot: QtBot) -> None:
    app = make_application()
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    told: list[str] = []
    for theme in (DARK, LIGHT):
        apply_theme(app, theme, lambda: told.append(_window_colour(label)))
        assert applied_theme(app) is theme
        assert not label.updatesEnabled()
        qtbot.waitUntil(lambda: bool(told))
        assert label.updatesEnabled()
        assert told.pop() == _window_colour(app) == theme.window


def test_second_change_wins_over_one_under_way(qtbot: QtBot) -> None:
    app = make_application()
    label, hidden = QLabel("text"), QLabel("text")
    for each in (label, hidden):
        qtbot.addWidget(each)
        each.show()
    told: list[str] = []
    apply_theme(app, DARK, lambda: told.append("dark"))
    hidden.hide()
    apply_theme(app, LIGHT, lambda: told.append("light"))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["light"]
    assert _window_colour(label) == LIGHT.window
    assert label.updatesEnabled()
    assert hidden.updatesEnabled()


def test_window_is_painted_though_the_change_takes_long(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_application()
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    monkeypatch.setattr(restyling, "_STEP_S", 0.0)
    monkeypatch.setattr(restyling, "_LONGEST_S", 0.0)
    told: list[str] = []
    apply_theme(app, DARK, lambda: told.append("dark"))
    assert label.updatesEnabled()
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert _window_colour(label) == DARK.window


def test_window_is_painted_after_a_step_that_failed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_application()
    label, another = QLabel("text"), QLabel("text")
    for each in (label, another):
        qtbot.addWidget(each)
        each.show()
    steps: list[float] = []

    def style(widgets: deque[QWidget], until: float) -> None:
        steps.append(until)
        if len(steps) > 1:
            raise ValueError("no such style")
        widgets.popleft()

    monkeypatch.setattr(restyling, "_style", style)
    with qtbot.captureExceptions() as errors:
        apply_theme(app, DARK)
        assert not label.updatesEnabled()
        qtbot.waitUntil(lambda: bool(errors))
    assert "no such style" in str(errors[0][1])
    assert label.updatesEnabled()
    monkeypatch.undo()
    apply_theme(app, LIGHT)
    qtbot.waitUntil(label.updatesEnabled)


def test_switched_window_looks_like_one_that_was_opened_so(
    make_window: Callable[[], MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> MainWindow:
        window = make_window()
        window.docks.library.set_shown(True)
        qtbot.waitUntil(lambda: bool(window.library_panel.designs.listed_ids()))
        return window

    def opened_in(theme: str) -> MainWindow:
        monkeypatch.setenv("SMCOGUI_THEME", theme)
        window = opened()
        # It would hold on to its setting when the system tells of the other window's choice.
        QApplication.styleHints().colorSchemeChanged.disconnect(window.theme.follow)
        return window

    # What is not on the screen, and what a new window has yet to read, follows a moment after
    # what is: both windows are looked at until they agree.
    switched = opened()
    switched.actions_by_id["view.theme_dark"].trigger()
    always_dark = opened_in("dark")
    qtbot.waitUntil(lambda: _pictures(switched) == _pictures(always_dark))
    dark = _pictures(switched)
    switched.actions_by_id["view.theme_light"].trigger()
    always_light = opened_in("light")
    qtbot.waitUntil(lambda: _pictures(switched) == _pictures(always_light))
    light = _pictures(switched)
    assert [name for name in dark if dark[name] == light[name]] == []


def test_window_that_starts_dark_has_light_icons(
    make_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMCOGUI_THEME", "dark")
    app = make_application()
    apply_theme(app, LIGHT)
    window = make_window()
    assert applied_theme(app) is DARK
    image = window.actions_by_id["run.start"].icon().pixmap(32, 32).toImage()
    pixels = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    drawn = [pixel.lightness() for pixel in pixels if pixel.alpha() > 200]
    assert drawn
    assert min(drawn) > 128
