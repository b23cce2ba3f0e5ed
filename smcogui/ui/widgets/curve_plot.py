"""M–H curves on screen; pyqtgraph is loaded when the first curve plot is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from smcogui.curves.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.ui.field_unit import FieldUnit, FieldUnitSwitch
    from smcogui.ui.widgets.plot_curve import FieldMarker, PlotCurve

CURVE_COLOURS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#8c6d00",
    "#56b4e9",
    "#5d4a9c",
    "#7f7f7f",
)
"""Okabe and Ito's set with a darker yellow, so that every line shows on white."""

_FRAME_MS: Final = 33
_LINE_STYLES: Final = {
    Origin.SIMULATED: Qt.PenStyle.SolidLine,
    Origin.MEASURED: Qt.PenStyle.NoPen,
    Origin.ANALYTIC: Qt.PenStyle.DashDotLine,
    Origin.PREDICTED: Qt.PenStyle.DashLine,
}
_MARKER_STYLES: Final = {**_LINE_STYLES, Origin.MEASURED: Qt.PenStyle.DotLine}


class CurvePlot(QFrame):
    """Axes with curves and markers; empty, it says what will appear."""

    def __init__(
        self, units: FieldUnitSwitch, empty_text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._units = units
        self._curves: tuple[PlotCurve, ...] = ()
        self._markers: tuple[FieldMarker, ...] = ()
        self._axes: Any = None
        self._legend: Any = None
        self._lines: list[Any] = []
        self._readout: Any = None
        self._empty = QLabel(empty_text)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._draw)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 6)
        self._layout.addWidget(self._empty)
        self.setMinimumSize(260, 200)
        units.changed.connect(self._unit_changed)

    @property
    def curves(self) -> tuple[PlotCurve, ...]:
        """The curves shown."""
        return self._curves

    @property
    def markers(self) -> tuple[FieldMarker, ...]:
        """The markers shown."""
        return self._markers

    def show_curves(self, curves: Sequence[PlotCurve], markers: Sequence[FieldMarker] = ()) -> None:
        """Replace all curves and markers; what comes within a frame is drawn once."""
        self._curves, self._markers = tuple(curves), tuple(markers)
        if not self._curves:
            self._empty.show()
            if self._axes is not None:
                self._axes.hide()
            return
        if not self._frame.isActive():
            self._frame.start()

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        if self._axes is not None:
            self._paint_axes()
            self._draw()

    def _paint_axes(self) -> None:
        palette = self.palette()
        self._axes.setBackground(palette.base().color())
        ink = palette.text().color()
        for name in ("left", "bottom"):
            axis = self._axes.getAxis(name)
            axis.setPen(ink)
            axis.setTextPen(ink)
        self._legend.setLabelTextColor(ink)
        self._legend.setBrush(palette.base().color())

    def _build(self) -> None:
        import pyqtgraph

        self._axes = pyqtgraph.PlotWidget(antialias=True)
        self._axes.setAccessibleName("M–H curves")
        self._axes.setMenuEnabled(False)
        self._axes.showGrid(x=True, y=True, alpha=0.18)
        self._axes.setYRange(-1.05, 1.05)
        self._axes.enableAutoRange("y", False)
        self._legend = self._axes.addLegend(offset=(-12, -30), labelTextSize="9pt", verSpacing=-2)
        self._layout.addWidget(self._axes)
        self._axes.scene().sigMouseMoved.connect(self._pointed)
        self._readout = pyqtgraph.TextItem(anchor=(1, 1))
        self._axes.addItem(self._readout, ignoreBounds=True)
        self._paint_axes()

    def _draw(self) -> None:
        """Draw all curves anew; a few hundred points each, so that this takes little time."""
        if not self._curves:
            return

        if self._axes is None:
            self._build()
        self._empty.hide()
        self._axes.show()
        for item in self._lines:
            self._axes.removeItem(item)
        self._lines = []
        unit = self._units.unit
        self._axes.setLabel("bottom", f"{unit.symbol} ({unit.name})")
        self._axes.setLabel("left", "M·h / Ms")
        for curve in self._curves:
            self._lines.append(self._curve_line(curve, unit))
        for number, marker in enumerate(self._markers):
            self._lines.append(self._marker_line(marker, unit, number))
            self._axes.addItem(self._lines[-1], ignoreBounds=True)

    def _curve_line(self, curve: PlotCurve, unit: FieldUnit) -> Any:
        import pyqtgraph

        colour = pyqtgraph.mkColor(CURVE_COLOURS[curve.colour % len(CURVE_COLOURS)])
        if curve.is_thin:
            colour.setAlpha(190)
        pen = pyqtgraph.mkPen(
            colour, width=1 if curve.is_thin else 2, style=_LINE_STYLES[curve.origin]
        )
        dots = {"symbol": "o", "symbolSize": 5, "symbolPen": colour, "symbolBrush": None}
        return self._axes.plot(
            [value * unit.per_tesla for value in curve.mu0_H_T],
            list(curve.M_over_Ms),
            pen=pen,
            name=curve.legend or None,
            **(dots if curve.origin is Origin.MEASURED else {}),
        )

    def _marker_line(self, marker: FieldMarker, unit: FieldUnit, number: int) -> Any:
        import pyqtgraph

        colour = CURVE_COLOURS[marker.colour % len(CURVE_COLOURS)]
        return pyqtgraph.InfiniteLine(
            pos=marker.mu0_H_T * unit.per_tesla,
            angle=90,
            pen=pyqtgraph.mkPen(colour, width=1, style=_MARKER_STYLES[marker.origin]),
            label=f"{marker.name} {unit.text(abs(marker.mu0_H_T))}, {marker.origin}",
            labelOpts={
                # Labels of close fields stand at different heights.
                "position": 0.92 - 0.09 * number,
                "color": self.palette().text().color(),
                "anchors": [(0, 0.5), (0, 0.5)],
                "fill": self.palette().base().color(),
            },
        )

    def _pointed(self, point: Any) -> None:
        view = self._axes.getPlotItem().vb
        if not view.sceneBoundingRect().contains(point):
            self._readout.setText("")
            return
        place = view.mapSceneToView(point)
        unit = self._units.unit
        self._readout.setColor(self.palette().placeholderText().color())
        self._readout.setText(f"{place.x():.{unit.decimals}f} {unit.name}, M·h/Ms {place.y():.3f}")
        (_, right), (bottom, _) = view.viewRange()
        self._readout.setPos(right, bottom)

    def _unit_changed(self) -> None:
        if self._axes is not None and self._curves:
            self._draw()
            self._axes.enableAutoRange("x", True)
