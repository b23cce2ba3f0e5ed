"""Rows for the demagnetising correction: N as a number, or the shape of the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

from smcogui.data.importers import SampleShape, Shape
from smcogui.errors import InputError
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox
from smcogui.units import decimal_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFormLayout

NONE: Final = "none"
_SHAPES: Final = (
    ("None (closed circuit)", NONE),
    ("N as a number", "factor"),
    ("Sphere", "sphere"),
    ("Cylinder, field along its axis", "cylinder_along"),
    ("Cylinder, field across its axis", "cylinder_across"),
    ("Cuboid", "prism"),
)
_LENGTHS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cylinder_along": (("Diameter", "diameter"), ("Length", "length")),
    "cylinder_across": (("Diameter", "diameter"), ("Length", "length")),
    "prism": (("Edge across", "a"), ("Other edge across", "b"), ("Edge along field", "c")),
}
_MOST_LENGTHS: Final = 3
_LONGEST_MM: Final = 1000.0
_SHAPE_TIP: Final = (
    "The field inside an open sample is H − N·M. None is for a closed circuit, or for data that "
    "are corrected already. Cuboid and cylinder: the factors of a uniform magnetisation."
)


class ShapeRows(QObject):
    """Edits a :class:`~smcogui.data.importers.SampleShape`.

    Signals
    -------
    changed : Signal()
    """

    changed = Signal()

    def __init__(self, form: QFormLayout) -> None:
        super().__init__(form)
        self._form = form
        self.kind = ChoiceBox(_SHAPES)
        self.kind.setAccessibleName("Demagnetising correction")
        self.kind.setToolTip(_SHAPE_TIP)
        add_row(form, "Correction", self.kind)
        self.N = NumberBox(minimum=0.0, maximum=1.0, step=0.01)
        self.N.setAccessibleName("Demagnetising factor N")
        self.N.setToolTip("0 for a long rod or a closed circuit, 1/3 for a sphere, 1 for a plate.")
        add_row(form, "N", self.N)
        self.lengths: list[NumberBox] = []
        self._labels: list[QLabel] = []
        for number in range(_MOST_LENGTHS):
            box = NumberBox(minimum=0.0, maximum=_LONGEST_MM, step=0.1, unit="mm")
            box.setAccessibleName(f"Length {number + 1} of the sample")
            self.lengths.append(box)
            self._labels.append(add_row(form, "", box))
        self.result = QLabel()
        self.result.setProperty("role", "muted")
        form.addRow("", self.result)
        self.kind.currentIndexChanged.connect(lambda _index: self._told())
        for box in (self.N, *self.lengths):
            box.valueChanged.connect(lambda _value: self._told())
        self._show_rows()

    def shape(self) -> SampleShape:
        """Return what is chosen."""
        kind = self.kind.value()
        if kind == NONE:
            return SampleShape()
        if kind == "factor":
            return SampleShape(kind="factor", N=self.N.value())
        names = _LENGTHS.get(str(kind), ())
        sizes = tuple(box.value() for box in self.lengths[: len(names)])
        chosen: Shape = kind  # type: ignore[assignment]
        return SampleShape(kind=chosen, sizes=sizes)

    def show_shape(self, shape: SampleShape) -> None:
        """Show a shape without telling anybody."""
        is_none = shape.kind == "factor" and shape.N == 0
        for box, value in ((self.N, shape.N), *zip(self.lengths, shape.sizes, strict=False)):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self.kind.blockSignals(True)
        self.kind.set_value(NONE if is_none else shape.kind)
        self.kind.blockSignals(False)
        self._show_rows()

    def box_of(self, key: str) -> NumberBox | None:
        """Return the box of a key of errors, such as ``N``, ``diameter`` or ``a``."""
        if key == "N":
            return self.N
        keys = [each for _, each in _LENGTHS.get(str(self.kind.value()), ())]
        return self.lengths[keys.index(key)] if key in keys else None

    def _told(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        kind = str(self.kind.value())
        names = _LENGTHS.get(kind, ())
        self._form.setRowVisible(self.N, kind == "factor")
        for number, box in enumerate(self.lengths):
            self._form.setRowVisible(box, number < len(names))
            if number < len(names):
                self._labels[number].setText(names[number][0])
                box.setAccessibleName(f"{names[number][0]} of the sample")
        self._form.setRowVisible(self.result, kind not in (NONE, "factor"))
        try:
            self.result.setText(f"N = {decimal_text(self.shape().factor(), 4)}")
        except InputError:
            self.result.setText("N follows from the lengths")
