"""The Figures page of the Analysis tab: designs, two figures of them, and their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from smcogui.ui.campaigns.action_button import action_button
from smcogui.ui.figures.design_rows import design_titles
from smcogui.ui.figures.figure_view import FigureView
from smcogui.ui.run_menu import offer_menu
from smcogui.ui.widgets.banner import Banner
from smcogui.ui.widgets.elided_label import ElidedLabel
from smcogui.ui.widgets.list_table import ListTable
from smcogui.ui.widgets.number_box import ChoiceBox

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from smcogui.ui.actions import Actions
    from smcogui.ui.field_unit import FieldUnitSwitch

DESIGN_ACTIONS: Final = ("figures.open_run", "figures.load_design", "figures.select_none")
_EMPTY: Final = "The designs of the figures are listed here."
_BUTTONS: Final = {
    "figures.export": "Export…",
    "figures.copy_command": "",
    "figures.second": "",
    "figures.table": "",
}


class FiguresPage(QWidget):
    """What is shown; :class:`~smcogui.ui.figures.figures_side.FiguresSide` says what.

    Signals
    -------
    shown : Signal()
        The page has come up.
    source_changed : Signal()
        Other designs are chosen.
    """

    shown = Signal()
    source_changed = Signal()

    def __init__(
        self, units: FieldUnitSwitch, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.source = ChoiceBox((("All finished runs of the project", ""),))
        self.source.setAccessibleName("Designs")
        self.source.setToolTip("Which designs the figures are drawn of.")
        self.source.setMinimumContentsLength(24)
        self.may_differ = QCheckBox("&Mixed")
        self.may_differ.setAccessibleName("Allow mixed designs")
        self.may_differ.setToolTip(
            "Draw designs of different solvers, exchange rules and grain-boundary layers together, "
            "which do not compare in every respect."
        )
        self.about = ElidedLabel()
        self.about.setProperty("role", "muted")
        self.views = (FigureView("First figure"), FigureView("Second figure"))
        self.table = ListTable(design_titles(units.unit), "Designs of the figures")
        self.table.explain_empty(_EMPTY)
        offer_menu(self.table, actions, DESIGN_ACTIONS)
        for view in self.views:
            offer_menu(view.canvas, actions, DESIGN_ACTIONS)
        self._lay_out(actions)
        self.source.currentIndexChanged.connect(lambda _index: self.source_changed.emit())
        self.may_differ.toggled.connect(lambda _on: self.source_changed.emit())

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that figures are wanted."""
        super().showEvent(event)
        self.shown.emit()

    def refresh_colours(self) -> None:
        """Take the icons in the colours of the palette."""
        for view in self.views:
            view.refresh_colours()

    def _lay_out(self, actions: Actions) -> None:
        label = QLabel("&Designs")
        label.setBuddy(self.source)
        bar = QHBoxLayout()
        bar.addWidget(label)
        bar.addWidget(self.source)
        bar.addWidget(self.may_differ)
        bar.addWidget(self.about, 1)
        for action_id, words in _BUTTONS.items():
            bar.addWidget(action_button(actions, action_id, words))
        sides = QSplitter(Qt.Orientation.Horizontal)
        halves = QSplitter(Qt.Orientation.Vertical)
        for splitter in (sides, halves):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        for view in self.views:
            sides.addWidget(view)
        sides.setSizes([500, 500])
        halves.addWidget(sides)
        halves.addWidget(self.table)
        halves.setStretchFactor(0, 4)
        halves.setStretchFactor(1, 1)
        halves.setSizes([460, 150])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.banner)
        layout.addWidget(halves, 1)
