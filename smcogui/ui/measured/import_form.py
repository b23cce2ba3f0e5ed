"""How the columns of a file become a measured curve: everything that a person chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QVBoxLayout, QWidget

from smcogui.data.importers import FIELD_UNITS, MOMENT_UNITS, ImportChoice, needs_of
from smcogui.data.text_table import DECIMALS, DELIMITER_NAMES
from smcogui.ui.design_tab.number_rows import mark_invalid
from smcogui.ui.measured.shape_rows import ShapeRows
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox
from smcogui.ui.widgets.section import Section

if TYPE_CHECKING:
    from smcogui.data.import_preview import ImportPreview
    from smcogui.data.text_table import TextTable

FOUND: Final = "found"
_WHAT: Final = {
    "emu": "Moment",
    "A·m²": "Moment",
    "emu/g": "Moment per mass",
    "A·m²/kg": "Moment per mass",
    "emu/cm³": "M",
    "A/m": "M",
    "kA/m": "M",
    "T": "J = μ₀M",
    "mT": "J = μ₀M",
    "kG": "4πM",
}
_MOMENTS: Final = tuple((f"{_WHAT[unit]} in {unit}", unit) for unit in MOMENT_UNITS)
_BY_VOLUME, _BY_MASS = "volume", "mass"
_DENSITY_TIP: Final = "Sintered magnets of the 1:7 type have 8.2 to 8.5 g/cm³. 0 is not given."


class ImportForm(QWidget):
    """Edits an :class:`~smcogui.data.importers.ImportChoice`, and how the file is cut into cells.

    Signals
    -------
    changed : Signal()
        Another choice.
    reading_changed : Signal()
        Another delimiter or decimal mark: the file is to be read again.
    """

    changed = Signal()
    reading_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(8)
        self._add_columns()
        self._add_sample()
        self._add_correction()
        self._add_branch()
        self._add_reading()
        self._column.addStretch(1)
        self.show_needs()

    @property
    def delimiter(self) -> str | None:
        """The delimiter that was chosen; None where it is to be found."""
        return _unless_found(self._delimiter.value())

    @property
    def decimal(self) -> str | None:
        """The decimal mark that was chosen; None where it is to be found."""
        return _unless_found(self._decimal.value())

    def choice(self) -> ImportChoice:
        """Return what is chosen, in SI units."""
        by_volume = self.by.value() == _BY_VOLUME
        branch: Any = self.branch.value()
        return ImportChoice(
            field_column=int(str(self.field_column.value())),
            moment_column=int(str(self.moment_column.value())),
            field_unit=str(self.field_unit.value()),
            moment_unit=str(self.moment_unit.value()),
            mass=None if by_volume else _given(self.mass, 1e-6),
            volume=_given(self.volume, 1e-9) if by_volume else None,
            density=_given(self.density, 1e3),
            shape=self.shape.shape(),
            reverse_field=self.reverse.isChecked(),
            branch=None if branch == FOUND else int(branch),
            Ms=_given(self.Ms, 1e3) if self.own_Ms.isChecked() else None,
        )

    def show_reading(self, delimiter: str, decimal: str) -> None:
        """Show how a file was cut into cells, without telling anybody."""
        self.blockSignals(True)
        self._delimiter.set_value(delimiter)
        self._decimal.set_value(decimal)
        self.blockSignals(False)

    def show_table(self, table: TextTable) -> None:
        """Offer the columns of a file."""
        columns = [
            (f"{number + 1}: {table.names[number]}", number) for number in table.numeric_columns()
        ]
        for box in (self.field_column, self.moment_column):
            box.set_choices(columns)

    def show_choice(self, choice: ImportChoice) -> None:
        """Show a choice without telling anybody."""
        self.blockSignals(True)
        self.field_column.set_value(choice.field_column)
        self.moment_column.set_value(choice.moment_column)
        self.field_unit.set_value(choice.field_unit)
        self.moment_unit.set_value(choice.moment_unit)
        self.by.set_value(_BY_MASS if choice.volume is None else _BY_VOLUME)
        for box, value, si in (
            (self.mass, choice.mass, 1e-6),
            (self.volume, choice.volume, 1e-9),
            (self.density, choice.density, 1e3),
            (self.Ms, choice.Ms, 1e3),
        ):
            box.setValue(0.0 if value is None else float(f"{value / si:.12g}"))
        self.shape.show_shape(choice.shape)
        self.reverse.setChecked(choice.reverse_field)
        self.own_Ms.setChecked(choice.Ms is not None)
        self._show_column_tips()
        if choice.branch is not None:
            self.branch.set_choices([(f"{choice.branch + 1}", choice.branch)])
        self.show_needs()
        self.blockSignals(False)

    def show_preview(self, preview: ImportPreview) -> None:
        """Offer the branches of the loop; the one that is taken is named."""
        mu0_H = preview.H * FIELD_UNITS["A/m"] / FIELD_UNITS["T"]
        branches = []
        for number, each in enumerate(preview.branches):
            first, last = mu0_H[each.start], mu0_H[each.stop - 1]
            branches.append((f"{number + 1}: {first:.3g} to {last:.3g} T", number))
        found = preview.branch if self.branch.value() == FOUND else None
        text = "Found by itself" if found is None else f"Found by itself: number {found + 1}"
        self.branch.set_choices([(text, FOUND), *branches])

    def mark(self, key: str) -> None:
        """Frame the number that an error is about; an empty key frames none."""
        guilty = self._number_of(key) or self.shape.box_of(key)
        own = (self.mass, self.volume, self.density, self.Ms)
        for box in (*own, self.shape.N, *self.shape.lengths):
            mark_invalid(box, box is guilty)

    def show_needs(self) -> None:
        """Show the rows that the unit of the moment needs."""
        needs = needs_of(str(self.moment_unit.value()))
        by_volume = self.by.value() == _BY_VOLUME
        form = self._sample.form
        self._sample.setVisible(needs != "nothing")
        form.setRowVisible(self.by, needs == "volume")
        form.setRowVisible(self.volume, needs == "volume" and by_volume)
        form.setRowVisible(self.mass, needs == "volume" and not by_volume)
        form.setRowVisible(self.density, needs == "density" or not by_volume)
        self.Ms.setEnabled(self.own_Ms.isChecked())

    def _number_of(self, key: str) -> NumberBox | None:
        if key == "volume" and self.by.value() == _BY_MASS:
            # Without a volume it follows from both: the one that is not given yet.
            key = "mass" if self.mass.value() == 0 else "density"
        return {"mass": self.mass, "volume": self.volume, "density": self.density}.get(key)

    def _section(self, title: str, *, is_open: bool = True) -> Section:
        section = Section(title, is_open=is_open)
        self._column.addWidget(section)
        return section

    def _add_columns(self) -> None:
        form = self._section("Columns").form
        self.field_column = self._choice(form, "Field", (), "Column of the applied field")
        self.field_unit = self._choice(
            form, "Unit", tuple((unit, unit) for unit in FIELD_UNITS), "Unit of the field"
        )
        self.reverse = self._check("The demagnetising field is positive in the file")
        form.addRow(self.reverse)
        self.moment_column = self._choice(form, "M or J", (), "Column of moment, M or J")
        self.moment_unit = self._choice(form, "Unit", _MOMENTS, "Unit of the moment, of M or of J")
        for box in (self.field_column, self.moment_column):
            box.currentIndexChanged.connect(lambda _index: self._show_column_tips())

    def _show_column_tips(self) -> None:
        """Tell the whole names of the columns, which are often longer than their boxes."""
        for box in (self.field_column, self.moment_column):
            box.setToolTip(f"{box.accessibleName()}: {box.currentText()}")

    def _add_sample(self) -> None:
        self._sample = self._section("Sample")
        form = self._sample.form
        ways = (("Mass and density", _BY_MASS), ("Volume", _BY_VOLUME))
        self.by = self._choice(form, "Volume from", ways, "How the volume is known")
        self.mass = self._number(form, "Mass", "mg", 1e9, "Mass of the sample; 0 is not given.")
        self.volume = self._number(
            form, "Volume", "mm³", 1e9, "Volume of the sample; 0 is not given."
        )
        self.density = self._number(form, "Density", "g/cm³", 100.0, _DENSITY_TIP)

    def _add_correction(self) -> None:
        self.shape = ShapeRows(self._section("Demagnetising field").form)
        self.shape.changed.connect(self.changed)

    def _add_branch(self) -> None:
        form = self._section("Branch and scale").form
        self.branch = self._choice(
            form, "Branch", (("Found by itself", FOUND),), "Branch of the loop that is taken"
        )
        self.own_Ms = self._check("Ms is known")
        self.own_Ms.setToolTip("Else M/Ms refers to the largest M of the branch.")
        form.addRow(self.own_Ms)
        self.Ms = self._number(form, "Ms", "kA/m", 1e4, "What M/Ms refers to.", "magnetisation")

    def _add_reading(self) -> None:
        form = self._section("How the file is read", is_open=False).form
        marks = [(name.capitalize(), sign) for sign, name in DELIMITER_NAMES.items()]
        found = ("Found by itself", FOUND)
        self._delimiter = self._choice(form, "Delimiter", (found, *marks), "Delimiter", reads=True)
        points = [("Point" if mark == "." else "Comma", mark) for mark in DECIMALS]
        self._decimal = self._choice(
            form, "Decimal mark", (found, *points), "Decimal mark", reads=True
        )

    def _choice(
        self, form: QFormLayout, label: str, choices: Any, name: str, *, reads: bool = False
    ) -> ChoiceBox:
        box = ChoiceBox(choices)
        box.setAccessibleName(name)
        box.setToolTip(f"{name}.")
        box.currentIndexChanged.connect(
            lambda _index: self.reading_changed.emit() if reads else self._told()
        )
        add_row(form, label, box)
        return box

    def _number(
        self, form: QFormLayout, label: str, unit: str, most: float, tip: str, quantity: str = ""
    ) -> NumberBox:
        box = NumberBox(minimum=0.0, maximum=most, step=0.1, unit=unit, quantity=quantity)
        box.setAccessibleName(label)
        box.setToolTip(tip)
        box.valueChanged.connect(lambda _value: self._told())
        add_row(form, label, box)
        return box

    def _check(self, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.toggled.connect(lambda _on: self._told())
        return box

    def _told(self) -> None:
        # Rows are made one after the other; the last one is there when the form is.
        if hasattr(self, "_decimal"):
            self.show_needs()
            self.changed.emit()


def _given(box: NumberBox, si: float) -> float | None:
    """Return a number in SI units; None where it was left at 0."""
    return box.value() * si if box.value() > 0 else None


def _unless_found(value: object) -> str | None:
    return None if value == FOUND else str(value)
