"""Designs that a search proposes: what is predicted of them, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.trust import LEVELS, Trust
from smcogui.design.composition import zr_atomic_percent
from smcogui.surrogates.even_shares import even_shares
from smcogui.surrogates.features import features_of
from smcogui.surrogates.forward import readings_of
from smcogui.surrogates.neural_adjoint import shifted
from smcogui.surrogates.queries import query_facts
from smcogui.surrogates.reading_ranges import has_rare_reading
from smcogui.surrogates.search_space import W_S, W_Z, D, L

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from models.forward import Prediction
    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.neural_adjoint import Target
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

_SCATTERED: Final = 64
"""Designs around a candidate that tell what scatter does to it."""

_FEW: Final = 0.05
"""Share of the designs, those with the least 2:17: there errors are nearly three times as large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A design that is predicted to have what was wanted.

    Parameters
    ----------
    query : ndarray, shape (n_inputs,)
    readings : dict
        Predicted, with intervals and trust, as ``predict`` gives them.
    is_feasible : bool
        Whether it fulfils every constraint of the search.
    under_scatter : dict
        By wanted reading: ``expected``, ``low`` and ``high`` over the scatter, and ``worst_error``;
        empty where none was asked for.
    doubts : tuple of str
        Why a search trusts it less than any other query, in words.
    """

    query: Array
    readings: dict[str, Any]
    is_feasible: bool
    under_scatter: dict[str, dict[str, float]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def zr_at_percent(self) -> float:
        """Zirconium content by the nominal fractions."""
        x = self.query
        return zr_atomic_percent(float(x[W_S] / x[L]), float(x[W_Z] / x[D]))

    def facts(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        scatter = {"under_scatter": self.under_scatter} if self.under_scatter else {}
        more = {
            "zr_at_percent": self.zr_at_percent,
            "feasible": self.is_feasible,
            "doubts": list(self.doubts),
        }
        return {**query_facts(self.query[None])[0], **self.readings, **more, **scatter}


def trust_codes(
    surrogate: Surrogate,
    X: Array,
    prediction: Prediction,
    columns: list[int],
    wanted: Array | None = None,
) -> NDArray[np.intp]:
    """Return codes of :data:`models.trust.LEVELS`, stricter than those of any query.

    A search ends where few designs are: designs of which there is any doubt are sparse too.

    Parameters
    ----------
    surrogate : Surrogate
    X : ndarray, shape (n, n_inputs)
    prediction : Prediction
    columns : list of int
        Readings that were wanted.
    wanted : ndarray, shape (n_columns,), optional
        Their values, where there are such.
    """
    return _stricter(prediction, _doubts(surrogate, X, prediction, columns, wanted))


def _stricter(prediction: Prediction, doubts: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.intp]:
    """Return codes that are sparse at best where there is a doubt."""
    levels = np.array([LEVELS.index(level) for level in prediction.trust])
    is_doubted = np.any(list(doubts.values()), axis=0)
    found: NDArray[np.intp] = np.where(
        is_doubted, np.maximum(levels, LEVELS.index(Trust.SPARSE)), levels
    )
    return found


def _doubts(
    surrogate: Surrogate,
    X: Array,
    prediction: Prediction,
    columns: list[int],
    wanted: Array | None,
) -> dict[str, NDArray[np.bool_]]:
    """Return in words what is to be doubted, and of which designs, shape (n,).

    Far from the others among the physics features; with a wanted reading that few designs have,
    be it predicted or what was asked for; with nearly no 2:17 left.
    """
    is_remote = surrogate.remoteness(features_of(X)) > 1
    is_rare = has_rare_reading(surrogate.reading_ranges, X, prediction.mean, columns)
    if wanted is not None:
        asked = prediction.mean.copy()
        asked[:, columns] = wanted
        is_rare |= has_rare_reading(surrogate.reading_ranges, X, asked, columns)
    least = np.quantile(_left_of_2_17(surrogate.trust.rows), _FEW)
    return {
        "few designs are like it": np.asarray(is_remote),
        "few designs have such a reading at this angle, which is drawn to the middle": is_rare,
        "walls and platelets leave less 2:17 than in nearly all designs": np.asarray(
            _left_of_2_17(X) < least
        ),
    }


def _left_of_2_17(X: Array) -> Array:
    """Return the fraction that walls and platelets leave, shape (n,)."""
    found: Array = (1 - X[:, W_S] / X[:, L]) ** 2 * (1 - X[:, W_Z] / X[:, D])
    return found


def scattered(surrogate: Surrogate, X: Array, scatter_nm: float) -> tuple[Array, Array]:
    """Return readings and spread around designs, shape (n, n_scattered, n_outputs)."""
    shifts = np.zeros((_SCATTERED, X.shape[1]))
    shifts[:, [L, D, W_S, W_Z]] = scatter_nm * (2 * even_shares(_SCATTERED, 4) - 1)
    mean, spread = surrogate.model.mean_and_spread(features_of(shifted(X, shifts)))
    shape = (len(X), _SCATTERED, -1)
    return mean.reshape(shape), spread.reshape(shape)


def candidates_of(
    surrogate: Surrogate,
    space: SearchSpace,
    X: Array,
    target: Target | None = None,
    scatter_nm: float = 0.0,
    cycles: float | None = None,
    columns: list[int] | None = None,
) -> list[Candidate]:
    """Return designs with what is predicted of them, under scatter too where there is a target.

    ``columns`` are the readings that count for trust, those of the target by default.
    """
    prediction = surrogate.predict(X, cycles)
    counted = (columns if target is None else target.columns) or []
    wanted = None if target is None else target.values
    doubts = _doubts(surrogate, X, prediction, counted, wanted)
    trust = tuple(LEVELS[level] for level in _stricter(prediction, doubts))
    readings = readings_of(replace(prediction, trust=trust))
    is_feasible = space.accepts(X)
    under = [dict[str, dict[str, float]]() for _ in X]
    if target is not None and scatter_nm > 0:
        mean = scattered(surrogate, X, scatter_nm)[0]
        under = [_scatter_facts(target, each) for each in mean]
    return [
        Candidate(
            query=x,
            readings=readings[row],
            is_feasible=bool(is_feasible[row]),
            under_scatter=under[row],
            doubts=tuple(word for word, holds in doubts.items() if holds[row]),
        )
        for row, x in enumerate(X)
    ]


def _scatter_facts(target: Target, mean: Array) -> dict[str, dict[str, float]]:
    return {
        name: {
            "expected": float(mean[:, k].mean()),
            "low": float(mean[:, k].min()),
            "high": float(mean[:, k].max()),
            "worst_error": float(np.abs(mean[:, k] - value).max()),
        }
        for name, value, k in zip(target.wanted, target.values, target.columns, strict=True)
    }
