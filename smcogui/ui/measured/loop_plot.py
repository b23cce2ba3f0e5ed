"""The loop of a file and the branch that is taken of it, before and after the correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt

from smcogui.ui.widgets.axes_style import paint_axes, plain_axes
from smcogui.ui.widgets.plot_card import PlotCard
from smcogui.ui.widgets.plot_colours import curve_colour
from smcogui.units import MU0

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from smcogui.data.import_preview import ImportPreview
    from smcogui.ui.field_unit import FieldUnitSwitch

QUANTITIES: Final = (("M–H", "M"), ("J–H", "J"))
_MOST_POINTS: Final = 4000
_EMPTY: Final = "The loop appears here as soon as its columns can be read."


class LoopPlot(PlotCard):
    """M or J over the field: the whole loop thin, the branch dashed as measured and corrected."""

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, (300, 200), parent=parent)
        self._units = units
        self._quantity = "M"
        self._preview: ImportPreview | None = None
        self._lines: list[Any] = []
        units.changed.connect(self._draw)

    @property
    def names(self) -> list[str]:
        """What the legend says."""
        if self._view is None or self._view.isHidden():
            return []
        return [label.text for _, label in self._view.getPlotItem().legend.items]

    def show_preview(self, preview: ImportPreview | None) -> None:
        """Show what an import would give; None empties the plot."""
        self._preview = preview
        self._draw()

    def choose_quantity(self, name: str) -> None:
        """Show ``M`` in kA/m, or the polarisation ``J`` in T."""
        self._quantity = name
        self._draw()

    def make_view(self) -> Any:
        """Return axes with a legend."""
        import pyqtgraph

        view = pyqtgraph.PlotWidget(antialias=True)
        view.setAccessibleName("Loop of the file")
        view.addLegend(offset=(12, 12), labelTextSize="9pt", verSpacing=-2)
        plain_axes(view.getPlotItem())
        return view

    def _draw(self, _unit: object = None) -> None:
        preview = self._preview
        if preview is None:
            self.show_empty()
            return
        view = self.show_view()
        paint_axes(view.getPlotItem(), self.palette())
        for line in self._lines:
            view.removeItem(line)
        self._lines = []
        unit = self._units.unit
        view.setLabel("bottom", f"{unit.symbol} ({unit.name})")
        view.setLabel("left", "M (kA/m)" if self._quantity == "M" else "J (T)")
        grey = self.palette().placeholderText().color()
        self._add(preview.H, preview.M, "whole file, applied field", grey, 1)
        curve = preview.curve
        if curve is not None:
            dash = Qt.PenStyle.DashLine
            before, after = (curve_colour(number, self.palette()) for number in (1, 0))
            self._add(curve.H_applied, curve.M, "branch, applied field", before, 2, dash)
            self._add(curve.H, curve.M, "branch, internal field", after, 2)

    def _add(
        self,
        H: NDArray[np.float64],
        M: NDArray[np.float64],
        name: str,
        colour: Any,
        width: int,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        import pyqtgraph

        # A screen cannot show more, and a file may hold a million lines.
        every = max(1, H.size // _MOST_POINTS)
        H, M = H[::every], M[::every]
        x = MU0 * H * self._units.unit.per_tesla
        y = M / 1e3 if self._quantity == "M" else MU0 * M
        pen = pyqtgraph.mkPen(colour, width=width, style=style)
        self._lines.append(self._view.plot(x, y, pen=pen, name=name))
