"""Demagnetising tensor of rectangular cells that are infinite along z, averaged over a cell.

N_ij = (1 / 2 pi dx dy) delta_x² delta_y² Q_ij, where the second differences act on

* Q_xx = (y² - x²) ln(r) / 2 + x y atan(y / x), which solves d²Q/dy² = ln r up to terms that the
  differences annihilate, and
* Q_xy = x y ln(r) + x² atan(y / x) / 2 + y² atan(x / y) / 2, which solves d²Q/dxdy = ln r.

Outside the cell N_yy = -N_xx; on it the trace is 1. Check: for a cell twice as long along x as
along y the factor along x of the self term is known from the rectangular-prism formula
(Aharoni 1998), see the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.mesh import Mesh

Array = NDArray[np.float64]


def demag_tensor_2d(mesh: Mesh) -> tuple[Array, Array]:
    """Return D = (N_xx - N_yy) / 2 and N_xy on the padded grid of displacements.

    Returns
    -------
    D, N_xy : ndarray of shape (py, px)
        In wrap-around order: displacement (i, j) at index (j mod py, i mod px), where p is twice
        the number of cells in an open direction and the number of cells in a periodic one.
        Periodic directions hold the sum over the images of :class:`~solver.mesh.Mesh`.
    """
    reach_x = displacements(mesh.cells[0], mesh.pbc[0])
    reach_y = displacements(mesh.cells[1], mesh.pbc[1])
    dx, dy = 1.0, mesh.cell_size[1] / mesh.cell_size[0]
    n_xx = _second_difference(_q_xx, reach_x, reach_y, dx, dy)
    n_yy = _second_difference(_q_yy, reach_x, reach_y, dx, dy)
    n_xy = _second_difference(_q_xy, reach_x, reach_y, dx, dy)
    shape = (padded_size(mesh, 1), padded_size(mesh, 0))
    return fold((n_xx - n_yy) / 2, reach_x, reach_y, shape), fold(n_xy, reach_x, reach_y, shape)


def displacements(cells: int, images: int) -> NDArray[np.int64]:
    """Return the displacements in cells that contribute along one direction."""
    reach = cells * max(images, 1) - 1
    return np.arange(-reach, reach + 1)


def padded_size(mesh: Mesh, axis: int) -> int:
    """Return the length of the transform along one axis: doubled where the direction is open."""
    n = mesh.cells[axis]
    return n if n == 1 or mesh.pbc[axis] != 0 else 2 * n


def fold(
    values: Array, reach_x: NDArray[np.int64], reach_y: NDArray[np.int64], shape: tuple[int, int]
) -> Array:
    """Add the values of all displacements (ny', nx') onto the periodic grid of the transform."""
    folded = np.zeros(shape)
    rows, columns = np.meshgrid(reach_y % shape[0], reach_x % shape[1], indexing="ij")
    np.add.at(folded, (rows, columns), values)
    return folded


def _second_difference(
    q: Callable[[Array, Array], Array],
    reach_x: NDArray[np.int64],
    reach_y: NDArray[np.int64],
    dx: float,
    dy: float,
) -> Array:
    x = np.arange(reach_x[0] - 1, reach_x[-1] + 2) * dx
    y = np.arange(reach_y[0] - 1, reach_y[-1] + 2) * dy
    values = q(x[None, :], y[:, None])
    along_x = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    return np.asarray((along_x[2:] - 2 * along_x[1:-1] + along_x[:-2]) / (2 * np.pi * dx * dy))


def _log_r(x: Array, y: Array) -> Array:
    r2 = x * x + y * y
    return np.asarray(0.5 * np.log(np.where(r2 > 0, r2, 1.0)))


def _atan_ratio(a: Array, b: Array) -> Array:
    """Return atan(a / b), 0 where b is 0: there it is always multiplied by b."""
    safe = np.where(b == 0, 1.0, b)
    return np.where(b == 0, 0.0, np.arctan(a / safe))


def _q_xx(x: Array, y: Array) -> Array:
    return np.asarray(0.5 * (y * y - x * x) * _log_r(x, y) + x * y * _atan_ratio(y, x))


def _q_yy(x: Array, y: Array) -> Array:
    return np.asarray(0.5 * (x * x - y * y) * _log_r(x, y) + x * y * _atan_ratio(x, y))


def _q_xy(x: Array, y: Array) -> Array:
    return np.asarray(
        x * y * _log_r(x, y) + 0.5 * x * x * _atan_ratio(y, x) + 0.5 * y * y * _atan_ratio(x, y)
    )
