"""Suppl. Fig. 1: every pair of inputs and readings as dots, densities and histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.analysis.correlations import LEAST_DESIGNS, table_correlations
from smcogui.analysis.design_table import QUANTITIES, READINGS
from smcogui.analysis.gallery.marks import READING_COLOURS, DesignMarks, scatter_designs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.gallery.subject import Subject

    Array = NDArray[np.float64]

_MOST_DOTS: Final = 1500
_GRID: Final = 32
_SIZE: Final = 4.5
_GREY: Final = "0.35"


def why_no_pairs(subject: Subject) -> str:
    """Return why pairs cannot be drawn, empty where they can."""
    known = int(np.isfinite(subject.table.matrix(READINGS)).all(axis=1).sum())
    if known < LEAST_DESIGNS:
        return f"pairs need at least {LEAST_DESIGNS} designs with Hc and Φp; there are {known}"
    return ""


def draw_pairs(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw dots below the diagonal, histograms on it, densities above it."""
    shown = np.flatnonzero(np.isfinite(subject.table.matrix(READINGS)).all(axis=1))
    if shown.size > _MOST_DOTS:
        shown = np.sort(np.random.default_rng(subject.seed).permutation(shown)[:_MOST_DOTS])
    table, marks = subject.table.take(shown), []
    keys = table_correlations(table)[0]
    panels = figure.subplots(len(keys), len(keys), sharex="col", gridspec_kw={"hspace": 0})
    figure.set_layout_engine("constrained", w_pad=0.005, h_pad=0.005, wspace=0.02, hspace=0.02)
    for i, row in enumerate(keys):
        for j, column in enumerate(keys):
            axes, x, y = panels[i, j], table[column], table[row]
            colour = READING_COLOURS.get(row, READING_COLOURS.get(column, _GREY))
            if i == j:
                axes.hist(x, bins=16, color=colour, alpha=0.8)
                axes.set_yticks([])
            elif i > j:
                style = {"s": 1.2, "color": colour, "alpha": 0.5, "linewidths": 0}
                marks.append(scatter_designs(axes, x, y, shown, **style)[1])
            else:
                _draw_density(axes, x, y, colour)
            _label(axes, i, j, len(keys), column, row)
    figure.align_ylabels(panels[:, 0])
    figure.suptitle(
        f"{len(table)} simulated designs with Hc and Φp: dots, histograms, kernel densities",
        fontsize=6,
    )
    return marks


def _draw_density(axes: Axes, x: Array, y: Array, colour: str) -> None:
    from scipy.stats import gaussian_kde

    points = np.vstack([(x - x.mean()) / x.std(), (y - y.mean()) / y.std()])
    if np.linalg.matrix_rank(np.cov(points), tol=1e-6) < 2:
        # A few sets of constants lie on a line, which has no density.
        axes.scatter(x, y, s=2, color=colour, marker="+", linewidths=0.4)
        return
    grid = [np.linspace(part.min() - 0.3, part.max() + 0.3, _GRID) for part in points]
    mesh = np.vstack([part.ravel() for part in np.meshgrid(*grid)])
    density = gaussian_kde(points)(mesh).reshape(_GRID, _GRID)
    axes.contour(
        grid[0] * x.std() + x.mean(),
        grid[1] * y.std() + y.mean(),
        density,
        levels=np.linspace(0.1, 0.9, 5) * density.max(),
        colors=colour,
        linewidths=0.4,
    )


def _label(axes: Axes, i: int, j: int, count: int, column: str, row: str) -> None:
    axes.tick_params(labelsize=_SIZE, length=1.2, width=0.3, pad=1, top=False, right=False)
    axes.locator_params(nbins=3)
    for spine in axes.spines.values():
        spine.set_linewidth(0.3)
    if i == count - 1:
        axes.set_xlabel(QUANTITIES[column].label, fontsize=_SIZE + 0.5, labelpad=1)
    else:
        axes.tick_params(labelbottom=False)
    if j == 0:
        axes.set_ylabel(QUANTITIES[row].label, fontsize=_SIZE + 0.5, labelpad=1)
    if j > 0 or i == 0:
        axes.tick_params(labelleft=False)
