"""The design being edited: the one place through which every edit goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from smcogui.design.design import Design


class DesignDocument(QObject):
    """Holds the current design and tells who listens that it changed.

    Signals
    -------
    changed : Signal(object)
        The new design.
    """

    changed = Signal(object)

    def __init__(self, design: Design, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._design = design

    @property
    def design(self) -> Design:
        """The current design; always a valid one."""
        return self._design

    def apply(self, design: Design, what: str) -> None:
        """Replace the design.

        Parameters
        ----------
        design : Design
        what : str
            The edit in words, such as "Change cell width L".
        """
        if design == self._design:
            return
        self._design = design
        self.setProperty("lastEdit", what)
        self.changed.emit(design)
