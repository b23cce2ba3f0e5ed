"""A bar above the tabs for what is special about the open project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from smcogui.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smcogui.ui.widgets.banner import BannerLevel


class NoteBar(QWidget):
    """Hidden while there is nothing to say; can be closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        self.close_button = QPushButton("Got it")
        self.close_button.setAccessibleName("Got it: close the note")
        self.close_button.setToolTip("Close the note.")
        self.close_button.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 0)
        layout.addWidget(self.banner, 1)
        layout.addWidget(self.close_button)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; empty where nothing is."""
        return "" if self.isHidden() else self.banner.text()

    def show_notes(self, notes: Iterable[str], level: BannerLevel = "note") -> None:
        """Show sentences; none hides the bar."""
        text = "\n".join(_sentence(note) for note in notes)
        if not text:
            self.clear()
            return
        self.banner.show_message(level, text)
        self.show()

    def take_back(self, note: str) -> None:
        """Hide the bar if this note is all that it shows."""
        self.banner.take_back(_sentence(note))
        self.setVisible(not self.banner.isHidden())

    def clear(self) -> None:
        """Hide the bar."""
        self.banner.clear_message()
        self.hide()


def _sentence(note: str) -> str:
    return note if note.endswith(".") else f"{note}."
