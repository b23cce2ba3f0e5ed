"""Demagnetising tensor of rectangular cells in three dimensions.

Near cells take the exact formulas of Newell, Williams and Dunlop (J. Geophys. Res. 98, 9551,
1993); far cells, where those cancel to noise, take the dipole field averaged over both cells with
a three-point rule per direction that is exact to fifth order (the difference of two uniformly
distributed points has a triangular density: nodes 0 and ±sqrt(2/5) d, weights 14/24 and 5/24).
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from solver.mesh import EXACT, Mesh
from solver.terms.demag_kernel_2d import demag_tensor_2d, displacements, padded_size

Array = NDArray[np.float64]
NEAR = 8.0
"""Distance, in units of the longest edge of a cell, up to which Newell's formulas are used."""
EXACT_IMAGES = 12
"""Images of the whole mesh that are summed before the smooth rest is added (exact limit)."""
XX, YY, ZZ, XY, XZ, YZ = range(6)


@numba.njit(cache=True)
def _newell_f(x: float, y: float, z: float) -> float:
    x, y, z = abs(x), abs(y), abs(z)
    x2, y2, z2 = x * x, y * y, z * z
    r = math.sqrt(x2 + y2 + z2)
    value = (2 * x2 - y2 - z2) * r / 6
    if x2 + z2 > 0 and y > 0:
        value += 0.5 * y * (z2 - x2) * math.asinh(y / math.sqrt(x2 + z2))
    if x2 + y2 > 0 and z > 0:
        value += 0.5 * z * (y2 - x2) * math.asinh(z / math.sqrt(x2 + y2))
    if x * r > 0:
        value -= x * y * z * math.atan(y * z / (x * r))
    return value


@numba.njit(cache=True)
def _newell_g(x: float, y: float, z: float) -> float:
    z = abs(z)
    x2, y2, z2 = x * x, y * y, z * z
    r = math.sqrt(x2 + y2 + z2)
    value = -x * y * r / 3
    if x2 + y2 > 0 and z > 0:
        value += x * y * z * math.asinh(z / math.sqrt(x2 + y2))
    if y2 + z2 > 0:
        value += y / 6 * (3 * z2 - y2) * math.asinh(x / math.sqrt(y2 + z2))
    if x2 + z2 > 0:
        value += x / 6 * (3 * z2 - x2) * math.asinh(y / math.sqrt(x2 + z2))
    if z * r > 0:
        value -= z2 * z / 6 * math.atan(x * y / (z * r))
    if y * r != 0:
        value -= z * y2 / 2 * math.atan(x * z / (y * r))
    if x * r != 0:
        value -= z * x2 / 2 * math.atan(y * z / (x * r))
    return value


@numba.njit(cache=True)
def _near(x, y, z, dx, dy, dz, out):  # type: ignore[no-untyped-def]
    """Write the six components at a displacement by second differences of Newell's functions."""
    out[:] = 0.0
    for i in range(-1, 2):
        for j in range(-1, 2):
            for k in range(-1, 2):
                weight = (3 * i * i - 2.0) * (3 * j * j - 2.0) * (3 * k * k - 2.0)
                xx, yy, zz = x + i * dx, y + j * dy, z + k * dz
                out[XX] += weight * _newell_f(xx, yy, zz)
                out[YY] += weight * _newell_f(yy, xx, zz)
                out[ZZ] += weight * _newell_f(zz, yy, xx)
                out[XY] += weight * _newell_g(xx, yy, zz)
                out[XZ] += weight * _newell_g(xx, zz, yy)
                out[YZ] += weight * _newell_g(yy, zz, xx)
    out /= -4 * math.pi * dx * dy * dz


@numba.njit(cache=True)
def _far(x, y, z, dx, dy, dz, out):  # type: ignore[no-untyped-def]
    """Write the six components as the dipole field averaged over both cells."""
    out[:] = 0.0
    node = math.sqrt(0.4)
    for i in range(-1, 2):
        for j in range(-1, 2):
            for k in range(-1, 2):
                weight = (14.0 - 9 * i * i) * (14.0 - 9 * j * j) * (14.0 - 9 * k * k) / 13824.0
                xx, yy, zz = x + i * node * dx, y + j * node * dy, z + k * node * dz
                r2 = xx * xx + yy * yy + zz * zz
                r5 = weight / (r2 * r2 * math.sqrt(r2))
                out[XX] += (r2 - 3 * xx * xx) * r5
                out[YY] += (r2 - 3 * yy * yy) * r5
                out[ZZ] += (r2 - 3 * zz * zz) * r5
                out[XY] -= 3 * xx * yy * r5
                out[XZ] -= 3 * xx * zz * r5
                out[YZ] -= 3 * yy * zz * r5
    out *= dx * dy * dz / (4 * math.pi)


@numba.njit(cache=True)
def _octant(reach, size, near):  # type: ignore[no-untyped-def]
    """Return the tensor for displacements 0..reach, shape (6, nz, ny, nx)."""
    nx, ny, nz = reach
    dx, dy, dz = size
    limit = (near * max(dx, dy, dz)) ** 2
    tensor = np.empty((6, nz, ny, nx))
    out = np.empty(6)
    for k in range(nz):
        for j in range(ny):
            for i in range(nx):
                x, y, z = i * dx, j * dy, k * dz
                if x * x + y * y + z * z <= limit:
                    _near(x, y, z, dx, dy, dz, out)
                else:
                    _far(x, y, z, dx, dy, dz, out)
                tensor[:, k, j, i] = out
    return tensor


def demag_tensor_3d(mesh: Mesh) -> Array:
    """Return N_xx, N_yy, N_zz, N_xy, N_xz, N_yz on the padded grid of displacements.

    Returns
    -------
    ndarray of shape (6, pz, py, px)
        In wrap-around order, as :func:`solver.terms.demag_kernel_2d.demag_tensor_2d`. Along an
        exactly periodic z the sum runs over ``EXACT_IMAGES`` images; the rest is uniform along z
        to better than 1e-7 and is set so that the mean over z is the two-dimensional tensor.
    """
    images = [EXACT_IMAGES if n == EXACT else n for n in mesh.pbc]
    reaches = [displacements(n, count) for n, count in zip(mesh.cells, images, strict=True)]
    octant = _octant(
        tuple(int(reach[-1]) + 1 for reach in reaches),
        tuple(size / mesh.cell_size[0] for size in mesh.cell_size),
        NEAR,
    )
    shape = tuple(padded_size(mesh, axis) for axis in (2, 1, 0))
    tensor = np.zeros((6, *shape))
    for component, odd in enumerate(((), (), (), (0, 1), (0, 2), (1, 2))):
        tensor[component] = _fold_octant(octant[component], reaches, shape, odd)
    if mesh.pbc[2] == EXACT:
        _complete_along_z(tensor, mesh)
    return tensor


def _fold_octant(
    octant: Array, reaches: list[NDArray[np.int64]], shape: tuple[int, ...], odd: tuple[int, ...]
) -> Array:
    """Unfold an octant by symmetry and add all displacements onto the transform's grid."""
    for axis in range(3):
        array_axis = 2 - axis
        reach, size = reaches[axis], shape[array_axis]
        sign = np.where((reach < 0) & (axis in odd), -1.0, 1.0)
        source = np.moveaxis(octant, array_axis, 0)
        folded = np.zeros((size, *source.shape[1:]))
        for displacement, factor in zip(reach, sign, strict=True):
            folded[displacement % size] += factor * source[abs(displacement)]
        octant = np.moveaxis(folded, 0, array_axis)
    return octant


def _complete_along_z(tensor: Array, mesh: Mesh) -> None:
    """Make the mean over z equal to the tensor of infinitely long cells."""
    difference, n_xy = demag_tensor_2d(mesh)
    trace = np.zeros_like(difference)
    trace[0, 0] = 1.0
    exact = {XX: trace / 2 + difference, YY: trace / 2 - difference, ZZ: 0 * trace, XY: n_xy}
    for component, plane in exact.items():
        rest = plane - tensor[component].sum(axis=0)
        tensor[component] += rest / mesh.cells[2]
