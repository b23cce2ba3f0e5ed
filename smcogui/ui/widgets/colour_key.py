"""What the colours of a magnetisation slice mean."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from smcogui.rendering.colours import ColourMode, angle_colours, diverging_colours

_STEPS = 181


class ColourKey(QWidget):
    """A colour bar with its scale below the slice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode: ColourMode = "projection"
        self.setFixedHeight(38)
        self.setAccessibleName("Colour key")

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(260, 38)

    def set_mode(self, mode: ColourMode) -> None:
        """Show the key of a colour mode."""
        self._mode = mode
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar and its numbers."""
        if self._mode == "projection":
            rgb = diverging_colours(np.linspace(-1, 1, _STEPS))
            labels = ("−1", "M·c / Ms", "+1")
        else:
            angle = np.linspace(-math.pi, math.pi, _STEPS)
            rgb = angle_colours(np.sin(angle), np.cos(angle))
            labels = ("−180° from c", "0°", "180°")
        image = QImage(rgb.tobytes(), _STEPS, 1, 3 * _STEPS, QImage.Format.Format_RGB888)
        painter = QPainter(self)
        painter.drawImage(QRectF(10, 2, self.width() - 20, 12), image)
        painter.setPen(self.palette().text().color())
        area = QRectF(10, 16, self.width() - 20, 20)
        sides = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for side, label in zip(sides, labels, strict=True):
            painter.drawText(area, int(side), label)
        painter.end()
