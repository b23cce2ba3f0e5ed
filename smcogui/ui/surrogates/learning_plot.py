"""The learning curve of a surrogate's card: errors on the same test designs as the data grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from smcogui.ui.surrogates.card_plot import CardPlot
from smcogui.ui.widgets.axes_style import paint_axes, still_plot
from smcogui.ui.widgets.plot_colours import curve_colour

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smcogui.surrogates.forward import Surrogate

_EMPTY: Final = (
    "The card of this surrogate has no learning curve: what more designs would bring. Train with "
    "“Learning curve” ticked."
)
_TIP: Final = (
    "Smaller ensembles on random parts of the designs, all tested on the same designs; 95 % "
    "intervals of the mean over the draws. The surrogate itself is better than its last point."
)
_SHOWN: Final = (
    ("mu0_Hc_T", "Hc", Qt.PenStyle.SolidLine, "o"),
    ("mu0_Hp_T", "Hp", Qt.PenStyle.DotLine, "t"),
    ("Phi_p", "Φp", Qt.PenStyle.DashLine, "s"),
)
_TICKS: Final = (0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5)
_DESIGNS: Final = tuple(digit * 10**power for power in range(1, 6) for digit in (1, 2, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The error of models that were trained on so many designs.

    Parameters
    ----------
    designs : float
    error, low, high : float
        RMSE over the standard deviation of the test designs, and the ends of its 95 % interval.
    """

    designs: float
    error: float
    low: float
    high: float


def curve_points(surrogate: Surrogate | None, reading: str) -> list[CurvePoint]:
    """Return the learning curve of a reading; empty where the card has none."""
    about: dict[str, Any] = {} if surrogate is None else surrogate.about
    found = []
    for each in about.get("learning_curve", {}).get(reading, {}).get("points", []):
        r2, rmse = each.get("r2"), each.get("rmse")
        if r2 is None or not rmse or r2 >= 1:
            continue
        scale = math.sqrt(1 - r2) / rmse
        low, high = (each[key] if each.get(key) is not None else rmse for key in ("low", "high"))
        found.append(
            CurvePoint(
                designs=float(each["designs"]),
                error=rmse * scale,
                # A mean of few draws may have an interval that reaches below 0.
                low=max(low, 0.2 * rmse) * scale,
                high=high * scale,
            )
        )
    return found


class LearningPlot(CardPlot):
    """Errors over the number of designs, both logarithmic, with 95 % intervals over the draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, parent)
        self.setToolTip(_TIP)
        self.curves: dict[str, list[CurvePoint]] = {}
        self._lines: dict[str, tuple[Any, Any]] = {}

    def show_surrogate(self, surrogate: Surrogate | None) -> None:
        """Show the learning curve of another surrogate."""
        curves = {name: curve_points(surrogate, name) for name, *_ in _SHOWN}
        if curves != self.curves:
            self.curves = curves
            self.refresh_colours()

    @property
    def has_content(self) -> bool:
        """Whether the card has a learning curve."""
        return any(self.curves.values())

    def draw_content(self) -> None:
        """Draw the curves."""
        import numpy as np
        import pyqtgraph

        axes, palette = self.show_view().getPlotItem(), self.palette()
        for number, (name, _title, style, _symbol) in enumerate(_SHOWN):
            points, colour = self.curves[name], curve_colour(number, palette)
            line, bars = self._lines[name]
            designs = np.array([each.designs for each in points])
            error = np.array([each.error for each in points])
            line.setData(designs, error)
            line.setPen(pyqtgraph.mkPen(colour, width=2, style=style))
            line.setSymbolBrush(colour)
            line.setSymbolPen(colour)
            low, high = (
                np.array([getattr(each, end) for each in points]) for end in ("low", "high")
            )
            # Bars know nothing of logarithmic axes.
            bars.setData(
                x=np.log10(designs),
                y=np.log10(error),
                top=np.log10(high) - np.log10(error),
                bottom=np.log10(error) - np.log10(low),
                beam=0.015,
                pen=pyqtgraph.mkPen(colour),
            )
        paint_axes(axes, palette)

    def make_view(self) -> Any:
        """Return axes with a line and bars for each reading."""
        import numpy as np
        import pyqtgraph

        view = still_plot("Learning curve of the surrogate")
        axes = view.getPlotItem()
        axes.setLogMode(x=True, y=True)
        for side, ticks in (("left", _TICKS), ("bottom", _DESIGNS)):
            axes.getAxis(side).setTicks([[(math.log10(each), f"{each:g}") for each in ticks]])
        axes.addLegend(offset=(10, -10))
        axes.setLabel("bottom", "designs trained on")
        axes.setLabel("left", "RMSE / deviation of the tested")
        for name, title, _style, symbol in _SHOWN:
            bars = pyqtgraph.ErrorBarItem(x=np.array([]), y=np.array([]))
            axes.addItem(bars)
            line = axes.plot(name=title, symbol=symbol, symbolSize=7)
            self._lines[name] = (line, bars)
        return view
