"""What stands where nothing is to be seen yet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class EmptyLabel(QLabel):
    """Says, muted and in the middle, what will appear in a place that is empty."""

    def __init__(self, text: str, *, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setProperty("role", "muted")
        self.setMargin(margin)
