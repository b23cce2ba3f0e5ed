"""The value that a control had in the design it is compared with, in muted letters inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

_MARGIN: Final = 8
# The letters stand on the line of the control's tick, their own upper margin beyond its edge.
_ABOVE: Final = -2


class GhostMark(QLabel):
    """A small text that lies in the free part of a control and takes no clicks.

    Parameters
    ----------
    control : QWidget
    place : callable
        ``place(control, mark)`` is where the mark's left edge goes, in px.
    """

    def __init__(
        self, control: QWidget, place: Callable[[QWidget, QLabel], int], *, at_top: bool = False
    ) -> None:
        super().__init__(control)
        self._control, self._place, self._at_top = control, place, at_top
        self.setProperty("role", "ghost")
        # Qt leaves the children of a combo box out of the style sheet unless they have their own.
        self.setStyleSheet("QLabel { background: transparent; }")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        control.installEventFilter(self)

    def show_old(self, text: str) -> None:
        """Show the old value; an empty text where it is the current one."""
        self.setText(text)
        self.setVisible(bool(text))
        if text:
            self._move()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the control changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and self.text():
            self._move()
        return super().eventFilter(watched, event)

    def _move(self) -> None:
        self.adjustSize()
        y = _ABOVE if self._at_top else (self._control.height() - self.height()) // 2
        self.move(self._place(self._control, self), y)


def at_left(_control: QWidget, _mark: QLabel) -> int:
    """Return the left end of a control whose own text is at its right."""
    return _MARGIN


def at_right(control: QWidget, mark: QLabel) -> int:
    """Return the right end of a control whose own text is at its left, before its arrow."""
    arrow = 22
    return control.width() - mark.width() - _MARGIN - arrow
