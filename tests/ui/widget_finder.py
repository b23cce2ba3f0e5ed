"""Finding, naming and photographing the widgets of a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

Pixels = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A window as it looks.

    Parameters
    ----------
    pixels : ndarray of uint32, shape (height, width)
        0xffRRGGBB each.
    scale : float
        Pixels per unit of length of the window.
    """

    pixels: Pixels
    scale: float

    def part(self, area: QRect) -> Pixels:
        """Return the pixels of a part of the window; empty where it lies outside."""
        left, top, right, bottom = (round(edge * self.scale) for edge in area.getCoords())
        return self.pixels[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)]


def describe(widget: QWidget) -> str:
    """Return what a reader of a failed test needs to find a widget."""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    name = widget.accessibleName() or widget.objectName() or text[:40]
    parent = widget.parentWidget()
    inside = "" if parent is None else f" in {type(parent).__name__} {parent.objectName()}"
    return f"{type(widget).__name__} “{name}”{inside}"


def visible(window: QWidget, kind: type = QWidget) -> Iterator[QWidget]:
    """Yield the widgets of a kind of which some pixels are shown."""
    for widget in window.findChildren(kind):
        if (
            isinstance(widget, QWidget)
            and widget.window() is window
            and widget.isVisible()
            and not widget.visibleRegion().isEmpty()
        ):
            yield widget


def place(widget: QWidget, window: QWidget) -> QRect:
    """Return where a widget lies in its window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def picture(window: QWidget) -> Picture:
    """Return a window as it looks."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), dtype=np.uint32)
    rows = flat.reshape(image.height(), image.bytesPerLine() // 4)
    return Picture(rows[:, : image.width()].copy(), image.devicePixelRatio())
