"""The whole picture: the domain is moved over it, and a scale bar is measured in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF

from smcogui.ui.micrographs.canvas import Canvas, arrow_steps, grey_image
from smcogui.ui.widgets.section_view import draw_arrow

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from smcogui.micrographs.picture import Micrograph
    from smcogui.micrographs.placement import Placement

_MOST_SHOWN: Final = 1600
_ARROW: Final = 34.0
# Over a grey picture of any brightness, in both themes.
_LINE, _HALO = QColor(255, 176, 0), QColor(0, 0, 0, 150)
_EMPTY: Final = (
    "Open a picture of the nanostructure (PNG, TIFF or JPEG), or drop one here: TEM or STEM, along "
    "a direction in which c lies in the picture."
)


class PictureView(Canvas):
    """Shows a picture with the domain in it.

    Signals
    -------
    moved : Signal(float, float)
        The domain was dragged, or moved by arrow keys: its new middle in pixels (x, y).
    measured : Signal(float)
        A line was drawn along the scale bar: its length in pixels.
    """

    moved = Signal(float, float)
    measured = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Picture with the domain", _EMPTY, parent)
        self._picture: Micrograph | None = None
        self._placement: Placement | None = None
        self._is_measuring = False
        self._can_move = True
        self._grip: tuple[float, float] | None = None
        self._line: tuple[QPointF, QPointF] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Drag the square, or press arrow keys (Shift for larger steps).")

    def show_picture(self, picture: Micrograph) -> None:
        """Show another picture."""
        self._picture, self._placement, self._line = picture, None, None
        ny, nx = picture.pixels.shape
        step = math.ceil(max(nx, ny) / _MOST_SHOWN)
        self._show_image(grey_image(picture.pixels[::step, ::step]), (nx, ny))

    def show_placement(self, placement: Placement | None) -> None:
        """Show where the domain lies; None where it cannot be told."""
        self._placement = placement
        self.update()

    def allow_moving(self, on: bool) -> None:
        """Let the domain be moved, or hold it."""
        self._can_move = on

    def measure(self, on: bool) -> None:
        """Draw a line along a scale bar instead of moving the domain."""
        self._is_measuring = on
        self._line = None
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a line, or take hold of the domain."""
        picture, placement = self._picture, self._placement
        if picture is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._is_measuring:
            self._line = (event.position(), event.position())
        elif placement is not None and self._can_move:
            x, y = self._in_picture(event.position())
            x_middle, y_middle = placement.middle(picture)
            self._grip = (x_middle - x, y_middle - y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the line, or move the domain along."""
        if self._line is not None:
            self._line = (self._line[0], event.position())
            self.update()
        elif self._grip is not None:
            x, y = self._in_picture(event.position())
            self._move_to(x + self._grip[0], y + self._grip[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell how long the line is."""
        del event
        self._grip = None
        if self._line is not None:
            start, end = (self._in_picture(point) for point in self._line)
            self._line = None
            self.update()
            self.measured.emit(math.dist(start, end))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the domain by pixels."""
        picture, placement = self._picture, self._placement
        steps = arrow_steps(event)
        if steps is None or picture is None or placement is None or not self._can_move:
            super().keyPressEvent(event)
            return
        x, y = placement.middle(picture)
        self._move_to(x + steps[0], y + steps[1])

    def draw_over(self, painter: QPainter) -> None:
        """Draw the domain with its c axis, and the line."""
        if self._picture is not None and self._placement is not None:
            corners = self._placement.corners(self._picture)
            square = QPolygonF([self._on_screen(x, y) for x, y in corners.tolist()])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in _pens():
                painter.setPen(pen)
                painter.drawPolygon(square)
            foot = self._on_screen(*self._placement.middle(self._picture))
            angle = math.radians(self._placement.c_axis_deg)
            draw_arrow(painter, foot, angle, _ARROW, _LINE, "c", _LINE)
        if self._line is not None:
            for pen in _pens():
                painter.setPen(pen)
                painter.drawLine(*self._line)

    def _move_to(self, x: float, y: float) -> None:
        width, height = self._size
        self.moved.emit(round(min(max(x, 0), width), 1), round(min(max(y, 0), height), 1))


def _pens() -> tuple[QPen, QPen]:
    """Return the pens of a line that is seen on black and on white."""
    return QPen(_HALO, 4), QPen(_LINE, 2)
