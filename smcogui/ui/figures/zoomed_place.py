"""Where a picture lies in a widget that shows a part of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF

MOST_ZOOM: Final = 8.0


class ZoomedPlace:
    """A picture that fills its place, or is larger than it and can be moved.

    Attributes
    ----------
    place : QRect
        Of the widget.
    zoom : float
        How many times larger than its place the picture is.
    """

    def __init__(self) -> None:
        self.place = QRect(0, 0, 1, 1)
        self.zoom = 1.0
        self._corner = QPointF(0.0, 0.0)

    @property
    def target(self) -> QRectF:
        """Where the whole picture would be."""
        corner = QPointF(self.place.topLeft()) - self._corner
        width, height = self.place.width() * self.zoom, self.place.height() * self.zoom
        return QRectF(corner.x(), corner.y(), max(width, 1.0), max(height, 1.0))

    def set_place(self, place: QRect) -> None:
        """Fill another place."""
        self.place = place
        self._keep_inside()

    def set_zoom(self, zoom: float, at: QPointF) -> None:
        """Zoom around a point of the widget, which keeps what lies under it."""
        share = self.to_share(at)
        self.zoom = min(max(zoom, 1.0), MOST_ZOOM)
        offset = at - QPointF(self.place.topLeft())
        self._corner = QPointF(
            share.x() * self.place.width() * self.zoom - offset.x(),
            share.y() * self.place.height() * self.zoom - offset.y(),
        )
        self._keep_inside()

    def move(self, way: QPointF) -> None:
        """Show what lies further on."""
        self._corner += way
        self._keep_inside()

    def to_share(self, point: QPointF) -> QPointF:
        """Return a point of the widget in shares of the picture."""
        target = self.target
        return QPointF(
            (point.x() - target.x()) / target.width(), (point.y() - target.y()) / target.height()
        )

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Return a point of the picture, given in shares, in the widget."""
        target = self.target
        return QPointF(target.x() + x * target.width(), target.y() + y * target.height())

    def _keep_inside(self) -> None:
        spare = self.zoom - 1
        self._corner = QPointF(
            min(max(self._corner.x(), 0.0), self.place.width() * spare),
            min(max(self._corner.y(), 0.0), self.place.height() * spare),
        )
