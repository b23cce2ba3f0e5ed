"""Phases that are painted by hand, over what the thresholds say; every stroke can be undone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.design.phases import Phase

UNPAINTED: Final = 255
"""In an array of brush strokes: what the thresholds say holds."""
MOST_STEPS: Final = 200


def unpainted(edge: int) -> NDArray[np.uint8]:
    """Return strokes for so many cells along an edge, of which none is painted."""
    return np.full((edge, edge), UNPAINTED, dtype=np.uint8)


class StrokeHistory:
    """What was painted, and the way back.

    Parameters
    ----------
    strokes : ndarray of uint8, shape (n, n)
        Phases, :data:`UNPAINTED` elsewhere; row 0 at the lowest y.
    """

    def __init__(self, strokes: NDArray[np.uint8]) -> None:
        self._steps = [strokes]
        self._place = 0

    @property
    def strokes(self) -> NDArray[np.uint8]:
        """What is painted now; not to be changed."""
        return self._steps[self._place]

    @property
    def is_painted(self) -> bool:
        """Whether any cell is painted."""
        return bool((self.strokes != UNPAINTED).any())

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was taken back."""
        return self._place < len(self._steps) - 1

    def add(self, strokes: NDArray[np.uint8]) -> None:
        """Go on with other strokes; what was undone is gone."""
        self._steps = [*self._steps[: self._place + 1], strokes][-MOST_STEPS:]
        self._place = len(self._steps) - 1

    def clear(self) -> None:
        """Erase everything, as a step that can be undone."""
        if self.is_painted:
            self.add(unpainted(len(self.strokes)))

    def undo(self) -> None:
        """Take the last stroke back."""
        self._place = max(0, self._place - 1)

    def redo(self) -> None:
        """Make the stroke again that was taken back last."""
        self._place = min(len(self._steps) - 1, self._place + 1)


def paint(
    strokes: NDArray[np.uint8], points: NDArray[Any], radius_cells: float, phase: Phase | None
) -> NDArray[np.uint8]:
    """Return strokes with one more.

    Parameters
    ----------
    strokes : ndarray of uint8, shape (n, n)
    points : ndarray, shape (m, 2)
        Where the brush went, (x, y) in cells.
    radius_cells : float
        Of the brush; the cell under its middle is always painted.
    phase : Phase or None
        None erases what was painted.
    """
    painted = strokes.copy()
    for x, y in _path(np.asarray(points, dtype=float), max(radius_cells / 2, 0.5)):
        low = (max(0, int(y - radius_cells)), max(0, int(x - radius_cells)))
        part = painted[
            low[0] : int(y + radius_cells) + 1,
            low[1] : int(x + radius_cells) + 1,
        ]
        rows, columns = np.indices(part.shape)
        away = np.hypot(columns + low[1] + 0.5 - x, rows + low[0] + 0.5 - y)
        part[away <= max(radius_cells, 0.71)] = UNPAINTED if phase is None else phase
    return painted


def _path(points: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Return points so near to each other that a stroke has no gaps."""
    pieces = [points[:1]]
    for start, end in pairwise(points):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / step)))
        pieces.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, np.newaxis])
    return np.concatenate(pieces)
