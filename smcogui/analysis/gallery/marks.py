"""How values of different origin are marked, so that they are never taken for each other."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.design_table import QUANTITIES, symbol_of
from smcogui.analysis.figure_style import COLOURS, MM_PER_INCH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.bootstrap import Estimate

    Array = NDArray[np.float64]

READING_COLOURS: Final[Mapping[str, str]] = {
    "mu0_Hc_T": COLOURS[0],
    "mu0_Hp_T": COLOURS[2],
    "Phi_p": COLOURS[1],
    "Mr_over_Ms": COLOURS[3],
    "BHmax_kJ_m3": COLOURS[5],
}
SURFACE_COLOURS: Final[Mapping[str, str]] = {
    "mu0_Hc_T": "viridis",
    "mu0_Hp_T": "viridis",
    "Phi_p": "cividis",
    "Mr_over_Ms": "plasma",
    "BHmax_kJ_m3": "magma",
}
SIMULATED_DOTS: Final[dict[str, Any]] = {
    "marker": "o",
    "edgecolors": "white",
    "linewidths": 0.5,
    "s": 16,
}
"""Filled circles with a white edge, in scatter plots."""
PREDICTED_DOTS: Final[dict[str, Any]] = {"marker": "x", "linewidths": 0.8, "s": 14}
MEASURED_DOTS: Final[dict[str, Any]] = {"facecolors": "none", "linewidths": 0.8, "s": 18}
"""Open symbols."""
ANALYTIC_LINE: Final[dict[str, Any]] = {"colors": "0.15", "linestyles": "-.", "linewidths": 0.9}
NOTE_SIZE: Final = 6.0
_LETTER_MM: Final = 1.15
"""Width of a letter of notes."""
NARROW_MM: Final = 125.0
"""Below this width two panels stand above each other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignMarks:
    """Where the marks of designs lie in a pair of axes.

    Parameters
    ----------
    axes : Axes
    x, y : ndarray, shape (n,)
        In the coordinates of the data.
    rows : ndarray of int, shape (n,)
        Numbers of the designs in the table that was drawn.
    """

    axes: Axes
    x: Array
    y: Array
    rows: NDArray[np.intp]

    def places(self) -> Array:
        """Return where the marks lie in the drawn figure, shape (n, 2).

        Shares of its width and height from the upper left; marks outside of the axes are NaN.
        """
        pixels = self.axes.transData.transform(np.column_stack([self.x, self.y]))
        figure = self.axes.figure.bbox
        box = self.axes.bbox
        inside = (np.abs(pixels[:, 0] - (box.x0 + box.x1) / 2) <= box.width / 2 + 1) & (
            np.abs(pixels[:, 1] - (box.y0 + box.y1) / 2) <= box.height / 2 + 1
        )
        found: Array = pixels / (figure.width, figure.height)
        found[:, 1] = 1.0 - found[:, 1]
        found[~inside] = np.nan
        return found


def scatter_designs(
    axes: Axes, x: Array, y: Array, rows: NDArray[Any], **style: Any
) -> tuple[PathCollection, DesignMarks]:
    """Scatter designs; return the dots and where which design lies.

    Parameters
    ----------
    axes : Axes
    x, y : ndarray, shape (n,)
    rows : ndarray, shape (n,) of int or mask over the table
        Which designs these are.
    **style
        Of :meth:`~matplotlib.axes.Axes.scatter`.
    """
    numbers = np.flatnonzero(rows) if rows.dtype == bool else rows
    marks = DesignMarks(axes=axes, x=np.asarray(x), y=np.asarray(y), rows=numbers)
    return axes.scatter(x, y, **style), marks


def reading_label(reading: str, origin: str) -> str:
    """Return the label of an axis: symbol, unit and origin."""
    return f"{QUANTITIES[reading].label}, {origin}"


def draw_bars(
    axes: Axes, estimates: Mapping[str, Estimate], colour: str, *, is_signed: bool = False
) -> None:
    """Draw a horizontal bar for each estimate with its interval, the first one on top.

    Parameters
    ----------
    axes : Axes
    estimates : mapping of key to Estimate
    colour : str
    is_signed : bool
        Whether values lie on both sides of 0, between -1 and 1.
    """
    places = range(len(estimates))[::-1]
    values = [each.value for each in estimates.values()]
    axes.barh(places, values, height=0.62, color=colour, alpha=0.75)
    for place, each in zip(places, estimates.values(), strict=True):
        if each.low <= each.high:
            axes.errorbar(
                each.value,
                place,
                xerr=[[max(each.value - each.low, 0.0)], [max(each.high - each.value, 0.0)]],
                color="0.15",
                capsize=2,
                elinewidth=0.8,
                capthick=0.8,
            )
    axes.set_yticks(list(places), [symbol_of(key) for key in estimates])
    axes.tick_params(axis="y", length=0)
    axes.axvline(0, color="0.3", linewidth=0.6)
    if is_signed:
        axes.set_xlim(-1, 1)
        axes.set_xticks([-1, -0.5, 0, 0.5, 1])


def two_panels(figure: Figure) -> list[Axes]:
    """Return two pairs of axes: side by side, in a narrow figure one above the other."""
    is_narrow = figure.get_figwidth() * MM_PER_INCH < NARROW_MM
    return list(figure.subplots(*((2, 1) if is_narrow else (1, 2))))


def explain(figure: Figure, lines: Sequence[str]) -> None:
    """Write small lines below the figure, broken where it is too narrow for them."""
    room = int(figure.get_figwidth() * MM_PER_INCH / _LETTER_MM)
    broken = [part for line in lines for part in textwrap.wrap(line, room)]
    figure.supxlabel("\n".join(broken), fontsize=NOTE_SIZE, color="0.2")


def write_note(axes: Axes, lines: Sequence[str]) -> None:
    """Write small lines above the axes, at the left."""
    axes.set_title("\n".join(lines), loc="left", fontsize=NOTE_SIZE)
