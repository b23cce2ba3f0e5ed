"""How much single half-cycles scatter, as a smooth function of the features.

The variance of a few repeats is a bad measure of itself; a regression over all rows knows it
better: ln σ² linear in the features, fitted by the likelihood of sample variances, which have a
gamma distribution (McCullagh and Nelder 1989, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_RIDGE: Final = 3.0
_ROUNDS: Final = 40
_LONGEST_STEP: Final = 1.0
_LEAST_ROWS: Final = 20
_NONE: Final = -50.0
"""Logarithm of a variance that is as good as none: of outputs whose scatter is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScatterModel:
    """Variances of a single repeat.

    Parameters
    ----------
    coefficients : ndarray, shape (n_outputs, 1 + n_features)
        Of ln σ², the constant first, for standardised features.
    low, high : ndarray, shape (n_outputs,)
        Between which ln σ² of the data lies; beyond it is cut.
    repeats : float
        That an output of the data is the mean of, on average.
    """

    coefficients: Array
    low: Array
    high: Array
    repeats: float

    @classmethod
    def fit(cls, F: Array, variance: Array, repeats: Array) -> Self:
        """Return the model of sample variances; NaN is left out.

        Parameters
        ----------
        F : ndarray, shape (n, n_features)
            Standardised.
        variance : ndarray, shape (n, n_outputs)
            Of single repeats, each found from those of its row.
        repeats : ndarray, shape (n,)
        """
        design = np.column_stack([np.ones(len(F)), F])
        found, ends = [], []
        for each in variance.T:
            known = np.isfinite(each) & (repeats > 1)
            if known.sum() < _LEAST_ROWS or not each[known].any():
                found.append(np.append(_NONE, np.zeros(F.shape[1])))
                ends.append((_NONE, _NONE))
                continue
            found.append(_fitted(design[known], each[known], repeats[known] - 1))
            logarithm = design[known] @ found[-1]
            ends.append((float(logarithm.min()), float(logarithm.max())))
        low, high = np.array(ends).T
        return cls(
            coefficients=np.array(found), low=low, high=high, repeats=float(np.mean(repeats))
        )

    def variance(self, F: Array) -> Array:
        """Return the variance of a single repeat, (n, n_outputs), of standardised features."""
        logarithm = self.coefficients[:, 0] + F @ self.coefficients[:, 1:].T
        found: Array = np.exp(np.clip(logarithm, self.low, self.high))
        return found


def _fitted(design: Array, variance: Array, freedom: Array) -> Array:
    """Return the coefficients by Fisher scoring, drawn towards a variance that is the same."""
    weight = freedom / 2
    ridge = _RIDGE * np.eye(design.shape[1])
    ridge[0, 0] = 0.0
    curvature = design.T @ (design * weight[:, None]) + ridge
    found = np.zeros(design.shape[1])
    found[0] = np.log(np.average(variance, weights=weight))
    for _ in range(_ROUNDS):
        excess = variance * np.exp(-design @ found) - 1
        step = np.linalg.solve(curvature, design.T @ (weight * excess) - ridge @ found)
        longest = float(np.abs(design @ step).max())
        found += step * min(1.0, _LONGEST_STEP / max(longest, _LONGEST_STEP))
        if longest < 1e-6:
            break
    return found
