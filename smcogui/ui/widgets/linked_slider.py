"""A slider and a spin box that hold one number."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QStyle, QWidget

from smcogui.ui.widgets.ghost_mark import GhostMark
from smcogui.ui.widgets.number_box import NumberBox

_HEIGHT: Final = 36


class RangeSlider(QSlider):
    """A horizontal slider with two marks below it: the range that literature covers.

    A third mark, above it, is where it stood in the design that the current one is compared with.
    """

    def __init__(self, marks: tuple[int, int] | None, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._marks = marks
        self._ghost: int | None = None
        self._ghost_mark = GhostMark(self, self._place_ghost, at_top=True)
        self.setMinimumWidth(90)
        # Room for the old value above the groove, kept free so that nothing jumps.
        self.setMinimumHeight(_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider and the two marks."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().placeholderText().color(), 1.5))
        middle = self.height() // 2
        for mark in self._marks or ():
            x = self._x(mark)
            painter.drawLine(QPoint(x, middle + 6), QPoint(x, middle + 10))
        if self._ghost is not None:
            x = self._x(self._ghost)
            painter.drawLine(QPoint(x, middle - 7), QPoint(x, middle - 3))
        painter.end()

    def show_ghost(self, value: int | None, text: str = "") -> None:
        """Mark where it stood, with the old value beside the mark; None takes the mark away."""
        self._ghost = value
        self._ghost_mark.show_old(text)
        self.update()

    def _x(self, value: int) -> int:
        span = self.width() - 14
        return 7 + QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), value, span)

    def _place_ghost(self, _control: QWidget, mark: QLabel) -> int:
        middle = self._x(self._ghost or 0)
        return max(0, min(middle - mark.width() // 2, self.width() - mark.width()))


class LinkedSlider(QWidget):
    """One number, moved by a slider over the usual range or typed into a box over all of it.

    Signals
    -------
    changed : Signal(float)
        The number changed by the user; while the slider moves, many times.
    settled : Signal()
        The slider was released.
    """

    changed = Signal(float)
    settled = Signal()

    def __init__(
        self,
        *,
        name: str,
        limits: tuple[float, float],
        usual: tuple[float, float],
        unit: str,
        step: float = 0.5,
        literature: tuple[float, float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step = step
        self._usual = usual
        self.setAccessibleName(name)
        marks = None
        if literature is not None:
            marks = (self._tick(literature[0]), self._tick(literature[1]))
        self.slider = RangeSlider(marks, self)
        self.slider.setRange(self._tick(usual[0]), self._tick(usual[1]))
        self.slider.setAccessibleName(f"{name}, slider")
        self.slider.setPageStep(max(1, (self._tick(usual[1]) - self._tick(usual[0])) // 10))
        self.box = NumberBox(minimum=limits[0], maximum=limits[1], step=step, unit=unit)
        self.box.setAccessibleName(name)
        self.box.setFixedWidth(92)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.addWidget(self.slider, 0, 0)
        layout.addWidget(self.box, 0, 1)
        self.slider.valueChanged.connect(self._slider_moved)
        self.slider.sliderReleased.connect(self.settled)
        self.box.valueChanged.connect(self._box_changed)

    def value(self) -> float:
        """Return the number."""
        return self.box.value()

    def set_value(self, value: float) -> None:
        """Show a number without telling anybody."""
        for widget in (self.box, self.slider):
            widget.blockSignals(True)
        self.box.setValue(value)
        self.slider.setValue(self._tick(value))
        for widget in (self.box, self.slider):
            widget.blockSignals(False)

    def show_ghost(self, value: float | None) -> None:
        """Mark the number of the design that this one is compared with; None for no mark."""
        if value is None:
            self.slider.show_ghost(None)
        else:
            self.slider.show_ghost(self._tick(value), f"was {self.box.text_of(value)}")

    def is_dragging(self) -> bool:
        """Whether the slider is being held."""
        return self.slider.isSliderDown()

    def _tick(self, value: float) -> int:
        return round(value / self._step)

    def _slider_moved(self, tick: int) -> None:
        value = round(tick * self._step, 9)
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        self.changed.emit(self.box.value())

    def _box_changed(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(self._tick(value))
        self.slider.blockSignals(False)
        self.changed.emit(value)
