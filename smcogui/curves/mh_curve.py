"""A half-cycle of the hysteresis loop, its jumps, and the average of several."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from solver.events import FieldStep

    Array = NDArray[np.float64]

JUMP_DROP: Final = 0.02
"""Least drop of M/Ms in one field step that counts as a jump."""

JUMP_SLOPE_RATIO: Final = 5.0
"""A jump falls by more than this many times what the last reversible slope foretells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IrreversibleJump:
    """An irreversible drop of the magnetisation.

    Parameters
    ----------
    index : int
        Point of the curve behind the drop.
    H : float
        Applied field at that point in A/m, negative where reversed.
    size : float
        How much M/Ms fell since the point before.
    """

    index: int
    H: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MHCurve:
    """Magnetisation along the field as the field falls.

    Parameters
    ----------
    H : array of float, shape (n,)
        Applied field along its direction in A/m, falling.
    M : array of float, shape (n,)
        Magnetisation along the field's direction in A/m.
    Ms : float
        Volume-averaged saturation magnetisation in A/m.
    jump : array of bool, shape (n,)
        Whether the solver saw an irreversible drop between the previous point and this one.

    Raises
    ------
    InputError
        If the shapes differ, a number is not finite, the field rises, or Ms is not positive.
    """

    H: Array
    M: Array
    Ms: float
    jump: NDArray[np.bool_]

    def __post_init__(self) -> None:
        H, M = _frozen(self.H, float), _frozen(self.M, float)
        jump = _frozen(self.jump, bool)
        if H.ndim != 1 or not H.shape == M.shape == jump.shape:
            _refuse(f"shapes H {H.shape}, M {M.shape}, jump {jump.shape}", "three of shape (n,)")
        if not (np.isfinite(H).all() and np.isfinite(M).all()):
            _refuse("NaN or infinity in H or M", "finite numbers")
        if H.size > 1 and np.diff(H).max() > 0:
            _refuse("a field that rises", "fields in falling order")
        if not (np.isfinite(self.Ms) and self.Ms > 0):
            _refuse(f"Ms = {self.Ms} A/m", "a positive number")
        object.__setattr__(self, "H", H)
        object.__setattr__(self, "M", M)
        object.__setattr__(self, "jump", jump)

    @classmethod
    def from_steps(cls, steps: Sequence[FieldStep], Ms: float) -> MHCurve:
        """Return the curve of a solver's field steps, in the order in which they came.

        Parameters
        ----------
        steps : sequence of FieldStep
            None at all makes an empty curve.
        Ms : float
            Volume-averaged saturation magnetisation in A/m.

        Raises
        ------
        InputError
            As for the class.
        """
        return cls(
            H=np.array([step.mu0_H_T for step in steps]) / MU0,
            M=np.array([step.M_over_Ms for step in steps]) * Ms,
            Ms=Ms,
            jump=np.array([step.jump for step in steps], dtype=bool),
        )

    @property
    def mu0_H_T(self) -> Array:
        """Applied field μ0H in T, shape (n,)."""
        return self.H * MU0

    @property
    def M_over_Ms(self) -> Array:
        """Reduced magnetisation along the field, shape (n,)."""
        return self.M / self.Ms

    @property
    def J(self) -> Array:
        """Polarisation μ0M in T along the field, shape (n,)."""
        return self.M * MU0

    def jumps(self) -> NDArray[np.bool_]:
        """Return which points lie behind a jump by the curve's own shape, shape (n,).

        A step is a jump where M/Ms falls by more than 0.02 and by more than 5 times the previous
        reversible slope times the step of the field. The first step, which has no slope before
        it, is one only where the solver says so.
        """
        # Plain numbers: a loop over those of numpy takes ten times as long.
        fall, step = (-np.diff(each) for each in (self.M_over_Ms, self.H))
        rows = zip(fall.tolist(), step.tolist(), self.jump[1:].tolist(), strict=True)
        found = [False] * self.H.size
        slope: float | None = None
        for i, (dM, dH, seen) in enumerate(rows, start=1):
            expected = JUMP_SLOPE_RATIO * slope * dH if slope is not None else math.inf
            if slope is None and seen:
                expected = 0.0
            found[i] = dM > JUMP_DROP and dM > expected
            # A drop below the threshold that the solver saw is no reversible slope either.
            if not found[i] and not seen and dH > 0:
                slope = max(dM / dH, 0.0)
        return np.array(found, dtype=bool)

    def drops(self) -> NDArray[np.bool_]:
        """Return which points lie behind an irreversible drop, seen or found, shape (n,)."""
        return self.jumps() | self.jump

    def outline(self) -> tuple[Array, Array]:
        """Return (H, M) in A/m as a line whose irreversible drops are vertical.

        A state holds until the field of the drop, so that nothing is read between the two.
        """
        where = np.flatnonzero(self.drops()[1:]) + 1
        return np.insert(self.H, where, self.H[where]), np.insert(self.M, where, self.M[where - 1])

    def is_point(self) -> NDArray[np.bool_]:
        """Return which points of :meth:`outline` are the curve's own, shape as there.

        The others are the upper ends of vertical drops.
        """
        where = np.flatnonzero(self.drops()[1:]) + 1
        return np.insert(np.ones(self.H.shape, dtype=bool), where, False)

    def irreversible(self) -> list[IrreversibleJump]:
        """Return every irreversible drop, in the order of the falling field."""
        return [
            IrreversibleJump(
                index=int(i),
                H=float(self.H[i]),
                size=float((self.M[i - 1] - self.M[i]) / self.Ms),
            )
            for i in np.flatnonzero(self.drops())
            if i > 0
        ]

    def sample(self, H: ArrayLike) -> Array:
        """Return M in A/m at any fields in A/m; drops stay vertical, ends are held.

        At the very field of a drop M is what remains after it.

        Raises
        ------
        InputError
            If the curve is empty.
        """
        if self.H.size == 0:
            _refuse("an empty curve", "at least one point")
        field, line_H, line_M = np.asarray(H, dtype=float), *self.outline()
        i = np.searchsorted(-line_H, -field, side="right") - 1
        j = np.clip(i, 0, line_H.size - 1)
        k = np.minimum(j + 1, line_H.size - 1)
        width = line_H[k] - line_H[j]
        part = np.divide(field - line_H[j], width, out=np.zeros(field.shape), where=width < 0)
        sampled: Array = line_M[j] + np.where(i < 0, 0.0, part) * (line_M[k] - line_M[j])
        return sampled


def average_curves(curves: Sequence[MHCurve]) -> MHCurve:
    """Return the average of half-cycles on the union of their fields, drops kept vertical.

    A half-cycle that ended reversed keeps its last magnetisation beyond its last field; one that
    did not (still running, or not reversed by the last field) ends the average where it ends.

    Raises
    ------
    InputError
        If there is no curve, or one is empty.
    """
    H, dropped = _common_fields(curves)
    return MHCurve(
        H=H,
        M=np.mean([curve.sample(H) for curve in curves], axis=0),
        Ms=float(np.mean([curve.Ms for curve in curves])),
        jump=dropped,
    )


def envelope(curves: Sequence[MHCurve]) -> tuple[Array, Array, Array]:
    """Return the least and the largest M/Ms of half-cycles over the fields of their average.

    Returns
    -------
    H, low, high : array of float, shape (n,)
        H in A/m, falling; where one of the half-cycles drops, a field comes twice, so that the
        edges are vertical there.

    Raises
    ------
    InputError
        As for :func:`average_curves`.
    """
    H, dropped = _common_fields(curves)
    after = np.array([curve.sample(H) / curve.Ms for curve in curves])
    before = after.copy()
    for row, curve in zip(before, curves, strict=True):
        for i in np.flatnonzero(curve.drops()[1:]) + 1:
            row[curve.H[i] == H] = curve.M[i - 1] / curve.Ms
    where = np.flatnonzero(dropped[1:]) + 1
    return (
        np.insert(H, where, H[where]),
        np.insert(after.min(axis=0), where, before.min(axis=0)[where]),
        np.insert(after.max(axis=0), where, before.max(axis=0)[where]),
    )


def _common_fields(curves: Sequence[MHCurve]) -> tuple[Array, NDArray[np.bool_]]:
    """Return the fields of an average of half-cycles, and at which of them one drops."""
    if not curves or any(curve.H.size == 0 for curve in curves):
        _refuse(f"{len(curves)} curves, or an empty one", "one or more with at least one point")
    first = min(curve.H[0] for curve in curves)
    unfinished = [curve.H[-1] for curve in curves if curve.M[-1] > 0]
    last = max(unfinished) if unfinished else min(curve.H[-1] for curve in curves)
    union = np.unique(np.concatenate([curve.H for curve in curves]))[::-1]
    H = union[(union <= first) & (union >= last)]
    if H.size == 0:
        _refuse("curves without a common field", "curves whose fields overlap")
    return H, np.any([np.isin(H, curve.H[curve.drops()]) for curve in curves], axis=0)


def _frozen(values: ArrayLike, kind: type) -> NDArray[Any]:
    array: NDArray[Any] = np.array(values, dtype=kind)
    array.setflags(write=False)
    return array


def _refuse(given: str, allowed: str) -> None:
    raise InputError(
        f"a curve was given {given}; it needs {allowed}",
        key="curve",
        given=given,
        allowed=allowed,
    )
