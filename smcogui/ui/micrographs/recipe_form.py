"""Filter, thresholds and phases of a segmentation."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from smcogui.design.phases import Phase
from smcogui.micrographs.segmentation import CLASSES, MOST_NM, Recipe
from smcogui.ui.micrographs.form_boxes import number_box, put
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.linked_slider import LinkedSlider
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox
from smcogui.ui.widgets.section import Section

_FILTERS: Final = (("Gaussian", "gaussian"), ("Median", "median"), ("None", "none"))
_PHASES: Final = tuple((phase.label, phase) for phase in Phase)
_AT_FIRST: Final = (*Recipe().phases, Phase.GRAIN_BOUNDARY)
_ORDINALS: Final = ("Darkest", "2nd grey", "3rd grey", "4th grey")


class RecipeForm(QWidget):
    """Two sections.

    Signals
    -------
    changed : Signal()
        Any choice is another one.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = ChoiceBox(_FILTERS)
        self.filter.setAccessibleName("Filter against noise")
        self.filter_nm = number_box(0, MOST_NM, 0.1, "nm", "Width of the filter")
        self.least = number_box(0, MOST_NM, 0.5, "nm", "What is thinner goes to its neighbours")
        self.count = CountBox(minimum=CLASSES[0], maximum=CLASSES[1])
        self.count.setAccessibleName("Number of greys")
        self.automatic = QCheckBox("Thresholds by &Otsu")
        self.automatic.setToolTip("Take the grey values that part the greys best.")
        self.phases = tuple(ChoiceBox(_PHASES) for _ in _ORDINALS)
        self.limits = tuple(_threshold(number) for number in range(1, CLASSES[1]))
        self._lay_out()
        self.show_recipe(Recipe())
        self._connect()

    def recipe(self) -> Recipe:
        """Return how grey becomes phases; raises InputError where the choices cannot be."""
        count = self.count.value()
        limits = tuple(slider.value() for slider in self.limits[: count - 1])
        return Recipe(
            phases=tuple(Phase(box.value()) for box in self.phases[:count]),  # type: ignore[arg-type]
            thresholds=None if self.automatic.isChecked() else limits,
            filter=self.filter.value(),  # type: ignore[arg-type]
            filter_nm=self.filter_nm.value(),
            least_nm=self.least.value(),
        )

    def show_recipe(self, recipe: Recipe) -> None:
        """Show how grey becomes phases."""
        put(self.count, len(recipe.phases))
        more = [phase for phase in _AT_FIRST if phase not in recipe.phases]
        for box, phase in zip(self.phases, (*recipe.phases, *more), strict=True):
            put(box, phase)
        put(self.filter, recipe.filter)
        put(self.filter_nm, recipe.filter_nm)
        put(self.least, recipe.least_nm)
        self.automatic.blockSignals(True)
        self.automatic.setChecked(recipe.thresholds is None)
        self.automatic.blockSignals(False)
        self.show_thresholds(recipe.thresholds or ())
        self._show_rows()

    def show_thresholds(self, thresholds: tuple[float, ...]) -> None:
        """Show the thresholds that were used."""
        for slider, value in zip(self.limits, thresholds, strict=False):
            slider.set_value(round(value, 4))

    def _connect(self) -> None:
        for box in (self.filter_nm, self.least):
            box.valueChanged.connect(lambda _value: self.changed.emit())
        for choice in (self.filter, *self.phases):
            choice.currentIndexChanged.connect(lambda _index: self._choose())
        self.count.valueChanged.connect(lambda _value: self._choose())
        self.automatic.toggled.connect(lambda _on: self._choose())
        for slider in self.limits:
            slider.changed.connect(lambda _value: self.changed.emit())

    def _choose(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        """Show a row for each grey, and one for each threshold between two of them."""
        count = self.count.value()
        for number, box in enumerate(self.phases):
            self._form.setRowVisible(box, number < count)
            name = "Brightest" if number == count - 1 else _ORDINALS[number]
            self._names[number].setText(name)
            box.setAccessibleName(f"Phase of the grey: {name}")
        for number, slider in enumerate(self.limits):
            self._form.setRowVisible(slider, number < count - 1)
            slider.setEnabled(not self.automatic.isChecked())
        self.filter_nm.setEnabled(self.filter.value() != "none")

    def _lay_out(self) -> None:
        noise, phases = Section("Noise and blur"), Section("Phases by grey")
        self._form = phases.form
        add_row(noise.form, "&Filter", self.filter)
        add_row(noise.form, "Wi&dth", self.filter_nm)
        add_row(noise.form, "Least &thickness", self.least)
        add_row(phases.form, "&Number of greys", self.count)
        self._names = [add_row(phases.form, "", box) for box in self.phases]
        phases.form.addRow(self.automatic)
        for slider in self.limits:
            phases.form.addRow(slider)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(noise)
        column.addWidget(phases)


def _threshold(number: int) -> LinkedSlider:
    return LinkedSlider(
        name=f"Threshold {number}", limits=(0.001, 0.999), usual=(0.0, 1.0), unit="", step=0.01
    )
