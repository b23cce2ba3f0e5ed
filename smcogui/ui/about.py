"""What the program is: name, version, purpose, licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from smcogui import __version__

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def about_box(parent: QWidget) -> QMessageBox:
    """Return the box of Help, About; it is not shown yet."""
    box = QMessageBox(parent)
    box.setWindowTitle("About SmCo Studio")
    icon = QApplication.windowIcon()
    if not icon.isNull():
        box.setIconPixmap(icon.pixmap(64, 64))
    box.setText(f"SmCo Studio {__version__}")
    box.setInformativeText(
        "Designs SmCo-1:7 magnets: nanostructure, micromagnetic M–H curve, coercive field Hc, "
        "pinning field Hp and Φp.\n\nFree software under the BSD 3-Clause License. Copyright 2026, "
        "the SmCo Studio authors."
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setStandardButtons(QMessageBox.StandardButton.Close)
    return box
