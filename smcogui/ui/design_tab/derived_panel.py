"""What follows from the design without a run: fractions, wall quantities, mesh advice, cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from smcogui.design.phases import Phase
from smcogui.ui.design_tab.derived_numbers import derived_numbers
from smcogui.ui.design_tab.predicted_card import PredictedCard
from smcogui.ui.widgets.banner import Banner, BannerLevel
from smcogui.ui.widgets.value_label import ValueLabel
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch

_MOST_ADVICE = 6
# 2:17, 1:5 and Z in pairs.
_MOST_BOUNDARIES = 3


class DerivedPanel(QWidget):
    """Shows the value of :meth:`smcogui.app.session.Session.describe`.

    Attributes
    ----------
    predicted : PredictedCard
        Filled by :class:`~smcogui.ui.design_tab.instant_prediction.InstantPrediction`.
    """

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._units = units
        self._description: dict[str, Any] | None = None
        self._ghost: dict[str, Any] | None = None
        self._labels: dict[str, QLabel] = {}
        self._values: dict[str, ValueLabel] = {}
        self._pinning = [(QLabel(), ValueLabel()) for _ in range(_MOST_BOUNDARIES)]
        self._advice = [Banner() for _ in range(_MOST_ADVICE)]
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 10, 10, 10)
        column.setSpacing(8)
        self.predicted = PredictedCard()
        column.addWidget(self.predicted)
        column.addWidget(self._composition_card())
        column.addWidget(self._walls_card())
        column.addWidget(self._analytic_card())
        column.addWidget(self._cost_card())
        for banner in self._advice:
            column.addWidget(banner)
        self._labels["well"] = _muted("")
        self._labels["well"].setWordWrap(True)
        column.addWidget(self._labels["well"])
        column.addStretch(1)
        scroll = vertical_scroll(body, "What follows from the design")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.setMinimumWidth(310)
        units.changed.connect(lambda _unit: self._fill())

    def text(self, name: str) -> str:
        """Return a value as it is shown."""
        return (self._values.get(name) or self._labels[name]).text()

    def difference(self, name: str) -> str:
        """Return how much a value differs from the ghost's, as it is shown."""
        return self._values[name].difference()

    @property
    def advice_texts(self) -> list[str]:
        """The mesh advice that is shown."""
        return [banner.text() for banner in self._advice if not banner.isHidden()]

    def show_description(
        self, description: dict[str, Any], ghost: dict[str, Any] | None = None
    ) -> None:
        """Show everything that follows from a design, and how it differs from the ghost's."""
        self._description, self._ghost = description, ghost
        self._fill()

    def _composition_card(self) -> QFrame:
        card, grid = _card("Composition")
        for column, title in ((1, "nominal"), (2, "counted")):
            grid.addWidget(_muted(title), 1, column, Qt.AlignmentFlag.AlignRight)
        rows = (
            ("<i>φ</i><sub>S</sub>, 1:5 walls", "phi_S", "counted_1:5"),
            ("<i>φ</i><sub>Z</sub>, Z platelets", "phi_Z", "counted_Z"),
            ("2:17 cells", "", "counted_2:17"),
            ("Grain boundary", "", "counted_gb"),
        )
        for row, (title, nominal, counted) in enumerate(rows, start=2):
            grid.addWidget(QLabel(title), row, 0)
            if nominal:
                grid.addWidget(self._value(nominal), row, 1)
            grid.addWidget(self._value(counted), row, 2)
        grid.addWidget(QLabel("Zirconium"), 6, 0)
        grid.addWidget(self._value("zr"), 6, 2)
        card.setToolTip(
            "Nominal: w_S/L and w_Z/d, along a line. Counted: share of the cells, mean over the "
            "half-cycles."
        )
        return card

    def _walls_card(self) -> QFrame:
        card, grid = _card("Phases")
        for column, title in (
            (1, ""),
            (2, "<i>l</i><sub>dw</sub><br>(nm)"),
            (3, "<i>σ</i><sub>dw</sub><br>(mJ/m²)"),
        ):
            label = _muted(title)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, 1, column, Qt.AlignmentFlag.AlignRight)
            if column == 1:
                self._labels["ani_header"] = label
        for row, phase in enumerate(Phase, start=2):
            grid.addWidget(QLabel(_SHORT[phase]), row, 0)
            for column, name in enumerate(("ani", "l_dw", "sigma"), start=1):
                grid.addWidget(self._value(f"{name}_{phase.label}"), row, column)
        card.setToolTip("Anisotropy field 2K/(μ₀Ms), wall width π√(A/K), wall energy 4√(AK).")
        return card

    def _analytic_card(self) -> QFrame:
        card, grid = _card("Analytic estimates")
        for row, (title, value) in enumerate(self._pinning, start=1):
            title.setTextFormat(Qt.TextFormat.PlainText)
            grid.addWidget(title, row, 0)
            grid.addWidget(value, row, 1)
        last = len(self._pinning) + 1
        grid.addWidget(QLabel("2:17, no defects"), last, 0)
        grid.addWidget(self._value("stoner"), last, 1)
        card.setToolTip(
            "Field that moves a straight wall over a phase boundary (Heistracher et al. 2022), and "
            "the Stoner–Wohlfarth coercivity of 2:17. Formulas, not simulations."
        )
        return card

    def _cost_card(self) -> QFrame:
        card, grid = _card("Mesh and cost")
        for row, (title, name) in enumerate(
            (
                ("Cells", "cells"),
                ("Processes", "processes"),
                ("Memory, about", "memory"),
                ("Time, about", "time"),
            ),
            start=1,
        ):
            grid.addWidget(QLabel(title), row, 0)
            grid.addWidget(self._value(name), row, 1)
        return card

    def _value(self, name: str) -> ValueLabel:
        self._values[name] = ValueLabel()
        return self._values[name]

    def _fill(self) -> None:
        if self._description is None:
            return
        found, unit = self._description, self._units.unit
        vacuum = "μ₀" if unit.name == "T" else ""
        self._set("ani_header", f"{vacuum}<i>H</i><sub>ani</sub><br>({unit.name})")
        old = {} if self._ghost is None else derived_numbers(self._ghost, unit)
        for name, number in derived_numbers(found, unit).items():
            self._values[name].show_value(number.text(), number.difference(old.get(name)))
        self._fill_pinning(found["wall_pinning"], unit)
        cells = " × ".join(str(n) for n in found["mesh"]["cells"])
        self._values["cells"].show_value(cells)
        self._fill_advice(found)

    def _fill_pinning(self, rows: list[dict[str, Any]], unit: FieldUnit) -> None:
        for number, (title, value) in enumerate(self._pinning):
            is_there = number < len(rows)
            title.setVisible(is_there)
            value.setVisible(is_there)
            if is_there:
                row = rows[number]
                title.setText(f"Wall, {row['from']} → {row['to']}")
                value.show_value(unit.text(row["mu0_Hp_T"]))

    def _fill_advice(self, found: dict[str, Any]) -> None:
        all_of_it = [*found["sweep_advice"], *found["mesh_advice"]]
        advice = [each for each in all_of_it if each["level"] != "ok"]
        well = [each["message"] for each in all_of_it if each["level"] == "ok"]
        self._labels["well"].setVisible(bool(well))
        self._set("well", "\n".join(f"✓ {message}" for message in well))
        for number, banner in enumerate(self._advice):
            if number < len(advice):
                level: BannerLevel = "warning" if advice[number]["level"] == "warning" else "note"
                banner.show_message(level, advice[number]["message"])
            else:
                banner.clear_message()

    def _set(self, name: str, text: str) -> None:
        self._labels[name].setText(text)


_SHORT = {
    Phase.CELL_2_17: "2:17",
    Phase.BOUNDARY_1_5: "1:5",
    Phase.Z_PLATELET: "Z",
    Phase.GRAIN_BOUNDARY: "Boundary",
}


def _card(title: str) -> tuple[QFrame, QGridLayout]:
    card = QFrame()
    card.setObjectName("card")
    grid = QGridLayout(card)
    grid.setContentsMargins(12, 8, 12, 10)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(4)
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    grid.addWidget(heading, 0, 0)
    grid.setColumnStretch(0, 1)
    return card, grid


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label
