"""What is wanted of designs, and within which limits they are looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.limits import LIMITS
from smcogui.design.tables import Z_PHASES
from smcogui.errors import InputError
from smcogui.ui.surrogate_words import INPUT_SYMBOLS, reading_symbol
from smcogui.ui.widgets.form_row import add_row
from smcogui.ui.widgets.number_box import CountBox, NumberBox

if TYPE_CHECKING:
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

_TARGETS: Final = (
    ("mu0_Hc_T", "T", (0.0, 50.0), 4.0, 0.1),
    ("mu0_Hp_T", "T", (0.0, 50.0), 3.5, 0.1),
    ("Phi_p", "", (-1.0, 1.0), 0.05, 0.01),
    ("Mr_over_Ms", "", (0.0, 1.0), 0.95, 0.01),
    ("BHmax_kJ_m3", "kJ/m³", (0.0, 2000.0), 200.0, 10.0),
)
_FIRST: Final = ("mu0_Hc_T", "Phi_p")
"""Wanted at first, as in the paper."""
_BOXED: Final = {
    "L_nm": "nanostructure.L_nm",
    "d_nm": "nanostructure.d_nm",
    "wS_nm": "nanostructure.wS_nm",
    "wZ_nm": "nanostructure.wZ_nm",
    "alpha_deg": "field.alpha_deg",
}
_MOST_CANDIDATES: Final = 50
_MOST_SCATTER_NM: Final = 10.0
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseRequest:
    """Arguments of :meth:`smcogui.app.project_surrogates.ProjectSurrogates.invert`."""

    wanted: dict[str, float]
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    z_phases: tuple[str, ...] = ()
    zr_at_percent: float | None = None
    count: int = 8
    scatter_nm: float = 0.0


class InverseForm(QWidget):
    """Boxes for wanted readings, the limits of every input, and how many designs are shown."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._units = units
        self._data: dict[str, tuple[float, float]] = {}
        self.wanted: dict[str, tuple[QCheckBox, NumberBox]] = {}
        self.limits: dict[str, tuple[NumberBox, NumberBox]] = {}
        self.z_phases = {name: QCheckBox(name) for name in Z_PHASES}
        self.any_z = QCheckBox("any")
        self.has_zr = QCheckBox("Zr at most")
        self.zr = NumberBox(minimum=0.01, maximum=100, step=0.5, unit="at%")
        self.scatter = NumberBox(minimum=0, maximum=_MOST_SCATTER_NM, step=0.5, unit="nm")
        self.count = CountBox(minimum=1, maximum=_MOST_CANDIDATES)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(8)
        layout.addWidget(self._wanted_card())
        layout.addWidget(self._limits_card())
        layout.addStretch(1)
        units.changed.connect(self._show_unit)
        self._show_unit(units.unit)

    def request(self) -> InverseRequest:
        """Return what is asked; raises InputError where nothing can be asked."""
        wanted = {
            name: float(box.value())
            for name, (tick, box) in self.wanted.items()
            if tick.isChecked()
        }
        if not wanted:
            raise _refused("wanted", "nothing is wanted", "at least one reading, ticked")
        z_phases = tuple(name for name, box in self.z_phases.items() if box.isChecked())
        if not z_phases and not self.any_z.isChecked():
            raise _refused("z-phase", "no Z phase is chosen", "at least one, or any")
        return InverseRequest(
            wanted=wanted,
            ranges=self._ranges(),
            z_phases=() if self.any_z.isChecked() else z_phases,
            zr_at_percent=float(self.zr.value()) if self.has_zr.isChecked() else None,
            count=self.count.value(),
            scatter_nm=float(self.scatter.value()),
        )

    def show_surrogate(self, surrogate: Surrogate) -> None:
        """Offer the ranges that a surrogate learned; what somebody has changed stays."""
        columns = [variable.name for variable in surrogate.model.inputs]
        for name, boxes in self.limits.items():
            column = columns.index(name)
            ends = (surrogate.trust.low[column], surrogate.trust.high[column])
            data = tuple(float(f"{end:.{_DIGITS}g}") for end in ends)
            if name != "alpha_deg":
                for number, box in enumerate(boxes):
                    old = self._data.get(name)
                    if old is None or box.value() == old[number]:
                        box.setValue(data[number])
            self._data[name] = (data[0], data[1])
            tip = f"The surrogate knows {data[0]:g} to {data[1]:g} {LIMITS[_BOXED[name]].unit}."
            for box in boxes:
                box.setToolTip(f"{tip} Equal ends fix it.")

    def _ranges(self) -> dict[str, tuple[float, float]]:
        found = {}
        for name, (low, high) in self.limits.items():
            ends = (float(low.value()), float(high.value()))
            if ends != self._data.get(name):
                found[name] = ends
        return found

    def _wanted_card(self) -> QFrame:
        card, form = _card("Wanted")
        for name, unit, (low, high), value, step in _TARGETS:
            tick = QCheckBox(reading_symbol(name, self._units.unit))
            box = NumberBox(minimum=low, maximum=high, step=step, unit=unit)
            box.setValue(value)
            box.setEnabled(name in _FIRST)
            tick.setChecked(name in _FIRST)
            tick.toggled.connect(box.setEnabled)
            self.wanted[name] = (tick, box)
            _add_ticked(form, tick, box)
        return card

    def _limits_card(self) -> QFrame:
        card, form = _card("Within")
        for name, key in _BOXED.items():
            limit, symbol = LIMITS[key], INPUT_SYMBOLS[name]
            boxes = []
            for end in ("from", "to"):
                box = NumberBox(minimum=limit.low, maximum=limit.high, unit=limit.unit)
                box.setAccessibleName(f"{symbol} {end}")
                boxes.append(box)
            self.limits[name] = (boxes[0], boxes[1])
            row = QHBoxLayout()
            row.addWidget(boxes[0], 1)
            row.addWidget(QLabel("to"))
            row.addWidget(boxes[1], 1)
            add_row(form, symbol, row, buddy=boxes[0])
        add_row(form, "Z phase", self._z_row(), buddy=self.z_phases["DFT"])
        self.zr.setValue(5.0)
        self.zr.setEnabled(False)
        self.zr.setAccessibleName("Largest zirconium content")
        self.has_zr.toggled.connect(self.zr.setEnabled)
        _add_ticked(form, self.has_zr, self.zr)
        self.scatter.setToolTip(
            "How far L, d, wS and wZ may come out from what they are meant to be, either way: "
            "designs that bear it are preferred. 0 asks for none."
        )
        add_row(form, "Bears ±", self.scatter)
        self.count.setValue(8)
        add_row(form, "Designs", self.count)
        self.scatter.setAccessibleName("Scatter of lengths that designs are to bear")
        self.count.setAccessibleName("Number of designs")
        return card

    def _z_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(12)
        for box in (*self.z_phases.values(), self.any_z):
            row.addWidget(box)
            box.setAccessibleName(f"Z phase {box.text()}")
        row.addStretch(1)
        self.z_phases["DFT"].setChecked(True)
        self.any_z.setToolTip("Any constants of the Z phase within those that were learned from.")
        for box in self.z_phases.values():
            self.any_z.toggled.connect(box.setDisabled)
        return row

    def _show_unit(self, unit: FieldUnit) -> None:
        for name, (tick, box) in self.wanted.items():
            symbol = reading_symbol(name, unit)
            tick.setText(symbol)
            tick.setAccessibleName(f"{symbol} is wanted")
            box.setAccessibleName(f"Wanted {symbol}")
            if name in ("mu0_Hc_T", "mu0_Hp_T"):
                box.show_in(unit.name)
            elif name == "BHmax_kJ_m3":
                box.show_in(unit.energy_name)


def _card(title: str) -> tuple[QFrame, QFormLayout]:
    card = QFrame()
    card.setObjectName("card")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(10, 8, 10, 10)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    layout.addWidget(heading)
    form = QFormLayout()
    form.setHorizontalSpacing(8)
    form.setVerticalSpacing(4)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    layout.addLayout(form)
    return card, form


def _add_ticked(form: QFormLayout, tick: QCheckBox, box: NumberBox) -> None:
    """Add a row whose label is ticked, at the height of the box."""
    box.ensurePolished()
    tick.setMinimumHeight(box.sizeHint().height())
    form.addRow(tick, box)


def _refused(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"{given[0].upper()}{given[1:]}; allowed is {allowed}.",
        key=key,
        given=given,
        allowed=allowed,
    )
