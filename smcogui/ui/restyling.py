"""Widgets take the colours of another palette, in steps with time for input in between.

Qt would restyle a whole program at once, by setting its style sheet again: the window would not
answer for a tenth of a second and more.
"""

from __future__ import annotations

from collections import deque
from time import perf_counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication, QWidget

_STEP_S: Final = 0.008
_LONGEST_S: Final = 0.4
_BETWEEN_MS: Final = 2
_CHANGE: Final = "restyling"
_OVER: Final = object()


def restyle(app: QApplication, then: Callable[[], object] = lambda: None) -> None:
    """Let every widget take its colours from the palette anew.

    Windows on the screen show the old colours until all are done; on a machine so busy that this
    takes longer than 0.4 s they are painted meanwhile, each widget in the colours it has by then.

    Parameters
    ----------
    app : QApplication
    then : callable, optional
        Called at the end, unless another change has begun meanwhile.
    """
    # One that was hidden while an earlier change was under way still waits to be painted again.
    windows = [w for w in app.topLevelWidgets() if w.isVisible() or not w.updatesEnabled()]
    widgets = deque(app.allWidgets())
    if not windows:
        _style(widgets, until=float("inf"))
        then()
        return
    _set_updates(windows, False)
    _do_in_turn(app, _steps(widgets, windows, then))


def _steps(
    widgets: deque[QWidget], windows: list[QWidget], then: Callable[[], object]
) -> Iterator[None]:
    began = perf_counter()
    try:
        while widgets:
            _style(widgets, until=perf_counter() + _STEP_S)
            if perf_counter() - began > _LONGEST_S:
                _set_updates(windows, True)
            yield
    except Exception:
        # Whatever goes wrong, no window is left that is never painted again.
        _set_updates(windows, True)
        raise
    _set_updates(windows, True)
    # They are painted before what draws its own colours does so.
    yield
    then()


def _do_in_turn(app: QApplication, steps: Iterator[None]) -> None:
    """Do the first step now and the others later, until another change begins."""
    number = int(app.property(_CHANGE) or 0) + 1
    app.setProperty(_CHANGE, number)

    def go_on() -> None:
        if app.property(_CHANGE) == number and next(steps, _OVER) is not _OVER:
            QTimer.singleShot(_BETWEEN_MS, app, go_on)

    go_on()


def _set_updates(windows: list[QWidget], on: bool) -> None:
    for window in filter(isValid, windows):
        window.setUpdatesEnabled(on)


def _style(widgets: deque[QWidget], until: float) -> None:
    """Style widgets from the front until the time is over; at least one."""
    while widgets:
        widget = widgets.popleft()
        if isValid(widget):
            # The style forgets what it knows of the widget, and looks its colours up again.
            style = widget.style()
            style.unpolish(widget)
            style.polish(widget)
            widget.update()
        if perf_counter() > until:
            return
