"""Uniaxial anisotropy of first order, one easy axis u per region.

Energy density -Ku1 (m·u)², field B = (2 Ku1 / Ms) (m·u) u.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from solver.problem import Problem

Array = NDArray[np.float64]


def strength_table(problem: Problem) -> Array:
    """Return 2 Ku1 / Ms of each region in T, shape (n_regions,)."""
    return np.asarray(2 * problem.table("Ku1") / problem.table("Ms"))


def anisotropy_strength(problem: Problem) -> Array:
    """Return 2 Ku1 / Ms per cell in T, shape (nz, ny, nx)."""
    return np.asarray(strength_table(problem)[problem.regions])


def easy_axis_per_cell(problem: Problem) -> Array:
    """Return the unit easy axis per cell, shape (3, nz, ny, nx)."""
    return np.moveaxis(problem.easy_axes()[problem.regions], -1, 0)


def anisotropy_field(problem: Problem, m: Array) -> Array:
    """Return the anisotropy field in T, shape (3, nz, ny, nx)."""
    axis = easy_axis_per_cell(problem)
    return np.asarray(anisotropy_strength(problem) * (m * axis).sum(axis=0) * axis)
