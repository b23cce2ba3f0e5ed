"""What is said stays as long as it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smcogui.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_what_was_done_passes_and_what_is_wrong_stays(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_done("Wrote fig.pdf.")
    assert banner.is_passing
    banner._passing.timeout.emit()
    assert banner.isHidden()
    banner.show_done("Wrote fig.pdf.")
    banner.show_message("error", "The disk is full.")
    assert not banner.is_passing


def test_only_what_is_shown_can_be_taken_back(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("error", "The disk is full.")
    banner.take_back("Half-cycles is 0.")
    assert not banner.isHidden()
    banner.take_back("The disk is full.")
    assert banner.isHidden()
