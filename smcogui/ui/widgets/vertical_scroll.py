"""A column that scrolls up and down and is as wide as its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def vertical_scroll(body: QWidget, name: str = "") -> QScrollArea:
    """Put a widget into a frameless scroll area.

    Parameters
    ----------
    body : QWidget
    name : str
        Makes it a stop of the Tab key of that accessible name, for a column that holds none of its
        own; without a name it scrolls along with whichever of its controls has the focus.
    """
    body.setObjectName("scrollBody")
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setAccessibleName(name)
    if not name:
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(body)
    return scroll
