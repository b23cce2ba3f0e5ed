"""The figure as it will be, drawn in the background whenever something else is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from smcogui.ui.heavy_imports import load_figures

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.ui.run_bridge import RunBridge

_WAIT_MS: Final = 120
_MARGIN: Final = 12
_MM_PER_INCH: Final = 25.4
_DPI: Final = (50, 300)
_TOPIC: Final = "figure preview"


class FigurePreview(QFrame):
    """A picture on paper, drawn as large as its place allows.

    Signals
    -------
    drawn : Signal()
        The newest picture is shown.
    refused : Signal(str)
        Why there is none.
    """

    drawn = Signal()
    refused = Signal(str)

    def __init__(self, bridge: RunBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("Preview of the figure")
        self.setMinimumSize(240, 140)
        self._bridge = bridge
        self._picture = QPixmap()
        self._draw: Callable[[int], bytes] | None = None
        self._size_mm = (1.0, 1.0)
        self._is_busy = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._ask)

    @property
    def picture(self) -> QPixmap:
        """What is shown; a null picture where there is none."""
        return self._picture

    @property
    def is_busy(self) -> bool:
        """Whether another picture is on its way."""
        return self._is_busy

    def show_figure(self, draw: Callable[[int], bytes], width_mm: float, height_mm: float) -> None:
        """Draw a figure a moment later, unless another is wanted before.

        ``draw`` runs in a worker thread, takes the dots per inch and returns a PNG.
        """
        self._draw, self._size_mm = draw, (width_mm, height_mm)
        self._is_busy = True
        self._wait.start()
        self.update()

    def show_none(self) -> None:
        """Show no figure, as nothing can be drawn."""
        self._wait.stop()
        self._draw, self._is_busy, self._picture = None, False, QPixmap()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a figure of two columns."""
        return QSize(680, 460)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw again in the new size."""
        super().resizeEvent(event)
        if self._draw is not None:
            self.show_figure(self._draw, *self._size_mm)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture in the middle of a sheet of paper."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self._room()
        if self._picture.isNull():
            words = "Drawing the figure…" if self._is_busy else "Nothing to show."
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
            return
        size = self._picture.size() / self.devicePixelRatio()
        size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(room.topLeft(), size)
        place.moveCenter(room.center())
        painter.drawPixmap(place, self._picture)
        if self._is_busy:
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(room, Qt.AlignmentFlag.AlignBottom, "Drawing again…")

    def _room(self) -> QRect:
        return self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def _dpi(self) -> int:
        """Return the fineness at which the figure fills its place."""
        sides = zip((self._room().width(), self._room().height()), self._size_mm, strict=True)
        fitting = min(pixels / (mm / _MM_PER_INCH) for pixels, mm in sides)
        return round(min(max(fitting * self.devicePixelRatio(), _DPI[0]), _DPI[1]))

    def _ask(self) -> None:
        draw, dpi = self._draw, self._dpi()
        if draw is not None:
            self._bridge.ask_in_turn(
                _TOPIC,
                lambda: _drawn(draw, dpi),
                lambda content: self._show(draw, content),
                lambda error: self._refuse(draw, error),
            )

    def _show(self, draw: Callable[[int], bytes], content: bytes) -> None:
        if self._draw is None:
            return
        self._picture = QPixmap()
        self._picture.loadFromData(content)
        self._is_busy = draw is not self._draw
        self.update()
        self.drawn.emit()

    def _refuse(self, draw: Callable[[int], bytes], error: Exception) -> None:
        if draw is self._draw:
            self.show_none()
            self.refused.emit(str(error))


def _drawn(draw: Callable[[int], bytes], dpi: int) -> bytes:
    # In slices; drawing the first figure would load the library in one piece.
    load_figures()
    return draw(dpi)
