"""The arrays of a problem laid out for the kernels: flat, padded, with ghost cells.

Cell (k, j, i) of component c lies at ``array[c, origin + k * plane + j * row + i]``. Every row is
followed by at least two padding cells (the right ghost of the row and the left ghost of the
next), every plane is surrounded by ghost rows, and a mesh with several planes by ghost planes. All
weights of ghosts are zero, so that loops may run over them.

Rows and components are an odd number of cache lines apart: arrays whose sizes are powers of two
would otherwise compete for the same few sets of the cache (measured: a factor of 1.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.errors import ProblemError
from solver.mesh import OPEN
from solver.terms.anisotropy import anisotropy_strength, easy_axis_per_cell
from solver.terms.constants import MU0
from solver.terms.exchange import exchange_links, exchange_weights

if TYPE_CHECKING:
    from solver.problem import Problem

Array = NDArray[Any]
LINE_BYTES = 64


class Layout:
    """Where the cells of a mesh lie in a flat, padded array."""

    def __init__(self, cells: tuple[int, int, int], itemsize: int) -> None:
        nx, ny, nz = cells
        line = LINE_BYTES // itemsize
        self.cells = cells
        self.ghost_planes = 1 if nz > 1 else 0
        self.row = _odd_lines(nx + 2, line)
        self.plane = (ny + 2) * self.row
        self.planes = nz + 2 * self.ghost_planes
        self.origin = self.ghost_planes * self.plane + self.row
        # one cell more at either end: the neighbours of the first and the last ghost
        self.size = _odd_lines(self.planes * self.plane + 2 * line, line)

    def allocate(self, components: int, dtype: np.dtype[Any]) -> Array:
        """Return zeros of shape (components, size)."""
        return np.zeros((components, self.size), dtype=dtype)

    def grid(self, array: Array) -> Array:
        """Return a view of shape (components, planes, ny + 2, row), ghosts included."""
        used = array[:, : self.planes * self.plane]
        return used.reshape(len(array), self.planes, self.cells[1] + 2, self.row)

    def interior(self, array: Array) -> Array:
        """Return a view of the cells, shape (components, nz, ny, nx)."""
        nx, ny, nz = self.cells
        first = self.ghost_planes
        return self.grid(array)[:, first : first + nz, 1 : ny + 1, :nx]


def _odd_lines(count: int, line: int) -> int:
    lines = -(-count // line)
    return (lines | 1) * line


class Workspace:
    """State, torque, fields and coefficients of one problem in the working precision.

    Attributes
    ----------
    m, t, field : ndarray of shape (3, size)
        Unit vectors; torque field and frozen field (demagnetising and applied), both in T.
    background : ndarray of shape (3, size), or None
        The part of the field that the fused loop does not know, in T; None for a single open
        plane with a common easy axis, where there is none.
    links : ndarray of shape (3, size)
        Exchange to +x, +y, +z in units of ``scale``.
    weights : ndarray of shape (3, size)
        Exchange weight in 1/``scale``, 2 Ku1 / Ms in T (zero where the easy axes differ), and the
        moment Ms V over the total moment.
    axis : tuple of float, or None
        The common easy axis; None where it is y.
    local_axes : ndarray of shape (3, size), or None
        sqrt(2 Ku1 / Ms) u where the easy axes differ.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.dtype = np.dtype(problem.options.precision)
        self.layout = Layout(problem.mesh.cells, self.dtype.itemsize)
        self.m = self._zeros()
        self.t = self._zeros()
        self.field = self._zeros()
        self.links = self._zeros()
        self.weights = self._zeros()
        self.local_axes: Array | None = None
        self._mu0_Ms = (MU0 * problem.per_cell("Ms")).astype(self.dtype)
        self._fill_coefficients(problem)
        x, y, z = problem.easy_axes()[0]
        self.axis: tuple[Any, Any, Any] | None = (
            self.dtype.type(x),
            self.dtype.type(y),
            self.dtype.type(z),
        )
        if np.allclose(problem.easy_axes()[0], (0, 1, 0), atol=0):
            self.axis = None
        if not np.allclose(problem.easy_axes(), problem.easy_axes()[0]):
            self._use_local_axes(problem)
        nz = problem.mesh.cells[2]
        self.periodic = tuple(
            n > 1 and images != OPEN
            for n, images in zip(problem.mesh.cells, problem.mesh.pbc, strict=True)
        )
        is_fused = nz == 1 and not any(self.periodic) and self.local_axes is None
        self.background = None if is_fused else self._zeros()

    @property
    def state(self) -> Array:
        """The magnetisation as a view of shape (3, nz, ny, nx)."""
        return self.layout.interior(self.m)

    def set_state(self, m: Array) -> None:
        """Copy unit vectors of shape (3, nz, ny, nx), normalising them."""
        self.state[...] = m / np.sqrt((m * m).sum(axis=0, dtype=self.dtype))

    def _zeros(self) -> Array:
        return self.layout.allocate(3, self.dtype)

    def _fill_coefficients(self, problem: Problem) -> None:
        weights = exchange_weights(problem)
        scale = 1.0 / weights.min()
        links = np.stack(exchange_links(problem)) / scale
        grid = self.layout.grid(self.links)
        self.layout.interior(self.links)[...] = links
        self._copy_wrapping_links(grid, links)
        moment = problem.per_cell("Ms")
        interior = self.layout.interior(self.weights)
        interior[0] = weights * scale
        interior[1] = anisotropy_strength(problem)
        interior[2] = moment / moment.sum()

    def _copy_wrapping_links(self, grid: Array, links: Array) -> None:
        """Give the lower ghosts the link that wraps around."""
        nx, ny, nz = self.layout.cells
        first = self.layout.ghost_planes
        inner = slice(first, first + nz)
        # the left ghost of row j is the last cell of the row before it
        grid[0, inner, :ny, -1] = links[0, :, :, -1]
        grid[1, inner, 0, :nx] = links[1, :, -1]
        if first:
            grid[2, 0, 1 : ny + 1, :nx] = links[2, -1]

    def _use_local_axes(self, problem: Problem) -> None:
        strength = anisotropy_strength(problem)
        if (strength < 0).any():
            # the square root below carries the strength; an easy plane has no such form
            raise ProblemError(
                "materials: a negative Ku1 together with easy axes that differ is not supported; "
                "give all regions the same easy_axis or Ku1 >= 0",
                key="materials",
                allowed="Ku1 >= 0 where easy axes differ",
            )
        axes = np.sqrt(strength) * easy_axis_per_cell(problem)
        self.local_axes = self._zeros()
        self.layout.interior(self.local_axes)[...] = axes
        self.layout.interior(self.weights)[1] = 0.0

    def polarisation(self) -> Array:
        """Return mu0 Ms m in T, shape (3, nz, ny, nx), in the working precision."""
        return np.asarray(self._mu0_Ms * self.state)
