"""The random tilt that keeps a symmetric state from standing on an unstable ridge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.problem import SolverOptions


def tilted(m: NDArray[Any], options: SolverOptions, trial: int) -> NDArray[Any]:
    """Return the state with a random tilt that depends on the seed and the trial only.

    Parameters
    ----------
    m : ndarray of shape (3, nz, ny, nx)
        Unit vectors; the result has the same type and is no longer of unit length.
    options : SolverOptions
        Amplitude (``perturbation``) and seed.
    trial : int
        Number of the trial within the half-cycle, from 1.
    """
    if options.perturbation == 0:
        return m
    generator = np.random.default_rng([options.seed, trial])
    noise = generator.random(m.shape, dtype=np.float32) - np.float32(0.5)
    return np.asarray(m + m.dtype.type(2 * options.perturbation) * noise)
