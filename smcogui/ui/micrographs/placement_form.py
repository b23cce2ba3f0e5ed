"""Scale of a picture and place of the domain in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from smcogui.design.limits import LIMITS
from smcogui.micrographs.picture_scale import MOST_NM, measured_scale
from smcogui.micrographs.placement import MOST_ANGLE, Placement
from smcogui.ui.micrographs.form_boxes import in_a_row, note, number_box, put
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.section import Section

if TYPE_CHECKING:
    from smcogui.micrographs.picture import Micrograph

_NO_SCALE: Final = "The file does not tell it: type it, or measure the scale bar."
_HELD: Final = "Erase all strokes to change scale or domain; they would not fit any more."


class PlacementForm(QWidget):
    """Two sections.

    Signals
    -------
    changed : Signal()
        Any number is another one.
    measure_wanted : Signal(bool)
        Whether the scale bar is to be measured in the picture.
    """

    changed = Signal()
    measure_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = number_box(0, MOST_NM, 0.01, "nm", "Scale: edge of a pixel")
        self.scale_from = note()
        self.bar = number_box(0.1, 10_000, 10, "nm", "Length of the scale bar")
        self.bar.setValue(50)
        self.measure = QPushButton("&Measure")
        self.measure.setAutoDefault(False)
        self.measure.setCheckable(True)
        self.measure.setToolTip("Then drag over the scale bar in the picture, end to end.")
        domain, cell = LIMITS["mesh.domain_nm"], LIMITS["mesh.cell_nm"]
        self.domain = number_box(domain.low, domain.high, 8, "nm", "Edge of the domain")
        self.cell = number_box(cell.low, cell.high, 0.25, "nm", "Edge of a cell")
        name = "c axis, clockwise from upwards"
        self.c_axis = number_box(-MOST_ANGLE, MOST_ANGLE, 1, "°", name)
        self.middle_x = number_box(0, 1e6, 1, "", "Middle of the domain, x in pixels")
        self.middle_y = number_box(0, 1e6, 1, "", "Middle of the domain, y in pixels from the top")
        self.held = note(_HELD)
        self._boxes = (self.domain, self.cell, self.c_axis, self.middle_x, self.middle_y)
        self._lay_out()
        for box in self._boxes:
            box.valueChanged.connect(lambda _value: self.changed.emit())
        self.scale.valueChanged.connect(lambda _value: self._scale_typed())
        self.measure.toggled.connect(self.measure_wanted)
        self.hold(False)

    def placement(self) -> Placement | None:
        """Return where the domain lies; None while the scale is not known.

        Raises
        ------
        InputError
            If the scale cannot be, or there would be too many cells.
        """
        if self.scale.value() == 0:
            return None
        return Placement(
            nm_per_pixel=self.scale.value(),
            length_nm=self.domain.value(),
            cell_nm=self.cell.value(),
            c_axis_deg=self.c_axis.value(),
            centre=(self.middle_x.value(), self.middle_y.value()),
        )

    def show_picture(self, picture: Micrograph) -> None:
        """Begin with what a picture tells; the domain lies in its middle."""
        ny, nx = picture.pixels.shape
        self.move_to(nx / 2, ny / 2)
        known = picture.scale
        put(self.scale, 0 if known is None else float(f"{known.nm_per_pixel:.6g}"))
        self.scale_from.setText(_NO_SCALE if known is None else f"From {known.source}.")

    def show_domain(self, length_nm: float, cell_nm: float) -> None:
        """Begin with the domain and the cells of a design."""
        put(self.domain, length_nm)
        put(self.cell, cell_nm)

    def show_placement(self, placement: Placement) -> None:
        """Show where the domain lies."""
        put(self.scale, placement.nm_per_pixel)
        put(self.c_axis, placement.c_axis_deg)
        self.show_domain(placement.length_nm, placement.cell_nm)
        if placement.centre is not None:
            self.move_to(*placement.centre)
        self.scale_from.setText("As it was segmented.")

    def move_to(self, x: float, y: float) -> None:
        """Show another middle of the domain, without telling anybody."""
        put(self.middle_x, x)
        put(self.middle_y, y)

    def take_measured(self, pixels: float) -> None:
        """Take the scale of a scale bar; raises InputError where it cannot be."""
        scale = measured_scale(pixels, self.bar.value())
        self.measure.setChecked(False)
        self.scale.setValue(float(f"{scale:.4g}"))
        self.scale_from.setText(f"Measured: {self.bar.value():g} nm are {pixels:.1f} pixels.")

    def hold(self, on: bool) -> None:
        """Hold scale and domain while something is painted in its cells."""
        for box in (self.scale, self.measure, *self._boxes):
            box.setEnabled(not on)
        self.held.setVisible(on)

    def _scale_typed(self) -> None:
        self.scale_from.setText("As typed.")
        self.changed.emit()

    def _lay_out(self) -> None:
        scale, domain = Section("Scale"), Section("Domain")
        add_row(scale.form, "Edge of a pi&xel", self.scale)
        scale.form.addRow(self.scale_from)
        add_row(scale.form, "Scale &bar", in_a_row(self.bar, self.measure), buddy=self.bar)
        add_row(domain.form, "&Edge", self.domain)
        add_row(domain.form, "&Cell", self.cell)
        add_row(domain.form, "c &axis", self.c_axis)
        middle = in_a_row(self.middle_x, self.middle_y)
        add_row(domain.form, "M&iddle", middle, buddy=self.middle_x)
        domain.form.addRow(self.held)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scale)
        column.addWidget(domain)
