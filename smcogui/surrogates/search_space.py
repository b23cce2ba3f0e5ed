"""Where an inverse search looks: coordinates in which every point is a feasible design.

A point has a number between minus and plus infinity for each input. A sigmoid brings each to a
share of what is left to it: L first, then w_S below its share of L, d above what the thinnest
platelets need, and w_Z below d and the zirconium limit. So no step of a search can leave the set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from models.variables import names_of
from smcogui.design.composition import most_phi_Z, zr_atomic_percent
from smcogui.errors import InputError
from smcogui.surrogates.even_shares import even_shares
from smcogui.surrogates.features import INPUTS, Z_PHASE
from smcogui.surrogates.queries import z_constants

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from smcogui.surrogates.forward import Surrogate

    Array = NDArray[np.float64]

NAMES: Final = names_of(INPUTS)
L, D, W_S, W_Z, ALPHA = range(5)
MOST_PHI_S: Final = 0.5
"""Walls thicker than half their interval are the matrix, and no longer walls."""
_LEAST_CELLS: Final = 2
"""Of a wall and of a gap, as in the designs that surrogates learn from."""
_TOLERANCE: Final = 1e-9
_CLOSE: Final = 1e-6
_USUAL_SHARE: Final = 0.98
"""Of the designs, whose fractions bound the search: a search goes where nobody has been."""
_EDGE: Final = 1e-4
"""Shares nearer to an end than this have no slope left."""
_DECIMALS: Final = (2, 2, 2, 2, 1, 1, 2, 3)
"""Digits behind the point of suggested inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpace:
    """A box of inputs with the constraints of a design.

    Parameters
    ----------
    low, high : ndarray, shape (n_inputs,)
        Of geometry and angle; equal where an input is fixed.
    z_low, z_high : ndarray, shape (n_phases, 3)
        Boxes of the constants of the Z phase: one for each phase that may be chosen.
    least_nm : float
        Thinnest wall, platelet and gap.
    most_phi_S, most_phi_Z : float
    zr_at_percent : float or None
        Largest zirconium content.
    notes : tuple of str
        What was cut, in words.
    """

    low: Array
    high: Array
    z_low: Array
    z_high: Array
    least_nm: float
    most_phi_S: float = MOST_PHI_S
    most_phi_Z: float = 1.0
    zr_at_percent: float | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        surrogate: Surrogate,
        ranges: Mapping[str, tuple[float, float]],
        z_phases: Sequence[str] = (),
        zr_at_percent: float | None = None,
    ) -> Self:
        """Return the part of what a surrogate was trained on that a person allows.

        Parameters
        ----------
        surrogate : Surrogate
        ranges : mapping
            Ends by input, equal for a fixed one. What is not named has the range of the data; a
            range beyond the data is cut, a fixed input is not.
        z_phases : sequence of str
            Shipped Z phases to choose among; the constants of ``ranges`` without.
        zr_at_percent : float, optional

        Raises
        ------
        InputError
            If a range is empty or nothing is left.
        """
        rows = surrogate.trust.rows
        data = np.array([surrogate.trust.low, surrogate.trust.high])
        box, notes = _cut(data, ranges)
        notes += _strangers(data, z_phases)
        constants = np.array([[z_constants(z)[key] for key in Z_PHASE] for z in z_phases])
        z_low = constants if len(z_phases) else box[:1, ALPHA + 1 :]
        z_high = constants if len(z_phases) else box[1:, ALPHA + 1 :]
        least = _LEAST_CELLS * max(surrogate.about.get("cells_nm") or [0.5])
        space = cls(
            low=_floored(box[0, : ALPHA + 1], least, ranges),
            high=box[1, : ALPHA + 1],
            z_low=z_low,
            z_high=z_high,
            least_nm=least,
            most_phi_S=min(MOST_PHI_S, _usual(rows[:, W_S] / rows[:, L])),
            most_phi_Z=_usual(rows[:, W_Z] / rows[:, D]),
            zr_at_percent=zr_at_percent,
            notes=tuple(notes),
        )
        space.check()
        return space

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this space from any other."""
        arrays = (self.low, self.high, self.z_low, self.z_high)
        numbers = (self.least_nm, self.most_phi_S, self.most_phi_Z, self.zr_at_percent)
        return (*(array.tobytes() for array in arrays), *numbers)

    @property
    def is_free(self) -> NDArray[np.bool_]:
        """Which inputs may vary continuously, shape (n_inputs,)."""
        free_z = (self.z_high > self.z_low).any(axis=0)
        return np.concatenate([self.high > self.low, free_z])

    @property
    def spans(self) -> Array:
        """Width of the whole box, 1 where an input is fixed; measures how designs differ."""
        width = np.concatenate(
            [self.high - self.low, self.z_high.max(axis=0) - self.z_low.min(axis=0)]
        )
        return np.where(width > 0, width, 1.0)

    def designs(self, U: NDArray[Any], phase: NDArray[np.intp]) -> NDArray[Any]:
        """Return the designs of points, shape (n, n_inputs); complex where U is.

        Parameters
        ----------
        U : ndarray, shape (n, n_inputs)
        phase : ndarray of int, shape (n,)
            Which of the Z phases each has.
        """
        share = 1 / (1 + np.exp(-U))
        low, high, gap = self.low, self.high, self.least_nm
        interval = _between(self._least_L, high[L], share[:, L])
        most = _least_of(high[W_S], self.most_phi_S * interval, interval - gap)
        wall = _between(low[W_S], most, share[:, W_S])
        fraction = self._most_phi_Z(wall / interval)
        least = _largest_of(low[D], low[W_Z] / fraction, low[W_Z] + gap)
        spacing = _between(least, high[D], share[:, D])
        most = _least_of(high[W_Z], fraction * spacing, spacing - gap)
        platelet = _between(low[W_Z], most, share[:, W_Z])
        angle = _between(low[ALPHA], high[ALPHA], share[:, ALPHA])
        z = _between(self.z_low[phase], self.z_high[phase], share[:, ALPHA + 1 :])
        return np.column_stack([interval, spacing, wall, platelet, angle, z])

    def accepts(self, X: Array) -> NDArray[np.bool_]:
        """Return which designs fulfil everything, shape (n,)."""
        tolerance = _TOLERANCE * np.maximum(1.0, np.abs(self.high))
        inside = (X[:, : ALPHA + 1] >= self.low - tolerance) & (
            X[:, : ALPHA + 1] <= self.high + tolerance
        )
        phi_S, phi_Z = X[:, W_S] / X[:, L], X[:, W_Z] / X[:, D]
        gaps = np.minimum(X[:, L] - X[:, W_S], X[:, D] - X[:, W_Z])
        fine: NDArray[np.bool_] = (
            inside.all(axis=1)
            & (np.minimum(X[:, W_S], X[:, W_Z]) >= self.least_nm - _TOLERANCE)
            & (gaps >= self.least_nm - _TOLERANCE)
            & (phi_S <= self.most_phi_S + _TOLERANCE)
            & (phi_Z <= self._most_phi_Z(phi_S) + _TOLERANCE)
        )
        return fine

    def rounded(self, X: Array) -> Array:
        """Return designs with the digits that somebody could make, where they stay feasible."""
        found = X.copy()
        for column, digits in enumerate(_DECIMALS):
            if self.is_free[column]:
                found[:, column] = np.round(X[:, column], digits)
        fine = self.accepts(found)
        return np.where(fine[:, None], found, X)

    def even_points(self, count: int, seed: int = 0) -> tuple[Array, NDArray[np.intp]]:
        """Return points that cover the space evenly, and their Z phases."""
        free = np.flatnonzero(self.is_free)
        share = np.full((count, len(NAMES)), 0.5)
        share[:, free] = even_shares(count, free.size, seed)
        share = np.clip(share, _EDGE, 1 - _EDGE)
        return np.log(share / (1 - share)), np.arange(count) % len(self.z_low)

    def check(self) -> None:
        """Refuse a space in which there is no design; raises InputError."""
        for column in (L, D):
            wall = (W_S, W_Z)[column]
            least = self._least_L if column == L else self.low[wall] + self.least_nm
            if max(self.low[column], least) > self.high[column] + _TOLERANCE:
                raise _empty(
                    NAMES[wall],
                    f"{NAMES[wall]} from {self.low[wall]:g} nm does not fit {NAMES[column]} up to "
                    f"{self.high[column]:g} nm",
                    f"thinner, or {NAMES[column]} from {least:g} nm",
                )
        self._check_zirconium()

    def _check_zirconium(self) -> None:
        if self.zr_at_percent is None:
            return
        leanest = zr_atomic_percent(
            min(self.low[W_S] / self.high[L], self.most_phi_S), self.low[W_Z] / self.high[D]
        )
        if not leanest <= self.zr_at_percent:
            raise _empty(
                "max-zr-at-percent",
                f"no design of this box has {self.zr_at_percent:g} at% of zirconium or less",
                f"at least {leanest:.3g} at%, thinner platelets or a larger d",
            )

    @property
    def _least_L(self) -> float:
        wall = float(self.low[W_S])
        return max(float(self.low[L]), wall / self.most_phi_S, wall + self.least_nm)

    def _most_phi_Z(self, phi_S: NDArray[Any]) -> NDArray[Any]:
        if self.zr_at_percent is None:
            return np.full_like(phi_S, self.most_phi_Z)
        return _least_of(self.most_phi_Z, most_phi_Z(phi_S, self.zr_at_percent))


def _usual(fractions: Array) -> float:
    return float(np.quantile(fractions, _USUAL_SHARE))


def _cut(data: Array, ranges: Mapping[str, tuple[float, float]]) -> tuple[Array, list[str]]:
    """Return the box that is left of the range of the data, and what was cut."""
    box, notes = data.copy(), []
    for name, (low, high) in ranges.items():
        column = NAMES.index(name)
        least, most = data[:, column]
        told = f"{low:g} to {high:g}"
        if not (np.isfinite(low) and np.isfinite(high) and low <= high):
            raise _empty(name, f"the range of {name} is {told}", "two numbers, the smaller first")
        if low == high:
            box[:, column] = low
            if not least <= low <= most:
                notes.append(f"{name} {low:g} lies outside the designs: {least:g} to {most:g}")
            continue
        if low > most or high < least:
            raise _empty(
                name,
                f"{name} from {told} lies outside what the surrogate knows",
                f"{least:g} to {most:g}",
            )
        box[:, column] = max(low, least), min(high, most)
        if low < least or high > most:
            notes.append(f"{name} is cut to the range of the designs: {least:g} to {most:g}")
    return box, notes


def _strangers(data: Array, z_phases: Sequence[str]) -> list[str]:
    """Return a note for each shipped Z phase whose constants the designs do not reach."""
    notes = []
    for name in z_phases:
        constants = z_constants(name)
        for key in Z_PHASE:
            low, high = data[:, NAMES.index(key)]
            if not low * (1 - _CLOSE) <= constants[key] <= high * (1 + _CLOSE):
                notes.append(
                    f"the Z phase {name} lies outside the designs: {key} is {constants[key]:.4g}, "
                    f"they have {low:.4g} to {high:.4g}"
                )
    return notes


def _floored(low: Array, least: float, ranges: Mapping[str, tuple[float, float]]) -> Array:
    """Return lower ends with walls of at least two cells; a wall fixed thinner is refused."""
    found = low.copy()
    for column in (W_S, W_Z):
        name = NAMES[column]
        if name in ranges and ranges[name][1] < least:
            raise _empty(
                name, f"{name} up to {ranges[name][1]:g} nm", f"at least {least:g} nm, two cells"
            )
        found[column] = max(low[column], least)
    return found


def _between(low: Any, high: Any, share: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = low + (high - low) * share
    return found


def _least_of(first: Any, *others: NDArray[Any]) -> NDArray[Any]:
    """Return the smallest by real parts: np.minimum orders complex numbers otherwise."""
    found = np.asarray(first)
    for other in others:
        found = np.where(found.real <= other.real, found, other)
    return found


def _largest_of(first: Any, *others: Any) -> NDArray[Any]:
    found = np.asarray(first)
    for other in others:
        found = np.where(found.real >= np.asarray(other).real, found, other)
    return found


def _empty(key: str, given: str, allowed: str) -> InputError:
    return InputError(f"{given}; allowed is {allowed}", key=key, given=given, allowed=allowed)
