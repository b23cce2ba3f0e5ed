"""The log of irreversible jumps beside the plot; choosing one brings the crosshair there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from smcogui.ui.widgets.empty_label import EmptyLabel
from smcogui.ui.widgets.list_table import ListTable, Row
from smcogui.units import decimal_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.field_unit import FieldUnitSwitch
    from smcogui.ui.simulation_tab.run_picture import JumpRow

_TITLES: Final = ("Irreversible jump at", "ΔM/Ms", "Half-cycle")
_EMPTY: Final = (
    "The irreversible jumps of a run are listed here with field, size and half-cycle. "
    "Choosing one brings the crosshair there."
)
_TIP: Final = "Simulated; M/Ms falls by so much between two stored field steps."


class JumpList(QStackedWidget):
    """Field, size and half-cycle of every jump.

    Signals
    -------
    chosen : Signal(object)
        The :class:`~smcogui.ui.simulation_tab.run_picture.JumpRow` that was selected.
    """

    chosen = Signal(object)

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._units = units
        self._jumps: tuple[JumpRow, ...] = ()
        self._selected = ""
        self.table = ListTable(_TITLES, "Irreversible jumps")
        self.table.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        self.addWidget(EmptyLabel(_EMPTY))
        self.addWidget(self.table)
        self.table.selection_changed.connect(self._choose)
        units.changed.connect(lambda _unit: self._fill())

    @property
    def jumps(self) -> tuple[JumpRow, ...]:
        """The jumps listed."""
        return self._jumps

    def show_jumps(self, jumps: Sequence[JumpRow]) -> None:
        """List these jumps."""
        if tuple(jumps) != self._jumps:
            self._jumps = tuple(jumps)
            self._fill()

    def _fill(self) -> None:
        unit = self._units.unit
        self.table.set_rows(
            [
                Row(
                    row_id=_row_id(jump),
                    cells=(
                        (unit.text(jump.mu0_H_T), -jump.mu0_H_T),
                        (decimal_text(jump.size, 3), jump.size),
                        (str(jump.cycle + 1), float(jump.cycle)),
                    ),
                    tip=_TIP,
                )
                for jump in self._jumps
            ]
        )
        self.setCurrentIndex(1 if self._jumps else 0)

    def _choose(self, row_ids: list[str]) -> None:
        selected = row_ids[0] if row_ids else ""
        if selected == self._selected:
            # Listed anew, not chosen: the crosshair may be elsewhere by now.
            return
        self._selected = selected
        for jump in self._jumps:
            if _row_id(jump) == selected:
                self.chosen.emit(jump)


def _row_id(jump: JumpRow) -> str:
    return f"{jump.cycle}:{jump.step}"
