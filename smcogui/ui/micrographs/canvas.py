"""A picture in the middle of a widget, and the way between its pixels and the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QKeyEvent

_MARGIN = 6
_SHIFTED = 10
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Canvas(QWidget):
    """Draws a picture as large as there is room; what lies over it is drawn by others.

    Parameters
    ----------
    name : str
        For people who do not see it.
    empty_text : str
        Stands there while there is no picture.
    """

    def __init__(self, name: str, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._size = (1.0, 1.0)
        self._empty_text = empty_text
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(560, 520)

    @property
    def has_picture(self) -> bool:
        """Whether there is something to look at."""
        return self._image is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture and what lies over it, or what stands in its place."""
        del event
        painter = QPainter(self)
        if self._image is None:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(flags), self._empty_text)
        else:
            painter.drawImage(self._area(), self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw_over(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def draw_over(self, painter: QPainter) -> None:
        """Draw what lies over the picture."""

    def _show_image(self, image: QImage | None, size: tuple[float, float]) -> None:
        """Show a picture whose edges have these lengths, in pixels or cells."""
        self._image, self._size = image, size
        self.update()

    def _area(self) -> QRectF:
        """Return where the picture is drawn."""
        width, height = self._size
        room_x, room_y = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        scale = max(min(room_x / width, room_y / height), 1e-3)
        w, h = width * scale, height * scale
        return QRectF((self.width() - w) / 2, (self.height() - h) / 2, w, h)

    def _on_screen(self, x: float, y: float) -> QPointF:
        """Return where a point of the picture (from its upper left) is drawn."""
        area = self._area()
        width, height = self._size
        return QPointF(
            area.left() + x / width * area.width(), area.top() + y / height * area.height()
        )

    def _in_picture(self, point: QPointF) -> tuple[float, float]:
        """Return which point of the picture, from its upper left, is drawn there."""
        area = self._area()
        width, height = self._size
        return (
            (point.x() - area.left()) / area.width() * width,
            (point.y() - area.top()) / area.height() * height,
        )


def arrow_steps(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the steps (to the right, down) of an arrow key, more with Shift; None of others."""
    way = _ARROWS.get(Qt.Key(event.key()))
    if way is None:
        return None
    steps = _SHIFTED if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
    return way[0] * steps, way[1] * steps


def grey_image(grey: NDArray[np.float32]) -> QImage:
    """Return greys from 0 to 1, shape (height, width), as a picture that owns its memory."""
    pixels = np.ascontiguousarray((np.clip(grey, 0, 1) * 255).astype(np.uint8))
    height, width = pixels.shape
    # The copy matters: QImage does not keep the bytes alive.
    return QImage(pixels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
