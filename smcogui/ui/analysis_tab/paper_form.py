"""What is chosen of every figure on paper: field unit, title, size and fineness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from smcogui.analysis.figure_spec import (
    DOUBLE_COLUMN_MM,
    DPI,
    LONGEST_TITLE,
    SINGLE_COLUMN_MM,
    FigureSpec,
)
from smcogui.ui.analysis_tab.size_row import SizeRow
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import ChoiceBox, CountBox
from smcogui.units import FIELD_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WIDTHS: Final = (
    ("One column, 85 mm", SINGLE_COLUMN_MM),
    ("Two columns, 178 mm", DOUBLE_COLUMN_MM),
)
_HEIGHTS: Final = (("As goes with the width", None),)

LabelledField = tuple[str, QWidget, QWidget | None]
"""Label, field, and what the label gives the keyboard to."""


class PaperForm(QWidget):
    """The controls that every figure has; a form of a kind of figure adds its own.

    Parameters
    ----------
    has_unit : bool
        Whether the unit of fields can be chosen.

    Signals
    -------
    changed : Signal()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, has_unit: bool = True) -> None:
        super().__init__(parent)
        self._has_unit = has_unit
        self.unit = ChoiceBox(
            tuple((f"{u.symbol} in {name}", name) for name, u in FIELD_UNITS.items())
        )
        self.title = QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setPlaceholderText("None")
        self.width_row = SizeRow("Width", _WIDTHS, 120.0)
        self.height_row = SizeRow("Height", _HEIGHTS, 80.0)
        self.dpi = CountBox(minimum=DPI[0], maximum=DPI[1])
        self.dpi.setValue(600)
        self.dpi.setToolTip("Dots per inch of a PNG or TIFF; journals ask for 300 to 600.")
        self.unit.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.title.textChanged.connect(lambda _text: self.changed.emit())
        self.dpi.valueChanged.connect(lambda _value: self.changed.emit())
        self.width_row.changed.connect(self.changed)
        self.height_row.changed.connect(self.changed)

    def spec(self) -> FigureSpec:
        """Return how the figure is drawn; raises InputError where it cannot be."""
        width = self.width_row.length()
        return FigureSpec(
            unit=str(self.unit.value()),
            width_mm=SINGLE_COLUMN_MM if width is None else width,
            height_mm=self.height_row.length(),
            dpi=self.dpi.value(),
            title=self.title.text().strip(),
        )

    def to_keep(self) -> dict[str, Any]:
        """Return what is worth remembering for the next figure; unit and title are not."""
        return {
            "width_mm": self.width_row.length(),
            "height_mm": self.height_row.length(),
            "dpi": self.dpi.value(),
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Choose what was chosen before; what does not fit any more is left as it is."""
        for key, row in (("width_mm", self.width_row), ("height_mm", self.height_row)):
            length = kept.get(key)
            if length is None or isinstance(length, int | float):
                row.set_length(length)
        dpi = kept.get("dpi")
        if isinstance(dpi, int) and DPI[0] <= dpi <= DPI[1]:
            self.dpi.setValue(dpi)

    def set_raster(self, on: bool) -> None:
        """Allow dots per inch only where the file has dots."""
        self.dpi.setEnabled(on)

    def lay_out(
        self, above: Sequence[LabelledField] = (), between: Sequence[LabelledField] = ()
    ) -> None:
        """Lay the rows out: those above, unit and title, those between, size and fineness."""
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 8, 0)
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field, buddy in (
            *above,
            *((("Field &unit", self.unit, self.unit),) if self._has_unit else ()),
            ("&Title", self.title, self.title),
            *between,
            ("&Width", self.width_row, self.width_row.choice),
            ("&Height", self.height_row, self.height_row.choice),
            ("&Dots per inch", self.dpi, self.dpi),
        ):
            if buddy is not None:
                buddy.setAccessibleName(text.replace("&", ""))
            add_row(form, text, field, buddy=buddy)
