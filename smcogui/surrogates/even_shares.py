"""Points that cover a box evenly, without scipy, whose import takes longer than a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS: Final = 60


def even_shares(count: int, dimensions: int, seed: int = 0) -> NDArray[np.float64]:
    """Return points of the unit box, shape (count, dimensions), that leave no large gaps.

    The additive recurrence with the generalised golden ratio, x(k) = s + k (1/φ, 1/φ², …) mod 1
    with φ^(dimensions + 1) = φ + 1 (Roberts 2018), from a random start s (Cranley and Patterson
    1976). Its gaps are those of a Sobol sequence within a few per cent.

    Parameters
    ----------
    count, dimensions : int
    seed : int
        Of the start; other starts give other points, as evenly spread.
    """
    ratio = 2.0
    for _ in range(_ROUNDS):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    start = np.random.default_rng(seed).random(dimensions)
    found: NDArray[np.float64] = (start + np.arange(1.0, count + 1)[:, None] * steps) % 1
    return found
