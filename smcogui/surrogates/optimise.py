"""Optimisation: feasible designs of which none is predicted to be better in every respect.

The library of the space gives a first front; designs around it replace what they beat, in rounds of
ever smaller steps. Everything happens in coordinates in which every point is feasible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.train import never
from models.trust import LEVELS, Trust
from smcogui.errors import InputError
from smcogui.surrogates.candidates import Candidate, candidates_of, trust_codes
from smcogui.surrogates.features import features_of
from smcogui.surrogates.forward import READINGS
from smcogui.surrogates.library import library_of
from smcogui.surrogates.neural_adjoint import stop_where_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

OBJECTIVES: Final = {"mu0_Hc_T": True, "Phi_p": False, "Mr_over_Ms": True, "BHmax_kJ_m3": True}
"""Readings that can be optimised, and whether more is better."""
_STEPS: Final = (0.6, 0.3, 0.15, 0.08)
_CHILDREN: Final = 1024
_PARENTS: Final = 400
_MOST: Final = 500
_SPARSE: Final = LEVELS.index(Trust.SPARSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoFront:
    """Designs of which none is better in every respect.

    Parameters
    ----------
    candidates : tuple of Candidate
        By the first objective, the best first.
    objectives : dict
        Whether more is better, by reading.
    notes : tuple of str
        What a person has to know.
    """

    candidates: tuple[Candidate, ...]
    objectives: dict[str, bool]
    notes: tuple[str, ...]


def pareto_front(
    surrogate: Surrogate,
    space: SearchSpace,
    objectives: Mapping[str, bool] = OBJECTIVES,
    *,
    count: int = 50,
    should_stop: Callable[[], bool] = never,
) -> ParetoFront:
    """Return the front of a space for some readings.

    Designs outside the data are left out: there a surrogate promises what nobody has seen.

    Parameters
    ----------
    surrogate : Surrogate
    space : SearchSpace
    objectives : mapping
        Whether more is better, by reading.
    count : int
        Designs at most, spread over the front.
    should_stop : callable

    Raises
    ------
    InputError
        If an objective is not known, there are fewer than two, or no design lies among the data.
    TaskStoppedError
        If it was to stop.
    """
    _check(objectives, count)
    library = library_of(surrogate, space)
    kept = _front(surrogate, objectives, library.U, library.phase, space)
    generator = np.random.default_rng(0)
    for step in _STEPS:
        stop_where_asked(should_stop)
        U, phase = kept
        parents = generator.integers(0, len(U), _CHILDREN)
        moves = step * generator.normal(size=(_CHILDREN, U.shape[1])) * space.is_free
        children = np.vstack([U, U[parents] + moves])
        kept = _front(
            surrogate, objectives, children, np.concatenate([phase, phase[parents]]), space
        )
    X = np.unique(space.rounded(space.designs(*kept)), axis=0)
    X = X[space.accepts(X)]
    gains = _gains(surrogate, objectives, X)
    rows = _best(gains)
    rows = rows[_spread(gains[rows], count)]
    rows = rows[np.argsort(-gains[rows, 0])]
    return ParetoFront(
        candidates=tuple(candidates_of(surrogate, space, X[rows], columns=_columns(objectives))),
        objectives=dict(objectives),
        notes=space.notes,
    )


def _front(
    surrogate: Surrogate,
    objectives: Mapping[str, bool],
    U: Array,
    phase: NDArray[np.intp],
    space: SearchSpace,
) -> tuple[Array, NDArray[np.intp]]:
    """Return the points that nothing beats, at most some hundred, among those near the data."""
    X = space.designs(U, phase)
    codes = trust_codes(surrogate, X, surrogate.predict(X), _columns(objectives))
    near = space.accepts(X) & (codes <= _SPARSE)
    if not near.any():
        raise InputError(
            "no design of this box lies among the designs that the surrogate was trained on",
            key="box",
            given="only extrapolation",
            allowed="a larger box, or another angle or Z phase",
        )
    rows = np.flatnonzero(near)
    gains = _gains(surrogate, objectives, X[rows])
    best = _best(gains)
    rows = rows[best[_spread(gains[best], _PARENTS)]]
    return U[rows], phase[rows]


def _gains(surrogate: Surrogate, objectives: Mapping[str, bool], X: Array) -> Array:
    """Return what is to be large, shape (n, n_objectives), in standard deviations."""
    mean = surrogate.model.mean_and_spread(features_of(X))[0] / surrogate.model.y_scaler.scale
    signs = np.array([1.0 if more else -1.0 for more in objectives.values()])
    found: Array = mean[:, _columns(objectives)] * signs
    return found


def _columns(objectives: Mapping[str, bool]) -> list[int]:
    return [READINGS.index(name) for name in objectives]


def _best(gains: Array) -> NDArray[np.intp]:
    """Return the rows that no other row beats in every column."""
    order = np.argsort(-gains.sum(axis=1))
    kept: list[int] = []
    for row in order:
        better = gains[kept] >= gains[row]
        if not (better.all(axis=1) & (gains[kept] > gains[row]).any(axis=1)).any():
            kept.append(int(row))
    return np.array(sorted(kept), dtype=np.intp)


def _spread(gains: Array, count: int) -> NDArray[np.intp]:
    """Return rows that cover the front evenly: its ends, then always the farthest from them."""
    if len(gains) <= count:
        return np.arange(len(gains))
    chosen = list(dict.fromkeys(int(row) for row in gains.argmax(axis=0)))[:count]
    distance = np.linalg.norm(gains[:, None] - gains[chosen][None], axis=2).min(axis=1)
    while len(chosen) < count:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, np.linalg.norm(gains - gains[chosen[-1]], axis=1))
    return np.array(sorted(chosen), dtype=np.intp)


def _check(objectives: Mapping[str, bool], count: int) -> None:
    given: Any = ", ".join(objectives)
    unknown = [name for name in objectives if name not in READINGS]
    if unknown or len(objectives) < 2:
        allowed = f"two or more of {', '.join(OBJECTIVES)}"
        raise InputError(
            f"the objectives are {given or 'none'}; allowed is {allowed}",
            key="objectives",
            given=given,
            allowed=allowed,
        )
    if not 1 <= count <= _MOST:
        raise InputError(
            f"{count} designs of the front are asked for; allowed is 1 to {_MOST}",
            key="count",
            given=str(count),
            allowed=f"1 to {_MOST}",
        )
