"""Whether texts stand out from their ground, measured on what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QTabBar,
    QWidget,
)
from widget_finder import Pixels, describe, picture, place, visible

LEAST_CONTRAST = 4.5
LEAST_CONTRAST_DISABLED = 3.0
_LEAST_TEXT_PIXELS = 4


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrasts(first: Pixels, second: Pixels) -> list[tuple[float, int]]:
    """Return each contrast between pixels that differ, and how many pixels have it."""
    changed = first != second
    pairs = np.stack((first[changed], second[changed]), axis=1)
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    return [
        (contrast(QColor(int(old)), QColor(int(new))), int(count))
        for (old, new), count in zip(found, counts, strict=True)
    ]


def poor_contrast(window: QWidget) -> list[str]:
    """Name texts that stand out from their ground by less than 4.5:1, disabled ones by 3:1.

    Labels, buttons, boxes and tabs are drawn with and without their text: what differs is the
    text. In lists and headers the ground is the colour that a cell has most of.
    """
    with_text = picture(window)
    with _blanked(window) as blanked:
        without = picture(window)
    wrong = []
    for widget in blanked:
        area = place(widget, window).intersected(window.rect())
        shown = widget.visibleRegion().boundingRect().translated(area.topLeft())
        seen = area.intersected(shown)
        ratio = _text_contrast(with_text.part(seen), without.part(seen))
        least = LEAST_CONTRAST if widget.isEnabled() else LEAST_CONTRAST_DISABLED
        if ratio is not None and ratio < least:
            wrong.append(f"{describe(widget)} has a contrast of {ratio:.2f}")
    for name, area, is_enabled in _cells(window):
        ratio = _cell_contrast(with_text.part(area))
        least = LEAST_CONTRAST if is_enabled else LEAST_CONTRAST_DISABLED
        if ratio is not None and ratio < least:
            wrong.append(f"{name} has a contrast of {ratio:.2f}")
    return wrong


def _text_contrast(with_text: Pixels, without: Pixels) -> float | None:
    found = contrasts(with_text, without)
    # The fullest pixel of a letter has the text's own colour; the others are its soft edges.
    is_text = sum(count for _, count in found) >= _LEAST_TEXT_PIXELS
    return max(ratio for ratio, _ in found) if is_text else None


def _cell_contrast(cell: Pixels) -> float | None:
    found, counts = np.unique(cell, return_counts=True)
    if len(found) < 2:
        return None
    ground = QColor(int(found[counts.argmax()]))
    return max(contrast(ground, QColor(int(pixel))) for pixel in found)


def _cells(window: QWidget) -> Iterator[tuple[str, QRect, bool]]:
    """Yield the cells of lists that hold text and are on show as a whole."""
    for view in visible(window, QAbstractItemView):
        assert isinstance(view, QAbstractItemView)
        if isinstance(view, QHeaderView) or view.model() is None:
            continue
        corner = view.viewport().mapTo(window, QPoint(0, 0))
        root = view.rootIndex()
        # The view itself may reach beyond what is scrolled into sight.
        inside = view.viewport().visibleRegion().boundingRect()
        columns = 1 if isinstance(view, QListView) else view.model().columnCount(root)
        for row in range(view.model().rowCount(root)):
            for column in range(columns):
                index = view.model().index(row, column, root)
                rect = view.visualRect(index)
                # Of a cell that is cut by the edge of the view the text may not be on show.
                if inside.contains(rect) and index.data():
                    is_enabled = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
                    brush = index.data(Qt.ItemDataRole.ForegroundRole)
                    yield (
                        f"{describe(view)}, “{index.data()}”",
                        rect.adjusted(2, 2, -2, -2).translated(corner),
                        is_enabled and brush is None and view.isEnabled(),
                    )


@contextmanager
def _blanked(window: QWidget) -> Iterator[list[QWidget]]:
    """Take the texts out of all widgets for a moment, without telling anybody."""
    restore: list[Callable[[], None]] = []
    widgets: list[QWidget] = []
    for widget in list(visible(window)):
        undo = _blank(widget)
        if undo is not None:
            widgets.append(widget)
            restore.append(undo)
    try:
        yield widgets
    finally:
        for undo in restore:
            undo()


def _blank(widget: QWidget) -> Callable[[], None] | None:
    """Take the text out of a widget and return what puts it back."""
    if isinstance(widget, QTabBar):
        texts = [widget.tabText(number) for number in range(widget.count())]
        widths = widget.size()
        for number, _ in enumerate(texts):
            widget.setTabText(number, " " * len(texts[number]))
        widget.resize(widths)
        return lambda: [widget.setTabText(n, text) for n, text in enumerate(texts)] and None
    if isinstance(widget, QComboBox):
        number, text = widget.currentIndex(), widget.currentText()
        if number < 0 or not text:
            return None
        return _blank_by(widget, lambda new: widget.setItemText(number, new), text)
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        text = widget.text()
        return _blank_by(widget, widget.setText, text) if text else None
    return None


def _blank_by(widget: QWidget, put: Callable[[str], None], text: str) -> Callable[[], None]:
    def quietly(new: str) -> None:
        before = widget.blockSignals(True)
        put(new)
        widget.blockSignals(before)

    quietly(" ")
    return lambda: quietly(text)
