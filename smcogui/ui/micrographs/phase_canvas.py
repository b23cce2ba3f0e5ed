"""The phases over the grey of the domain, painted by a brush."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen

from smcogui.rendering.colours import phase_image
from smcogui.ui.micrographs.canvas import Canvas, arrow_steps
from smcogui.ui.widgets.rgb_image import rgb_image

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from smcogui.micrographs.preview import Preview

_INK, _HALO = QColor(255, 255, 255), QColor(0, 0, 0, 160)
_EMPTY: Final = "The phases of the domain appear here once a picture and its scale are known."


class PhaseCanvas(Canvas):
    """Shows the phases of a preview; knows nothing of what is painted.

    Signals
    -------
    painted : Signal(object)
        A stroke: points (x, y) in cells from the lower left corner, shape (m, 2). A stroke of the
        mouse is told once, when the button is released.
    """

    painted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Phases of the domain", _EMPTY, parent)
        self._preview: Preview | None = None
        self._share = 0.6
        self._radius = 2.0
        self._colour = QColor(_INK)
        self._place: QPointF | None = None
        self._stroke: list[QPointF] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Paint with the mouse, or with arrow keys and the space bar.")

    @property
    def edge(self) -> int:
        """Number of cells along an edge."""
        return 1 if self._preview is None else self._preview.placement.edge

    def show_preview(self, preview: Preview | None) -> None:
        """Show the phases of another preview."""
        self._preview = preview
        self._stroke = []
        self._mix()

    def show_share(self, share: float) -> None:
        """Show how much of the colour of the phases, and how much of the grey."""
        self._share = share
        self._mix()

    def show_brush(self, radius_cells: float, colour: QColor) -> None:
        """Draw the brush so large, and a stroke in this colour."""
        self._radius, self._colour = radius_cells, colour
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if self.has_picture and event.button() == Qt.MouseButton.LeftButton:
            self._stroke = [event.position()]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke; the brush follows the pointer."""
        self._place = event.position()
        if self._stroke:
            self._stroke.append(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        del event
        if self._stroke:
            self._tell(self._stroke)

    def leaveEvent(self, event: object) -> None:
        """Hide the brush."""
        del event
        self._place = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the brush to the keyboard."""
        super().focusInEvent(event)
        if self._place is None and self.has_picture:
            self._place = self._area().center()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush, or paint where it is."""
        steps, place = arrow_steps(event), self._place
        if not self.has_picture or place is None:
            super().keyPressEvent(event)
        elif steps is not None:
            cell = self._area().width() / self.edge
            self._place = place + QPointF(*steps) * cell
            self.update()
        elif event.key() == Qt.Key.Key_Space:
            self._tell([place])
        else:
            super().keyPressEvent(event)

    def draw_over(self, painter: QPainter) -> None:
        """Draw the stroke that is being painted, and the brush."""
        radius = max(self._radius, 0.5) * self._area().width() / self.edge
        if self._stroke:
            painter.setPen(
                QPen(
                    self._colour,
                    2 * radius,
                    Qt.PenStyle.SolidLine,
                    Qt.PenCapStyle.RoundCap,
                    Qt.PenJoinStyle.RoundJoin,
                )
            )
            painter.drawPolyline([*self._stroke, self._stroke[-1]])
        if self._place is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in ((_HALO, 3), (_INK, 1)):
                painter.setPen(QPen(colour, width))
                painter.drawEllipse(self._place, radius, radius)

    def _tell(self, stroke: list[QPointF]) -> None:
        points = np.array([self._in_picture(point) for point in stroke])
        points[:, 1] = self.edge - points[:, 1]
        self.painted.emit(points)

    def _mix(self) -> None:
        preview = self._preview
        if preview is None:
            self._show_image(None, (1.0, 1.0))
            return
        edge = preview.placement.edge
        self._show_image(_mixed(preview, self._share), (edge, edge))


def _mixed(preview: Preview, share: float) -> QImage:
    """Return the phases over the grey, a pixel for each point of the grey."""
    per_cell = preview.cut.per_cell
    phases = phase_image(preview.segmented.regions)
    phases = np.repeat(np.repeat(phases, per_cell, axis=0), per_cell, axis=1)
    grey: NDArray[np.float32] = np.clip(preview.cut.grey[::-1], 0, 1)[:, :, np.newaxis] * 255
    return rgb_image((share * phases + (1 - share) * grey).astype(np.uint8))
