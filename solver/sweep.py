"""The decisions on a demagnetisation half-cycle: which fields are visited, which states accepted.

An adaptive sweep takes large steps at a loose tolerance. A trial in which more than a small part
of the cells flips is given up, the last state is checked again at the tight tolerance, and the
drop is bisected down to the smallest step. After the first drop, in steps of at most 0.2 T, only
the crossing of M = 0 is looked for, in smallest steps. A random tilt at every trial keeps a
symmetric state from standing on an unstable ridge (docs/physics.md).

The decisions are coroutines: they yield what is to be relaxed and are sent the answer
(:mod:`solver.relaxation`), so that one process may walk down many half-cycles at once.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.drops import STEP_AFTER_DROP_T, is_jump
from solver.errors import SolverError
from solver.events import FieldStep
from solver.moments import Moments
from solver.problem import FIELD_DIGITS, Problem
from solver.relaxation import Loss, Relaxation, Relaxed, Tolerance
from solver.sweep_state import Accepted, Point, SweepState
from solver.tilt import tilted

Array = NDArray[Any]
Settled = Generator[Relaxation, Relaxed | None, list[Accepted]]
Reached = Generator[Relaxation, Relaxed | None, Point]
Tried = Generator[Relaxation, Relaxed | None, Point | None]
LOOSE = Tolerance(torque_T=2e-3, delta_m=1e-4)


class Sweep:
    """Walks down the curve of a problem, one trial at a time.

    Parameters
    ----------
    problem : Problem
    state : SweepState, optional
        Where to go on; a new one starts at the first field.
    """

    def __init__(self, problem: Problem, state: SweepState | None = None) -> None:
        self.problem = problem
        self.state = state if state is not None else SweepState()
        self.moments = Moments(problem)
        self._dtype = np.dtype(problem.options.precision)
        self._tight = Tolerance(torque_T=problem.options.torque_T, delta_m=problem.options.delta_m)
        self._reached: Array | None = None

    def advance(self) -> Settled:
        """Make one trial and return the states that it settles, often none.

        :attr:`state` is complete after every call: stored and loaded, the half-cycle goes on as
        if nothing had happened.
        """
        state, sweep = self.state, self.problem.sweep
        if state.accepted is None:
            settled = yield from self._start()
        elif sweep.mode == "fixed":
            field = sweep.fixed_fields()[state.announced]
            settled = yield from self._take(field, self._tight)
        elif state.dropped_at is not None:
            settled = yield from self._narrow(state.accepted.mu0_H, state.dropped_at)
        elif self._is_past_zero():
            settled = yield from self._take(self._next_field(state.accepted.mu0_H), LOOSE)
        else:
            settled = yield from self._approach(self._next_field(state.accepted.mu0_H))
        self._finish_if_done()
        # a relaxed state is only lent
        self._reached = None
        return settled

    # --- which field is next -------------------------------------------------------------

    def _next_field(self, mu0_H: float) -> float:
        """Return the next field of an adaptive sweep; it lands on 0 and on chosen fields."""
        sweep = self.problem.sweep
        step = sweep.largest_step_T
        if self.state.has_dropped and not self._is_past_zero():
            step = max(min(step, STEP_AFTER_DROP_T), sweep.smallest_step_T)
        target = max(mu0_H - step, sweep.stop_T)
        stations = [H for H in (0.0, *sweep.snapshots_T) if target < H < mu0_H - 1e-9]
        return round(max([target, *stations]), FIELD_DIGITS)

    def _finish_if_done(self) -> None:
        state, sweep = self.state, self.problem.sweep
        if state.accepted is None or state.is_provisional:
            return
        if sweep.mode == "fixed":
            state.is_finished = state.announced >= len(sweep.fixed_fields())
        elif state.dropped_at is None:
            at_end = state.accepted.mu0_H <= sweep.stop_T + 1e-9
            state.is_finished = at_end or (self._is_past_zero() and not sweep.until_stop)

    def _is_past_zero(self) -> bool:
        return self.state.accepted is not None and self.state.accepted.M <= 0

    # --- the kinds of trial --------------------------------------------------------------

    def _start(self) -> Settled:
        sweep = self.problem.sweep
        first = sweep.fixed_fields()[0] if sweep.mode == "fixed" else sweep.start_T
        if self.problem.initial_state is not None:
            self.state.m = np.asarray(self.problem.initial_state, dtype=self._dtype)
        else:
            self.state.m = np.empty((3, *self.problem.mesh.shape), dtype=self._dtype)
            self.state.m[...] = self.moments.direction[:, None, None, None]
        return (yield from self._take(first, self._tight))

    def _take(self, mu0_H: float, tolerance: Tolerance) -> Settled:
        """Relax the last state at a field and accept what comes."""
        self._accept((yield from self._settle(mu0_H, tolerance)))
        return [self._announce()]

    def _approach(self, mu0_H: float) -> Settled:
        """Try a large step; a drop is narrowed next."""
        state = self.state
        point = yield from self._trial(mu0_H, self._extrapolate(mu0_H), LOOSE)
        if point is None or self._is_drop(point):
            return (yield from self._check_last_state(mu0_H))
        settled = [self._announce()] if state.is_provisional else []
        self._accept(point)
        if mu0_H <= self.problem.sweep.stop_T + 1e-9 or self._is_station(mu0_H):
            settled.append(self._announce())
        else:
            state.is_provisional = True
        return settled

    def _check_last_state(self, dropped_at: float) -> Settled:
        """Relax the last state tightly, in case it stood only because the tolerance was loose."""
        state = self.state
        state.dropped_at = dropped_at
        if not state.is_provisional or state.accepted is None or state.m is None:
            return []
        mu0_H = state.accepted.mu0_H
        point = yield from self._trial(mu0_H, state.m, self._tight)
        if point is not None and not self._is_drop(point):
            state.accepted = replace(point, jump=state.accepted.jump)
            state.m = self._copy_state()
            return [self._announce()]
        # the loose state was no minimum: the drop lies before it
        state.dropped_at = mu0_H
        state.accepted, state.m = state.previous, state.m_previous
        state.previous, state.m_previous = None, None
        state.is_provisional = False
        return []

    def _narrow(self, upper: float, lower: float) -> Settled:
        """Narrow the interval of a drop, in multiples of the smallest step, then take the drop."""
        state = self.state
        smallest = self.problem.sweep.smallest_step_T
        intervals = math.ceil((upper - lower) / smallest - 1e-6)
        if intervals <= 1:
            return self._take_drop((yield from self._settle(lower, LOOSE)))
        # A trial that loses the first drop is given up within a few iterations, one that is on
        # its way through M = 0 only when it gets there: halving is dear then, small steps are not.
        count = 1 if state.has_dropped else intervals // 2
        mu0_H = round(upper - count * smallest, FIELD_DIGITS)
        trial = yield from self._trial(mu0_H, self._last_m(), self._tight)
        if trial is not None and not self._is_drop(trial):
            self._accept(trial)
            return [self._announce()]
        state.dropped_at = mu0_H
        if upper - mu0_H > smallest * (1 + 1e-6):
            return []
        # the interval is as small as it gets: let the drop that has begun run to its end
        if trial is None:
            trial = yield from self._finish_relaxing(mu0_H, None, LOOSE)
        return self._take_drop(trial)

    def _take_drop(self, point: Point) -> list[Accepted]:
        self.state.has_dropped = self.state.has_dropped or self._is_drop(point)
        self.state.dropped_at = None
        self._accept(point)
        return [self._announce()]

    # --- one relaxation ------------------------------------------------------------------

    def _last_m(self) -> Array:
        if self.state.m is None:
            raise SolverError("the half-cycle has no state to go on from")
        return self.state.m

    def _settle(self, mu0_H: float, tolerance: Tolerance) -> Reached:
        """Relax the last state at a field, whatever happens."""
        start = self._tilted(self._last_m())
        return (yield from self._finish_relaxing(mu0_H, start, tolerance))

    def _tilted(self, m: Array) -> Array:
        """Return a state with a tilt of its own, the start of a trial."""
        self.state.trials += 1
        return tilted(m, self.problem.options, self.state.trials)

    def _trial(self, mu0_H: float, m: Array, tolerance: Tolerance) -> Tried:
        """Tilt and relax a state; None where the trial was given up."""
        flipped = None if self.state.has_dropped else self.moments.flipped(self._last_m())
        loss = Loss(flipped_before=flipped)
        relaxed = yield self._relaxation(mu0_H, self._tilted(m), tolerance, loss)
        return None if relaxed is None else self._point(mu0_H, relaxed)

    def _finish_relaxing(self, mu0_H: float, start: Array | None, tolerance: Tolerance) -> Reached:
        """Relax a state, or go on with a trial that was given up, to the end."""
        relaxed = yield self._relaxation(mu0_H, start, tolerance, None)
        if relaxed is None:
            raise SolverError("a relaxation that may not be given up was")
        return self._point(mu0_H, relaxed)

    def _relaxation(
        self, mu0_H: float, start: Array | None, tolerance: Tolerance, loss: Loss | None
    ) -> Relaxation:
        return Relaxation(
            mu0_H=mu0_H, tolerance=tolerance, start=start, loss=loss, effort=self.state.effort
        )

    def _point(self, mu0_H: float, relaxed: Relaxed) -> Point:
        self._reached = relaxed.m
        return Point(
            mu0_H=mu0_H,
            M=self.moments.along_field(relaxed.moments),
            moments=relaxed.moments,
            energy=relaxed.energy,
            torque=relaxed.torque,
        )

    def _extrapolate(self, mu0_H: float) -> Array:
        """Continue the last two states linearly when the step is no longer than the last one."""
        state, m = self.state, self._last_m()
        if state.previous is None or state.accepted is None or state.m_previous is None:
            return m
        last = state.previous.mu0_H - state.accepted.mu0_H
        step = state.accepted.mu0_H - mu0_H
        if state.accepted.jump or step > last * (1 + 1e-6):
            return m
        return np.asarray(m + self._dtype.type(step / last) * (m - state.m_previous))

    def _is_drop(self, point: Point) -> bool:
        """Return whether a converged trial has lost what is to be narrowed."""
        if self.state.has_dropped:
            return point.M <= 0
        return point.M <= 0 or self._is_jump(point)

    def _is_jump(self, point: Point) -> bool:
        last = self.state.accepted
        if last is None:
            return False
        return is_jump(last.M - point.M, last.mu0_H - point.mu0_H, self.state.slope)

    # --- bookkeeping ---------------------------------------------------------------------

    def _copy_state(self) -> Array:
        if self._reached is None:
            raise SolverError("the half-cycle has relaxed no state")
        return self._reached.copy()

    def _accept(self, point: Point) -> None:
        state = self.state
        jump = self._is_jump(point)
        if state.accepted is not None and not jump and state.accepted.mu0_H != point.mu0_H:
            step = state.accepted.mu0_H - point.mu0_H
            state.slope = (state.accepted.M - point.M) / step
        state.previous = state.accepted
        state.m_previous = state.m
        state.accepted, state.m = replace(point, jump=jump), self._copy_state()
        state.is_provisional = False

    def _is_station(self, mu0_H: float) -> bool:
        return mu0_H == 0 or mu0_H in self.problem.sweep.snapshots_T

    def _announce(self) -> Accepted:
        state, before = self.state, self.state.previous
        point = state.accepted
        if point is None:
            raise SolverError("the half-cycle has no state to announce")
        step = FieldStep(
            index=state.announced,
            mu0_H_T=point.mu0_H,
            M_over_Ms=point.M,
            mx=point.moments[0],
            my=point.moments[1],
            mz=point.moments[2],
            energy_density_J_m3=point.energy,
            max_torque_T=point.torque,
            iterations=state.effort.iterations,
            demag_evaluations=state.effort.demag_evaluations,
            jump=point.jump,
            progress=self.problem.sweep.progress(point.mu0_H, state.announced),
            cpu_s=state.effort.cpu_s(),
        )
        is_first_jump = point.jump and not state.has_jumped
        state.has_jumped = state.has_jumped or point.jump
        state.announced += 1
        state.is_provisional = False
        return Accepted(
            step=step,
            m=self._last_m(),
            is_first_jump=is_first_jump,
            crosses_zero=before is not None and before.M > 0 >= point.M,
            m_before=state.m_previous,
            mu0_H_before=before.mu0_H if before is not None else None,
        )
