"""Lengths of a structure that was drawn, from chords through it (stereology)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.design.phases import Phase

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What a map says of L, d, w_S, w_Z (nm) and θ (°); None where it shows too little.

    Parameters
    ----------
    fractions : dict
        Counted share of every phase.
    L_nm, wS_nm, theta_deg
        Of the 1:5 walls, taken for two families at ±θ to c that lie anywhere.
    d_nm, wZ_nm
        Of the Z platelets, taken for normal to c.
    """

    fractions: dict[Phase, float]
    L_nm: float | None
    d_nm: float | None
    wS_nm: float | None
    wZ_nm: float | None
    theta_deg: float | None

    def lengths(self) -> dict[str, float | None]:
        """Return the four lengths by the keys of a design file."""
        return {"L_nm": self.L_nm, "d_nm": self.d_nm, "wS_nm": self.wS_nm, "wZ_nm": self.wZ_nm}


def estimate(regions: NDArray[np.uint8], cell_nm: float) -> Estimates:
    """Return the lengths of a map.

    Parameters
    ----------
    regions : ndarray of uint8, shape (ny, nx)
        :class:`Phase` values, row 0 at the lowest y; c is y.
    cell_nm : float
        Edge of a cell.

    Notes
    -----
    Two families of walls of thickness w and interval L, at ±θ to y and independent of each other,
    cover f = 1 - (1 - w/L)² of what is no platelet, and a line along x (y) enters a wall
    2 cos θ (1 - w/L) / L (2 sin θ (1 - w/L) / L) times a length. Counting both gives L, w and θ.
    A platelet's thickness is its mean chord along y, the interval the median distance of the
    middles of neighbours.
    """
    counts = np.bincount(regions.ravel(), minlength=len(Phase))
    L_nm, wS_nm, theta_deg = _walls(regions, cell_nm)
    d_nm, wZ_nm = _platelets(regions == Phase.Z_PLATELET, cell_nm)
    return Estimates(
        fractions={phase: float(counts[phase] / regions.size) for phase in Phase},
        L_nm=L_nm,
        d_nm=d_nm,
        wS_nm=wS_nm,
        wZ_nm=wZ_nm,
        theta_deg=theta_deg,
    )


def _walls(
    regions: NDArray[np.uint8], cell_nm: float
) -> tuple[float | None, float | None, float | None]:
    """Return interval and thickness of the walls in nm and their angle to y in degrees."""
    wall = regions == Phase.BOUNDARY_1_5
    solid = wall | (regions == Phase.CELL_2_17)
    if not wall.any():
        return None, None, None
    covered = 1 - math.sqrt(1 - float(wall.sum() / solid.sum()))
    along_x = _entries(wall, solid, cell_nm)
    along_y = _entries(wall.T, solid.T, cell_nm)
    entries = math.hypot(along_x, along_y)
    if entries == 0:
        return None, None, None
    L_nm = 2 * (1 - covered) / entries
    return L_nm, covered * L_nm, math.degrees(math.atan2(along_y, along_x))


def _entries(wall: NDArray[Any], solid: NDArray[Any], cell_nm: float) -> float:
    """Return how often lines along the last axis enter a wall from a cell, for each nm."""
    both = solid[:, :-1] & solid[:, 1:]
    changes = (wall[:, :-1] != wall[:, 1:]) & both
    length = float(both.sum()) * cell_nm
    # A change is an entry or an exit.
    return float(changes.sum()) / 2 / length if length else 0.0


def _platelets(platelet: NDArray[Any], cell_nm: float) -> tuple[float | None, float | None]:
    """Return interval and thickness of the platelets in nm."""
    ny = len(platelet)
    padded = np.pad(platelet.T.astype(np.int8), ((0, 0), (1, 1)))
    steps = np.diff(padded, axis=1)
    columns, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    # What the edge cuts has no thickness that could be told.
    whole = (starts > 0) & (ends < ny)
    columns, starts, ends = columns[whole], starts[whole], ends[whole]
    if not len(starts):
        return None, None
    wZ_nm = float(np.mean(ends - starts)) * cell_nm
    middles = (starts + ends) / 2
    distances = np.diff(middles)[np.diff(columns) == 0]
    if len(distances):
        return float(np.median(distances)) * cell_nm, wZ_nm
    return min(wZ_nm / float(platelet.mean()), ny * cell_nm), wZ_nm
