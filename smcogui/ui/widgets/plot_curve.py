"""What a plot of M–H curves shows: curves, bands, marks on fields."""

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
    name : str
        What the crosshair calls it, and by which it is known again when curves are shown anew;
        the label where it is empty.
    is_step : array of bool, shape (n,), optional
        Which points are stored field steps; the others only draw the line, such as the upper
        ends of vertical drops. Without it all are.
    """

    mu0_H_T: NDArray[np.float64] | Sequence[float]
    M_over_Ms: NDArray[np.float64] | Sequence[float]
    label: str = ""
    origin: Origin = Origin.SIMULATED
    colour: int = 0
    is_thin: bool = False
    name: str = ""
    is_step: NDArray[np.bool_] | None = None

    @property
    def legend(self) -> str:
        """What the legend says, such as ``base, simulated``; empty without a name."""
        return f"{self.label}, {self.origin}" if self.label else ""

    @property
    def title(self) -> str:
        """Name and origin, such as ``Half-cycle 2, simulated``."""
        return f"{self.name or self.label or 'Curve'}, {self.origin}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlotBand:
    """What lies between two lines over the same fields, such as the spread of repeats.

    Parameters
    ----------
    mu0_H_T, low, high : array of float, shape (n,)
        Field in T, and M·h/Ms of the lower and of the upper edge.
    label : str
        Name without its origin, for the legend.
    origin : Origin
    colour : int
        Number of a colour; the band is filled with a pale one.
    """

    mu0_H_T: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    label: str = ""
    origin: Origin = Origin.SIMULATED
    colour: int = 0

    @property
    def legend(self) -> str:
        """What the legend says; empty without a name."""
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
