"""A table cell with a bar below its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

_BAR_HEIGHT: Final = 4.0
_MARGIN: Final = 6.0


class ProgressCell(QStyledItemDelegate):
    """Paints the share (sorted by, 0 to 1; below 0 is not known) as a bar, and the text over it.

    The text stands above the bar, not on it: it stays readable in every theme.
    """

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the cell."""
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        text, shown.text = shown.text, ""
        style = shown.widget.style() if shown.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        share = index.data(Qt.ItemDataRole.UserRole)
        # The view's own palette has the pale colour of its selection as highlight.
        palette = QApplication.palette()
        room = QRectF(shown.rect).adjusted(_MARGIN, 1, -_MARGIN, -3)
        bar = QRectF(room.left(), room.bottom() - _BAR_HEIGHT, room.width(), _BAR_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.text().color())
        painter.drawText(
            room.adjusted(0, 0, 0, -_BAR_HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), text
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mid())
        painter.drawRoundedRect(bar, 2, 2)
        if isinstance(share, float) and share > 0:
            bar.setWidth(bar.width() * min(share, 1.0))
            painter.setBrush(palette.highlight())
            painter.drawRoundedRect(bar, 2, 2)
        painter.restore()
