"""A number that follows from the design, and below it how much it differs from the ghost's."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class ValueLabel(QWidget):
    """A bold value; the difference is shown in small muted letters while there is one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = QLabel("–")
        self._value.setProperty("role", "value")
        self._difference = QLabel()
        self._difference.setProperty("role", "ghost")
        self._difference.setToolTip("Difference to the ghost, the design compared with.")
        self._difference.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for label in (self._value, self._difference):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)

    def text(self) -> str:
        """Return the value as it is shown."""
        return self._value.text()

    def difference(self) -> str:
        """Return the difference as it is shown; empty where there is none."""
        return self._difference.text()

    def show_value(self, text: str, difference: str = "") -> None:
        """Show a value and how much it differs."""
        self._value.setText(text)
        self._difference.setText(difference)
        self._difference.setVisible(bool(difference))
