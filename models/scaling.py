"""Columns brought to mean 0 and standard deviation 1, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaler:
    """z-scores: (x - mean) / scale for each column.

    Parameters
    ----------
    mean, scale : ndarray, shape (n_columns,)
        ``scale`` is above 0.
    """

    mean: Array
    scale: Array

    @classmethod
    def fit(cls, values: Array) -> Self:
        """Return the scaler of a table; NaN is left out, a constant column keeps its unit."""
        scale = np.nanstd(values, axis=0)
        return cls(mean=np.nanmean(values, axis=0), scale=np.where(scale > 0, scale, 1.0))

    def apply(self, values: Array) -> Array:
        """Return z-scores."""
        return (values - self.mean) / self.scale

    def invert(self, scaled: Array) -> Array:
        """Return values of z-scores."""
        return scaled * self.scale + self.mean
