"""A half-cycle of one problem on one processor core, by the compiled kernels."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from solver.minimizer import Minimizer
from solver.moments import Moments
from solver.relaxation import Effort, Loss, Relaxation, Relaxed, drive
from solver.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.problem import Problem
    from solver.sweep_state import Accepted, SweepState


class Relaxer:
    """Relaxes the states of one problem, one after the other.

    Parameters
    ----------
    problem : Problem
    effort : Effort
        Counts what it costs.
    should_stop : callable
        Asked during the descent; true raises CancelledError.
    """

    def __init__(
        self,
        problem: Problem,
        effort: Effort,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.minimizer = Minimizer(problem, should_stop, effort)
        self._moments = Moments(problem)

    def compile(self) -> float:
        """Compile the kernels, or load them from the cache; return the CPU time in s."""
        began = time.process_time()
        self.minimizer.compile()
        return time.process_time() - began

    def relax(self, relaxation: Relaxation) -> Relaxed | None:
        """Relax a state; None where it was given up."""
        workspace = self.minimizer.workspace
        if relaxation.start is not None:
            workspace.set_state(relaxation.start)
        loss, mu0_H = relaxation.loss, relaxation.mu0_H
        torque = self.minimizer.relax(
            mu0_H, relaxation.tolerance, lambda: loss is not None and self._is_met(loss)
        )
        if torque is None:
            return None
        return Relaxed(
            m=workspace.state,
            moments=self._moments.mean(workspace.state),
            energy=self.minimizer.energy_density(mu0_H),
            torque=torque,
        )

    def _is_met(self, loss: Loss) -> bool:
        m = self.minimizer.workspace.state
        if loss.flipped_before is None:
            return self._moments.is_past_zero(m)
        return loss.is_met_by(self._moments.flipped(m))


class HalfCycle:
    """Walks down the curve of a problem, one trial at a time.

    Parameters
    ----------
    problem : Problem
    state : SweepState, optional
        Where to go on; a new one starts at the first field.
    should_stop : callable
        Asked during the descent; true raises CancelledError.
    """

    def __init__(
        self,
        problem: Problem,
        state: SweepState | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._sweep = Sweep(problem, state)
        self._relaxer = Relaxer(problem, self.state.effort, should_stop)

    @property
    def problem(self) -> Problem:
        """What is walked."""
        return self._sweep.problem

    @property
    def state(self) -> SweepState:
        """Where the half-cycle stands."""
        return self._sweep.state

    def compile(self) -> float:
        """Compile the kernels, or load them from the cache; return the CPU time in s."""
        return self._relaxer.compile()

    def advance(self) -> list[Accepted]:
        """Make one trial and return the states that it settles, often none."""
        return drive(self._sweep.advance(), self._relaxer.relax)
