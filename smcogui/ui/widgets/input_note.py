"""An explanation right below the input that was refused."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QWidget

_WIDTH = 300
_GAP = 3


class InputNote(QLabel):
    """A sentence that lies over what stands below its input and scrolls with it.

    Parameters
    ----------
    owner : QWidget
        The input that it explains.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = self._canvas = owner
        self.setProperty("banner", "error")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(6)
        self.hide()

    def explain(self, message: str) -> None:
        """Show a sentence; an empty one hides the note."""
        self.setText(f"✖  {message}" if message else "")
        if not message:
            self.hide()
            return
        canvas = _canvas(self._owner)
        if canvas is not self._canvas:
            self._canvas.removeEventFilter(self)
            self._canvas = canvas
            self.setParent(canvas)
            canvas.installEventFilter(self)
        width = min(_WIDTH, canvas.width())
        self.resize(width, self.heightForWidth(width))
        self._follow()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below the input when what is around it is laid out anew."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize) and self.isVisible():
            QTimer.singleShot(0, self, self._follow)
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        self.move(self._place(self._canvas))

    def _place(self, canvas: QWidget) -> QPoint:
        """Return the place below the input, or above it where there is no room below."""
        corner = self._owner.mapTo(canvas, QPoint(0, self._owner.height() + _GAP))
        if corner.y() + self.height() > canvas.visibleRegion().boundingRect().bottom():
            corner.setY(self._owner.mapTo(canvas, QPoint(0, 0)).y() - self.height() - _GAP)
        return QPoint(max(0, min(corner.x(), canvas.width() - self.width())), max(0, corner.y()))


def _canvas(owner: QWidget) -> QWidget:
    """Return what scrolls around the input, or its window."""
    widget = owner
    while (parent := widget.parentWidget()) is not None and not widget.isWindow():
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return widget
        widget = parent
    return widget
