"""A measured demagnetising curve: its branches, its readings, and its corrected field."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.curves.coercivity import first_crossing
from smcogui.curves.magnet_figures import check_factor, line_figures
from smcogui.errors import InputError
from smcogui.units import MU0

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TURN: Final = 0.02
"""Share of the whole span of fields by which a field must come back to count as a new branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A stretch of a loop on which the field goes one way: points ``start`` to ``stop`` - 1."""

    start: int
    stop: int
    falling: bool

    @property
    def slice(self) -> slice:
        """The points of the branch."""
        return slice(self.start, self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredReadings:
    """What is read from a measured curve; fields in A/m, (BH)max in J/m³, None is undefined.

    Hc and Hk are internal fields, as the curve itself is corrected.
    """

    Hc: float | None
    Mr: float | None
    Mr_over_Ms: float | None
    BHmax: float | None
    squareness: float | None
    Hk: float | None
    HcB: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredCurve:
    """A measured curve on the demagnetising branch, from positive to negative fields.

    Parameters
    ----------
    name : str
    H_applied, M : array of float, shape (n,)
        Applied field and magnetisation along it in A/m.
    Ms : float
        What M is divided by where a curve is shown as M/Ms, in A/m.
    N : float
        Demagnetising factor of the sample along the field, 0 to 1; 0 where it is a closed circuit.

    Raises
    ------
    InputError
        If the shapes differ, a number is not finite, there are fewer than three points, or Ms or N
        is not allowed.
    """

    name: str
    H_applied: Array
    M: Array
    Ms: float
    N: float = 0.0

    def __post_init__(self) -> None:
        H, M = _frozen(self.H_applied), _frozen(self.M)
        if H.ndim != 1 or H.shape != M.shape:
            _refuse(f"shapes H {H.shape} and M {M.shape}", "two of shape (n,)")
        if H.size < 3:
            _refuse(f"{H.size} points", "at least three points")
        if not (np.isfinite(H).all() and np.isfinite(M).all()):
            _refuse("NaN or infinity in H or M", "finite numbers")
        if not (np.isfinite(self.Ms) and self.Ms > 0):
            _refuse(f"Ms = {self.Ms} A/m", "a positive number")
        check_factor(self.N)
        object.__setattr__(self, "H_applied", H)
        object.__setattr__(self, "M", M)

    @property
    def H(self) -> Array:
        """Internal field H − N·M in A/m, shape (n,)."""
        internal: Array = self.H_applied - self.N * self.M
        return internal

    @property
    def mu0_H_T(self) -> Array:
        """Internal field μ0H in T, shape (n,)."""
        return self.H * MU0

    @property
    def M_over_Ms(self) -> Array:
        """Reduced magnetisation, shape (n,)."""
        return self.M / self.Ms

    @property
    def overcorrected(self) -> float:
        """Largest rise of the internal field on the branch over its span: 0 where N fits.

        A factor that is too large shears the curve beyond the vertical.
        """
        H = self.H
        span = float(np.ptp(H))
        return float(np.max(H - np.minimum.accumulate(H)) / span) if span > 0 else 0.0

    def plot_points(self, most: int = 1000) -> tuple[Array, Array]:
        """Return (μ0H in T, M/Ms) of at most ``most`` points, spread evenly over the branch.

        For plots: a file may hold far more than a screen can show.
        """
        count = min(most, self.M.size)
        chosen = np.unique(np.linspace(0, self.M.size - 1, count).round().astype(int))
        return self.mu0_H_T[chosen], self.M_over_Ms[chosen]

    def readings(self) -> MeasuredReadings:
        """Read Hc, remanence, (BH)max and squareness on straight lines between the points."""
        figures = line_figures(self.H, self.M)
        return MeasuredReadings(
            Hc=first_crossing(self.H, self.M, 0.0),
            Mr=figures.Mr,
            Mr_over_Ms=None if figures.Mr is None else figures.Mr / self.Ms,
            BHmax=figures.BHmax,
            squareness=figures.squareness,
            Hk=figures.Hk,
            HcB=figures.HcB,
        )


def find_branches(H: Array) -> list[Branch]:
    """Cut a measured loop where the field turns round.

    Parameters
    ----------
    H : array of float, shape (n,)
        Fields in the order in which they were measured, in any unit.

    Returns
    -------
    list of Branch
        Neighbours share the point at which the field turns. A field that moves back by less than
        2 % of the whole span is noise, not a turn.
    """
    if H.size < 2 or np.ptp(H) == 0:
        return []
    least = TURN * float(np.ptp(H))
    turns, direction, extreme = [0], 0, 0
    for i in range(1, H.size):
        step = H[i] - H[extreme]
        if direction == 0:
            if abs(step) >= least:
                direction = 1 if step > 0 else -1
                extreme = i
        elif step * direction >= 0:
            extreme = i
        elif abs(step) >= least:
            turns.append(extreme)
            direction, extreme = -direction, i
    turns.append(H.size - 1)
    return [
        Branch(start=a, stop=b + 1, falling=bool(H[b] < H[a])) for a, b in pairwise(turns) if b > a
    ]


def choose_branch(branches: list[Branch], H: Array, M: Array) -> int:
    """Return the number of the demagnetising branch: the one that goes furthest from saturation.

    Of the branches on which M changes sign, or else of all, the one with the longest way of the
    field; of equal ones the falling one. A rising branch is a demagnetising one seen from the other
    side.

    Raises
    ------
    InputError
        If there is no branch.
    """
    if not branches:
        _refuse("a field that never changes", "a field that goes from one side to the other")

    def worth(number: int) -> tuple[bool, float, bool]:
        branch = branches[number]
        part, field = M[branch.slice], H[branch.slice]
        # Virgin curves begin at M = 0: they do not pass through it.
        crosses = bool(part[0] * part[-1] < 0 and abs(part[0]) > 0.2 * np.abs(M).max())
        return crosses, round(float(np.ptp(field)) / float(np.ptp(H)), 1), branch.falling

    return max(range(len(branches)), key=worth)


def demagnetising_branch(H: Array, M: Array, branch: Branch) -> tuple[Array, Array]:
    """Return (H, M) of a branch as it runs from positive to negative fields.

    A rising branch is turned about the origin, as a loop is symmetric.
    """
    sign = 1.0 if branch.falling else -1.0
    return sign * H[branch.slice], sign * M[branch.slice]


def _frozen(values: Any) -> Array:
    array = np.array(values, dtype=float)
    array.setflags(write=False)
    return array


def _refuse(given: str, allowed: str) -> None:
    raise InputError(
        f"a measured curve was given {given}; it needs {allowed}",
        key="curve",
        given=given,
        allowed=allowed,
    )
