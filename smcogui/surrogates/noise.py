"""How much each simulated value is worth: what its half-cycles scatter is noise to a model.

Half-cycles differ in the random offsets of the pattern. Their Phi_p scatters nearly as much as
designs do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from models.scatter import ScatterModel
from smcogui.surrogates.features import OUTPUTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.surrogates.training_data import LearningTable

    Array = NDArray[np.float64]

_HC, _HP, _PHI_P = (
    [variable.name for variable in OUTPUTS].index(name)
    for name in ("mu0_Hc_T", "mu0_Hp_T", "Phi_p")
)
_MODEL_SHARE: Final = 0.25
"""Of the variance of an output: what a model of few designs misses besides the noise."""
_PRIOR: Final = 2.0
"""Degrees of freedom with which the scatter of all designs enters that of each one."""


def noise_variance(table: LearningTable) -> Array:
    """Return the variance of each value as a mean of half-cycles, shape (n, n_outputs).

    NaN where it is not known. That of Hp = Hc (1 - Phi_p) is propagated from the other two.
    """
    sd = table.sd.copy()
    Hc, Phi_p = table.Y[:, _HC], table.Y[:, _PHI_P]
    sd[:, _HP] = np.hypot(Hc * sd[:, _PHI_P], (1 - Phi_p) * sd[:, _HC])
    return sd**2 / table.cycles[:, None]


def scatter_of(table: LearningTable, F: Array) -> ScatterModel:
    """Return the model of the scatter of single half-cycles.

    Parameters
    ----------
    table : LearningTable
    F : ndarray, shape (n, n_features)
        Its standardised features.
    """
    return ScatterModel.fit(F, noise_variance(table) * table.cycles[:, None], table.cycles)


def weights_of(table: LearningTable) -> Array:
    """Return how much each value counts in training, shape (n, n_outputs), 0 to 1.

    The inverse of the variance that is expected between value and model, relative to that without
    noise. Three half-cycles know their scatter badly, so it is drawn towards that of all designs.
    """
    scale = np.nanvar(table.Y, axis=0)
    noise = noise_variance(table) / np.where(scale > 0, scale, 1.0)
    known = np.isfinite(noise)
    own = np.where(known, np.maximum(table.cycles[:, None] - 1, 0.0), 0.0)
    noise = np.where(known, noise, 0.0)
    typical = noise.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    expected = (own * noise + _PRIOR * typical) / (own + _PRIOR)
    weights: Array = _MODEL_SHARE / (_MODEL_SHARE + expected)
    return weights
