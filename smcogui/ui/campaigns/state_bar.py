"""How much of a campaign is done, running, failed and left, as one bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from smcogui.campaigns.progress import MemberState

if TYPE_CHECKING:
    from collections.abc import Mapping

_Role = QPalette.ColorRole
_LOOKS: Final = (
    (MemberState.DONE, _Role.Highlight, Qt.BrushStyle.SolidPattern),
    (MemberState.RUNNING, _Role.Highlight, Qt.BrushStyle.Dense4Pattern),
    (MemberState.FAILED, _Role.BrightText, Qt.BrushStyle.BDiagPattern),
)
"""Patterns tell the parts apart without colours; what is left is the ground."""
_LEAST_PX: Final = 3.0


class StateBar(QWidget):
    """A bar of four parts; what they are stands in the text beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[MemberState, int] = {}
        self.setAccessibleName("Share of the designs that are done")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Mapping[MemberState, int]) -> None:
        """Show how many designs stand where."""
        if self._counts != counts:
            self._counts = dict(counts)
            # Most people have no cluster.
            told = [(s, n) for s, n in counts.items() if n or s is not MemberState.SUBMITTED]
            words = ", ".join(f"{count} {state.value}" for state, count in told)
            self.setAccessibleDescription(words)
            self.setToolTip(words)
            self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(300, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts, those that are not empty wide enough to be seen."""
        super().paintEvent(event)
        painter, palette = QPainter(self), self.palette()
        room = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(room, palette.base())
        total, left = sum(self._counts.values()), room.left()
        for state, role, style in _LOOKS:
            count = self._counts.get(state, 0)
            if count:
                width = max(_LEAST_PX, room.width() * count / total)
                part = QRectF(left, room.top(), min(width, room.right() - left), room.height())
                painter.fillRect(part, QBrush(palette.color(role), style))
                left = part.right()
        painter.setPen(palette.mid().color())
        painter.drawRect(room)
