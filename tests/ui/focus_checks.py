"""Whether the keyboard reaches everything, is seen where it is, and everything has a name."""

from __future__ import annotations

from contrast_checks import contrasts
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)
from widget_finder import Picture, describe, picture, visible

_LEAST_FOCUS_CONTRAST = 3.0
_LEAST_FOCUS_PIXELS = 16


def focus_stops(window: QWidget) -> list[QWidget]:
    """Return what the Tab key stops at."""
    return [
        widget
        for widget in visible(window)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def unseen_focus(window: QWidget) -> list[str]:
    """Name focusable widgets that look the same with and without the focus.

    The window has to be the active one. The inside of text fields is left out, since a cursor
    that blinks or a selected text does not show from afar where the focus is.
    """
    wrong = []
    for widget in focus_stops(window):
        _focus_on(None, window)
        before = picture(widget)
        _focus_on(widget, window)
        after = picture(widget)
        if QApplication.focusWidget() is not widget:
            wrong.append(f"{describe(widget)} does not take the focus")
        elif _changed_pixels(widget, before, after) < _LEAST_FOCUS_PIXELS:
            wrong.append(f"{describe(widget)} does not show the focus")
    return wrong


def _focus_on(widget: QWidget | None, window: QWidget) -> None:
    if widget is None:
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
    else:
        widget.setFocus(Qt.FocusReason.TabFocusReason)


def _changed_pixels(widget: QWidget, before: Picture, after: Picture) -> int:
    """Count the pixels whose contrast before and after is at least 3:1."""
    first, second = before.pixels.copy(), after.pixels.copy()
    if isinstance(widget, QLineEdit | QAbstractSpinBox):
        inner = widget.rect().adjusted(3, 3, -3, -3)
        for shot in (first, second):
            Picture(shot, before.scale).part(inner)[:] = 0
    found = contrasts(first, second)
    return sum(count for ratio, count in found if ratio >= _LEAST_FOCUS_CONTRAST)


def nameless(window: QWidget) -> list[str]:
    """Name widgets that assistive technology could not tell what they are."""
    wrong = []
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or isinstance(widget, QLabel):
            continue
        can_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        is_inner = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        needs_one = (can_focus or isinstance(widget, QAbstractButton)) and not is_inner
        if needs_one and not (widget.accessibleName() or text) and not _is_of_qt(widget):
            wrong.append(describe(widget))
    return wrong


def _is_of_qt(widget: QWidget) -> bool:
    """Whether Qt made the widget itself, as a part of another one."""
    name = widget.objectName()
    if name.startswith("qt_"):
        return True
    parent = widget.parentWidget()
    is_part = isinstance(parent, QAbstractScrollArea | QTabBar | QDockWidget | QLineEdit)
    return (
        is_part
        and type(widget).__module__.startswith("PySide6")
        and not isinstance(widget, QCheckBox | QLineEdit)
    )
