"""What a :class:`~smcogui.ui.widgets.curve_plot.CurvePlot` shows: curves and marks on the field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.curves.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlotCurve:
    """A line: applied field in T and M·h/Ms, both of shape (n,).

    Parameters
    ----------
    mu0_H_T, M_over_Ms : array or sequence of float, shape (n,)
    label : str
        Name without its origin; a curve without a name has no entry in the legend.
    origin : Origin
        Stands behind the name in the legend and gives the line its style: simulated curves are
        solid, measured ones dots, analytic ones dash-dotted, predicted ones dashed.
    colour : int
        Number of a colour.
    is_thin : bool
        Whether it stays in the background, as one repeat of several.
    """

    mu0_H_T: NDArray[np.float64] | Sequence[float]
    M_over_Ms: NDArray[np.float64] | Sequence[float]
    label: str = ""
    origin: Origin = Origin.SIMULATED
    colour: int = 0
    is_thin: bool = False

    @property
    def legend(self) -> str:
        """What the legend says, such as ``base, simulated``; empty without a name."""
        return f"{self.label}, {self.origin}" if self.label else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMarker:
    """A vertical line at a field, such as Hc.

    Parameters
    ----------
    mu0_H_T : float
    name : str
    origin : Origin
        Stands behind the name and gives the line its style.
    colour : int
        Number of a colour.
    """

    mu0_H_T: float
    name: str
    origin: Origin
    colour: int
