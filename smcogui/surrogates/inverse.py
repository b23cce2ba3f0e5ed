"""Inverse design: from wanted readings to several designs that are predicted to have them.

A library of feasible designs is predicted once for a space; the best of them slide down the
gradient of the surrogate; of what arrives, designs that differ are chosen. Only a simulation
verifies them: a search finds where a model errs in its favour, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from models.checks import check_units
from models.forward import Prediction
from models.train import never
from models.trust import LEVELS, Trust
from smcogui.errors import InputError
from smcogui.surrogates.candidates import Candidate, candidates_of, scattered, trust_codes
from smcogui.surrogates.features import OUTPUTS
from smcogui.surrogates.forward import READINGS
from smcogui.surrogates.library import library_of
from smcogui.surrogates.model_errors import program_errors
from smcogui.surrogates.neural_adjoint import Target, descend
from smcogui.surrogates.reading_ranges import Place, Standing, standings
from smcogui.surrogates.search_space import ALPHA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from smcogui.surrogates.forward import Surrogate
    from smcogui.surrogates.search_space import SearchSpace

    Array = NDArray[np.float64]

MOST_CANDIDATES: Final = 100
_STARTS: Final = 64
_STEPS: Final = 25
_ROBUST_STARTS: Final = 12
_REACHED: Final = {
    "mu0_Hc_T": (0.02, 0.05),
    "mu0_Hp_T": (0.02, 0.05),
    "Phi_p": (0.0, 0.02),
    "Mr_over_Ms": (0.0, 0.02),
    "BHmax_kJ_m3": (0.03, 3.0),
}
"""How near a prediction has to come: a share of the wanted value, and at least so much."""
_APART: Final = (0.35, 0.25, 0.15, 0.1, 0.05, 0.02)
"""How much candidates are to differ, in widths of the box (root mean square); less where needed."""
_WORST_TRUST: Final = LEVELS.index(Trust.EXTRAPOLATING)


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseAnswer:
    """What a search found.

    Parameters
    ----------
    is_reachable : bool
        Whether any design is predicted to have what was wanted, or may have it as far as the
        intervals tell; these count only for readings that some design of the data has.
    candidates : tuple of Candidate
        The best first; none where nothing is reachable.
    nearest : Candidate or None
        What comes nearest where it is not.
    notes : tuple of str
        What a person has to know.
    standings : dict
        Where each wanted reading lies among those of the designs that were learned from.
    """

    is_reachable: bool
    candidates: tuple[Candidate, ...]
    nearest: Candidate | None
    notes: tuple[str, ...]
    standings: dict[str, Standing] = field(default_factory=dict)


def invert(
    surrogate: Surrogate,
    space: SearchSpace,
    wanted: Mapping[str, float],
    *,
    count: int = 8,
    scatter_nm: float = 0.0,
    cycles: float | None = None,
    should_stop: Callable[[], bool] = never,
) -> InverseAnswer:
    """Return designs of a space that are predicted to have wanted readings.

    Parameters
    ----------
    surrogate : Surrogate
    space : SearchSpace
    wanted : mapping
        Values by reading, such as ``{"mu0_Hc_T": 4.2, "Phi_p": 0.02}``.
    count : int
        Candidates at most.
    scatter_nm : float
        Of L, d, w_S and w_Z, either way: designs are then chosen by their mean loss over it.
    cycles : float, optional
        Half-cycles whose mean the intervals are to hold; as many as the designs have by default.
    should_stop : callable

    Raises
    ------
    InputError
        If a reading is not known, or a value is impossible or in another unit.
    TaskStoppedError
        If it was to stop.
    """
    target = Target(wanted=_checked(wanted))
    if not 1 <= count <= MOST_CANDIDATES:
        raise _refused("n", str(count), f"1 to {MOST_CANDIDATES} candidates")
    if not 0 <= scatter_nm <= 10:
        raise _refused("scatter", f"{scatter_nm:g} nm", "0 to 10 nm")
    X = _found(surrogate, space, target, scatter_nm, should_stop)
    prediction = surrogate.predict(X)
    levels = trust_codes(surrogate, X, prediction, target.columns, target.values)
    is_known = levels <= _WORST_TRUST
    if not is_known.any():
        raise _refused(
            "query",
            "every design of this box is refused: it lies too far from the designs",
            "ranges, angle and Z phase that the surrogate was trained on",
        )
    X, prediction, levels = X[is_known], _rows(prediction, is_known), levels[is_known]
    loss, expected = _losses(surrogate, target, X, prediction, scatter_nm)
    has_reached = _reaches(target, expected)
    alpha = (float(space.low[ALPHA]), float(space.high[ALPHA]))
    standing = standings(surrogate.reading_ranges, target.wanted, alpha)
    notes = list(space.notes)
    # Beyond all designs intervals are wide and hold anything; there only a prediction counts.
    is_known_to_occur = all(each.place is not Place.OUTSIDE for each in standing.values())
    if not has_reached.any() and is_known_to_occur:
        has_reached = _may_reach(target, prediction)
        if has_reached.any():
            notes.append(_uncertain(target))
    if not has_reached.any():
        best = int(np.argmin(target.error(expected, surrogate.model.y_scaler.scale)))
        nearest = candidates_of(surrogate, space, X[[best]], target, scatter_nm, cycles)[0]
        return InverseAnswer(
            is_reachable=False,
            candidates=(),
            nearest=nearest,
            notes=(*notes, _unreachable(target, nearest)),
            standings=standing,
        )
    rows = np.flatnonzero(has_reached)
    # Those far from the data come last, however well they look.
    rows = rows[np.lexsort((loss[rows], levels[rows]))]
    chosen = rows[_different(X[rows] / space.spans, space.is_free, count)]
    candidates = tuple(candidates_of(surrogate, space, X[chosen], target, scatter_nm, cycles))
    if len(candidates) < min(count, 3):
        found = "one design reaches" if len(candidates) == 1 else "two designs reach"
        notes.append(f"only {found} it in this box")
    return InverseAnswer(
        is_reachable=True,
        candidates=candidates,
        nearest=None,
        notes=tuple(notes),
        standings=standing,
    )


def _found(
    surrogate: Surrogate,
    space: SearchSpace,
    target: Target,
    scatter_nm: float,
    should_stop: Callable[[], bool],
) -> Array:
    """Return designs that came out of the search and those it began with, feasible and rounded."""
    library = library_of(surrogate, space)
    scale = surrogate.model.y_scaler.scale
    order = np.argsort(target.loss(library.mean, library.spread, scale))
    begin = order[:_STARTS]
    U = descend(
        surrogate,
        space,
        target,
        library.U[begin],
        library.phase[begin],
        steps=_STEPS,
        should_stop=should_stop,
    )
    found = [space.designs(U, library.phase[begin])]
    if scatter_nm > 0:
        few = slice(0, _ROBUST_STARTS)
        robust = descend(
            surrogate,
            space,
            target,
            U[few],
            library.phase[begin][few],
            steps=_STEPS,
            scatter_nm=scatter_nm,
            should_stop=should_stop,
        )
        found.append(space.designs(robust, library.phase[begin][few]))
    X = np.vstack([*found, library.X[order[:_STARTS]]])
    X = np.unique(space.rounded(X), axis=0)
    fine = space.accepts(X)
    # The library is feasible, so that something is left.
    return X[fine]


def _losses(
    surrogate: Surrogate, target: Target, X: Array, prediction: Prediction, scatter_nm: float
) -> tuple[Array, Array]:
    """Return the loss of each design and its readings; with scatter, both as means over it."""
    scale = surrogate.model.y_scaler.scale
    if scatter_nm == 0:
        return target.loss(prediction.mean, prediction.spread, scale), prediction.mean
    mean, spread = scattered(surrogate, X, scatter_nm)
    return target.loss(mean, spread, scale).mean(axis=1), mean.mean(axis=1)


def _reaches(target: Target, mean: Array) -> NDArray[np.bool_]:
    allowed = [
        max(_REACHED[name][0] * abs(value), _REACHED[name][1])
        for name, value in target.wanted.items()
    ]
    return np.asarray(
        (np.abs(mean[:, target.columns] - target.values) <= np.array(allowed)).all(axis=1)
    )


def _may_reach(target: Target, prediction: Prediction) -> NDArray[np.bool_]:
    """Return which designs may have what is wanted as far as their intervals tell."""
    low, high = (part[:, target.columns] for part in (prediction.low, prediction.high))
    return np.asarray(((low <= target.values) & (target.values <= high)).all(axis=1))


def _different(shares: Array, is_free: NDArray[np.bool_], count: int) -> list[int]:
    """Return rows that differ from each other, from the front; nearer ones only where needed."""
    points = shares[:, is_free] / max(1, is_free.sum()) ** 0.5
    chosen = [0]
    for apart in _APART:
        for row in range(1, len(points)):
            if len(chosen) >= count:
                return sorted(chosen)
            if row in chosen:
                continue
            if np.linalg.norm(points[chosen] - points[row], axis=1).min() >= apart:
                chosen.append(row)
    return sorted(chosen)


def _rows(prediction: Prediction, rows: NDArray[np.bool_]) -> Prediction:
    parts = {name: getattr(prediction, name)[rows] for name in ("mean", "spread", "low", "high")}
    trust = tuple(level for level, kept in zip(prediction.trust, rows, strict=True) if kept)
    return Prediction(**parts, trust=trust)


def _uncertain(target: Target) -> str:
    return (
        "no design is predicted to have just that; these may have it, as far as the intervals of "
        f"{' and '.join(target.wanted)} tell"
    )


def _unreachable(target: Target, nearest: Candidate) -> str:
    def told(values: Mapping[str, float]) -> str:
        return ", ".join(f"{name} {values[name]:.3g}" for name in target.wanted)

    return (
        f"no design of this box is predicted to have {told(target.wanted)}; the nearest has "
        f"{told(nearest.readings)}"
    )


def _checked(wanted: Mapping[str, float]) -> dict[str, float]:
    if not wanted:
        raise _refused("target", "nothing is wanted", f"at least one of {', '.join(READINGS)}")
    for name, value in wanted.items():
        if name not in READINGS:
            raise _refused("target", name, ", ".join(READINGS))
        variable = OUTPUTS[READINGS.index(name)]
        with program_errors():
            check_units(np.array([[float(value)]]), [variable])
        if not np.isfinite(value) or not variable.low <= value <= variable.high:
            raise _refused(name, f"{value:g}", f"{variable.low:g} to {variable.high:g}")
    return dict(wanted)


def _refused(key: str, given: str, allowed: str) -> InputError:
    return InputError(
        f"{key}: {given}; allowed is {allowed}", key=key, given=given, allowed=allowed
    )
