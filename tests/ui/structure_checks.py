"""What can be told from a window without knowing what it should look like.

Each function returns sentences about what is wrong, so that a test can say ``assert not
clipped_texts(window)``. The window has to be shown and laid out.
"""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtGui import QFontMetrics, Qt, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QFormLayout,
    QFrame,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QSplitter,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)
from widget_finder import describe, picture, place, visible

_LEAST_AREA = 40
_TALLEST_ROW = 45


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
def blank_regions(window: QWidget) -> list[str]:
    """Name docks, cards, lists and views that show one colour only."""
    shot = picture(window)
    wrong = []
    for widget in visible(window):
        is_card = isinstance(widget, QFrame) and widget.objectName() == "card"
        if not (is_card or isinstance(widget, QDockWidget | QAbstractItemView | QTabBar)):
            continue
        if min(widget.width(), widget.height()) < _LEAST_AREA:
            continue
        area = place(widget, window).adjusted(3, 3, -3, -3).intersected(window.rect())
        if len(np.unique(shot.part(area))) < 2:
            wrong.append(f"{describe(widget)} is blank")
    return wrong


# ---------------------------------------------------------------- out of line
def uneven_rows(window: QWidget) -> list[str]:
    """Name rows of forms whose label does not stand in the middle of a field of one line."""
    wrong = []
    for widget in (window, *visible(window)):
        for form in _forms(widget.layout()):
            for row in range(form.rowCount()):
                label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
                field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
                if label is None or field is None or not form.isRowVisible(row):
                    continue
                beside = label.geometry(), field.geometry()
                off = abs(beside[0].center().y() - beside[1].center().y())
                if beside[1].height() <= _TALLEST_ROW and off > 1:
                    wrong.append(f"{describe(label.widget())} is {off} pixels off its field")
    return wrong


def _forms(layout: object) -> list[QFormLayout]:
    """Return a layout and those inside it that are forms."""
    if isinstance(layout, QFormLayout):
        return [layout]
    count = getattr(layout, "count", lambda: 0)()
    items = [layout.itemAt(number) for number in range(count)]  # type: ignore[attr-defined]
    return [form for item in items if item is not None for form in _forms(item.layout())]


def narrow_tables(window: QWidget) -> list[str]:
    """Name tables whose columns leave a strip without any at the right."""
    wrong = []
    for table in visible(window, QTableView):
        assert isinstance(table, QTableView)
        spare = table.viewport().width() - table.horizontalHeader().length()
        if table.horizontalHeader().stretchLastSection() and spare > 1:
            wrong.append(f"{describe(table)} has {spare} pixels without a column")
    return wrong


def problems(window: QWidget) -> list[str]:
    """Return everything that the checks of structure find; contrast and focus apart."""
    return [
        *clipped_texts(window),
        *outside_of_parents(window),
        *overlapping_siblings(window),
        *blank_regions(window),
        *uneven_rows(window),
        *narrow_tables(window),
    ]
