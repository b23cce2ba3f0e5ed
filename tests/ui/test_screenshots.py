"""Every tab, dock, dialog and menu: whole, readable, and kept as a picture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from photographs import THEMES, look_over
from PySide6.QtCore import QSize
from scenes import SCENES, SOLID, menu_scenes

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

SMALL = QSize(1366, 768)
_WHOLE_SCREEN = Path(__file__).with_name("whole_screen.py")


@pytest.mark.parametrize("theme", THEMES)
def test_everything_is_whole_and_readable_on_a_small_screen(
    sample_window: Callable[..., MainWindow], qtbot: QtBot, theme: str
) -> None:
    window = sample_window()
    window.resize(SMALL)
    scenes = [scene for scene in SCENES if scene is not SOLID]
    wrong = look_over(window, [*scenes, *menu_scenes(window)], theme, qtbot)
    assert window.size() == SMALL
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1366, 768, 1), (1920, 1080, 1), (1366, 768, 2), (960, 540, 2)],
)
def test_everything_is_whole_and_readable_on_screens_of_other_sizes(
    width: int, height: int, scale: int, checkout: Path
) -> None:
    # A process of its own: Qt reads the scale once, and the screen is the X server's.
    child = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", str(_WHOLE_SCREEN)),
            *("-o", f"xvfb_width={width * scale}", "-o", f"xvfb_height={height * scale}"),
        ],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        cwd=checkout,
        env={**os.environ, "QT_SCALE_FACTOR": str(scale), "DISPLAY": ""},
    )
    assert child.returncode == 0, child.stdout + child.stderr
