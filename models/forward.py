"""The forward model: an ensemble with mean, spread, interval and trust, in numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.trust import LEVELS, Trust, TrustModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.calibrate import Calibration
    from models.mlp import MLP
    from models.scaling import Scaler
    from models.scatter import ScatterModel
    from models.variables import Variable

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a forward model says of n queries.

    Parameters
    ----------
    mean, spread, low, high : ndarray, shape (n, n_outputs)
        Mean of the members, their standard deviation and the ends of the interval, in units of
        the outputs; NaN in rows that are refused.
    trust : tuple of Trust
        Of each query; empty where the model cannot judge.
    """

    mean: Array
    spread: Array
    low: Array
    high: Array
    trust: tuple[Trust, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardModel:
    """An ensemble from features to outputs.

    Parameters
    ----------
    inputs : tuple of Variable
        What a query gives; trust is judged by it.
    features : tuple of str
        Columns that the network sees, made of the inputs by the caller.
    outputs : tuple of Variable
    x_scaler, y_scaler : Scaler
        Of the features and of the outputs.
    network : MLP
    calibration : Calibration, optional
        Without it there are no intervals (they are NaN).
    trust : TrustModel, optional
        Without it nothing is judged.
    scatter : ScatterModel, optional
        Without it the truth is taken for exact.
    """

    inputs: tuple[Variable, ...]
    features: tuple[str, ...]
    outputs: tuple[Variable, ...]
    x_scaler: Scaler
    y_scaler: Scaler
    network: MLP
    calibration: Calibration | None = None
    trust: TrustModel | None = None
    scatter: ScatterModel | None = None

    def members(self, F: Array) -> Array:
        """Return the outputs of every member, shape (members, n, n_outputs), of features (n, f)."""
        return self.y_scaler.invert(self.network(self.x_scaler.apply(F)).astype(np.float64))

    def mean_and_spread(self, F: Array) -> tuple[Array, Array]:
        """Return mean and standard deviation of the members, shape (n, n_outputs), uncut."""
        scaled = self.network(self.x_scaler.apply(F)).astype(np.float64)
        mean = scaled.mean(axis=0)
        # Twice as fast as std(), which matters for a single query.
        spread = np.sqrt(np.maximum(((scaled - mean) ** 2).mean(axis=0), 0.0))
        return self.y_scaler.invert(mean), spread * self.y_scaler.scale

    def noise(self, F: Array, repeats: float | None = None) -> Array | float:
        """Return the variance of the mean of repeats, shape (n, n_outputs), of features (n, f).

        Parameters
        ----------
        F : ndarray, shape (n, n_features)
        repeats : float, optional
            As many as the data have by default.
        """
        if self.scatter is None:
            return 0.0
        return self.scatter.variance(self.x_scaler.apply(F)) / (repeats or self.scatter.repeats)

    def predict(self, X: Array, F: Array, repeats: float | None = None) -> Prediction:
        """Return mean, spread, interval and trust.

        Parameters
        ----------
        X : ndarray, shape (n, n_inputs)
            Queries.
        F : ndarray, shape (n, n_features)
            Their features.
        repeats : float, optional
            That the value is the mean of which the interval is to hold; as many as the data have
            by default.
        """
        mean, spread = self.mean_and_spread(F)
        half = np.full_like(mean, np.nan)
        if self.calibration is not None:
            half = self.calibration.half_width(spread, self.noise(F, repeats))
        mean, low, high = (self.cut(part) for part in (mean, mean - half, mean + half))
        found = Prediction(mean=mean, spread=spread, low=low, high=high)
        return found if self.trust is None else self._judged(found, X, self.trust)

    def cut(self, Y: Array) -> Array:
        """Return outputs, shape (n, n_outputs), cut to what is possible."""
        ends = (np.array([v.low for v in self.outputs]), np.array([v.high for v in self.outputs]))
        return np.clip(Y, *ends)

    def value_and_pullback(self, F: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the outputs of every member, and what brings gradients back to the features.

        Parameters
        ----------
        F : ndarray, shape (n, n_features)

        Returns
        -------
        Y : ndarray, shape (members, n, n_outputs)
            In units of the outputs, uncut.
        pullback : callable
            From dJ/dY, of the shape of Y, to dJ/dF, shape (n, n_features).
        """
        scaled, back = self.network.value_and_pullback(self.x_scaler.apply(F))

        def pullback(gradient: Array) -> Array:
            return back(gradient * self.y_scaler.scale).astype(np.float64) / self.x_scaler.scale

        return self.y_scaler.invert(scaled.astype(np.float64)), pullback

    def _judged(self, found: Prediction, X: Array, trust: TrustModel) -> Prediction:
        codes = trust.judge(trust.signs(X, found.spread / self.y_scaler.scale))
        levels = tuple(LEVELS[code] for code in codes)
        refused = codes == LEVELS.index(Trust.REFUSED)
        if not refused.any():
            return replace(found, trust=levels)
        parts = ("mean", "spread", "low", "high")
        hidden = {name: np.where(refused[:, None], np.nan, getattr(found, name)) for name in parts}
        return Prediction(**hidden, trust=levels)
