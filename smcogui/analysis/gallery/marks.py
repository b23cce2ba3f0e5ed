"""How values of different origin are marked, so that they are never taken for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.design_table import QUANTITIES, symbol_of
from smcogui.analysis.figure_style import COLOURS, MM_PER_INCH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from smcogui.analysis.bootstrap import Estimate

READING_COLOURS: Final[Mapping[str, str]] = {"mu0_Hc_T": COLOURS[0], "Phi_p": COLOURS[1]}
SURFACE_COLOURS: Final[Mapping[str, str]] = {"mu0_Hc_T": "viridis", "Phi_p": "cividis"}
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
NARROW_MM: Final = 125.0
"""Below this width two panels stand above each other."""


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


def write_note(axes: Axes, lines: Sequence[str]) -> None:
    """Write small lines above the axes, at the left."""
    axes.set_title("\n".join(lines), loc="left", fontsize=NOTE_SIZE)
