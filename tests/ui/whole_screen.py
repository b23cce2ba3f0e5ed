"""What test_screenshots.py runs in processes of their own, on screens of other sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from photographs import THEMES, look_over
from scenes import SCENES, menu_scenes

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


@pytest.mark.parametrize("theme", THEMES)
def test_everything_is_whole_and_readable_on_this_screen(
    sample_window: Callable[..., MainWindow], qtbot: QtBot, theme: str
) -> None:
    window = sample_window(with_3d=True)
    window.setGeometry(window.screen().availableGeometry())
    wrong = look_over(window, [*SCENES, *menu_scenes(window)], theme, qtbot)
    assert window.size() == window.screen().availableSize()
    assert not wrong, "\n".join(wrong)
