"""A drawn figure to look at closely and to select designs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QToolTip, QWidget

from smcogui.ui.figures.zoomed_place import ZoomedPlace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from smcogui.ui.figures.drawn_figure import DrawnFigure

_REACH: Final = 9
_RING: Final = 5.0
_RING_SIZE: Final = 15
_RASTER: Final = 3
"""Pixels; rings nearer to each other are one."""
_DRAG: Final = 5
_ZOOM_STEP: Final = 1.25
_NOTCH: Final = 120
_PAN_STEP: Final = 60
_MARGIN: Final = 2
_Button = Qt.MouseButton
_Key = Qt.Key
_MOVES: Final = {
    _Key.Key_Left: QPointF(-_PAN_STEP, 0),
    _Key.Key_Right: QPointF(_PAN_STEP, 0),
    _Key.Key_Up: QPointF(0, -_PAN_STEP),
    _Key.Key_Down: QPointF(0, _PAN_STEP),
}


class FigureCanvas(QFrame):
    """The picture of a figure, rings around selected designs, a rectangle that selects others.

    The wheel zooms, the middle button (or Alt) drags the picture, Ctrl or Shift adds to what is
    selected. With the keyboard: + and - zoom, 0 shows all, arrows move, Escape selects nothing.

    Signals
    -------
    picked : Signal(list, bool)
        Names of designs, and whether they are added to those that are selected.
    opened : Signal(str)
        A design was double-clicked.
    room_changed : Signal()
        The picture is wanted in another size or fineness.
    """

    picked = Signal(list, bool)
    opened = Signal(str)
    room_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumSize(240, 160)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.describe: Callable[[str], str] = str
        self._figure: DrawnFigure | None = None
        self._selected: frozenset[str] = frozenset()
        self._words = ""
        self._view = ZoomedPlace()
        self._pressed: QPointF | None = None
        self._moved: QPointF | None = None
        self._panned: QPointF | None = None
        self._stamp = QPixmap()
        self._stamp_key: tuple[int, int, float] | None = None

    @property
    def figure(self) -> DrawnFigure | None:
        """What is shown."""
        return self._figure

    @property
    def words(self) -> str:
        """What stands in the place of a figure."""
        return self._words

    @property
    def zoom(self) -> float:
        """How many times larger than its place the picture is."""
        return self._view.zoom

    def room(self) -> QSize:
        """Return the size of the place for the picture."""
        return self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN).size()

    def show_figure(self, figure: DrawnFigure) -> None:
        """Show a figure."""
        self._figure, self._words = figure, ""
        self.setAccessibleDescription(f"A figure with {len(figure.ids)} designs")
        self.update()

    def show_words(self, words: str) -> None:
        """Show words in the place of a figure."""
        self._figure, self._words = None, words
        self.setAccessibleDescription(words)
        self.update()

    def show_selected(self, ids: Iterable[str]) -> None:
        """Draw rings around these designs."""
        self._selected = frozenset(ids)
        self.update()

    def place_of(self, name: str) -> QPointF | None:
        """Return where the first mark of a design is in the widget, or None where it has none."""
        if self._figure is None or not len(marks := self._figure.marks_of([name])):
            return None
        return self._view.to_pixels(float(marks[0, 0]), float(marks[0, 1]))

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the widget, its middle by default."""
        middle = QPointF(self._view.place.center())
        self._view.set_zoom(self.zoom * _ZOOM_STEP**steps, middle if at is None else at)
        self.room_changed.emit()
        self.update()

    def show_all(self) -> None:
        """Let the picture fill its place."""
        self._view.set_zoom(1.0, QPointF(self._view.place.center()))
        self.room_changed.emit()
        self.update()

    # ------------------------------------------------------------------ events
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Want a picture of the new size."""
        super().resizeEvent(event)
        self._view.set_place(self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN))
        self.room_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, the rings and the rectangle."""
        super().paintEvent(event)
        painter = QPainter(self)
        if self._figure is None:
            painter.setPen(self.palette().placeholderText().color())
            room = self.rect().adjusted(24, 12, -24, -12)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._words)
            return
        painter.setClipRect(self._view.place)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = self._figure.picture
        painter.drawPixmap(self._view.target, picture, QRectF(picture.rect()))
        self._paint_rings(painter)
        if self._pressed is not None and self._moved is not None:
            colour = QColor(self.palette().highlight().color())
            painter.setPen(QPen(colour, 1))
            colour.setAlpha(40)
            painter.setBrush(colour)
            painter.drawRect(QRectF(self._pressed, self._moved).normalized())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select or to drag."""
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        is_left = event.button() == _Button.LeftButton
        if event.button() == _Button.MiddleButton or (is_left and with_alt):
            self._panned = event.position()
        elif is_left:
            self._pressed, self._moved = event.position(), None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, or the corner of the rectangle."""
        if self._panned is not None:
            self._move(self._panned - event.position())
            self._panned = event.position()
        elif self._pressed is not None:
            way = event.position() - self._pressed
            if self._moved is not None or way.manhattanLength() > _DRAG:
                self._moved = event.position()
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what is in the rectangle, or the design that was clicked."""
        pressed, moved = self._pressed, self._moved
        self._pressed = self._moved = self._panned = None
        self.update()
        if pressed is None or self._figure is None or event.button() != _Button.LeftButton:
            return
        adding = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        is_added = bool(event.modifiers() & adding)
        if moved is not None:
            ends = (self._view.to_share(pressed), self._view.to_share(moved))
            box = QRectF(*ends).normalized()
            found = self._figure.inside(box.left(), box.top(), box.right(), box.bottom())
            self.picked.emit(found, is_added)
            return
        hit = self._hit(event.position())
        if hit is not None or not is_added:
            self.picked.emit([] if hit is None else [hit], is_added)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the design."""
        hit = self._hit(event.position())
        if hit is not None:
            self.opened.emit(hit)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        if self._figure is not None and event.angleDelta().y():
            self.zoom_by(event.angleDelta().y() / _NOTCH, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, move, or select nothing."""
        key = Qt.Key(event.key())
        if key in (_Key.Key_Plus, _Key.Key_Equal):
            self.zoom_by(1)
        elif key == _Key.Key_Minus:
            self.zoom_by(-1)
        elif key == _Key.Key_0:
            self.show_all()
        elif key in _MOVES:
            self._move(_MOVES[key])
        elif key == _Key.Key_Escape and self._selected:
            self.picked.emit([], False)
        elif key in (_Key.Key_Return, _Key.Key_Enter) and len(self._selected) == 1:
            self.opened.emit(next(iter(self._selected)))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell which design lies under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self._hit(QPointF(event.pos()))
            if hit is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(hit), self)
            return True
        return bool(super().event(event))

    def _hit(self, point: QPointF) -> str | None:
        if self._figure is None:
            return None
        target, share = self._view.target, self._view.to_share(point)
        reach = (_REACH / target.width(), _REACH / target.height())
        return self._figure.nearest(share.x(), share.y(), reach)

    def _move(self, way: QPointF) -> None:
        self._view.move(way)
        self.update()

    def _paint_rings(self, painter: QPainter) -> None:
        if self._figure is None or not self._selected:
            return
        target = self._view.target
        marks = self._figure.marks_of(self._selected)
        corner, size = (target.x(), target.y()), (target.width(), target.height())
        pixels = marks * np.array(size) + np.array(corner)
        place = self._view.place
        seen = (pixels >= (place.left(), place.top())) & (pixels <= (place.right(), place.bottom()))
        # In a pair plot thousands of marks lie on each other; one ring is as good as ten.
        for x, y in np.unique(np.round(pixels[seen.all(axis=1)] / _RASTER), axis=0) * _RASTER:
            painter.drawPixmap(QPointF(x - _RING_SIZE / 2, y - _RING_SIZE / 2), self._ring())

    def _ring(self) -> QPixmap:
        """Return a ring in the colours of the palette: a drawn one is far slower than a stamp."""
        ground, ink = self.palette().base().color(), self.palette().highlight().color()
        ratio = self.devicePixelRatio()
        key = (ground.rgb(), ink.rgb(), ratio)
        if self._stamp_key != key:
            self._stamp_key = key
            self._stamp = QPixmap(round(_RING_SIZE * ratio), round(_RING_SIZE * ratio))
            self._stamp.setDevicePixelRatio(ratio)
            self._stamp.fill(Qt.GlobalColor.transparent)
            stamper = QPainter(self._stamp)
            stamper.setRenderHint(QPainter.RenderHint.Antialiasing)
            # A ring of the ground's colour around it is seen on every surface.
            for colour, width in ((ground, 4.0), (ink, 2.0)):
                stamper.setPen(QPen(colour, width))
                stamper.drawEllipse(QPointF(_RING_SIZE / 2, _RING_SIZE / 2), _RING, _RING)
            stamper.end()
        return self._stamp
