"""The card of a plot: the text until something is drawn, the plot from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsView

from smcogui.ui.widgets.empty_label import EmptyLabel
from smcogui.ui.widgets.plot_card import PlotCard

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class _Card(PlotCard):
    def __init__(self) -> None:
        super().__init__("Appears later.", (200, 100), margin=12)
        self.made = 0

    def make_view(self) -> Any:
        self.made += 1
        view = QGraphicsView()
        view.setBackground = view.setBackgroundBrush  # type: ignore[attr-defined]
        return view


def test_a_card_shows_its_text_until_the_plot_is_needed_and_makes_it_once(qtbot: QtBot) -> None:
    card = _Card()
    qtbot.addWidget(card)
    card.show()
    card.show_empty()
    text = card.findChild(EmptyLabel)
    assert text is not None
    assert (text.text(), text.margin(), text.isVisible()) == ("Appears later.", 12, True)
    assert card.made == 0
    view = card.show_view()
    assert view.isVisible()
    assert not text.isVisible()
    assert view.backgroundBrush().color() == card.palette().base().color()
    card.show_empty()
    assert text.isVisible()
    assert not view.isVisible()
    assert card.show_view() is view
    assert card.made == 1


def test_an_empty_label_stands_muted_in_the_middle(qtbot: QtBot) -> None:
    label = EmptyLabel("Nothing yet.")
    qtbot.addWidget(label)
    assert label.alignment() == Qt.AlignmentFlag.AlignCenter
    assert label.wordWrap()
    assert label.property("role") == "muted"
