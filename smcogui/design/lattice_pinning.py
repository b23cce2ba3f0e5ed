"""How strongly the mesh itself pins a straight domain wall.

On cells of edge a the wall is a chain of spins. In units of 2K its equilibrium is

    (δ/a)² [sin(θᵢ₊₁ - θᵢ) - sin(θᵢ - θᵢ₋₁)] = sin θᵢ cos θᵢ + h sin θᵢ,   δ = √(A/K),

so that the field that frees the wall, in units of the anisotropy field 2K/Ms, depends on a/δ alone.
The wall is pushed over one cell by prescribing the angle of its middle spin and solving for the
others and for the field h that holds it there; the largest h on the way is the pinning field. A
continuum has none, so whatever comes out is an error of the mesh.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINE: Final = 0.25
"""Below this a/δ the pinning is under 1e-6 of the anisotropy field and is given as 0."""
_POSITIONS: Final = 24
_NEWTON_STEPS: Final = 60


@lru_cache(maxsize=1024)
def lattice_pinning_ratio(cell_over_delta: float) -> float:
    """Return the pinning field of the mesh over the anisotropy field, 0 to 1.

    Parameters
    ----------
    cell_over_delta : float
        Edge of a cell over √(A/K).
    """
    if cell_over_delta < FINE:
        return 0.0
    half = max(6, math.ceil(16 / cell_over_delta))
    index = np.arange(-half, half + 1)
    coupling = cell_over_delta**-2
    largest = 0.0
    angles = 2 * np.arctan(np.exp(index * cell_over_delta))
    h = 0.0
    # From the wall's middle on a cell to its middle on the next face: there the field is 0 again.
    for middle in np.linspace(math.pi / 2, math.pi * 0.98, _POSITIONS)[1:]:
        solution = _hold(angles, h, float(middle), coupling)
        if solution is None:
            break
        angles, h = solution
        largest = max(largest, abs(h))
    return min(1.0, largest)


def _hold(
    angles: NDArray[np.float64], h: float, middle: float, coupling: float
) -> tuple[NDArray[np.float64], float] | None:
    """Return the chain and the field at which the middle spin has this angle; None if lost."""
    # Loaded only where a mesh is so coarse that a chain is solved at all.
    from scipy.linalg import solve_banded

    centre = angles.size // 2
    state = angles.copy()
    state[centre] = middle
    for _ in range(_NEWTON_STEPS):
        residual, bands = _equations(state, h, coupling)
        beside = bands[0, centre], bands[2, centre]
        # The middle spin is held: two chains are left, which the field alone couples. Solved as
        # bands they need no BLAS, whose threads wait for each other on a busy machine.
        bands[0, centre : centre + 2] = bands[2, centre - 1 : centre + 1] = 0.0
        bands[1, centre] = 1.0
        sides = np.stack([-residual, np.sin(state)], axis=1)
        sides[centre] = 0.0
        step, per_field = solve_banded((1, 1), bands, sides, check_finite=False).T
        neighbours = np.array([step[centre - 1], step[centre + 1]])
        slopes = np.array([per_field[centre - 1], per_field[centre + 1]])
        change = (residual[centre] + neighbours @ beside) / (math.sin(middle) - slopes @ beside)
        step = step + change * per_field
        scale = min(1.0, 0.5 / (max(float(np.abs(step).max()), abs(change)) + 1e-300))
        h += scale * float(change)
        state += scale * step
        if float(np.abs(residual).max()) < 1e-12:
            return state, h
    return None


def _equations(
    state: NDArray[np.float64], h: float, coupling: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the torque on every spin, shape (n,), and the bands of its derivative, (3, n)."""
    padded = np.concatenate(([0.0], state, [math.pi]))
    steps = np.diff(padded)
    residual = coupling * np.diff(np.sin(steps)) - np.sin(state) * (np.cos(state) + h)
    bond = coupling * np.cos(steps)
    diagonal = -bond[1:] - bond[:-1] - np.cos(2 * state) - h * np.cos(state)
    # As LAPACK stores them: above, on and below the diagonal, by column.
    return residual, np.stack([bond[:-1], diagonal, bond[1:]])
