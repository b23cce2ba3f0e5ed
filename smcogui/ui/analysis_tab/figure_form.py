"""Everything that is chosen of a figure but its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QWidget,
)

from smcogui.ui.analysis_tab.paper_form import PaperForm
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.analysis.figure_spec import FigureSpec

_QUANTITIES: Final = (
    ("M–H, reduced: M/Ms", "M/Ms"),
    ("M–H: magnetisation M", "M"),
    ("J–H: polarisation J", "J"),
    ("B–H: flux density B", "B"),
)
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
_ROW_MARGIN: Final = 8


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


class FigureForm(PaperForm):
    """The controls of curves, from the quantity to the dots per inch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = ChoiceBox(_QUANTITIES)
        self.switches = {key: _switch(text, tip, on) for key, text, tip, on in _SWITCHES}
        self.measured = QListWidget()
        self.measured.setMaximumHeight(_LIST_HEIGHT)
        self.no_measured = QLabel("None in this project.")
        self.no_measured.setProperty("role", "muted")
        self._add_rows()
        self.quantity.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.measured.itemChanged.connect(lambda _item: self.changed.emit())
        for box in self.switches.values():
            box.toggled.connect(lambda _on: self.changed.emit())
        self.offer_measured((), ())

    def choice(self) -> FigureChoice:
        """Return what is chosen; raises InputError where it cannot be drawn."""
        drawn: dict[str, Any] = {key: box.isChecked() for key, box in self.switches.items()}
        analytic = drawn.pop("analytic")
        drawn["quantity"] = self.quantity.value()
        spec = replace(self.spec(), **drawn)
        return FigureChoice(spec=spec, measured=self._measured_names(), analytic=analytic)

    def to_keep(self) -> dict[str, Any]:
        """Return what is worth remembering for the next figure; unit, title and runs are not."""
        drawn = {key: box.isChecked() for key, box in self.switches.items()}
        return {"quantity": self.quantity.value(), **super().to_keep(), **drawn}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Choose what was chosen before; what does not fit any more is left as it is."""
        super().restore(kept)
        self.quantity.set_value(kept.get("quantity"))
        for key, box in self.switches.items():
            box.setChecked(bool(kept.get(key, box.isChecked())))

    def offer_measured(self, names: Sequence[str], chosen: Sequence[str]) -> None:
        """List the measured curves of the project, some of them chosen."""
        self.measured.blockSignals(True)
        self.measured.clear()
        for name in names:
            item = QListWidgetItem(name, self.measured)
            # Text alone is less high than the box that is ticked.
            item.setSizeHint(QSize(0, self.fontMetrics().height() + _ROW_MARGIN))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = name in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.measured.blockSignals(False)
        self.measured.setVisible(bool(names))
        self.no_measured.setVisible(not names)
        self.changed.emit()

    def _measured_names(self) -> tuple[str, ...]:
        items = [self.measured.item(row) for row in range(self.measured.count())]
        return tuple(i.text() for i in items if i.checkState() == Qt.CheckState.Checked)

    def _add_rows(self) -> None:
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
        self.lay_out(
            above=(("&Quantity", self.quantity, self.quantity),),
            between=(("Draw", drawn, None), ("Mea&sured", measured, self.measured)),
        )


def _switch(text: str, tip: str, on: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(tip)
    box.setChecked(on)
    return box
