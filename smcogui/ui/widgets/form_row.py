"""Rows of forms: a label at the height of the letters beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QLabel, QLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout

_MOST_LINES: Final = 3


def add_row(
    form: QFormLayout,
    text: str,
    field: QWidget | QLayout,
    *,
    buddy: QWidget | None = None,
    row: int = -1,
) -> QLabel:
    """Add a row, or insert it, and return its label.

    Parameters
    ----------
    form : QFormLayout
    text : str
        Of the label; the letter behind ``&`` gives the keyboard to the buddy.
    field : QWidget or QLayout
        A layout holds widgets in a row.
    buddy : QWidget, optional
        The field itself by default, where it is a widget.
    row : int, optional
        Where the row is inserted; below all others by default.
    """
    label = QLabel(text)
    if buddy is None and isinstance(field, QWidget):
        buddy = field
    if buddy is not None:
        label.setBuddy(buddy)
    height = _height(field)
    # A form would centre it only beside a field that is hardly taller than its letters.
    if height <= _MOST_LINES * label.fontMetrics().height():
        label.setMinimumHeight(height)
    form.insertRow(form.rowCount() if row < 0 else row, label, field)
    return label


def _height(field: QWidget | QLayout) -> int:
    """Return the height of a field as the style sheet will have it."""
    if isinstance(field, QLayout):
        items = [field.itemAt(number) for number in range(field.count())]
        widgets = [item.widget() for item in items if item is not None]
        return max((_height(each) for each in widgets if each is not None), default=0)
    for widget in (*field.findChildren(QWidget), field):
        widget.ensurePolished()
        widget.updateGeometry()
    return max(field.sizeHint().height(), field.minimumHeight())
