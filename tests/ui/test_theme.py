"""A change of theme with an open window: done in steps, complete at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel

from smcogui.ui.application import make_application
from smcogui.ui.theme import DARK, LIGHT, applied_theme, apply_theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _window_colour(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name()


def test_open_window_ends_up_in_the_new_theme(qtbot: QtBot) -> None:
    app = make_application()
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    told: list[str] = []
    apply_theme(app, DARK, lambda: told.append(app.styleSheet()))
    assert applied_theme(app) is DARK
    assert not label.updatesEnabled()
    qtbot.waitUntil(lambda: bool(told))
    assert label.updatesEnabled()
    assert _window_colour(app) == DARK.window
    assert DARK.window in told[0]
    apply_theme(app, LIGHT, lambda: told.append(app.styleSheet()))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert LIGHT.window in told[1]


def test_second_change_wins_over_one_under_way(qtbot: QtBot) -> None:
    app = make_application()
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    told: list[str] = []
    apply_theme(app, DARK, lambda: told.append("dark"))
    apply_theme(app, LIGHT, lambda: told.append("light"))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["light"]
    assert _window_colour(app) == LIGHT.window
    assert LIGHT.window in app.styleSheet()
    assert label.updatesEnabled()


def test_window_that_starts_dark_has_light_icons(
    make_window: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
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
