"""What the mouse does in a plot; loads pyqtgraph."""

from __future__ import annotations

from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt


class PlotViewBox(pyqtgraph.ViewBox):
    """A drag zooms into a rectangle; with Shift, or the middle button, it moves the view.

    The wheel zooms at the pointer, over an axis along that axis only. The right button is the
    menu's.
    """

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """Zoom or move."""
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        is_moving = (
            event.button() == Qt.MouseButton.MiddleButton
            or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        self.setMouseMode(self.PanMode if is_moving else self.RectMode)
        super().mouseDragEvent(event, axis)

    def keyPressEvent(self, event: Any) -> None:
        """Leave the keys to the frame around the plot."""
        event.ignore()
