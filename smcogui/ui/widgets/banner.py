"""A sentence in a coloured frame: an error, a warning, a note."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from smcogui.ui.widgets.style_property import set_style_property

PASSING_MS: Final = 20_000
"""How long a note stays that asks for nothing."""

BannerLevel = Literal["error", "warning", "note", "good"]
_MARKS: dict[BannerLevel, str] = {"error": "✖", "warning": "⚠", "note": "•", "good": "✔"}


class Banner(QLabel):
    """Hidden while there is nothing to say; the level shows by colour and by a mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setMargin(7)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(PASSING_MS)
        self._passing.timeout.connect(self.clear_message)
        self.hide()

    @property
    def is_passing(self) -> bool:
        """Whether what is shown goes by itself."""
        return self._passing.isActive()

    def show_done(self, message: str) -> None:
        """Show what was done; it goes after a while, and gives its room back."""
        self.show_message("note", message)
        self._passing.start()

    def show_message(self, level: BannerLevel, message: str) -> None:
        """Show a sentence until another one takes its place; an empty one hides the banner."""
        self._passing.stop()
        if not message:
            self.clear_message()
            return
        set_style_property(self, "banner", level)
        self.setText(f"{_MARKS[level]}  {message}")
        self.show()

    def take_back(self, message: str) -> None:
        """Hide the banner if this sentence is all that it shows."""
        if message and self.text().endswith(f"  {message}"):
            self.clear_message()

    def clear_message(self) -> None:
        """Hide the banner."""
        self._passing.stop()
        self.clear()
        self.hide()
