"""Structures that were simulated at several angles, and the nearest there is to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.analysis.design_table import ALPHA, GEOMETRY, QUANTITIES, Z_PHASE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

LEAST_ANGLES: Final = 2
MOST_ANGLES: Final = 7
PAPER_ANGLES: Final = (0.0, 30.0, 45.0, 60.0, 90.0)
"""What the paper simulated a structure at, as far as it tells (0, 60 and 90° are attested)."""
_NEAR_ANGLE: Final = 7.5
_MOST_NEAR: Final = 5
_MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """Designs of different angle that are one structure, or nearly so.

    Parameters
    ----------
    key : str
        Name of the run of its first design.
    rows : ndarray of int, shape (n,)
        Of the table, by rising angle.
    is_exact : bool
        Whether they differ in the angle alone.
    words, angles : str
        Lengths and Z phase, and the angles, for people.
    """

    key: str
    rows: Rows
    is_exact: bool
    words: str
    angles: str


def families_of(table: DesignTable) -> list[Family]:
    """Return structures simulated at two angles or more, most angles first.

    Where there is none: the designs that come nearest to one, around the few designs whose
    neighbours at other angles are nearest. Empty where all designs have about the same angle.
    """
    exact = [_family(table, rows, is_exact=True) for rows in _exact(table)]
    return exact or [_family(table, rows, is_exact=False) for rows in _nearest(table)]


def lengths_of(table: DesignTable, rows: Rows) -> str:
    """Return the lengths of designs with their ranges, and their Z phases, in words."""
    parts = []
    for key in GEOMETRY:
        low, high = float(table[key][rows].min()), float(table[key][rows].max())
        shown = f"{low:.4g}" if high - low < 1e-6 else f"{low:.3g} to {high:.3g}"
        parts.append(f"{QUANTITIES[key].symbol} {shown}")
    names = " or ".join(sorted({table.z_names[row] for row in rows}))
    return f"{', '.join(parts)} nm, Z phase {names}"


def _family(table: DesignTable, rows: Rows, *, is_exact: bool) -> Family:
    angles = ", ".join(f"{table[ALPHA][row]:.3g}" for row in rows)
    return Family(
        key=table.run_ids[rows[0]],
        rows=rows,
        is_exact=is_exact,
        words=lengths_of(table, rows),
        angles=f"α {angles}°",
    )


def _exact(table: DesignTable) -> list[Rows]:
    constants = np.round(table.matrix(Z_PHASE), 6)
    structures = np.column_stack([table.groups, constants])
    numbers = np.unique(structures, axis=0, return_inverse=True)[1].reshape(-1)
    order = np.argsort(numbers, kind="stable")
    found = []
    for rows in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
        by_angle = {round(float(table[ALPHA][row]), 6): int(row) for row in rows}
        if len(by_angle) >= LEAST_ANGLES:
            found.append(np.array([by_angle[angle] for angle in sorted(by_angle)], dtype=np.intp))
    return sorted(found, key=lambda rows: -rows.size)[:_MOST_SHOWN]


def _nearest(table: DesignTable) -> list[Rows]:
    """Return groups around designs: for each of the paper's angles the nearest of about it."""
    angles = table[ALPHA]
    bands = [np.flatnonzero(np.abs(angles - angle) <= _NEAR_ANGLE) for angle in PAPER_ANGLES]
    bands = [rows for rows in bands if rows.size]
    if len(bands) < LEAST_ANGLES:
        return []
    places = _scaled(table)
    picked, worst = [], []
    for seed in bands[0]:
        rows, far = [int(seed)], 0.0
        for band in bands[1:]:
            distances = np.linalg.norm(places[band] - places[seed], axis=1)
            rows.append(int(band[np.argmin(distances)]))
            far = max(far, float(distances.min()))
        order = np.argsort(angles[rows], kind="stable")
        picked.append(np.array(rows, dtype=np.intp)[order])
        worst.append(far)
    return [picked[number] for number in np.argsort(worst, kind="stable")[:_MOST_NEAR]]


def _scaled(table: DesignTable) -> Array:
    """Return lengths on a logarithmic scale and constants of Z, each with a deviation of 1."""
    values = np.column_stack([np.log(table.matrix(GEOMETRY)), table.matrix(Z_PHASE)])
    spread = values.std(axis=0)
    scaled: Array = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled
