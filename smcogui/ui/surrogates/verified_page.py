"""Candidates that were put to the test: what was predicted beside what was simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.surrogates.candidate_rows import verified_row, verified_text, verified_titles
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.verification import Verification
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

_EMPTY: Final = (
    "Candidates appear here once they are verified: what the surrogate predicted, written down "
    "before, beside what the simulation found. They form the campaign “verified”, on which a "
    "surrogate can be trained again."
)


class VerifiedPage(QWidget):
    """A table with predicted, simulated and their difference.

    Signals
    -------
    selection_changed : Signal()
    run_wanted : Signal()
        Enter or a double click on a candidate.
    """

    selection_changed = Signal()
    run_wanted = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._rows: tuple[Verification, ...] = ()
        self.summary = ElidedLabel()
        self.table = ListTable(verified_titles(units.unit), "Verified candidates")
        self.table.explain_empty(_EMPTY)
        offer_menu(self.table, actions, ("surrogate.show_run",))
        bar = QHBoxLayout()
        bar.addWidget(self.summary, 1)
        bar.addWidget(action_button(actions, "surrogate.show_run", "Show run"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        self.table.fit_columns()
        self.table.selection_changed.connect(lambda _ids: self.selection_changed.emit())
        self.table.activated.connect(lambda _index: self.run_wanted.emit())
        units.changed.connect(lambda _unit: self._show())

    @property
    def run_id(self) -> str:
        """The run of the only selected candidate; empty where there is none."""
        chosen = self.table.selected_ids()
        if len(chosen) != 1:
            return ""
        return next((row.run_id for row in self._rows if row.key == chosen[0]), "")

    def show_rows(self, rows: Sequence[Verification]) -> None:
        """Show how candidates stand."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._show()

    def _show(self) -> None:
        unit = self._units.unit
        self.table.set_titles(verified_titles(unit))
        self.table.set_rows([verified_row(row, unit) for row in self._rows])
        if self._rows:
            self.table.widen_columns()
        self.summary.show_text(verified_text(self._rows, unit))
        self.selection_changed.emit()
