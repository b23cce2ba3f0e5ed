"""The losses of a training over its steps, live."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from smcogui.ui.surrogates.card_plot import CardPlot
from smcogui.ui.widgets.axes_style import paint_axes, still_plot
from smcogui.ui.widgets.plot_colours import curve_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from smcogui.app.surrogate_views import LossPoint

_EMPTY: Final = "The losses of a training appear here, step by step."
_TICKS: Final = [digit * 10.0**power for power in range(-6, 3) for digit in (1, 2, 5)]
"""Pyqtgraph's own ticks of a logarithmic axis lie over each other."""
_LINES: Final = (
    ("training", "designs trained on", Qt.PenStyle.SolidLine),
    ("held_out", "designs held out", Qt.PenStyle.DashLine),
)


class LossPlot(CardPlot):
    """Losses in standardised units on a logarithmic axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, parent)
        self._losses: tuple[LossPoint, ...] = ()
        self._lines: dict[str, Any] = {}

    @property
    def steps(self) -> list[int]:
        """The steps that are drawn."""
        return [each.step for each in self._losses]

    def show_losses(self, losses: Sequence[LossPoint]) -> None:
        """Show other losses, or more of them."""
        if tuple(losses) != self._losses:
            self._losses = tuple(losses)
            self.refresh_colours()

    @property
    def has_content(self) -> bool:
        """Whether there are losses."""
        return bool(self._losses)

    def draw_content(self) -> None:
        """Draw the losses."""
        import pyqtgraph

        axes, palette = self.show_view().getPlotItem(), self.palette()
        for number, (name, _title, style) in enumerate(_LINES):
            points = [each for each in self._losses if getattr(each, name) is not None]
            line = self._lines[name]
            line.setData([each.step for each in points], [getattr(each, name) for each in points])
            line.setPen(pyqtgraph.mkPen(curve_colour(number, palette), width=2, style=style))
        paint_axes(axes, palette)

    def make_view(self) -> Any:
        """Return axes with a line for each loss."""
        view = still_plot("Losses of the training")
        axes = view.getPlotItem()
        axes.setLogMode(y=True)
        axes.getAxis("left").setTicks([[(math.log10(loss), f"{loss:g}") for loss in _TICKS]])
        axes.addLegend(offset=(-10, 10))
        axes.setLabel("bottom", "step of the training")
        axes.setLabel("left", "loss, standardised")
        self._lines = {name: axes.plot(name=title) for name, title, _ in _LINES}
        return view
