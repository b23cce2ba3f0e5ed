"""What decides on a state: its mean magnetisation and the part of it that has flipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.problem import unit_vector

if TYPE_CHECKING:
    from solver.problem import Problem

Array = NDArray[Any]


class Moments:
    """Sums over the cells of one problem, in its working precision.

    Attributes
    ----------
    weights : ndarray of shape (nz, ny, nx)
        Moment of each cell over the total moment.
    direction : ndarray of shape (3,)
        Direction of the applied field.
    start : ndarray of shape (3,)
        Easy axis, with the sense of the state at the start.
    """

    def __init__(self, problem: Problem) -> None:
        self._dtype = np.dtype(problem.options.precision)
        moment = problem.per_cell("Ms")
        self.weights = (moment / moment.sum()).astype(self._dtype)
        self.direction = unit_vector(problem.sweep.direction)
        self.start = problem.axis_of_start()

    def mean(self, m: Array) -> tuple[float, float, float]:
        """Return the mean of a state of shape (3, nz, ny, nx), weighted by Ms."""
        x, y, z = (float((self.weights * component).sum()) for component in m)
        return x, y, z

    def along_field(self, moments: tuple[float, float, float]) -> float:
        """Return M/Ms along the applied field of a mean magnetisation."""
        return float(np.array(moments) @ self.direction)

    def flipped(self, m: Array) -> float:
        """Return the fraction of cells that point against the start along the easy axis."""
        along = sum(
            self._dtype.type(u) * component
            for u, component in zip(self.start, m, strict=True)
            if u != 0
        )
        return int(np.count_nonzero(np.asarray(along) < 0)) / int(m[0].size)

    def is_past_zero(self, m: Array) -> bool:
        """Return whether M along the applied field is below zero."""
        along = sum(mean * float(h) for mean, h in zip(self.mean(m), self.direction, strict=True))
        return along < 0
