"""Everything that is chosen of a figure but its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QWidget,
)

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

_QUANTITIES: Final = (
    ("M–H, reduced: M/Ms", "M/Ms"),
    ("M–H: magnetisation M", "M"),
    ("J–H: polarisation J", "J"),
    ("B–H: flux density B", "B"),
)
_WIDTHS: Final = (
    ("One column, 85 mm", SINGLE_COLUMN_MM),
    ("Two columns, 178 mm", DOUBLE_COLUMN_MM),
)
_HEIGHTS: Final = (("As goes with the width", None),)
# Key of FigureSpec, or analytic; text; tool tip; at first.
_SWITCHES: Final = (
    ("mean", "Mean", "The mean over the half-cycles; simulated.", True),
    ("band", "Band of ± sd", "Mean ± standard deviation over the half-cycles; simulated.", True),
    ("half_cycles", "Half-cycles", "Every half-cycle as a thin line; simulated.", False),
    ("markers", "Hc and Hp", "Marks at the coercive and the pinning field; simulated.", True),
    ("analytic", "Analytic fields", "Wall pinning and coherent rotation, closed formulas.", False),
    ("legend", "Legend", "Names of the curves, each with its origin.", True),
)
_LIST_HEIGHT: Final = 84


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChoice:
    """What is drawn, and how.

    Parameters
    ----------
    spec : FigureSpec
    measured : tuple of str
        Names of measured curves.
    analytic : bool
        Whether closed formulas are marked.
    """

    spec: FigureSpec
    measured: tuple[str, ...] = ()
    analytic: bool = False


class FigureForm(QWidget):
    """The controls, from the quantity to the dots per inch.

    Signals
    -------
    changed : Signal()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = ChoiceBox(_QUANTITIES)
        self.unit = ChoiceBox(
            tuple((f"{u.symbol} in {name}", name) for name, u in FIELD_UNITS.items())
        )
        self.title = QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setPlaceholderText("None")
        self.switches = {key: _switch(text, tip, on) for key, text, tip, on in _SWITCHES}
        self.measured = QListWidget()
        self.measured.setMaximumHeight(_LIST_HEIGHT)
        self.no_measured = QLabel("None in this project.")
        self.no_measured.setProperty("role", "muted")
        self.width_row = SizeRow("Width", _WIDTHS, 120.0)
        self.height_row = SizeRow("Height", _HEIGHTS, 80.0)
        self.dpi = CountBox(minimum=DPI[0], maximum=DPI[1])
        self.dpi.setValue(600)
        self.dpi.setToolTip("Dots per inch of a PNG; journals ask for 300 to 600.")
        self._lay_out()
        self._connect()
        self.offer_measured((), ())

    def choice(self) -> FigureChoice:
        """Return what is chosen; raises InputError where it cannot be drawn."""
        drawn = {key: box.isChecked() for key, box in self.switches.items()}
        analytic = drawn.pop("analytic")
        width, height = self.width_row.length(), self.height_row.length()
        spec = FigureSpec(
            quantity=str(self.quantity.value()),  # type: ignore[arg-type]
            unit=str(self.unit.value()),
            width_mm=SINGLE_COLUMN_MM if width is None else width,
            height_mm=height,
            dpi=self.dpi.value(),
            title=self.title.text().strip(),
            **drawn,
        )
        return FigureChoice(spec=spec, measured=self._measured_names(), analytic=analytic)

    def to_keep(self) -> dict[str, Any]:
        """Return what is worth remembering for the next figure; unit, title and runs are not."""
        return {
            "quantity": self.quantity.value(),
            "width_mm": self.width_row.length(),
            "height_mm": self.height_row.length(),
            "dpi": self.dpi.value(),
            **{key: box.isChecked() for key, box in self.switches.items()},
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Choose what was chosen before; what does not fit any more is left as it is."""
        self.quantity.set_value(kept.get("quantity"))
        for key, row in (("width_mm", self.width_row), ("height_mm", self.height_row)):
            length = kept.get(key)
            if length is None or isinstance(length, int | float):
                row.set_length(length)
        dpi = kept.get("dpi")
        if isinstance(dpi, int) and DPI[0] <= dpi <= DPI[1]:
            self.dpi.setValue(dpi)
        for key, box in self.switches.items():
            box.setChecked(bool(kept.get(key, box.isChecked())))

    def offer_measured(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        """List the measured curves of the project, some of them chosen."""
        self.measured.blockSignals(True)
        self.measured.clear()
        for name in names:
            item = QListWidgetItem(name, self.measured)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = name in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.measured.blockSignals(False)
        self.measured.setVisible(bool(names))
        self.no_measured.setVisible(not names)
        self.changed.emit()

    def set_raster(self, on: bool) -> None:
        """Allow dots per inch only where the file has dots."""
        self.dpi.setEnabled(on)

    def _measured_names(self) -> tuple[str, ...]:
        items = [self.measured.item(row) for row in range(self.measured.count())]
        return tuple(i.text() for i in items if i.checkState() == Qt.CheckState.Checked)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 8, 0)
        form.setVerticalSpacing(7)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        drawn = QWidget()
        grid = QGridLayout(drawn)
        grid.setContentsMargins(0, 0, 0, 0)
        for number, box in enumerate(self.switches.values()):
            grid.addWidget(box, number // 2, number % 2)
        measured = QWidget()
        measured.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        stack = QGridLayout(measured)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self.measured, 0, 0)
        stack.addWidget(self.no_measured, 1, 0)
        for text, field, buddy in (
            ("&Quantity", self.quantity, self.quantity),
            ("Field &unit", self.unit, self.unit),
            ("&Title", self.title, self.title),
            ("Draw", drawn, None),
            ("Mea&sured", measured, self.measured),
            ("&Width", self.width_row, self.width_row.choice),
            ("&Height", self.height_row, self.height_row.choice),
            ("&Dots per inch", self.dpi, self.dpi),
        ):
            if buddy is not None:
                buddy.setAccessibleName(text.replace("&", ""))
            add_row(form, text, field, buddy=buddy)

    def _connect(self) -> None:
        tell = self.changed.emit
        self.quantity.currentIndexChanged.connect(lambda _index: tell())
        self.unit.currentIndexChanged.connect(lambda _index: tell())
        self.title.textChanged.connect(lambda _text: tell())
        self.dpi.valueChanged.connect(lambda _value: tell())
        self.measured.itemChanged.connect(lambda _item: tell())
        for box in self.switches.values():
            box.toggled.connect(lambda _on: tell())
        self.width_row.changed.connect(tell)
        self.height_row.changed.connect(tell)


def _switch(text: str, tip: str, on: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(tip)
    box.setChecked(on)
    return box
