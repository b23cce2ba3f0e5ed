"""The surrogates of the project: the list, and the card and losses of the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from smcogui.app.surrogate_choice import SHIPPED
from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.surrogates.learning_plot import LearningPlot
from smcogui.ui.surrogates.loss_plot import LossPlot
from smcogui.ui.surrogates.model_words import (
    MODEL_TITLES,
    SCORE_TIP,
    SCORE_TITLES,
    about_text,
    comparison_text,
    curve_text,
    gains_text,
    model_row,
    paragraphs,
    peers_text,
    score_rows,
)
from smcogui.ui.widgets.list_table import ListTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.suggestion_gain import SuggestionGain
    from smcogui.app.surrogate_views import SurrogateView
    from smcogui.surrogates.forward import Surrogate
    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

BUTTONS: Final = {
    "surrogate.train": "Train…",
    "surrogate.stop": "Stop",
    "surrogate.resume": "Go on",
    "surrogate.suggest": "Suggest runs…",
    "surrogate.use": "Predict with it",
}
_UNTRAINED: Final = "There is no model yet."


class ModelsPage(QWidget):
    """Shows what is known of surrogates; knows nothing of how they are trained.

    Signals
    -------
    selection_changed : Signal()
    """

    selection_changed = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._views: tuple[SurrogateView, ...] = ()
        self._used = ""
        self.list = ListTable(MODEL_TITLES, "Surrogates of the project")
        self.list.setSelectionMode(ListTable.SelectionMode.SingleSelection)
        offer_menu(self.list, actions, tuple(BUTTONS))
        self.scores = ListTable(SCORE_TITLES, "Scores of the surrogate on designs it never saw")
        self.scores.setToolTip(SCORE_TIP)
        self.scores.explain_empty(_UNTRAINED)
        self.losses = LossPlot()
        self.learning = LearningPlot()
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out(actions)
        self.list.selection_changed.connect(lambda _names: self._show_selected())
        units.changed.connect(lambda _unit: self._show())

    @property
    def current(self) -> SurrogateView | None:
        """The surrogate that is selected."""
        names = self.list.selected_ids()
        return next((view for view in self._views if view.name in names[:1]), None)

    def gains(self) -> list[SuggestionGain]:
        """Return what suggested designs brought, the newest surrogate first."""
        return [gain for view in self._views for gain in view.gains]

    def show_views(self, views: Sequence[SurrogateView], used: str) -> None:
        """Show what a look at the surrogates found, and which of them predicts."""
        self._views, self._used = tuple(views), used
        self._show()

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self.losses.refresh_colours()
        self.learning.refresh_colours()

    def _lay_out(self, actions: Actions) -> None:
        bar = QHBoxLayout()
        bar.addStretch(1)
        for action_id, words in BUTTONS.items():
            bar.addWidget(action_button(actions, action_id, words))
        lower = QSplitter(Qt.Orientation.Horizontal)
        lower.setChildrenCollapsible(False)
        lower.setHandleWidth(8)
        lower.addWidget(self.scores)
        plots = QTabWidget()
        plots.setDocumentMode(True)
        plots.setAccessibleName("Plots of the surrogate")
        plots.addTab(self.losses, "Losses")
        plots.addTab(self.learning, "Learning curve")
        lower.addWidget(plots)
        lower.setStretchFactor(0, 3)
        lower.setStretchFactor(1, 2)
        lower.setSizes([660, 300])
        self.list.setMinimumHeight(80)
        self.list.setMaximumHeight(140)
        self.list.fit_columns()
        self.scores.fit_columns()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.list)
        layout.addWidget(self.about)
        layout.addWidget(lower, 1)

    def _show(self) -> None:
        unit = self._units.unit
        self.list.set_rows([model_row(view, self._used, unit) for view in self._views])
        self.list.widen_columns()
        names = [view.name for view in self._views]
        if names and not self.list.selected_ids():
            self.list.select([self._used if self._used in names else names[-1]])
        self._show_selected()

    def _show_selected(self) -> None:
        view, unit, shipped = self.current, self._units.unit, self._shipped()
        surrogate = None if view is None else view.surrogate
        self.scores.set_rows(score_rows(surrogate, shipped, unit))
        self.scores.widen_columns()
        texts = [] if view is None else [view.trouble, about_text(view)]
        texts += [peers_text(surrogate, unit), comparison_text(surrogate, shipped)]
        texts += [curve_text(surrogate, unit)]
        texts += [] if view is None else [gains_text(view.gains, unit)]
        self.about.setText(paragraphs(texts) or _UNTRAINED)
        self.losses.show_losses(() if view is None else view.losses)
        self.learning.show_surrogate(surrogate)
        self.selection_changed.emit()

    def _shipped(self) -> Surrogate | None:
        return next((view.surrogate for view in self._views if view.name == SHIPPED), None)
