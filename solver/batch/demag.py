"""The demagnetising fields of many cross-sections on one mesh, by real transforms.

The same tensor as :mod:`solver.terms.demag` takes: off the cell itself N_yy = -N_xx, so that with
D = (N_xx - N_yy) / 2 the fields are H_x = -(D J_x + N_xy J_y) - J_x / 2 and
H_y = -(N_xy J_x - D J_y) - J_y / 2. D is even along x and y and N_xy odd along both, so that their
transforms are real.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.fft
import torch

from solver.terms.demag_kernel_2d import demag_tensor_2d

if TYPE_CHECKING:
    from solver.batch.shape import BatchShape


class BatchDemag:
    """The demagnetising tensor of a mesh on a device, in the precision of the batch."""

    def __init__(self, shape: BatchShape, device: Any) -> None:
        self._cells = shape.cells
        self._padded = shape.padded
        # transformed in float64, then cast
        parts = [scipy.fft.rfft2(-part).real for part in demag_tensor_2d(shape.mesh)]
        dtype = np.dtype(shape.precision)
        self._difference, self._xy = (
            torch.from_numpy(part.astype(dtype)).to(device) for part in parts
        )

    def field(self, J: Any) -> Any:
        """Return the fields in T of polarisations in T, both of shape (problems, 2, ny, nx)."""
        (ny, nx), (rows, columns) = self._cells, self._padded
        # rows of nothing but zeros are not transformed along x, nor those that are not wanted
        spectrum = torch.fft.rfft(J, n=columns, dim=-1)
        spectrum = torch.fft.fft(spectrum, n=rows, dim=-2)
        x, y = spectrum[:, 0], spectrum[:, 1]
        field = torch.stack(
            (self._difference * x + self._xy * y, self._xy * x - self._difference * y), dim=1
        )
        field = torch.fft.ifft(field, dim=-2)[..., :ny, :]
        return torch.fft.irfft(field, n=columns, dim=-1)[..., :nx] - 0.5 * J
