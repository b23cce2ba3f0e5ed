"""Where a block is cut open: an axis and a place along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from smcogui.rendering.content import AXES
from smcogui.ui.widgets.number_box import ChoiceBox
from smcogui.units import decimal_text

if TYPE_CHECKING:
    from smcogui.rendering.content import Axis, Vector

_STEPS: Final = 100


class CutBar(QWidget):
    """Chooses a cutting plane; what lies beyond it is left out of the picture.

    Signals
    -------
    changed : Signal(bool)
        The plane was moved; true while the slider is held.
    """

    changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box_nm: Vector = (1.0, 1.0, 1.0)
        self._axis = ChoiceBox(
            (("Whole", None), *((f"Cut along {axis}", axis) for axis in AXES)),
        )
        self._axis.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._axis.setAccessibleName("Cutting plane")
        self._axis.setToolTip("Leave out what lies beyond a plane, to look inside.")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, _STEPS)
        self.slider.setValue(_STEPS // 2)
        self.slider.setAccessibleName("Place of the cutting plane")
        self._place = QLabel()
        self._place.setProperty("role", "muted")
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance("x < −100.0 nm"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._axis)
        row.addWidget(self.slider, 100)
        row.addWidget(self._place)
        row.addStretch(1)
        self._axis.activated.connect(lambda _index: self._moved())
        self.slider.valueChanged.connect(lambda _value: self._moved())
        self.slider.sliderReleased.connect(self._moved)
        self._show_place()

    @property
    def axis(self) -> Axis | None:
        """The axis that is cut, or None."""
        axis = self._axis.value()
        return next((each for each in AXES if each == axis), None)

    @property
    def at(self) -> float:
        """Place of the plane, 0 to 1 of the block's edge."""
        return self.slider.value() / _STEPS

    def set_axis(self, axis: Axis | None) -> None:
        """Choose an axis, as the user does."""
        self._axis.set_value(axis)
        self._moved()

    def set_box(self, box_nm: Vector) -> None:
        """Tell the size of the block, for the place in nm."""
        self._box_nm = box_nm
        self._show_place()

    def _moved(self) -> None:
        self._show_place()
        self.changed.emit(self.slider.isSliderDown())

    def _show_place(self) -> None:
        axis = self.axis
        self.slider.setVisible(axis is not None)
        self._place.setVisible(axis is not None)
        if axis is None:
            return
        edge = self._box_nm[AXES.index(axis)]
        # As everywhere, x and y count from the middle and z from the lower face.
        place = self.at * edge - (0.0 if axis == "z" else edge / 2)
        text = f"{axis} < {decimal_text(place, 1)} nm"
        self._place.setText(text)
        self.slider.setToolTip(f"Shown is {text}.")
