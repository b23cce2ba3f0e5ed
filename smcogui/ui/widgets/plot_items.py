"""Lines, bands and marks of a plot, changed in place where they exist; loads pyqtgraph.

To make an item costs ten times what it costs to give it other points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from smcogui.curves.origin import Origin
from smcogui.ui.widgets.label_places import LabelBox, LabelPlace, place_labels
from smcogui.ui.widgets.plot_colours import curve_colour
from smcogui.ui.widgets.plot_text import marker_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPalette

    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.widgets.plot_curve import FieldMarker, PlotBand, PlotCurve

    ViewRange = tuple[tuple[float, float], tuple[float, float]]

MOST_THICK: Final = 8
"""With more curves all but the active one are thin: thick lines take four times as long to draw."""

LINE_STYLES: Final = {
    Origin.SIMULATED: Qt.PenStyle.SolidLine,
    Origin.MEASURED: Qt.PenStyle.DotLine,
    Origin.ANALYTIC: Qt.PenStyle.DashDotLine,
    Origin.PREDICTED: Qt.PenStyle.DashLine,
}
"""Marks; of curves, measured ones are dots without a line."""

_BAND_ALPHA: Final = 60
_LABEL_ALPHA: Final = 200
_ANCHORS: Final = {True: (1, 0.5), False: (0, 0.5)}


@dataclass(frozen=True, slots=True)
class _Look:
    colour: str
    width: int
    style: Qt.PenStyle

    @property
    def pen(self) -> Any:
        return pyqtgraph.mkPen(self.colour, width=self.width, style=self.style)


class CurveItems:
    """The lines of a plot."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._items: list[Any] = []
        self._shown: list[tuple[PlotCurve | None, float]] = []
        self._looks: list[_Look | None] = []

    @property
    def items(self) -> list[Any]:
        """What is drawn: a line, or dots of a measured curve, for each curve."""
        return self._items

    def show_curves(
        self,
        curves: Sequence[PlotCurve],
        unit: FieldUnit,
        palette: QPalette,
        active: int | None = None,
    ) -> None:
        """Show these curves; one that is shown already, in this unit, costs nothing."""
        self._cut(len(curves))
        all_thin = len(curves) > MOST_THICK
        for number, curve in enumerate(curves):
            self._prepare(number, curve.origin is Origin.MEASURED)
            is_thick = number == active or not (curve.is_thin or all_thin)
            colour = curve_colour(curve.colour, palette)
            self._paint(number, _Look(colour, 2 if is_thick else 1, LINE_STYLES[curve.origin]))
            shown = (curve, unit.per_tesla)
            if self._shown[number] != shown:
                self._shown[number] = shown
                x = np.asarray(curve.mu0_H_T, dtype=float) * unit.per_tesla
                self._items[number].setData(x=x, y=np.asarray(curve.M_over_Ms, dtype=float))
            self._items[number].setZValue(2 if is_thick else 1)

    def legend(self) -> list[tuple[str, Any]]:
        """Return the names for the legend, with what is drawn."""
        return [
            (curve.legend, item)
            for (curve, _), item in zip(self._shown, self._items, strict=True)
            if curve is not None and curve.legend
        ]

    def _cut(self, count: int) -> None:
        for item in self._items[count:]:
            self._plot.removeItem(item)
        del self._items[count:], self._shown[count:], self._looks[count:]

    def _prepare(self, number: int, dots: bool) -> None:
        """Let there be an item of the right kind at a place."""
        kind = pyqtgraph.ScatterPlotItem if dots else pyqtgraph.PlotCurveItem
        if number < len(self._items):
            if isinstance(self._items[number], kind):
                return
            self._cut(number)
        if dots:
            item = kind(size=5, symbol="o", brush=None)
        else:
            item = kind(antialias=True, skipFiniteCheck=True)
        self._plot.addItem(item, ignoreBounds=True)
        self._items.append(item)
        self._shown.append((None, 0.0))
        self._looks.append(None)

    def _paint(self, number: int, look: _Look) -> None:
        if self._looks[number] == look:
            return
        self._looks[number] = look
        item = self._items[number]
        if isinstance(item, pyqtgraph.ScatterPlotItem):
            item.setPen(pyqtgraph.mkPen(look.colour, width=look.width))
        else:
            item.setPen(look.pen)


class BandItems:
    """The bands of a plot, each a closed and filled line behind the others."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._items: list[Any] = []
        self._bands: tuple[PlotBand, ...] = ()

    @property
    def items(self) -> list[Any]:
        """What is drawn, for each band."""
        return self._items

    def show_bands(self, bands: Sequence[PlotBand], unit: FieldUnit, palette: QPalette) -> None:
        """Show these bands."""
        self._bands = tuple(bands)
        while len(self._items) > len(bands):
            self._plot.removeItem(self._items.pop())
        while len(self._items) < len(bands):
            item = pyqtgraph.PlotCurveItem(pen=None, fillLevel="enclosed", antialias=True)
            item.setZValue(0)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for item, band in zip(self._items, bands, strict=True):
            # Cheap beside the lines: there is one band, where there is any.
            fill = QColor(curve_colour(band.colour, palette))
            fill.setAlpha(_BAND_ALPHA)
            item.setBrush(fill)
            # Where the legend looks for it.
            item.opts["fillBrush"] = pyqtgraph.mkBrush(fill)
            x = band.mu0_H_T * unit.per_tesla
            item.setData(x=np.append(x, x[::-1]), y=np.append(band.low, band.high[::-1]))

    def legend(self) -> list[tuple[str, Any]]:
        """Return the names for the legend, with what is drawn."""
        rows = zip(self._bands, self._items, strict=True)
        return [(band.legend, item) for band, item in rows if band.legend]


class MarkerItems:
    """The marks on fields of a plot, with their labels."""

    def __init__(self, plot: Any) -> None:
        self._plot = plot
        self._items: list[Any] = []
        self._places: dict[str, LabelPlace] = {}
        self._placed_for: object = None
        self._names: list[str] = []

    @property
    def items(self) -> list[Any]:
        """What is drawn, for each mark."""
        return self._items

    def show_markers(
        self, markers: Sequence[FieldMarker], unit: FieldUnit, palette: QPalette
    ) -> None:
        """Show these marks; :meth:`place_labels` finds where their labels stand."""
        self._names = [marker.name for marker in markers]
        while len(self._items) > len(markers):
            self._plot.removeItem(self._items.pop())
        while len(self._items) < len(markers):
            item = pyqtgraph.InfiniteLine(
                angle=90, label="", labelOpts={"anchors": [_ANCHORS[True]] * 2}
            )
            item.setZValue(3)
            self._plot.addItem(item, ignoreBounds=True)
            self._items.append(item)
        for item, marker in zip(self._items, markers, strict=True):
            colour = curve_colour(marker.colour, palette)
            item.setPos(marker.mu0_H_T * unit.per_tesla)
            item.setPen(pyqtgraph.mkPen(colour, width=1, style=LINE_STYLES[marker.origin]))
            item.label.setFormat(marker_text(marker, unit))
            item.label.setColor(palette.text().color())
            ground = QColor(palette.base().color())
            ground.setAlpha(_LABEL_ALPHA)
            item.label.fill = pyqtgraph.mkBrush(ground)
            # Its frame tells to which line it belongs.
            item.label.border = pyqtgraph.mkPen(colour, width=1)
            item.label.update()

    def place_labels(
        self, area: QRectF, view: ViewRange, curves: Sequence[Any], names: QRectF | None
    ) -> None:
        """Let the labels stand where they hide neither curves nor names.

        Parameters
        ----------
        area : QRectF
            Of the plot, in pixels of the scene.
        view : ((float, float), (float, float))
            Left and right, bottom and top of what is seen.
        curves : sequence of items
        names : QRectF or None
            Of the legend, in pixels of the scene.
        """
        (left, right), (bottom, top) = view
        across, down = area.width() / (right - left), area.height() / (top - bottom)

        def pixels(item: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
            x, y = item.getData()
            return (np.asarray(x) - left) * across, (top - np.asarray(y)) * down

        seen = [
            (name, item)
            for name, item in zip(self._names, self._items, strict=True)
            if left <= item.value() <= right
        ]
        size = (area.width(), area.height())
        # Where only curves have grown, labels stay as long as they can.
        if self._placed_for != (placed_for := (size, self._names)):
            self._placed_for, self._places = placed_for, {}
        boxes = [
            LabelBox(
                x=(item.value() - left) * across,
                width=item.label.boundingRect().width(),
                height=item.label.boundingRect().height(),
                before=self._places.get(name),
            )
            for name, item in seen
        ]
        legend = None
        if names is not None:
            corner = names.topLeft() - area.topLeft()
            legend = (corner.x(), corner.y(), names.width(), names.height())
        places = place_labels(size, boxes, [pixels(each) for each in curves], legend)
        for (name, item), place in zip(seen, places, strict=True):
            self._places[name] = place
            item.label.anchors = [_ANCHORS[place.is_left]] * 2
            item.label.setPosition(1 - place.y / area.height())
