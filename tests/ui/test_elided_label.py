"""A line that is cut says so, and can be read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from smcogui.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_LONG = "Table 1, row 2, field at 45 degrees (paper preset)"


def test_short_text_is_whole_and_long_text_ends_in_an_ellipsis(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_text(_LONG)
    label.resize(1000, 20)
    assert label.shown_text() == _LONG
    label.resize(120, 20)
    assert label.shown_text().endswith("…")
    assert _LONG.startswith(label.shown_text()[:-1])
    assert (label.text(), label.toolTip()) == (_LONG, _LONG)


def test_path_keeps_its_beginning_and_its_end(qtbot: QtBot) -> None:
    label = ElidedLabel(Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.show_text("Project: /home/somebody/in a folder/that is deep/magnets")
    label.resize(200, 20)
    assert label.shown_text().startswith("Project: /")
    assert label.shown_text().endswith("magnets")
