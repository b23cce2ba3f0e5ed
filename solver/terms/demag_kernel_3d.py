"""Demagnetising tensor of rectangular cells in three dimensions.

Near cells take the exact formulas of Newell, Williams and Dunlop (J. Geophys. Res. 98, 9551,
1993); far cells, where those cancel to noise, take the dipole field averaged over both cells with
a three-point rule per direction that is exact to fifth order (the difference of two uniformly
distributed points has a triangular density: nodes 0 and ±sqrt(2/5) d, weights 14/24 and 5/24).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba
import numpy as np
from numpy.typing import NDArray

from solver.mesh import EXACT, Mesh
from solver.terms.demag_kernel_2d import demag_tensor_2d, displacements, padded_size

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = NDArray[np.float64]
NEAR = 8.0
"""Distance, in units of the longest edge of a cell, up to which Newell's formulas are used."""
DISTANT = 24.0
"""Distance, in the same units, beyond which equal parts of the edges need no average."""
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
def _far(x, y, z, spread, volume, out):  # type: ignore[no-untyped-def]
    """Write the six components as the dipole field averaged over both cells.

    Along a direction whose spread is zero there is one point instead of three.
    """
    out[:] = 0.0
    node = math.sqrt(0.4)
    nx, ny, nz = 1 if spread[0] > 0 else 0, 1 if spread[1] > 0 else 0, 1 if spread[2] > 0 else 0
    for i in range(-nx, nx + 1):
        wx = (14.0 - 9 * i * i) / 24.0 if nx else 1.0
        for j in range(-ny, ny + 1):
            wy = (14.0 - 9 * j * j) / 24.0 if ny else 1.0
            for k in range(-nz, nz + 1):
                wz = (14.0 - 9 * k * k) / 24.0 if nz else 1.0
                xx = x + i * node * spread[0]
                yy = y + j * node * spread[1]
                zz = z + k * node * spread[2]
                r2 = xx * xx + yy * yy + zz * zz
                r5 = wx * wy * wz / (r2 * r2 * math.sqrt(r2))
                out[XX] += (r2 - 3 * xx * xx) * r5
                out[YY] += (r2 - 3 * yy * yy) * r5
                out[ZZ] += (r2 - 3 * zz * zz) * r5
                out[XY] -= 3 * xx * yy * r5
                out[XZ] -= 3 * xx * zz * r5
                out[YZ] -= 3 * yy * zz * r5
    out *= volume / (4 * math.pi)


@numba.njit(cache=True)
def _octant(reach, size, planes, last_weight):  # type: ignore[no-untyped-def]
    """Return the tensor for displacements 0..reach along x and y, folded along z.

    Shape (6, planes, ny, nx). Far away only what the edges differ by is averaged over: the dipole
    field is harmonic, so that a cube averages to its centre up to fourth order.
    """
    nx, ny, nz = reach
    dx, dy, dz = size
    longest, least = max(dx, dy, dz), min(dx, dy, dz)
    near, distant = (NEAR * longest) ** 2, (DISTANT * longest) ** 2
    excess = (
        math.sqrt(dx * dx - least * least),
        math.sqrt(dy * dy - least * least),
        math.sqrt(dz * dz - least * least),
    )
    tensor = np.zeros((6, planes, ny, nx))
    out = np.empty(6)
    for k in range(nz):
        up, down = k % planes, (-k) % planes
        for j in range(ny):
            for i in range(nx):
                x, y, z = i * dx, j * dy, k * dz
                r2 = x * x + y * y + z * z
                if r2 <= near:
                    _near(x, y, z, dx, dy, dz, out)
                elif r2 <= distant:
                    _far(x, y, z, size, dx * dy * dz, out)
                else:
                    _far(x, y, z, excess, dx * dy * dz, out)
                if k == nz - 1:
                    out *= last_weight
                tensor[:, up, j, i] += out
                if k > 0:
                    # the components odd in z change sign below the plane
                    out[XZ] = -out[XZ]
                    out[YZ] = -out[YZ]
                    tensor[:, down, j, i] += out
    return tensor


def demag_components_3d(mesh: Mesh) -> Iterator[Array]:
    """Yield N_xx, N_yy, N_zz, N_xy, N_xz, N_yz, one at a time to save memory.

    Yields
    ------
    ndarray of shape (pz, py, px)
        In wrap-around order, as :func:`solver.terms.demag_kernel_2d.demag_tensor_2d`. Along an
        exactly periodic z the sum runs over ``EXACT_IMAGES`` images; the rest is uniform along z
        to better than 1e-6 and is set so that the mean over z is the two-dimensional tensor.
    """
    images = [EXACT_IMAGES if n == EXACT else n for n in mesh.pbc]
    reaches = [displacements(n, count) for n, count in zip(mesh.cells, images, strict=True)]
    is_exact = mesh.pbc[2] == EXACT
    nx, ny, nz = (int(reach[-1]) + 1 for reach in reaches)
    octant = _octant(
        # in the exact limit one plane more, at half weight: every displacement along z then has
        # as many images as any other
        (nx, ny, nz + 1 if is_exact else nz),
        tuple(size / mesh.cell_size[0] for size in mesh.cell_size),
        padded_size(mesh, 2),
        0.5 if is_exact else 1.0,
    )
    limit = _infinite_planes(mesh) if is_exact else {}
    sizes = (padded_size(mesh, 0), padded_size(mesh, 1))
    for component, odd in enumerate(((), (), (), (0, 1), (0,), (1,))):
        tensor = _fold_quadrant(octant[component], reaches, sizes, odd)
        if component in limit:
            tensor += (limit[component] - tensor.sum(axis=0)) / mesh.cells[2]
        yield tensor


def _fold_quadrant(
    quadrant: Array,
    reaches: list[NDArray[np.int64]],
    sizes: tuple[int, int],
    odd: tuple[int, ...],
) -> Array:
    """Unfold x and y by symmetry and add all displacements onto the transform's grid."""
    for axis in range(2):
        array_axis, reach, size = 2 - axis, reaches[axis], sizes[axis]
        sign = np.where((reach < 0) & (axis in odd), -1.0, 1.0)
        source = np.moveaxis(quadrant, array_axis, 0)
        folded = np.zeros((size, *source.shape[1:]))
        for displacement, factor in zip(reach, sign, strict=True):
            folded[displacement % size] += factor * source[abs(displacement)]
        quadrant = np.moveaxis(folded, 0, array_axis)
    return quadrant


def _infinite_planes(mesh: Mesh) -> dict[int, Array]:
    """Return what the mean over z of each component is in the exact limit."""
    difference, n_xy = demag_tensor_2d(mesh)
    trace = np.zeros_like(difference)
    trace[0, 0] = 1.0
    return {
        XX: trace / 2 + difference,
        YY: trace / 2 - difference,
        ZZ: np.zeros_like(trace),
        XY: n_xy,
    }


def demag_tensor_3d(mesh: Mesh) -> Array:
    """Return all components of :func:`demag_components_3d`, shape (6, pz, py, px)."""
    return np.stack(list(demag_components_3d(mesh)))
