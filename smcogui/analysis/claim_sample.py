"""A dataset, or a resample of one, as claims ask of it: correlations, means, importances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.analysis.clustering import cluster_quantities
from smcogui.analysis.correlations import correlation_matrix
from smcogui.analysis.design_table import INPUTS, READINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from smcogui.analysis.clustering import Dendrogram
    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.sensitivity import Importance

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Choose = Callable[["Sample"], Mask]

_QUANTITIES = (*INPUTS, *READINGS)
_LEAST = 8
"""Rows below which a correlation or mean of a part is none."""


class Sample:
    """Rows of a table, with what was computed of them once.

    Parameters
    ----------
    table : DesignTable
    importance : Importance or None
        Of the whole table.
    rows : ndarray of int
        A row may come twice.
    """

    def __init__(
        self, *, table: DesignTable, importance: Importance | None, rows: NDArray[np.intp]
    ) -> None:
        self._table = table
        self._importance = importance
        self.rows = rows
        self._matrix: Array | None = None
        self._means: Array | None = None
        self._dendrogram: Dendrogram | None = None

    def __getitem__(self, key: str) -> Array:
        """Return a column of these rows."""
        return self._table[key][self.rows]

    def rho(self, key: str, other: str) -> float:
        """Return Spearman's correlation of two quantities."""
        matrix = self._correlations()
        return float(matrix[_QUANTITIES.index(key), _QUANTITIES.index(other)])

    def rho_within(self, mask: Mask, key: str, other: str) -> float:
        """Return Spearman's correlation among the rows of a mask."""
        data = np.column_stack([self[key][mask], self[other][mask]])
        data = data[np.isfinite(data).all(axis=1)]
        return math.nan if len(data) < _LEAST else float(correlation_matrix(data)[0, 1])

    def rho_partial(self, mask: Mask, key: str, other: str, given: tuple[str, ...]) -> float:
        """Return Spearman's correlation with that of other quantities taken away."""
        data = np.column_stack([self[name][mask] for name in (key, other, *given)])
        data = data[np.isfinite(data).all(axis=1)]
        if len(data) < _LEAST + len(given):
            return math.nan
        matrix = correlation_matrix(data)
        if not np.isfinite(matrix).all() or np.linalg.cond(matrix) > 1e10:
            return math.nan
        inverse = np.linalg.inv(matrix)
        return float(-inverse[0, 1] / math.sqrt(inverse[0, 0] * inverse[1, 1]))

    def mean(self, key: str, mask: Mask) -> float:
        """Return the mean of a reading among the rows of a mask that have it."""
        values = self[key][mask]
        values = values[np.isfinite(values)]
        return math.nan if values.size < _LEAST else float(values.mean())

    def importance(self, name: str, reading: str) -> float:
        """Return the permutation importance of an input; NaN where none was computed."""
        if self._importance is None:
            return math.nan
        if self._means is None:
            self._means = self._importance.means(self.rows)
        place = self._importance.names.index(name), READINGS.index(reading)
        return float(self._means[place])

    def dendrogram(self) -> Dendrogram | None:
        """Return the clusters of the inputs and readings; None where one does not vary."""
        matrix = self._correlations()
        if self._dendrogram is None and np.isfinite(matrix).all():
            self._dendrogram = cluster_quantities(_QUANTITIES, matrix)
        return self._dendrogram

    def known(self, key: str, mask: Any = True) -> int:
        """Return how many rows have a value, among those of a mask."""
        return int((np.isfinite(self[key]) & mask).sum())

    def _correlations(self) -> Array:
        if self._matrix is None:
            self._matrix = correlation_matrix(self._table.matrix(_QUANTITIES)[self.rows])
        return self._matrix
