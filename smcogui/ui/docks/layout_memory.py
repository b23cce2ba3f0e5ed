"""Puts the window back where it was at the last start, and keeps where it is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from smcogui.app.settings import user_config_folder
from smcogui.ui.docks.layout_file import LayoutError, read_layout, restore_layout, save_layout

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)


def recall_layout(window: MainWindow) -> str:
    """Put everything where it was; return why not, in a sentence, or nothing."""
    try:
        layout = read_layout(_layout_path())
        if layout is not None:
            restore_layout(window, layout)
            window.tabs.setCurrentIndex(layout.tab)
            window.actions_by_id.recall(layout.recent_actions)
    except LayoutError as error:
        return f"The kept layout of the window is not used: {error}."
    return ""


def keep_layout(window: MainWindow) -> None:
    """Write where everything is; a disk that does not take it is only logged."""
    recent = window.actions_by_id.recent
    try:
        save_layout(window, window.tabs.currentIndex(), recent, _layout_path())
    except OSError as error:
        _LOG.warning("the layout of the window cannot be kept: %s", error)


def _layout_path() -> Path:
    return user_config_folder() / "layout.json"
