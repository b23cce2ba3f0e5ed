"""Hc, Hp and Φp over the number that is varied, with the spread over the half-cycles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal

from smcogui.curves.origin import Origin
from smcogui.ui.widgets.axes_style import paint_axes, plain_axes
from smcogui.ui.widgets.plot_card import PlotCard
from smcogui.ui.widgets.plot_colours import curve_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from smcogui.data.series import SeriesPoint
    from smcogui.design.variation import Parameter
    from smcogui.ui.field_unit import FieldUnitSwitch

_EMPTY: Final = (
    "Hc, Hp and Φp appear here as the runs of the series finish.\n\n"
    "A series varies one number of the design: right click on a number of the parameters and "
    "choose “Hc against …”, or press Ctrl+Shift+L."
)
_SIZE: Final = 9
_RING: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A quantity of the points: field names, what it is called, how it is drawn."""

    value: str
    sd: str
    name: str
    symbol: str
    style: Qt.PenStyle
    colour: int


_HC: Final = _Line(
    value="mu0_Hc_T",
    sd="mu0_Hc_sd_T",
    name="Hc",
    symbol="o",
    style=Qt.PenStyle.SolidLine,
    colour=0,
)
_HP: Final = _Line(
    value="mu0_Hp_T",
    sd="mu0_Hp_sd_T",
    name="Hp",
    symbol="t1",
    style=Qt.PenStyle.DashLine,
    colour=1,
)
_PHI: Final = _Line(
    value="Phi_p",
    sd="Phi_p_sd",
    name="Φp",
    symbol="s",
    style=Qt.PenStyle.DashDotLine,
    colour=2,
)


class SeriesPlot(PlotCard):
    """Fields above, Φp below, one axis for the number; a click on a point chooses its run.

    Signals
    -------
    chosen : Signal(str)
        Id of the run of the point that was clicked.
    """

    chosen = Signal(str)

    def __init__(self, units: FieldUnitSwitch, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, (300, 200), margin=12, parent=parent)
        self._units = units
        self._parameter: Parameter | None = None
        self._points: tuple[SeriesPoint, ...] = ()
        self._selected = ""
        self._upper: Any = None
        self._lower: Any = None
        self._bars: list[tuple[Any, Any]] = []
        self._dots: dict[str, tuple[Any, Any]] = {}
        self._span: tuple[float, float] | None = None
        units.changed.connect(self._draw)

    @property
    def names(self) -> list[str]:
        """What is drawn, with its origin."""
        return [item.name() for _, item in self._dots.values()]

    @property
    def axes(self) -> tuple[str, str, str]:
        """Titles of the axes: fields, Φp and the number."""
        if self._upper is None:
            return "", "", ""
        sides = ((self._upper, "left"), (self._lower, "left"), (self._lower, "bottom"))
        left, below, bottom = (axes.getAxis(side).labelText for axes, side in sides)
        return left, below, bottom

    def values(self, name: str) -> list[tuple[float, float]]:
        """Return the drawn points of ``Hc``, ``Hp`` or ``Φp`` in the units shown."""
        if name not in self._dots:
            return []
        x, y = self._dots[name][1].getData()
        return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]

    def show_points(self, parameter: Parameter | None, points: Sequence[SeriesPoint]) -> None:
        """Show what the values of a series have come to."""
        self._parameter, self._points = parameter, tuple(points)
        self._draw()

    def select(self, run_id: str) -> None:
        """Draw a ring around the points of a run; an empty id takes it away."""
        if run_id != self._selected:
            self._selected = run_id
            self._draw()

    def refresh_colours(self) -> None:
        """Draw again in the palette's colours."""
        self._draw()

    def make_view(self) -> Any:
        """Return two pairs of axes below a legend."""
        import pyqtgraph

        view = pyqtgraph.GraphicsLayoutWidget()
        view.setAntialiasing(True)
        view.setAccessibleName("Hc, Hp and Φp of the series")
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Above the axes: inside, it would hide points wherever the fields rise or fall.
        legend = pyqtgraph.LegendItem(horSpacing=14, verSpacing=-2, colCount=3, labelTextSize="9pt")
        # It has a place of its own; only over axes could it be dragged.
        legend.mouseDragEvent = lambda event: event.ignore()
        view.addItem(legend, row=0, col=0)
        self._upper = view.addPlot(row=1, col=0)
        self._lower = view.addPlot(row=2, col=0)
        self._lower.setXLink(self._upper)
        for row, stretch in enumerate((0, 2, 1)):
            view.ci.layout.setRowStretchFactor(row, stretch)
        for axes in (self._upper, self._lower):
            axes.legend = legend
            plain_axes(axes)
            # Else numbers of another length would shift one plot against the other.
            axes.getAxis("left").setWidth(62)
        return view

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while it was out of sight."""
        super().showEvent(event)
        self._draw()

    def _draw(self, _unit: object = None) -> None:
        if not self.isVisible():
            return
        parameter = self._parameter
        has_points = any(point.mu0_Hc_T is not None for point in self._points)
        for axes, item in (*self._bars, *self._dots.values()):
            axes.removeItem(item)
        self._bars, self._dots = [], {}
        if not has_points or parameter is None:
            self.show_empty()
            return
        self.show_view()
        palette, unit = self.palette(), self._units.unit
        for axes in (self._upper, self._lower):
            paint_axes(axes, palette)
        self._upper.setLabel("left", f"{unit.symbol} ({unit.name})")
        self._lower.setLabel("left", "Φp")
        self._lower.setLabel("bottom", parameter.label)
        self._show_span()
        self._add(self._upper, _HC, unit.per_tesla)
        self._add(self._upper, _HP, unit.per_tesla)
        self._add(self._lower, _PHI, 1.0)

    def _add(self, axes: Any, line: _Line, scale: float) -> None:
        import numpy as np
        import pyqtgraph

        rows = [
            (point, getattr(point, line.value), getattr(point, line.sd) or 0.0)
            for point in self._points
            if getattr(point, line.value) is not None
        ]
        if not rows:
            return
        colour = curve_colour(line.colour, self.palette())
        x = np.array([point.value for point, _, _ in rows])
        y = scale * np.array([value for _, value, _ in rows])
        spread = scale * np.array([sd for _, _, sd in rows])
        bars = pyqtgraph.ErrorBarItem(x=x, y=y, height=2 * spread, pen=pyqtgraph.mkPen(colour))
        dots = pyqtgraph.PlotDataItem(
            x,
            y,
            pen=pyqtgraph.mkPen(colour, width=2, style=line.style),
            symbol=line.symbol,
            symbolSize=[_RING if p.run_id == self._selected else _SIZE for p, _, _ in rows],
            symbolPen=pyqtgraph.mkPen(colour, width=2),
            symbolBrush=self.palette().base().color(),
            data=[point.run_id for point, _, _ in rows],
            name=f"{line.name}, {Origin.SIMULATED}",
        )
        dots.sigPointsClicked.connect(lambda _item, points, _event: self._clicked(points))
        for item in (bars, dots):
            axes.addItem(item)
        self._bars.append((axes, bars))
        self._dots[line.name] = axes, dots

    def _show_span(self) -> None:
        """Make room for every value at once, so that the axis stays while runs finish."""
        values = [point.value for point in self._points]
        span = min(values), max(values)
        if span != self._span:
            self._span = span
            self._upper.setXRange(*span, padding=0.04)

    def _clicked(self, points: Sequence[Any]) -> None:
        if len(points):
            run_id = str(points[0].data())
            # The point still handles its click; what follows from it draws points anew.
            QTimer.singleShot(0, self, lambda: self.chosen.emit(run_id))
