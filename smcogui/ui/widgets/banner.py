"""A sentence in a coloured frame: an error, a warning, a note."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

BannerLevel = Literal["error", "warning", "note"]
_MARKS: dict[BannerLevel, str] = {"error": "✖", "warning": "⚠", "note": "•"}


class Banner(QLabel):
    """Hidden while there is nothing to say; the level shows by colour and by a mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setMargin(7)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_message(self, level: BannerLevel, message: str) -> None:
        """Show a sentence; an empty one hides the banner."""
        if not message:
            self.clear_message()
            return
        self.setProperty("banner", level)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setText(f"{_MARKS[level]}  {message}")
        self.show()

    def clear_message(self) -> None:
        """Hide the banner."""
        self.clear()
        self.hide()
