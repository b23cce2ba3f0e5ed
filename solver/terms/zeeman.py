"""The applied field, uniform and along the sweep's direction. Energy density -Ms m·B."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.problem import Problem, unit_vector

Array = NDArray[np.float64]


def zeeman_field(problem: Problem, mu0_H: float) -> Array:
    """Return the applied field in T, shape (3, nz, ny, nx); ``mu0_H`` in T along the direction."""
    direction = unit_vector(problem.sweep.direction)
    return np.broadcast_to(
        (mu0_H * direction)[:, None, None, None], (3, *problem.mesh.shape)
    ).copy()
