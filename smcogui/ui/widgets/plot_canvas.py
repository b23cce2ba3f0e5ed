"""Axes, lines, bands, marks and crosshair, kept and changed in place; loads pyqtgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor

from smcogui.ui.widgets.axes_style import paint_axes, plain_axes
from smcogui.ui.widgets.plot_items import BandItems, CurveItems, MarkerItems
from smcogui.ui.widgets.plot_view_box import PlotViewBox
from smcogui.ui.widgets.zoom_history import PlotView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

    from smcogui.ui.field_unit import FieldUnit
    from smcogui.ui.widgets.plot_curve import FieldMarker, PlotBand, PlotCurve
    from smcogui.ui.widgets.plot_points import PlotPoint

TOP: Final = 1.12
"""M·h/Ms at the upper and, negative, at the lower edge of the plot that shows everything.

In the lowest plot the numbers ±1 still have room beside the axis, else they are left out.
"""
_MARGIN: Final = 0.02
_LEGEND_ALPHA: Final = 140
_LEAST_WIDTH_T: Final = 1e-3
_LEAST_HEIGHT: Final = 1e-3


class PlotCanvas(pyqtgraph.PlotWidget):
    """The axes of a :class:`~smcogui.ui.widgets.curve_plot.CurvePlot`.

    Signals
    -------
    pointed : Signal(float, float)
        The pointer is at this field in T and this M·h/Ms.
    view_changed : Signal()
        Somebody moved or zoomed the view with the mouse.
    everything_wanted : Signal()
        A double click asked for everything.
    """

    pointed = Signal(float, float)
    view_changed = Signal()
    everything_wanted = Signal()

    def __init__(self, unit: FieldUnit, parent: QWidget | None = None) -> None:
        self._box = PlotViewBox()
        super().__init__(parent, viewBox=self._box, antialias=True)
        self._unit = unit
        self.setAccessibleName("M–H curves")
        # The frame around it has the focus, the keys and the menu.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        plain_axes(self.getPlotItem())
        self.disableAutoRange()
        self._box.setLimits(yMin=-4, yMax=4, minYRange=_LEAST_HEIGHT)
        legend = self.addLegend(offset=(-12, -30), labelTextSize="9pt", verSpacing=-2)
        self.bands = BandItems(self.getPlotItem())
        self.lines = CurveItems(self.getPlotItem())
        self.marks = MarkerItems(self.getPlotItem())
        self._legend, self._legend_rows = legend, [("", 0)]
        self._placing = QTimer(self)
        self._placing.setSingleShot(True)
        self._placing.setInterval(0)
        self._placing.timeout.connect(self._place_labels)
        # Drawing, zooming and resizing come in bursts.
        self._box.sigRangeChanged.connect(self._placing.start)
        self._box.sigResized.connect(self._placing.start)
        self._make_crosshair()
        self.scene().sigMouseMoved.connect(self._moved)
        self._box.sigRangeChangedManually.connect(lambda _mask: self.view_changed.emit())
        self.set_unit(unit)

    def set_unit(self, unit: FieldUnit) -> None:
        """Show fields in a unit; what is drawn has to be drawn anew."""
        self._unit = unit
        self._box.setLimits(minXRange=_LEAST_WIDTH_T * unit.per_tesla)
        self.setLabel("bottom", f"{unit.symbol} ({unit.name})")
        self.setLabel("left", "M·h / Ms")

    def show_things(
        self,
        curves: Sequence[PlotCurve],
        bands: Sequence[PlotBand],
        markers: Sequence[FieldMarker],
        active: int | None,
    ) -> None:
        """Show curves, bands and markers; what is there already is changed, not made anew."""
        palette = self.palette()
        self.bands.show_bands(bands, self._unit, palette)
        self.lines.show_curves(curves, self._unit, palette, active)
        self.marks.show_markers(markers, self._unit, palette)
        self._update_legend()
        self._placing.start()

    def paint(self) -> None:
        """Take the colours of the palette."""
        palette = self.palette()
        self.setBackground(palette.base().color())
        ink = palette.text().color()
        paint_axes(self.getPlotItem(), palette)
        # Curves have to be seen through the legend.
        ground = QColor(palette.base().color())
        ground.setAlpha(_LEGEND_ALPHA)
        self._legend.setBrush(ground)
        hair = pyqtgraph.mkPen(palette.placeholderText().color(), width=1)
        self._vertical.setPen(hair)
        self._horizontal.setPen(hair)
        self._ring.setPen(pyqtgraph.mkPen(ink, width=2))
        self._box.rbScaleBox.setPen(pyqtgraph.mkPen(ink, width=1))

    def show_crosshair(self, point: PlotPoint | None) -> None:
        """Put the crosshair onto a point, or take it away."""
        for item in (self._vertical, self._horizontal, self._ring):
            item.setVisible(point is not None)
        if point is not None:
            x = point.mu0_H_T * self._unit.per_tesla
            self._vertical.setPos(x)
            self._horizontal.setPos(point.M_over_Ms)
            self._ring.setData(x=[x], y=[point.M_over_Ms])

    @property
    def view(self) -> PlotView:
        """The part of the plane that is seen."""
        (left, right), (bottom, top) = self._box.viewRange()
        per_tesla = self._unit.per_tesla
        return PlotView(left_T=left / per_tesla, right_T=right / per_tesla, bottom=bottom, top=top)

    def show_view(self, view: PlotView) -> None:
        """Show a part of the plane."""
        per_tesla = self._unit.per_tesla
        self._box.setRange(
            xRange=(view.left_T * per_tesla, view.right_T * per_tesla),
            yRange=(view.bottom, view.top),
            padding=0,
        )

    def everything(self, curves: Sequence[PlotCurve]) -> PlotView | None:
        """Return the view of all curves; None where they have no points."""
        fields = [np.asarray(curve.mu0_H_T) for curve in curves if len(curve.mu0_H_T)]
        if not fields:
            return None
        left = min(float(each.min()) for each in fields)
        right = max(float(each.max()) for each in fields)
        margin = max(_MARGIN * (right - left), _LEAST_WIDTH_T)
        return PlotView(left_T=left - margin, right_T=right + margin, bottom=-TOP, top=TOP)

    @property
    def reach(self) -> tuple[float, float]:
        """Width of a pixel in T, and its height in M·h/Ms."""
        width, height = self._box.viewPixelSize()
        return width / self._unit.per_tesla, height

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for everything."""
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.everything_wanted.emit()

    def _make_crosshair(self) -> None:
        self._vertical = pyqtgraph.InfiniteLine(angle=90)
        self._horizontal = pyqtgraph.InfiniteLine(angle=0)
        self._ring = pyqtgraph.ScatterPlotItem(size=11, brush=None, symbol="o")
        for item in (self._vertical, self._horizontal, self._ring):
            item.setZValue(20)
            item.setVisible(False)
            self.addItem(item, ignoreBounds=True)

    def _update_legend(self) -> None:
        wanted = [*self.lines.legend(), *self.bands.legend()]
        rows = [(name, id(item)) for name, item in wanted]
        if rows != self._legend_rows:
            self._legend_rows = rows
            self._legend.clear()
            for name, item in wanted:
                self._legend.addItem(item, name)
        self._legend.setVisible(bool(wanted))

    def _place_labels(self) -> None:
        area = self._box.sceneBoundingRect()
        if self.marks.items and not area.isEmpty():
            names = self._legend.sceneBoundingRect() if self._legend.isVisible() else None
            self.marks.place_labels(area, self._box.viewRange(), self.lines.items, names)

    def _moved(self, place: QPointF) -> None:
        if self._box.sceneBoundingRect().contains(place):
            point = self._box.mapSceneToView(place)
            self.pointed.emit(point.x() / self._unit.per_tesla, point.y())
