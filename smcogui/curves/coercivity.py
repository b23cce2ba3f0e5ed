"""Coercive and depinning field of a half-cycle, and the phase's figure Phi_p made of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from smcogui.units import MU0

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.curves.mh_curve import MHCurve

HpReading = Literal["jump", "slope"]

SLOPE_STEP_T: Final = 0.1
"""Spacing in T of the fields on which the slope is read."""

SLOPE_THRESHOLD_PER_T: Final = 0.13
"""Slope of M/Ms per T of μ0H above which the walls count as depinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coercivity:
    """Hc, both readings of Hp, and Phi_p = (Hc − Hp)/Hc.

    Fields are in A/m and positive where the applied field is reversed; None is undefined.

    Parameters
    ----------
    Hc : float or None
        Where M first reaches 0; None if it never does.
    Hp_jump : float or None
        Field of the first jump.
    Hp_slope : float or None
        Where the curve first is steep, on fields 0.1 T apart.
    Phi_p : float or None
        By the reading chosen; 0 if Hp >= Hc; None where Hc is below one field step
        (0.1 T at least, the step on which slopes are read).
    resolution : float or None
        The field step within which Hc lies, in A/m.
    reading : {"jump", "slope"}
        Which Hp is in Phi_p.
    """

    Hc: float | None
    Hp_jump: float | None
    Hp_slope: float | None
    Phi_p: float | None
    resolution: float | None
    reading: HpReading = "jump"

    @property
    def Hp(self) -> float | None:
        """The depinning field by the reading chosen, in A/m."""
        return self.Hp_slope if self.reading == "slope" else self.Hp_jump


def extract_coercivity(curve: MHCurve, reading: HpReading = "jump") -> Coercivity:
    """Read Hc, Hp and Phi_p from a half-cycle.

    Parameters
    ----------
    curve : MHCurve
        May be unfinished or empty: what cannot be read yet is None.
    reading : {"jump", "slope"}, optional
        The Hp that Phi_p takes: the first jump of more than 2 % of Ms, or the first point that
        falls by more than 0.13 of Ms per T.

    Returns
    -------
    Coercivity
    """
    Hc = field_of_crossing(curve, 0.0)
    Hp_jump, Hp_slope = _first_jump(curve), _first_steep_point(curve)
    resolution = _resolution(curve) if Hc is not None else None
    return Coercivity(
        Hc=Hc,
        Hp_jump=Hp_jump,
        Hp_slope=Hp_slope,
        Phi_p=_phi_p(Hc, Hp_slope if reading == "slope" else Hp_jump, resolution),
        resolution=resolution,
        reading=reading,
    )


def field_of_crossing(curve: MHCurve, level: float) -> float | None:
    """Return the reversed field in A/m at which M first falls to ``level`` (A/m).

    Inside an irreversible drop it is the drop's field, otherwise interpolated. None if the curve
    begins at or below the level or never falls to it.
    """
    return first_crossing(*curve.outline(), level)


def first_crossing(
    H: NDArray[np.float64],
    values: NDArray[np.float64],
    level: float,
) -> float | None:
    """Return −H where the line first falls to ``level``; None if it begins there or never does.

    Parameters
    ----------
    H, values : array of float, shape (n,)
        A line as :meth:`MHCurve.outline` gives it, H falling; vertical parts are allowed.
    level : float
    """
    reached = np.flatnonzero(values <= level)
    if reached.size == 0 or reached[0] == 0:
        return None
    i = int(reached[0])
    part = (values[i - 1] - level) / (values[i - 1] - values[i])
    # Adding zero turns -0.0 into 0.0.
    return float(-(H[i - 1] + part * (H[i] - H[i - 1]))) + 0.0


def _first_jump(curve: MHCurve) -> float | None:
    found = np.flatnonzero(curve.jumps())
    return None if found.size == 0 else float(-curve.H[found[0]]) + 0.0


def _first_steep_point(curve: MHCurve) -> float | None:
    """Return where M/Ms fell by more than 0.13 per T since the grid point before."""
    if curve.H.size < 2:
        return None
    start, stop = curve.mu0_H_T[0] / SLOPE_STEP_T, curve.mu0_H_T[-1] / SLOPE_STEP_T
    # One point beyond the end, where the last value holds: a drop just before it shows.
    grid = np.arange(round(np.floor(start + 1e-6)), round(np.floor(stop + 1e-6)) - 1, -1)
    if grid.size < 2:
        return None
    # A hair further: a drop at a grid field belongs to it, whatever the last digit of the field.
    M = curve.sample((grid * SLOPE_STEP_T - 1e-6) / MU0) / curve.Ms
    # In a forward field nothing depins: what falls steeply there is rotation (alpha near 90°).
    is_steep = -np.diff(M) / SLOPE_STEP_T > SLOPE_THRESHOLD_PER_T
    steep = np.flatnonzero(is_steep & (grid[1:] < 0))
    return None if steep.size == 0 else float(-grid[steep[0] + 1] * SLOPE_STEP_T / MU0) + 0.0


def _resolution(curve: MHCurve) -> float:
    """Return the field step within which M reaches 0, in A/m."""
    i = int(np.flatnonzero(curve.M <= 0)[0])
    return float(curve.H[i - 1] - curve.H[i])


def _phi_p(Hc: float | None, Hp: float | None, resolution: float | None) -> float | None:
    if Hc is None or Hp is None or resolution is None:
        return None
    # Below one field step, or one step of the grid on which slopes are read, Hc is not a number
    # to divide by (alpha = 90°).
    if Hc < max(resolution, SLOPE_STEP_T / MU0):
        return None
    return max(0.0, (Hc - Hp) / Hc)
