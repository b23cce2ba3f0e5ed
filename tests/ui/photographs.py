"""Pictures of everything that can be on the screen, each looked over as it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from contrast_checks import poor_contrast
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from scene import Scene
from structure_checks import problems
from widget_finder import describe, picture

from smcogui.ui.main_window import MainWindow

FOLDER: Final = Path(__file__).resolve().parents[2] / "build" / "screenshots"
THEMES: Final = ("light", "dark")
_WAIT_MS: Final = 40_000
_MIDDLE: Final = 128
_BETWEEN_LOOKS_MS: Final = 60
_MOST_LOOKS: Final = 60


def look_over(window: MainWindow, scenes: Iterable[Scene], theme: str, qtbot: QtBot) -> list[str]:
    """Take a picture of each scene and return what is wrong in them, in sentences.

    The pictures lie in build/screenshots/SIZE/THEME/SCENE.png.
    """
    scale = round(100 * window.devicePixelRatio())
    size = f"{window.width()}x{window.height()}" + (f"-{scale}" if scale != 100 else "")
    folder = FOLDER / size / theme
    folder.mkdir(parents=True, exist_ok=True)
    choose_theme(window, theme, qtbot)
    wrong = []
    for scene in scenes:
        seen = scene.show(
            window, lambda true: qtbot.waitUntil(lambda: bool(true()), timeout=_WAIT_MS)
        )
        qtbot.waitUntil(seen.isVisible)
        found = _judge(seen, qtbot)
        assert seen.grab().save(str(folder / f"{scene.name}.png"))
        wrong += [f"{size}, {theme}, {scene.name}: {each}" for each in found]
        if seen is not window:
            seen.close()
    return wrong


def choose_theme(window: MainWindow, theme: str, qtbot: QtBot) -> None:
    """Let the whole window be light or dark, and wait until all of it is."""
    action = window.actions_by_id[f"view.theme_{theme}"]
    is_dark = window.palette().window().color().lightness() < _MIDDLE
    if is_dark is (theme == "dark"):
        action.trigger()
    else:
        with qtbot.waitSignal(window.theme.changed, timeout=_WAIT_MS):
            action.trigger()
    qtbot.waitUntil(window.updatesEnabled, timeout=_WAIT_MS)


def _judge(seen: QWidget, qtbot: QtBot) -> list[str]:
    """Return what is wrong once everything asked for in the background has been drawn."""
    _rest(seen, qtbot)
    return [*problems(seen), *poor_contrast(seen)]


def _rest(seen: QWidget, qtbot: QtBot) -> None:
    """Wait until nothing changes any more from one look to the next."""
    before = None
    for _ in range(_MOST_LOOKS):
        now = picture(seen).pixels
        if before is not None and np.array_equal(before, now):
            return
        before = now
        qtbot.wait(_BETWEEN_LOOKS_MS)
    pytest.fail(f"{describe(seen)} does not come to rest")
