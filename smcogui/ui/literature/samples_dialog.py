"""The samples of the literature as a table, and what is known and predicted of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from smcogui.design.tables import literature_rows
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.design_tab.predicted_card import PredictedCard, ShownPrediction
from smcogui.ui.literature.sample_rows import SAMPLE_TITLES, matches, sample_row
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.list_table import ListTable
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.design.tables import LiteratureRow
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnit

_WIDTH, _HEIGHT = 1310, 660
_CARD_WIDTH: Final = 330
_COMPLETE: Final = (
    ("All samples", None),
    ("All four lengths known", True),
    ("With gaps", False),
)
_CHOOSE: Final = "Select a sample to see its reference and what the surrogate predicts of it."


class SamplesDialog(QDialog):
    """Stays open beside the window; knows nothing of how designs are loaded or predicted.

    Signals
    -------
    samples_selected : Signal(list)
        Numbers of the selected rows of Suppl. Table 1, from 1: what views that show the samples
        too highlight.
    load_wanted : Signal()
        Enter or a double click on a sample.
    """

    samples_selected = Signal(list)
    load_wanted = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Samples of the literature (Suppl. Table 1)")
        self.resize(_WIDTH, _HEIGHT)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: author, year, form …")
        self.filter.setAccessibleName("Filter the samples")
        self.filter.setClearButtonEnabled(True)
        self.complete = ChoiceBox(_COMPLETE)
        self.complete.setAccessibleName("Samples by what is known of them")
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.banner = Banner()
        self.table = ListTable(SAMPLE_TITLES, "Samples of the literature")
        self.table.explain_empty("No sample fits the filter. Clear it to see all of them.")
        offer_menu(self.table, actions, ("literature.load",))
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.held_for = QLabel()
        self.held_for.setWordWrap(True)
        self.held_for.setProperty("role", "muted")
        self.card = PredictedCard()
        self._lay_out(actions)
        self.filter.textChanged.connect(lambda _text: self._show())
        self.complete.currentIndexChanged.connect(lambda _index: self._show())
        self.table.selection_changed.connect(
            lambda ids: self.samples_selected.emit([int(each) for each in ids])
        )
        self.table.activated.connect(lambda _index: self.load_wanted.emit())
        self._show()
        self.show_sample("", "", None, None)

    def selected(self) -> tuple[LiteratureRow, ...]:
        """Return the selected samples, from top to bottom."""
        rows = {str(row.number): row for row in literature_rows()}
        return tuple(rows[each] for each in self.table.selected_ids())

    def select(self, numbers: Iterable[int]) -> None:
        """Select samples by their rows in Suppl. Table 1; the filter gives way to them."""
        wanted = [str(number) for number in numbers]
        if not set(wanted) <= set(self.table.listed_ids()):
            self.filter.clear()
            self.complete.set_value(None)
        self.table.select(wanted)

    def show_sample(
        self, about: str, held_for: str, shown: ShownPrediction | None, unit: FieldUnit | None
    ) -> None:
        """Show the words of a sample and its prediction; of none by default."""
        self.about.setText(about or _CHOOSE)
        self.held_for.setText(held_for)
        is_shown = shown is not None and unit is not None
        self.card.setVisible(is_shown)
        self.held_for.setVisible(is_shown)
        if shown is not None and unit is not None:
            self.card.show_prediction(shown, unit)

    def _show(self) -> None:
        text, complete = self.filter.text(), self.complete.value()
        wanted = None if complete is None else bool(complete)
        rows = [row for row in literature_rows() if matches(row, text, complete=wanted)]
        self.table.set_rows([sample_row(row) for row in rows])
        self.count.setText(f"{len(rows)} of {len(literature_rows())} samples, measured")

    def _lay_out(self, actions: Actions) -> None:
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.complete)
        top.addWidget(self.count)
        top.addWidget(action_button(actions, "literature.load", "Load as design"))
        right = QVBoxLayout()
        right.addWidget(self.held_for)
        right.addWidget(self.card)
        right.addStretch(1)
        column = QWidget()
        column.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        column.setFixedWidth(_CARD_WIDTH)
        below = QHBoxLayout()
        below.addWidget(self.about, 1)
        below.addWidget(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.banner)
        layout.addWidget(self.table, 1)
        layout.addLayout(below)
        layout.addWidget(buttons)
        # Return in the filter must not press a button, but go to what was found.
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.filter.returnPressed.connect(self.table.setFocus)
