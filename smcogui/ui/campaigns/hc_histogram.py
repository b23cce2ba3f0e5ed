"""The coercivities of a campaign so far, as a histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.curves.origin import Origin
from smcogui.ui.widgets.axes_style import paint_axes, still_plot
from smcogui.ui.widgets.plot_card import PlotCard
from smcogui.ui.widgets.plot_colours import curve_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from smcogui.ui.field_unit import FieldUnitSwitch

_EMPTY: Final = "How often which Hc was found appears here as designs are done."
_MOST_BINS: Final = 40


class HcHistogram(PlotCard):
    """Number of designs over Hc."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, (220, 160), parent=parent)
        self._units = units
        self._fields_T: tuple[float, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._bars: Any = None
        units.changed.connect(lambda _unit: self._draw())

    @property
    def heights(self) -> list[int]:
        """Number of designs in each bar that is drawn."""
        if self._bars is None or not self._fields_T:
            return []
        return [int(height) for height in self._bars.opts["height"]]

    def show_fields(self, mu0_Hc_T: Sequence[float]) -> None:
        """Show these coercivities, in T."""
        self._fields_T = tuple(mu0_Hc_T)
        self._draw()

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self._drawn = ()
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while it was out of sight."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        unit, wanted = self._units.unit, (self._units.unit.name, self._fields_T)
        if not self.isVisible() or wanted == self._drawn:
            return
        self._drawn = wanted
        if not self._fields_T:
            self.show_empty()
            return
        import numpy as np

        axes = self.show_view().getPlotItem()
        fields = np.asarray(self._fields_T) * unit.per_tesla
        edges = np.histogram_bin_edges(fields, bins="auto")
        if edges.size > _MOST_BINS + 1:
            edges = np.histogram_bin_edges(fields, bins=_MOST_BINS)
        heights, _ = np.histogram(fields, bins=edges)
        palette = self.palette()
        self._bars.setOpts(
            x0=edges[:-1],
            x1=edges[1:],
            height=heights,
            brush=curve_colour(0, palette),
            pen=palette.base().color(),
        )
        paint_axes(axes, palette)
        axes.setLabel("bottom", f"Hc: {unit.symbol} ({unit.name}), {Origin.SIMULATED}")
        axes.setLabel("left", "designs")

    def make_view(self) -> Any:
        """Return axes with bars."""
        import pyqtgraph

        view = still_plot("Histogram of Hc")
        axes = view.getPlotItem()
        self._bars = pyqtgraph.BarGraphItem(x0=[0], x1=[1], height=[0])
        axes.addItem(self._bars)
        return view
