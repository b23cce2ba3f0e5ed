"""The measured curves of the open project as the window knows them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from smcogui.ui.measured.measured_plot import measured_plot_curve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smcogui.app.session import Session
    from smcogui.data.measurements import Measurement
    from smcogui.ui.run_bridge import RunBridge
    from smcogui.ui.widgets.plot_curve import PlotCurve

_FIRST_COLOUR: Final = 6
"""Runs count their colours from the other end."""
_TOPIC: Final = "measured"


class MeasuredCurves(QObject):
    """Reads and changes the measured curves in the background, and says when they changed.

    Signals
    -------
    changed : Signal()
        Other curves, other names, or others of them are shown.
    failed : Signal(str)
        Why a change could not be made.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, bridge: RunBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._records: tuple[Measurement, ...] = ()
        self._numbers = count(1)

    @property
    def records(self) -> tuple[Measurement, ...]:
        """All measured curves by name."""
        return self._records

    @property
    def shown_names(self) -> list[str]:
        """Names of those that are laid over plots and figures."""
        return [each.name for each in self._records if each.is_shown]

    def get(self, name: str) -> Measurement | None:
        """Return a measured curve, or None where there is none of that name."""
        return next((each for each in self._records if each.name == name), None)

    def plot_curves(self) -> list[PlotCurve]:
        """Return the shown ones over the internal field, which is what simulations apply."""
        shown = [each for each in self._records if each.is_shown]
        return [
            measured_plot_curve(each.curve, _FIRST_COLOUR - number)
            for number, each in enumerate(shown)
        ]

    def refresh(self) -> None:
        """Read the curves of the project again."""
        self._bridge.ask(_TOPIC, self._session.measured.records, self._take)

    def clear(self) -> None:
        """Forget the curves, as when the project is left."""
        self._bridge.drop(_TOPIC)
        self._take([])

    def set_shown(self, name: str, shown: bool) -> None:
        """Lay a curve over plots and figures, or take it off them."""
        store = self._session.measured
        self._change(lambda: store.set_shown(name, shown))

    def rename(self, name: str, new: str) -> None:
        """Give a curve another name."""
        store = self._session.measured
        self._change(lambda: store.rename(name, new))

    def trash(self, names: Sequence[str]) -> None:
        """Move curves to the trash of the project."""
        library = self._session.library
        self._change(lambda: [library.trash_measured(name) for name in names])

    def _change(self, work: Callable[[], object]) -> None:
        # A topic of its own: a change must not be dropped for a newer one.
        topic = f"{_TOPIC} change {next(self._numbers)}"
        self._bridge.ask(topic, work, lambda _answer: self.refresh(), self._refused)

    def _refused(self, error: Exception) -> None:
        self.refresh()
        self.failed.emit(str(error))

    def _take(self, records: Sequence[Measurement]) -> None:
        self._records = tuple(records)
        self.changed.emit()
