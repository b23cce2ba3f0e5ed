"""Designs in bands of the field angle: the angles themselves where there are few, else ranges."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST_ANGLES: Final = 10
_LEAST_PER_ANGLE: Final = 3
_EDGES: Final = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleBand:
    """Designs of about the same angle.

    Parameters
    ----------
    label : str
        With its unit.
    low, high : float
        In degrees; the same for one angle.
    rows : ndarray of bool, shape (n,)
    """

    label: str
    low: float
    high: float
    rows: NDArray[np.bool_]


def angle_bands(alpha_deg: Array) -> list[AngleBand]:
    """Return the bands that hold designs, by rising angle.

    Parameters
    ----------
    alpha_deg : ndarray, shape (n,)
        Up to ten different angles, each of three designs or more, are bands of their own; else
        bands are 15° wide, and 90°, where Hc is 0 for every design, stands alone.
    """
    angles, counts = np.unique(np.round(alpha_deg, 6), return_counts=True)
    if angles.size <= _MOST_ANGLES and counts.min() >= _LEAST_PER_ANGLE:
        return [
            AngleBand(
                label=f"{angle:g}°",
                low=float(angle),
                high=float(angle),
                rows=np.abs(alpha_deg - angle) < _TOLERANCE,
            )
            for angle in angles
        ]
    is_last = alpha_deg >= _EDGES[-1] - _TOLERANCE
    bands = [
        AngleBand(
            label=f"{low:g}–{high:g}°",
            low=low,
            high=high,
            rows=(alpha_deg >= low) & (alpha_deg < high) & ~is_last,
        )
        for low, high in itertools.pairwise(_EDGES)
    ]
    bands.append(AngleBand(label="90°", low=90.0, high=90.0, rows=is_last))
    return [band for band in bands if band.rows.any()]
