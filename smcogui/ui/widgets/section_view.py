"""A cross-section of the domain as a picture with scale bar and directions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from smcogui.rendering.colours import FIELD_COLOUR, patterned
from smcogui.rendering.scale_bar import nice_length
from smcogui.ui.widgets.ghost_outline import draw_outline, outline_path
from smcogui.ui.widgets.rgb_image import rgb_image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainterPath

    from smcogui.rendering.outline import Outline

_MARGIN = 10
_FOOT = 64
_ARROW = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPicture:
    """What a section view shows.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (ny, nx, 3)
        Row 0 is the largest y.
    width_nm : float
        Width of the picture in nm.
    alpha : float
        Angle of the applied field from the easy axis in rad.
    regions : ndarray of uint8, shape (ny, nx), optional
        Phases, row 0 the smallest y; with them each phase gets its pattern.
    ghost : Outline, optional
        Boundaries of another structure, drawn over the picture.
    """

    rgb: NDArray[np.uint8]
    width_nm: float
    alpha: float
    regions: NDArray[np.uint8] | None = None
    ghost: Outline | None = None


class SectionView(QWidget):
    """Draws a :class:`SectionPicture`; cells stay sharp at every size.

    Signals
    -------
    hovered : Signal(int, int)
        Column and row of the cell under the pointer, counted from the left and from below;
        -1, -1 when the pointer leaves the picture.
    """

    hovered = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._patterned: QImage | None = None
        self._picture: SectionPicture | None = None
        self._ghost: QPainterPath | None = None
        self._empty_text = ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumSize(200, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(420, 480)

    def show_picture(self, picture: SectionPicture) -> None:
        """Show a picture."""
        self._picture = picture
        self._image = rgb_image(picture.rgb)
        self._patterned = None
        self._ghost = None if picture.ghost is None else outline_path(picture.ghost)
        self.update()

    def show_text(self, text: str) -> None:
        """Show a sentence in place of a picture."""
        self._image = self._picture = self._ghost = None
        self._empty_text = text
        self.update()

    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._picture is not None

    def has_ghost(self) -> bool:
        """Whether another structure is outlined over the picture."""
        return self._ghost is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, frame, scale bar and directions."""
        painter = QPainter(self)
        if self._image is None or self._picture is None:
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(flags), self._empty_text)
            painter.end()
            return
        area = self._picture_area(self._image)
        painter.drawImage(area, self._drawn_image(self._image, self._picture, area))
        painter.setPen(QPen(self.palette().placeholderText().color(), 1))
        painter.drawRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ghost is not None:
            draw_outline(painter, self._ghost, area, self._picture.width_nm)
        self._draw_scale_bar(painter, area, self._picture.width_nm)
        self._draw_directions(painter, area, self._picture.alpha)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell lies under the pointer."""
        if self._image is None:
            return
        area = self._picture_area(self._image)
        point = event.position()
        if not area.contains(point):
            self.hovered.emit(-1, -1)
            return
        column = int((point.x() - area.left()) / area.width() * self._image.width())
        row = int((area.bottom() - point.y()) / area.height() * self._image.height())
        self.hovered.emit(
            min(column, self._image.width() - 1), min(max(row, 0), self._image.height() - 1)
        )

    def leaveEvent(self, event: object) -> None:
        """Tell that the pointer left."""
        self.hovered.emit(-1, -1)

    def _drawn_image(self, image: QImage, picture: SectionPicture, area: QRectF) -> QImage:
        """Return the picture as it is, or at the screen's size with the patterns of phases."""
        if picture.regions is None:
            return image
        scale = self.devicePixelRatioF()
        size = QSize(max(round(area.width() * scale), 1), max(round(area.height() * scale), 1))
        if self._patterned is None or self._patterned.size() != size:
            pixels = patterned(picture.rgb, picture.regions, size.width(), size.height())
            self._patterned = rgb_image(pixels)
        return self._patterned

    def _picture_area(self, image: QImage) -> QRectF:
        width, height = self.width() - 2 * _MARGIN, self.height() - _MARGIN - _FOOT
        scale = max(min(width / image.width(), height / image.height()), 0.01)
        w, h = image.width() * scale, image.height() * scale
        return QRectF((self.width() - w) / 2, _MARGIN + (height - h) / 2, w, h)

    def _draw_scale_bar(self, painter: QPainter, area: QRectF, width_nm: float) -> None:
        length_nm = nice_length(width_nm / 4)
        length = length_nm / width_nm * area.width()
        y = area.bottom() + 16
        colour = self.palette().text().color()
        painter.fillRect(QRectF(area.left(), y, length, 4), colour)
        painter.setPen(colour)
        painter.drawText(QPointF(area.left(), y + 22), f"{length_nm:g} nm")

    def _draw_directions(self, painter: QPainter, area: QRectF, alpha: float) -> None:
        """Draw c and, for a field at an angle, H, to the right below the picture."""
        foot = QPointF(area.right() - 74, area.bottom() + 56)
        colour = self.palette().text().color()
        beside = QPointF(foot.x() + 28, foot.y())
        draw_arrow(painter, foot, 0.0, _ARROW, colour, "c", colour)
        draw_arrow(painter, beside, alpha, _ARROW, QColor(*FIELD_COLOUR), "H", colour)


def draw_arrow(
    painter: QPainter,
    foot: QPointF,
    angle: float,
    length: float,
    colour: QColor,
    label: str,
    ink: QColor,
) -> None:
    """Draw an arrow labelled in ``ink``; the angle in rad counts from upwards to the right."""
    along = QPointF(math.sin(angle), -math.cos(angle))
    across = QPointF(-along.y(), along.x())
    tip = foot + along * length
    painter.setPen(QPen(colour, 2))
    painter.drawLine(foot, tip - along * 6)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    back = tip - along * 9
    painter.drawPolygon(QPolygonF([tip, back + across * 4, back - across * 4]))
    painter.setPen(ink)
    font = QFont(painter.font())
    font.setBold(True)
    font.setItalic(True)
    painter.setFont(font)
    place = foot + along * (length + 9)
    box = QRectF(place.x() - 10, place.y() - 10, 20, 20)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), label)
