"""What can be told from a window without knowing what it should look like.

Each function returns sentences about what is wrong, so that a test can say ``assert not
clipped_texts(window)``. The window has to be shown and laid out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QSplitter,
    QTabBar,
    QToolButton,
    QWidget,
)

LEAST_CONTRAST = 4.5
LEAST_CONTRAST_DISABLED = 3.0
_LEAST_FOCUS_CONTRAST = 3.0
_LEAST_AREA = 40
_LEAST_TEXT_PIXELS = 4


# ---------------------------------------------------------------- helpers
def describe(widget: QWidget) -> str:
    """Return what a reader of a failed test needs to find a widget."""
    text = getattr(widget, "text", lambda: "")()
    name = widget.accessibleName() or widget.objectName() or str(text)[:40]
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


def picture(window: QWidget) -> QImage:
    """Return the window as it looks."""
    return window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


# ---------------------------------------------------------------- clipped
def clipped_texts(window: QWidget) -> list[str]:
    """Name labels, buttons and boxes whose text needs more room than they have."""
    wrong = []
    for widget in visible(window):
        need = _needed(widget)
        if need and (widget.width() < need[0] or widget.height() < need[1]):
            wrong.append(
                f"{describe(widget)} has {widget.width()}×{widget.height()}, "
                f"needs {need[0]}×{need[1]}"
            )
    return wrong


def _needed(widget: QWidget) -> tuple[int, int] | None:
    """Return the least width and height of the text of a widget; None where it has none."""
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel):
        return _needed_by_label(widget)
    if isinstance(widget, QToolButton):
        if widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly or not widget.text():
            return None
        return _text_size(metrics, widget.text())
    if isinstance(widget, QAbstractButton):
        return _text_size(metrics, widget.text()) if widget.text() else None
    if isinstance(widget, QAbstractSpinBox):
        return metrics.horizontalAdvance(widget.text()) + 6, metrics.height()
    if isinstance(widget, QComboBox):
        if widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored:
            # Made to be cut; the whole text is in its list.
            return None
        return metrics.horizontalAdvance(widget.currentText()) + 20, metrics.height()
    if isinstance(widget, QProgressBar):
        return metrics.horizontalAdvance(widget.text()), metrics.height()
    return None


def _needed_by_label(label: QLabel) -> tuple[int, int] | None:
    if not label.text() or label.pixmap().width():
        return None
    if label.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored:
        # Made to be cut; then the whole text has to be at hand.
        return None if label.toolTip() or len(label.text()) < 60 else label.sizeHint().toTuple()
    if label.wordWrap():
        # A word that is longer than the line would be cut; the height follows from the width.
        return 0, label.heightForWidth(label.width()) - 1
    if Qt.mightBeRichText(label.text()):
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setHtml(label.text())
        return int(
            document.idealWidth() - 2 * document.documentMargin()
        ), label.fontMetrics().height()
    return _text_size(label.fontMetrics(), label.text())


def _text_size(metrics: QFontMetrics, text: str) -> tuple[int, int]:
    lines = re.sub(r"&(?=\w)", "", text).split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines)
    # Ascent alone: what hangs below the line may use the padding.
    return width, metrics.ascent() * len(lines)


def outside_of_parents(window: QWidget) -> list[str]:
    """Name widgets that reach beyond what surrounds them and cannot be scrolled into view."""
    wrong = []
    for widget in visible(window):
        parent = widget.parentWidget()
        if parent is None or parent.layout() is None or widget.isWindow():
            continue
        if parent.layout().indexOf(widget) < 0:
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            wrong.append(
                f"{describe(widget)} at {widget.geometry().getRect()} reaches beyond "
                f"{parent.width()}×{parent.height()}"
            )
    return wrong


# ---------------------------------------------------------------- overlapping
def overlapping_siblings(window: QWidget) -> list[str]:
    """Name pairs of widgets of one layout that lie over each other."""
    wrong = []
    for parent in (window, *visible(window)):
        layout = parent.layout()
        if layout is None or isinstance(parent, QSplitter):
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget) and child.isVisible() and _is_in(layout, child)
        ]
        for number, first in enumerate(children):
            for second in children[number + 1 :]:
                common = first.geometry().intersected(second.geometry())
                if common.width() > 1 and common.height() > 1:
                    wrong.append(f"{describe(first)} lies over {describe(second)}: {common}")
    return wrong


def _is_in(layout: object, child: QWidget) -> bool:
    """Whether a layout, or one inside it, places a widget."""
    count = getattr(layout, "count", lambda: 0)()
    for number in range(count):
        item = layout.itemAt(number)  # type: ignore[attr-defined]
        if item is None:
            continue
        if item.widget() is child:
            return True
        if item.layout() is not None and _is_in(item.layout(), child):
            return True
    return False


# ---------------------------------------------------------------- blank
def blank_regions(window: QWidget, image: QImage | None = None) -> list[str]:
    """Name docks, cards, lists and views that show one colour only."""
    shot = picture(window) if image is None else image
    scale = shot.devicePixelRatio()
    wrong = []
    for widget in visible(window):
        is_card = isinstance(widget, QFrame) and widget.objectName() == "card"
        if not (is_card or isinstance(widget, QDockWidget | QAbstractItemView | QTabBar)):
            continue
        if min(widget.width(), widget.height()) < _LEAST_AREA:
            continue
        area = place(widget, window).adjusted(3, 3, -3, -3).intersected(window.rect())
        if len(_colours(shot, area, scale, step=2)) < 2:
            wrong.append(f"{describe(widget)} is blank")
    return wrong


def _colours(image: QImage, area: QRect, scale: float, step: int = 1) -> Counter[int]:
    found: Counter[int] = Counter()
    left, top, right, bottom = (round(v * scale) for v in area.getCoords())
    for y in range(max(top, 0), min(bottom + 1, image.height()), step):
        for x in range(max(left, 0), min(right + 1, image.width()), step):
            found[image.pixel(x, y)] += 1
    return found


# ---------------------------------------------------------------- contrast
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
        ratio = _text_contrast(with_text, without, area.intersected(shown))
        least = LEAST_CONTRAST if widget.isEnabled() else LEAST_CONTRAST_DISABLED
        if ratio is not None and ratio < least:
            wrong.append(f"{describe(widget)} has a contrast of {ratio:.2f}")
    for name, area, is_enabled in _cells(window):
        ratio = _cell_contrast(with_text, area)
        least = LEAST_CONTRAST if is_enabled else LEAST_CONTRAST_DISABLED
        if ratio is not None and ratio < least:
            wrong.append(f"{name} has a contrast of {ratio:.2f}")
    return wrong


def _text_contrast(with_text: QImage, without: QImage, area: QRect) -> float | None:
    scale = with_text.devicePixelRatio()
    left, top, right, bottom = (round(v * scale) for v in area.getCoords())
    ratios: dict[tuple[int, int], float] = {}
    count = 0
    for y in range(max(top, 0), min(bottom + 1, with_text.height())):
        for x in range(max(left, 0), min(right + 1, with_text.width())):
            pair = (with_text.pixel(x, y), without.pixel(x, y))
            if pair[0] != pair[1]:
                count += 1
                if pair not in ratios:
                    ratios[pair] = contrast(QColor(pair[0]), QColor(pair[1]))
    # The fullest pixel of a letter has the text's own colour; the others are its soft edges.
    return max(ratios.values()) if count >= _LEAST_TEXT_PIXELS else None


def _cell_contrast(image: QImage, area: QRect) -> float | None:
    found = _colours(image, area, image.devicePixelRatio())
    if len(found) < 2:
        return None
    ground = QColor(found.most_common(1)[0][0])
    return max(contrast(ground, QColor(pixel)) for pixel in found)


def _cells(window: QWidget) -> Iterator[tuple[str, QRect, bool]]:
    """Yield the visible cells of lists and the sections of headers that hold text."""
    for view in visible(window, QAbstractItemView):
        assert isinstance(view, QAbstractItemView)
        if isinstance(view, QHeaderView) or view.model() is None:
            continue
        corner = view.viewport().mapTo(window, QPoint(0, 0))
        inside = view.viewport().rect()
        for row in range(view.model().rowCount()):
            for column in range(view.model().columnCount()):
                index = view.model().index(row, column)
                rect = view.visualRect(index).intersected(inside)
                if rect.width() > 12 and rect.height() > 12 and index.data():
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


# ---------------------------------------------------------------- focus and names
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
        elif _changed_pixels(widget, before, after) < 16:
            wrong.append(f"{describe(widget)} does not show the focus")
    return wrong


def _focus_on(widget: QWidget | None, window: QWidget) -> None:
    if widget is None:
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
    else:
        widget.setFocus(Qt.FocusReason.TabFocusReason)


def _changed_pixels(widget: QWidget, before: QImage, after: QImage) -> int:
    """Count the pixels whose contrast before and after is at least 3:1."""
    inner = QRect()
    if isinstance(widget, QLineEdit | QAbstractSpinBox):
        inner = widget.rect().adjusted(3, 3, -3, -3)
    count = 0
    for y in range(min(before.height(), after.height())):
        for x in range(min(before.width(), after.width())):
            if inner.contains(x, y) or before.pixel(x, y) == after.pixel(x, y):
                continue
            if (
                contrast(QColor(before.pixel(x, y)), QColor(after.pixel(x, y)))
                >= _LEAST_FOCUS_CONTRAST
            ):
                count += 1
    return count


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


def problems(window: QWidget) -> list[str]:
    """Return everything that the checks of structure find; contrast and focus apart."""
    return [
        *clipped_texts(window),
        *outside_of_parents(window),
        *overlapping_siblings(window),
        *blank_regions(window),
    ]
