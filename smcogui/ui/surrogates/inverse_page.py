"""Designs with wanted readings: the form at the left, what was found at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.surrogates.candidate_rows import (
    FoundDesigns,
    candidate_row,
    candidate_text,
    candidate_titles,
    found_text,
)
from smcogui.ui.surrogates.inverse_form import InverseForm
from smcogui.ui.widgets.banner import Banner, BannerLevel
from smcogui.ui.widgets.list_table import ListTable
from smcogui.ui.widgets.vertical_scroll import vertical_scroll

if TYPE_CHECKING:
    from smcogui.surrogates.candidates import Candidate
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

BUTTONS: Final = {
    "surrogate.find": "Find designs",
    "surrogate.pareto": "Trade-offs",
    "surrogate.stop_search": "Stop",
    "surrogate.load": "Use as design",
    "surrogate.verify": "Verify",
}
_EMPTY: Final = (
    "Say at the left which Hc, Φp … are wanted and within which limits, then press Find designs "
    "(Ctrl+Shift+D). Different designs that are predicted to have them appear here, the best "
    "first. Trade-offs lists designs of which none is better in every ticked reading (a Pareto "
    "front)."
)
_FORM_WIDTH: Final = 350


class InversePage(QWidget):
    """Shows a request and its answer; knows nothing of how designs are found.

    Signals
    -------
    selection_changed : Signal()
    load_wanted : Signal()
        Enter or a double click on a candidate.
    """

    selection_changed = Signal()
    load_wanted = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._found: FoundDesigns | None = None
        self.form = InverseForm(units)
        self.banner = Banner()
        self.table = ListTable(candidate_titles(units.unit), "Designs that were found")
        self.table.explain_empty(_EMPTY)
        offer_menu(self.table, actions, tuple(BUTTONS)[3:])
        self.details = QLabel()
        self.details.setProperty("role", "muted")
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out(actions)
        self.table.selection_changed.connect(lambda _ids: self._selected())
        self.table.activated.connect(lambda _index: self.load_wanted.emit())
        units.changed.connect(lambda _unit: self._show())

    @property
    def surrogate(self) -> Surrogate | None:
        """The surrogate that predicted what is listed."""
        return None if self._found is None else self._found.surrogate

    @property
    def wanted(self) -> dict[str, float]:
        """What was wanted of the designs that are listed."""
        return {} if self._found is None else self._found.wanted

    def candidates(self) -> list[Candidate]:
        """Return all candidates, the best first; the nearest one where nothing was reachable."""
        return [] if self._found is None else list(self._found.candidates)

    def selected(self) -> list[tuple[int, Candidate]]:
        """Return the selected candidates with their numbers, which count from 1."""
        chosen, found = set(self.table.selected_ids()), enumerate(self.candidates(), start=1)
        return [(number, each) for number, each in found if str(number) in chosen]

    def show_found(self, found: FoundDesigns) -> None:
        """Show what was found, and select the best."""
        self._found = found
        self._show()
        self.table.select(["1"])

    def clear(self) -> None:
        """Show nothing, as in another project."""
        self._found = None
        self.banner.clear_message()
        self._show()

    def _lay_out(self, actions: Actions) -> None:
        bar = QHBoxLayout()
        bar.addStretch(1)
        for action_id, words in BUTTONS.items():
            bar.addWidget(action_button(actions, action_id, words))
        right = QVBoxLayout()
        right.addLayout(bar)
        right.addWidget(self.banner)
        right.addWidget(self.table, 1)
        right.addWidget(self.details)
        left = vertical_scroll(self.form, "What is wanted of designs")
        left.setFixedWidth(_FORM_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(left)
        layout.addLayout(right, 1)
        self.table.fit_columns()

    def _show(self) -> None:
        unit = self._units.unit
        self.table.set_titles(candidate_titles(unit))
        rows = [candidate_row(n, each, unit) for n, each in enumerate(self.candidates(), start=1)]
        self.table.set_rows(rows)
        if rows:
            self.table.widen_columns()
        if self._found is not None:
            level: BannerLevel = "note" if self._found.is_reachable else "warning"
            self.banner.show_message(level, found_text(self._found, unit))
        self._selected()

    def _selected(self) -> None:
        chosen = self.selected()
        text = candidate_text(chosen[0][1], self._units.unit) if len(chosen) == 1 else ""
        self.details.setText(text)
        self.details.setVisible(bool(text))
        self.selection_changed.emit()
