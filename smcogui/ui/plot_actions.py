"""The actions of the Plot menu act upon the plot in use, in whatever window it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from smcogui.ui.widgets.curve_plot import CurvePlot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smcogui.ui.actions import Actions

_COMMANDS: Final[dict[str, Callable[[CurvePlot], object]]] = {
    "plot.copy_point": CurvePlot.copy_point,
    "plot.copy_curve": CurvePlot.copy_curve,
    "plot.right": lambda plot: plot.step_along(1),
    "plot.left": lambda plot: plot.step_along(-1),
    "plot.next_curve": lambda plot: plot.change_curve(1),
    "plot.previous_curve": lambda plot: plot.change_curve(-1),
    "plot.hide_crosshair": CurvePlot.hide_crosshair,
    "plot.zoom_in": lambda plot: plot.zoom_by(1),
    "plot.zoom_out": lambda plot: plot.zoom_by(-1),
    "plot.back": CurvePlot.zoom_back,
    "plot.forward": CurvePlot.zoom_forward,
    "plot.everything": CurvePlot.show_everything,
}
_GROUPS: Final = (
    ("plot.copy_point", "plot.copy_curve"),
    ("plot.zoom_in", "plot.zoom_out", "plot.back", "plot.forward", "plot.everything"),
    ("plot.right", "plot.left", "plot.next_curve", "plot.previous_curve", "plot.hide_crosshair"),
)
"""The context menu of a plot; each group below a line."""

_NONE: Final = "no plot with curves is in sight"


class PlotActions(QObject):
    """Gives every plot its context menu and keys, and the actions the plot that they act upon.

    That is the plot with the focus, else the one that had it last, else the first in sight. A plot
    of a dialog is taken in as soon as it gets the focus.

    Signals
    -------
    said : Signal(str)
        A sentence about what was just done.
    """

    said = Signal(str)

    def __init__(self, actions: Actions, window: QWidget, plots: Iterable[CurvePlot]) -> None:
        super().__init__(window)
        self._actions = actions
        self._plots: list[CurvePlot] = []
        for plot in plots:
            self._take_in(plot)
        actions.connect({name: partial(self._do, call) for name, call in _COMMANDS.items()})
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)
        self._show_state()

    @property
    def plot(self) -> CurvePlot | None:
        """The plot in use."""
        self._plots = [each for each in self._plots if isValid(each)]
        in_sight = [each for each in self._plots if each.isVisible() and each.curves]
        return next((each for each in in_sight if each.hasFocus()), next(iter(in_sight), None))

    def _do(self, call: Callable[[CurvePlot], object]) -> None:
        plot = self.plot
        if plot is not None:
            call(plot)

    def _take_in(self, plot: CurvePlot) -> None:
        self._plots.append(plot)
        plot.changed.connect(self._show_state)
        plot.said.connect(self.said)
        plot.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for number, group in enumerate(_GROUPS):
            if number:
                line = QAction(plot)
                line.setSeparator(True)
                plot.addAction(line)
            plot.addActions([self._actions[name] for name in group])

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if not isValid(self) or not isinstance(now, CurvePlot):
            return
        if now in self._plots:
            self._plots.remove(now)
            self._plots.insert(0, now)
        else:
            self._take_in(now)
            self._plots.insert(0, self._plots.pop())
        self._show_state()

    def _show_state(self) -> None:
        plot = self.plot
        none = "" if plot is not None else _NONE
        point = none or ("" if plot and plot.point else "the crosshair is not on the plot")
        back = none or ("" if plot and plot.zoom.can_go_back else "no other view came before")
        forward = none or ("" if plot and plot.zoom.can_go_forward else "no view was left")
        reasons = {
            "plot.copy_point": point,
            "plot.copy_curve": point,
            "plot.hide_crosshair": point,
            "plot.back": back,
            "plot.forward": forward,
        }
        for name in _COMMANDS:
            why_not = reasons.get(name, none)
            if self._actions.why_disabled(name) != why_not:
                self._actions.set_enabled(name, not why_not, why_not)
