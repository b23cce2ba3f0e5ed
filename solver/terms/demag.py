"""The demagnetising field as a convolution of the magnetisation with the demagnetising tensor.

The tensor is computed in float64 and cast to the working precision. Open directions are padded
with zeros to twice their length; periodic ones are not padded. Transforms of rows and columns that
hold only zeros, or whose result is not wanted, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import scipy.fft
from numpy.typing import DTypeLike, NDArray

from solver.terms.demag_kernel_2d import demag_tensor_2d, padded_size

if TYPE_CHECKING:
    from solver.mesh import Mesh

if TYPE_CHECKING:
    from collections.abc import Callable

Array = NDArray[Any]


class DemagOperator(Protocol):
    """From the polarisation J = mu0 M in T to the demagnetising field in T."""

    def write_field(self, J: Array, out: Array) -> None:
        """Write the field of ``J`` into ``out``; both of shape (3, nz, ny, nx)."""


def make_demag(mesh: Mesh, dtype: DTypeLike = np.float64) -> DemagOperator:
    """Return the operator that fits the mesh: two-dimensional where it is z-invariant."""
    if mesh.is_z_invariant:
        return DemagOperator2D(mesh, np.dtype(dtype))
    return DemagOperator3D(mesh, np.dtype(dtype))


class DemagOperator2D:
    """Cross-section of a body that is infinite along z; H_z is 0.

    Off the cell itself N_yy = -N_xx, so that one complex convolution gives both components:
    H_x - i H_y = K * (J_x + i J_y) - (J_x - i J_y) / 2 with K = -(N_xx - N_yy) / 2 + i N_xy.
    """

    def __init__(self, mesh: Mesh, dtype: np.dtype[Any]) -> None:
        self._complex = np.result_type(dtype, np.complex64)
        self._shape = (padded_size(mesh, 1), padded_size(mesh, 0))
        self._cells = (mesh.cells[1], mesh.cells[0])
        difference, n_xy = demag_tensor_2d(mesh)
        self._kernel = scipy.fft.fft2(-difference + 1j * n_xy).astype(self._complex)
        self._plane = np.zeros(self._shape, dtype=self._complex)

    def write_field(self, J: Array, out: Array) -> None:
        """See :class:`DemagOperator`."""
        ny, nx = self._cells
        # everything happens in place: fresh megabytes would cost as much as a transform
        plane, rows = self._plane, self._plane[:ny]
        rows.real[:, :nx] = J[0, 0]
        rows.imag[:, :nx] = J[1, 0]
        rows[:, nx:] = 0.0
        plane[ny:] = 0.0
        _transform(scipy.fft.fft, rows, axis=1)
        _transform(scipy.fft.fft, plane, axis=0)
        plane *= self._kernel
        _transform(scipy.fft.ifft, plane, axis=0)
        _transform(scipy.fft.ifft, rows, axis=1)
        half = J.dtype.type(0.5)
        np.multiply(J[:2, 0], -half, out=out[:2, 0])
        out[0, 0] += rows.real[:, :nx]
        out[1, 0] -= rows.imag[:, :nx]
        out[2] = 0.0


def _transform(transform: Callable[..., Array], array: Array, axis: int) -> None:
    """Transform in place: scipy may reuse the array that it is given, but does not promise to."""
    result = transform(array, axis=axis, overwrite_x=True)
    if result.ctypes.data != array.ctypes.data:
        array[...] = result


class DemagOperator3D:
    """The full tensor; its transform is real because every component is even or doubly odd."""

    def __init__(self, mesh: Mesh, dtype: np.dtype[Any]) -> None:
        # numba is imported only where the three-dimensional tensor is needed
        from solver.terms.demag_kernel_3d import demag_components_3d

        self._complex = np.result_type(dtype, np.complex64)
        self._shape = tuple(padded_size(mesh, axis) for axis in (2, 1, 0))
        self._cells = mesh.shape
        self._kernel = np.stack(
            [-scipy.fft.rfftn(part).real.astype(dtype) for part in demag_components_3d(mesh)]
        )
        self._product = np.empty(self._kernel.shape[1:], dtype=self._complex)

    def write_field(self, J: Array, out: Array) -> None:
        """See :class:`DemagOperator`."""
        spectra = [self._forward(component) for component in J]
        xx, yy, zz, xy, xz, yz = self._kernel
        for component, row in enumerate(((xx, xy, xz), (xy, yy, yz), (xz, yz, zz))):
            spectrum = row[0] * spectra[0]
            for factor, other in zip(row[1:], spectra[1:], strict=True):
                spectrum += np.multiply(factor, other, out=self._product)
            out[component] = self._backward(spectrum)

    def _forward(self, component: Array) -> Array:
        nz, ny, nx = self._shape
        spectrum = scipy.fft.rfft(component, n=nx, axis=2)
        spectrum = scipy.fft.fft(spectrum, n=ny, axis=1, overwrite_x=True)
        return np.asarray(scipy.fft.fft(spectrum, n=nz, axis=0, overwrite_x=True))

    def _backward(self, spectrum: Array) -> Array:
        nz, ny, nx = self._cells
        field = scipy.fft.ifft(spectrum, axis=0, overwrite_x=True)[:nz]
        field = scipy.fft.ifft(field, axis=1, overwrite_x=True)[:, :ny]
        field = scipy.fft.irfft(field, n=self._shape[2], axis=2, overwrite_x=True)
        return np.asarray(field[:, :, :nx])
