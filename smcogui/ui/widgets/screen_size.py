"""Windows that are as large as they should be, or as there is room on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_FRAME: Final = QSize(40, 60)
"""Left for the frame and the title of a window."""


def resize_on_screen(window: QWidget, size: QSize) -> None:
    """Make a window so large, or smaller where its screen is."""
    window.resize(size.boundedTo(window.screen().availableSize() - _FRAME))
