"""Outline of the design that is compared with, over a picture of the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from smcogui.rendering.colours import OUTLINE_COLOUR, OUTLINE_GROUND

if TYPE_CHECKING:
    from smcogui.rendering.outline import Outline

_WIDTH: Final = 1.4
_GROUND_WIDTH: Final = 2.6
_DASHES: Final = (3.5, 2.5)


def outline_path(outline: Outline) -> QPainterPath:
    """Return an outline as a path, y upwards, in nm from the middle of the domain."""
    path = QPainterPath()
    for line in outline.lines:
        points = line.tolist()
        path.moveTo(*points[0])
        for x, y in points[1:]:
            path.lineTo(x, y)
    return path


def draw_outline(painter: QPainter, path: QPainterPath, area: QRectF, width_nm: float) -> None:
    """Draw an outline in dashes over the picture of a domain of another width.

    Parameters
    ----------
    painter : QPainter
    path : QPainterPath
        From :func:`outline_path`.
    area : QRectF
        Where the picture lies; what reaches beyond it is cut.
    width_nm : float
        Width of the domain in the picture.
    """
    painter.save()
    painter.setClipRect(area)
    painter.translate(area.center())
    scale = area.width() / width_nm
    painter.scale(scale, -scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in _pens(painter.device().devicePixelRatioF()):
        painter.setPen(pen)
        painter.drawPath(path)
    painter.restore()


def outline_swatch(width: int, height: int) -> QImage:
    """Return a piece of an outline as a small picture, for a legend."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for pen in _pens(1.0):
        painter.setPen(pen)
        painter.drawLine(0, height // 2, width, height // 2)
    painter.end()
    return image


def _pens(scale: float) -> tuple[QPen, QPen]:
    """Return the pens of the light ground, which is seen on dark phases, and of the dashes."""
    ground = QPen(QColor(*OUTLINE_GROUND), scale * _GROUND_WIDTH)
    dashes = QPen(QColor(*OUTLINE_COLOUR), scale * _WIDTH)
    dashes.setDashPattern(_DASHES)
    for pen in (ground, dashes):
        # As wide on the screen, whatever the scale of the picture.
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return ground, dashes
