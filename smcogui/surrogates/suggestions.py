"""Which designs to simulate next, so that a surrogate learns most.

Designs on which the networks disagree, far from the data and from each other: spread finds where
the model is unsure, distance where it does not know that it should be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from models.neighbours import Neighbours
from smcogui.surrogates.features import features_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

MOST: Final = 1000
_POOL: Final = 8192


def suggest_queries(
    surrogate: Surrogate, space: SearchSpace, count: int, known: Array, seed: int = 0
) -> Array:
    """Return designs of a space to simulate next, shape (count, n_inputs), the best first.

    Taken one after the other: each time the design with the largest product of spread and distance
    to the nearest design that is known or was taken before.

    Parameters
    ----------
    surrogate : Surrogate
    space : SearchSpace
    count : int
    known : ndarray, shape (n, n_inputs)
        Designs besides those that the surrogate was trained on, such as what is simulated now.
    seed : int
        Of the pool, 8,192 feasible designs that cover the space evenly.
    """
    U, phase = space.even_points(_POOL, seed)
    pool = space.rounded(space.designs(U, phase))
    pool = pool[space.accepts(pool)]
    scale = surrogate.model.x_scaler.apply
    F = features_of(pool)
    spread = surrogate.model.mean_and_spread(F)[1] / surrogate.model.y_scaler.scale
    doubt, points = spread.mean(axis=1), scale(F)
    rows = np.vstack([surrogate.trust.rows, known])
    distance = Neighbours(scale(features_of(rows))).distances(points, 1)[:, 0]
    chosen: list[int] = []
    for _ in range(min(count, len(pool))):
        best = int(np.argmax(doubt * distance))
        chosen.append(best)
        distance = np.minimum(distance, np.linalg.norm(points - points[best], axis=1))
    return pool[chosen]
