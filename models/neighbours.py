"""How far queries lie from the nearest rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MANY: Final = 8192
"""From so many queries on a tree is faster, the import of scipy included."""
_BLOCK: Final = 256
_FEW: Final = 16
"""Up to so many queries BLAS takes one thread by itself."""


class Neighbours:
    """Rows that queries are compared with.

    Parameters
    ----------
    rows : ndarray, shape (n, n_columns)
        Scaled, so that all columns count alike.
    """

    def __init__(self, rows: Array) -> None:
        self._rows = np.ascontiguousarray(rows, dtype=np.float64)
        self._squares = (self._rows**2).sum(axis=1)
        self._tree: Any = None

    def distances(self, queries: Array, count: int) -> Array:
        """Return the distances to the ``count`` nearest rows, the nearest first.

        Parameters
        ----------
        queries : ndarray, shape (n, n_columns)
        count : int
            At most as many as there are rows.
        """
        count = min(count, len(self._rows))
        if len(queries) >= _MANY:
            return self._of_tree(queries, count)
        if len(queries) <= _FEW:
            return self._of_block(queries, count)
        found = np.empty((len(queries), count))
        with one_thread():
            for start in range(0, len(queries), _BLOCK):
                part = slice(start, start + _BLOCK)
                found[part] = self._of_block(queries[part], count)
        return found

    def _of_block(self, queries: Array, count: int) -> Array:
        squares = (queries**2).sum(axis=1)[:, None] - 2 * queries @ self._rows.T + self._squares
        nearest = np.sort(np.partition(squares, count - 1, axis=1)[:, :count], axis=1)
        # Rounding brings the square of a distance of 0 below it.
        found: Array = np.sqrt(np.maximum(nearest, 0.0))
        return found

    def _of_tree(self, queries: Array, count: int) -> Array:
        if self._tree is None:
            from scipy.spatial import cKDTree

            self._tree = cKDTree(self._rows)
        found: Array = self._tree.query(queries, k=count)[0]
        return found.reshape(len(queries), count)
