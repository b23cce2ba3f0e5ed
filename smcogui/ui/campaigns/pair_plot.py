"""Points of a sampling: each coordinate over each other, and how often its values are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from smcogui.campaigns.axes import COORDINATES
from smcogui.ui.campaigns.coordinate_labels import label_of, value_text
from smcogui.ui.widgets.plot_card import PlotCard
from smcogui.ui.widgets.plot_colours import curve_colour

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from smcogui.app.campaign_preview import PointCloud

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MOST_DOTS: Final = 30_000
"""More dots than this in all cells together are thinned out evenly."""
_PAD: Final = 0.08
_BAR_HEIGHT: Final = 0.55
_LOW_BAR_HEIGHT: Final = 0.38
_MANY_KEYS: Final = 7
"""Above so many coordinates the labels need more of their cells."""
_BINS: Final = 24
_TEXT_POINTS: Final = 8
_EMPTY: Final = "The points appear here as soon as they can be drawn."


class PairPlot(PlotCard):
    """All cells in one pair of axes, so that many coordinates are drawn as fast as two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_EMPTY, (300, 220), parent=parent)
        self._labels: list[Any] = []
        self.shown = 0

    @property
    def dots(self) -> tuple[int, int]:
        """Number of dots of points that are kept, and of those that are left out."""
        if self._view is None:
            return 0, 0
        return len(self._kept.getData()[0]), len(self._removed.getData()[0])

    @property
    def titles(self) -> list[str]:
        """What stands in the cells of the diagonal."""
        return [label.toPlainText() for label in self._labels]

    def show_none(self) -> None:
        """Show no points, as none can be drawn."""
        self.shown = 0
        self.show_empty()

    def show_cloud(self, cloud: PointCloud, kept: Mask | None) -> None:
        """Show points; None for ``kept`` where they were not looked at yet."""
        axes = self.show_view().getPlotItem()
        size, keys = cloud.values.shape
        is_kept = np.ones(size, dtype=bool) if kept is None else kept
        places, ends = _to_unit(cloud)
        pairs = max(1, keys * (keys - 1) // 2)
        chosen = np.zeros(size, dtype=bool)
        chosen[:: max(1, -(-size * pairs // MOST_DOTS))] = True
        self.shown = int(chosen.sum())
        palette = self.palette()
        self._kept.setData(*_dots(places[chosen & is_kept]), brush=curve_colour(0, palette))
        self._removed.setData(*_dots(places[chosen & ~is_kept]), pen=curve_colour(1, palette))
        self._show_bars(places, is_kept)
        self._frame.setData(*_frames(keys), pen=palette.mid().color())
        self._show_labels(cloud.keys, ends)
        axes.setRange(xRange=(0, keys), yRange=(0, keys), padding=0.01)

    def make_view(self) -> Any:
        """Return axes with dots, crosses, bars and frames."""
        import pyqtgraph

        view = pyqtgraph.PlotWidget(antialias=False)
        view.setAccessibleName("Points of the sampling, pair by pair")
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        axes = view.getPlotItem()
        axes.setMenuEnabled(False)
        axes.hideButtons()
        axes.setMouseEnabled(x=False, y=False)
        for side in ("left", "bottom"):
            axes.hideAxis(side)
        self._bars = [pyqtgraph.BarGraphItem(x0=[0], x1=[0], height=[0]) for _ in range(2)]
        self._kept = pyqtgraph.ScatterPlotItem(size=3, symbol="o", pen=None)
        self._removed = pyqtgraph.ScatterPlotItem(size=6, symbol="x", brush=None)
        self._frame = pyqtgraph.PlotDataItem(connect="pairs")
        # Where both fall onto one place, a dot is seen inside its cross.
        for item in (*self._bars, self._frame, self._removed, self._kept):
            axes.addItem(item)
        return view

    def _show_bars(self, places: Array, is_kept: Mask) -> None:
        """Draw the histograms of the diagonal, what is left out on top of what is kept."""
        palette, size = self.palette(), places.shape[1]
        edges = np.linspace(0, 1, _BINS + 1)
        counts = [
            np.array(
                [np.histogram(column[~np.isnan(column)], edges)[0] for column in places[mask].T],
                dtype=float,
            ).reshape(size, _BINS)
            for mask in (is_kept, ~is_kept)
        ]
        highest = np.maximum((counts[0] + counts[1]).max(axis=1, keepdims=True), 1.0)
        tallest = _LOW_BAR_HEIGHT if size > _MANY_KEYS else _BAR_HEIGHT
        heights = [tallest * count / highest for count in counts]
        columns = np.arange(size)[:, None]
        left = columns + _PAD + (1 - 2 * _PAD) * edges[None, :-1]
        floor = size - 1 - columns + np.zeros_like(left)
        width = (1 - 2 * _PAD) / _BINS
        for item, base, height, colour in (
            (self._bars[0], floor, heights[0], 0),
            (self._bars[1], floor + heights[0], heights[1], 1),
        ):
            item.setOpts(
                x0=left.ravel(),
                x1=left.ravel() + width,
                y0=base.ravel(),
                height=height.ravel(),
                brush=curve_colour(colour, palette),
                pen=None,
            )

    def _show_labels(self, keys: tuple[str, ...], ends: list[tuple[float, float]]) -> None:
        import pyqtgraph

        axes = self._view.getPlotItem()
        for label in self._labels:
            axes.removeItem(label)
        ground = QColor(self.palette().base().color())
        ground.setAlpha(170)
        self._labels = []
        for place, (key, span) in enumerate(zip(keys, ends, strict=True)):
            label = pyqtgraph.TextItem(
                f"{label_of(key)}\n{_span_text(key, span)}",
                color=self.palette().text().color(),
                fill=ground,
                anchor=(0, 0),
            )
            font = self.font()
            font.setPointSize(_TEXT_POINTS)
            label.setFont(font)
            label.setPos(place + 0.02, len(keys) - place - 0.02)
            axes.addItem(label, ignoreBounds=True)
            self._labels.append(label)


def _to_unit(cloud: PointCloud) -> tuple[Array, list[tuple[float, float]]]:
    """Return the points with every coordinate from 0 to 1, and the ends of each."""
    places = np.empty_like(cloud.values)
    ends = []
    for column, key in enumerate(cloud.keys):
        values = cloud.values[:, column]
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        ends.append((low, high))
        if key in cloud.log and low > 0:
            values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
        places[:, column] = (values - low) / (high - low) if high > low else 0.5 + 0 * values
    return places, ends


def _dots(places: Array) -> tuple[Array, Array]:
    """Return x and y of every point in every cell below the diagonal."""
    size = places.shape[1]
    inner = 1 - 2 * _PAD
    x, y = [np.empty(0)], [np.empty(0)]
    for row in range(1, size):
        for column in range(row):
            known = ~np.isnan(places[:, column]) & ~np.isnan(places[:, row])
            x.append(column + _PAD + inner * places[known, column])
            y.append(size - 1 - row + _PAD + inner * places[known, row])
    return np.concatenate(x), np.concatenate(y)


def _frames(size: int) -> tuple[Array, Array]:
    """Return the ends of lines around the cells on and below the diagonal, pair by pair."""
    x, y = [], []
    for k in range(size + 1):
        top = size - max(0, k - 1)
        x += [k, k]
        y += [0, top]
        right = size - max(0, k - 1)
        x += [0, right]
        y += [k, k]
    return np.array(x, dtype=float), np.array(y, dtype=float)


def _span_text(key: str, span: tuple[float, float]) -> str:
    choices = COORDINATES[key].choices
    if choices:
        return ", ".join(choices[int(span[0]) : int(span[1]) + 1])
    return f"{value_text(span[0])} to {value_text(span[1])}"
