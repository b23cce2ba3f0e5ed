"""The looks that all pyqtgraph axes of the window share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette


def paint_axes(axes: Any, palette: QPalette) -> None:
    """Give a ``PlotItem`` and its legend the colours of a palette."""
    ink = palette.text().color()
    for name in ("left", "bottom"):
        axis = axes.getAxis(name)
        axis.setPen(ink)
        axis.setTextPen(ink)
    if axes.legend is not None:
        axes.legend.setLabelTextColor(ink)
        for _, label in axes.legend.items:
            # A label takes its new colour with its next text only.
            label.setText(label.text)
        ground = palette.base().color()
        # What lies behind the names stays visible.
        ground.setAlpha(190)
        axes.legend.setBrush(ground)


def plain_axes(axes: Any) -> None:
    """Take away menu and buttons that are not the window's own, and draw a faint grid."""
    axes.setMenuEnabled(False)
    axes.hideButtons()
    axes.showGrid(x=True, y=True, alpha=0.18)
    for name in ("left", "bottom"):
        # A label with a unit of its own must not become "kT".
        axes.getAxis(name).enableAutoSIPrefix(False)


def still_plot(name: str) -> Any:
    """Return a ``PlotWidget`` that is only looked at: no menu, no dragging, no keyboard focus.

    Parameters
    ----------
    name : str
        What a screen reader calls it.
    """
    import pyqtgraph

    view = pyqtgraph.PlotWidget(antialias=True)
    view.setAccessibleName(name)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    axes = view.getPlotItem()
    plain_axes(axes)
    axes.setMouseEnabled(x=False, y=False)
    return view
