"""Which runs an action is about: those selected where the user is at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import SignalInstance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunPlace:
    """A part of the window in which runs can be selected.

    Parameters
    ----------
    widget : QWidget
        Whoever has the focus inside it is at work there.
    run_ids : callable
        Returns the ids of the selected runs, from top to bottom.
    changed : signal
        Of whatever arguments, when others are selected.
    """

    widget: QWidget
    run_ids: Callable[[], list[str]]
    changed: SignalInstance


class RunSelection(QObject):
    """The selected runs of the place that the user was in last, else those of the tab on show.

    Signals
    -------
    changed : Signal()
        Other runs are selected, or the user went to another place.
    """

    changed = Signal()

    def __init__(
        self, tabs: QTabWidget, places: Sequence[RunPlace], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tabs, self._places = tabs, tuple(places)
        self._last = self._place_of(tabs.currentWidget())
        for place in self._places:
            place.changed.connect(lambda *_: self.changed.emit())
        tabs.currentChanged.connect(self._tab_shown)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    @property
    def run_ids(self) -> list[str]:
        """Ids of the selected runs, from top to bottom."""
        for place in (self._last, self._place_of(self._tabs.currentWidget())):
            found = [] if place is None else place.run_ids()
            if found:
                return found
        return []

    def _tab_shown(self, _page: int) -> None:
        self._go_to(self._place_of(self._tabs.currentWidget()))

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        place = self._place_of(now)
        if place is not None:
            self._go_to(place)

    def _go_to(self, place: RunPlace | None) -> None:
        if place is not self._last:
            self._last = place
            self.changed.emit()

    def _place_of(self, widget: QWidget | None) -> RunPlace | None:
        # The focus moves about while a window is taken apart, too.
        places = [place for place in self._places if isValid(place.widget)]
        if widget is None:
            return None
        return next(
            (p for p in places if p.widget is widget or p.widget.isAncestorOf(widget)), None
        )
