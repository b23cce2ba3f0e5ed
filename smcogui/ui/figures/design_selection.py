"""Which designs are selected: one selection for all figures and tables of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable


class DesignSelection(QObject):
    """Names of runs, or of samples of the literature, whichever view they were selected in.

    Signals
    -------
    changed : Signal()
        Others are selected.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """What is selected."""
        return self._ids

    def select(self, ids: Iterable[str]) -> None:
        """Select these and no others."""
        wanted = frozenset(ids)
        if wanted != self._ids:
            self._ids = wanted
            self.changed.emit()

    def pick(self, ids: Iterable[str], *, is_added: bool) -> None:
        """Select these, or these as well; where all are selected already, these no more."""
        wanted = frozenset(ids)
        if not is_added:
            self.select(wanted)
        else:
            self.select(self._ids - wanted if wanted <= self._ids else self._ids | wanted)
