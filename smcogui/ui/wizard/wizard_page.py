"""What every step of the wizard can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable

    from smcogui.ui.wizard.draft import Draft


class WizardPage(QWidget):
    """A step; each page changes the draft and nothing else.

    Attributes
    ----------
    title, words : str
        Heading, and what is to be done here.

    Signals
    -------
    changed : Signal()
        Another answer of :meth:`why_not` or :meth:`next_words`.
    """

    title: ClassVar[str] = ""
    words: ClassVar[str] = ""
    changed = Signal()

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = draft

    def enter(self) -> None:
        """Begin, each time that the page comes into sight."""

    def leave(self) -> None:
        """End what need not go on when the page goes out of sight."""

    def why_not(self) -> str:
        """Return what is missing before one can go on; empty where nothing is."""
        return ""

    def next_words(self) -> str:
        """Return what the button says that goes on."""
        return "&Next"

    def go_on(self, then: Callable[[], None]) -> None:
        """Do what has to be done before the next page, then show it."""
        then()

    def while_open(self, call: Callable[..., None]) -> Callable[..., None]:
        """Return what calls something, and nothing once the wizard is closed."""
        return lambda *args: call(*args) if isValid(self) else None

    def show_error(self, error: Exception) -> None:
        """Say what went wrong."""
        raise NotImplementedError
