"""Icons in the colour of the text around them."""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication


def icon(name: str) -> QIcon:
    """Return a Material Design icon in the palette's text colour."""
    import qtawesome

    palette = QApplication.palette()
    drawn: QIcon = qtawesome.icon(
        f"mdi6.{name}",
        color=palette.color(QPalette.ColorRole.ButtonText),
        color_disabled=palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText),
    )
    return drawn
