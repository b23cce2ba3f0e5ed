"""Boxes of the forms of a segmentation."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from smcogui.ui.widgets.number_box import ChoiceBox, NumberBox


def number_box(low: float, high: float, step: float, unit: str, name: str) -> NumberBox:
    """Return a box for a number, called by its name."""
    box = NumberBox(minimum=low, maximum=high, step=step, unit=unit)
    box.setAccessibleName(name)
    box.setToolTip(f"{name}.")
    return box


def put(box: Any, value: Any) -> None:
    """Show a value in a box without telling anybody."""
    box.blockSignals(True)
    (box.set_value if isinstance(box, ChoiceBox) else box.setValue)(value)
    box.blockSignals(False)


def in_a_row(*widgets: QWidget) -> QHBoxLayout:
    """Return widgets beside each other."""
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    return row


def note(text: str = "") -> QLabel:
    """Return a sentence below a box."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    return label
