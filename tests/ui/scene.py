"""A scene: something on the screen to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from smcogui.ui.main_window import MainWindow

Wait = Callable[[Callable[[], object]], None]
"""Waits until a condition holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Something to look at.

    Parameters
    ----------
    name : str
        Name of its picture.
    show : callable
        ``show(window, wait)`` brings it up and returns what is to be looked at: the window, or
        what lies over it and is closed afterwards.
    """

    name: str
    show: Callable[[MainWindow, Wait], QWidget]


def opened(make: Callable[[MainWindow], QWidget], window: MainWindow, _wait: Wait) -> QWidget:
    """Make a dialog of the window and open it."""
    dialog = make(window)
    dialog.show()
    return dialog
