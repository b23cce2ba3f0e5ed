"""What the decisions on a half-cycle ask for and get: one state relaxed at one field.

Decisions are coroutines (:mod:`solver.sweep`): they yield a :class:`Relaxation` and are sent what
became of it. Whoever relaxes, one problem on a processor core (:mod:`solver.hysteresis`) or many
at once on a graphics card (:mod:`solver.batch`), follows the rules that stand here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.drops import FLIPPED_FRACTION
from solver.errors import IterationLimitError, NotFiniteError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from solver.problem import SolverOptions

Array = NDArray[Any]
Result = TypeVar("Result")

FIRST_STEP: Final = 1e-3
"""First step of a descent in 1/T: below the inverse of the stiffest exchange mode."""
LONGEST_STEP: Final = 3.0
"""Cap of a step in 1/T; uncapped steps land in other basins (docs/physics.md)."""
QUIET_STEPS: Final = 10
"""So many small steps running count as converged, as MuMax3's MinimizerSamples."""
OUTDATED: Final = 1.5
"""Growth of the torque at a refresh of the demagnetising field beyond which it comes sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """When a state counts as converged.

    Parameters
    ----------
    torque_T : float
        Largest torque field |B - (m·B) m| in T.
    delta_m : float
        Largest change of m in one step, ten times running.
    """

    torque_T: float
    delta_m: float


@dataclass(slots=True, kw_only=True)
class Effort:
    """What a solve has cost so far; ``cpu_before_s`` counts the sessions before this one.

    ``clock`` returns the CPU time of this session in s, ``compile_s`` is what kernels took of it.
    """

    iterations: int = 0
    demag_evaluations: int = 0
    cpu_before_s: float = 0.0
    compile_s: float = 0.0
    clock: Callable[[], float] = time.process_time
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def cpu_s(self) -> float:
        """Return the CPU time in s, that of earlier sessions included."""
        return self.cpu_before_s + self.clock() - self._began

    def so_far(self, clock: Callable[[], float] = lambda: 0.0) -> Effort:
        """Return what was spent until now as an effort that goes on by another clock."""
        return Effort(
            iterations=self.iterations,
            demag_evaluations=self.demag_evaluations,
            cpu_before_s=self.cpu_s(),
            clock=clock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a trial may lose before it is given up.

    ``flipped_before`` is the part of the cells that pointed against the start before the trial;
    None after the first drop, where only M = 0 counts.
    """

    flipped_before: float | None

    def is_met_by(self, flipped: float) -> bool:
        """Return whether too many cells have flipped; ``flipped`` is a fraction."""
        return self.flipped_before is not None and flipped - self.flipped_before > FLIPPED_FRACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A state that is to be relaxed at a field.

    Parameters
    ----------
    mu0_H : float
        Applied field in T along the sweep's direction.
    tolerance : Tolerance
    start : ndarray of shape (3, nz, ny, nx), or None
        Where to begin, not of unit length; None goes on from where the last relaxation ended.
    loss : Loss or None
        Asked at every refresh of the demagnetising field; None never gives up.
    effort : Effort
        Counts the iterations and refreshes.
    """

    mu0_H: float
    tolerance: Tolerance
    start: Array | None
    loss: Loss | None
    effort: Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What became of a relaxation; None stands for a trial that was given up.

    Parameters
    ----------
    m : ndarray of shape (3, nz, ny, nx)
        The state, valid until the next relaxation of the problem.
    moments : tuple of float
        Mean of m along x, y and z, weighted by Ms.
    energy : float
        Energy density in J/m³.
    torque : float
        Largest torque field in T.
    """

    m: Array
    moments: tuple[float, float, float]
    energy: float
    torque: float


def drive(
    decisions: Generator[Relaxation, Relaxed | None, Result],
    relax: Callable[[Relaxation], Relaxed | None],
) -> Result:
    """Let ``relax`` do what the decisions ask for, to their end; return their result.

    What ``relax`` raises is raised within the decisions, so that they can tell how they ended.
    """
    try:
        relaxation = next(decisions)
        while True:
            try:
                relaxed = relax(relaxation)
            except BaseException as error:
                relaxation = decisions.throw(error)
            else:
                relaxation = decisions.send(relaxed)
    except StopIteration as end:
        result: Result = end.value
        return result


def has_converged(torque: float, tau: float, quiet: int, tolerance: Tolerance) -> bool:
    """Return whether a state whose demagnetising field is up to date may be accepted.

    Parameters
    ----------
    torque : float
        Largest torque in T.
    tau : float
        The next step in 1/T.
    quiet : int
        How many steps running moved less than the tolerance.
    tolerance : Tolerance
    """
    if torque < tolerance.torque_T:
        return True
    step = min(tau, LONGEST_STEP) * torque
    return quiet >= QUIET_STEPS and step < tolerance.delta_m


def next_interval(
    interval: int, longest: int, torque: float, frozen_torque: float, tolerance: Tolerance
) -> int:
    """Return for how many iterations the demagnetising field is frozen next.

    ``torque`` and ``frozen_torque`` are the largest ones in T after and before its refresh.
    """
    # a soft phase answers its own demagnetising field: frozen too long, both oscillate
    if torque > OUTDATED * max(frozen_torque, tolerance.torque_T):
        return max(1, interval // 2)
    return min(longest, interval + 1 + interval // 4)


def watch(options: SolverOptions, mu0_H: float, iterations: int, elapsed_s: float) -> None:
    """Raise IterationLimitError where a field step takes longer than it may."""
    if iterations >= options.max_iterations or elapsed_s >= options.max_wall_s:
        raise IterationLimitError(
            f"mu0 H = {mu0_H:.4f} T: not converged after {iterations} iterations and "
            f"{elapsed_s:.0f} s (limits {options.max_iterations} and {options.max_wall_s:.0f} s)"
        )


def not_finite(mu0_H: float, m: Array, torque: Array) -> NotFiniteError:
    """Return the error for a field that is not a number, naming the cell.

    ``m`` and ``torque`` are of shape (3, nz, ny, nx).
    """
    # neighbours and the demagnetising field spread it: the state itself says more
    bad = ~np.isfinite(m).all(axis=0)
    if not bad.any():
        bad = ~np.isfinite(torque).all(axis=0)
    where = np.argwhere(bad)
    cell = tuple(int(index) for index in where[0][::-1]) if len(where) else "(outside the mesh)"
    return NotFiniteError(
        f"the field at mu0 H = {mu0_H:.4f} T is not a number at cell (x, y, z) = {cell}; "
        'repeat with precision = "float64" or a smaller field step'
    )
