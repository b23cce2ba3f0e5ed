"""A flat button that stays pressed while its view is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton


def mode_button(text: str, tip: str) -> QToolButton:
    """Return a checkable button for the bar above a view."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(f"Show: {text}")
    button.setCheckable(True)
    button.setProperty("panel", True)
    return button
