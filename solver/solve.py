"""Solve the problem of a folder: events as they come, a checkpoint after every trial."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solver import __version__
from solver.checkpoint import save_checkpoint
from solver.events import Finished, LogLine, Started
from solver.problem import load_problem
from solver.relaxation import Relaxation, Relaxed, drive
from solver.resume import state_to_go_on_from
from solver.run_folder import EventLog, claimed, telling, trim_events
from solver.snapshots import store_snapshot
from solver.sweep import Sweep
from solver.sweep_state import SweepState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.hysteresis import Relaxer
    from solver.problem import Problem
    from solver.sweep_state import Accepted

Solve = Generator[Relaxation, Relaxed | None, None]

SOLVER_NAME = "builtin"
REMANENCE_T = 0.0


def solve_folder(
    folder: Path,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    store_states: bool = True,
    checkpoint_every_s: float = 0.0,
) -> None:
    """Solve ``folder/problem.json``, or go on with it; a finished folder is left as it is.

    Parameters
    ----------
    folder : Path
    should_stop : callable
        Asked many times a second; true raises CancelledError.
    store_states : bool
        Whether the magnetisation is stored at remanence, around Hp and Hc and at chosen fields.
    checkpoint_every_s : float
        Seconds of work that a kill may cost; 0 writes a checkpoint after every trial.

    Raises
    ------
    SolverError
        Any of :mod:`solver.errors`; all accepted field steps are on disk then.
    """
    problem = load_problem(folder)
    relaxer: Relaxer | None = None

    def relax(relaxation: Relaxation) -> Relaxed | None:
        nonlocal relaxer
        if relaxer is None:
            # not before there is something to do: a finished folder needs no kernels
            from solver.hysteresis import Relaxer

            relaxer = Relaxer(problem, relaxation.effort, should_stop)
            relaxation.effort.compile_s = relaxer.compile()
        return relaxer.relax(relaxation)

    conduct = Conduct(store_states=store_states, checkpoint_every_s=checkpoint_every_s)
    drive(solving(folder, problem, conduct), relax)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a folder is solved, none of which changes its numbers.

    Parameters
    ----------
    store_states : bool
        Whether the magnetisation is stored at remanence, around Hp and Hc and at chosen fields.
    checkpoint_every_s : float
        Shortest wall time in s between checkpoints; one is written at the end in any case.
    device : str
        Where it is computed, for the events.
    clock : callable
        Returns the CPU time in s that this solve has taken.
    """

    store_states: bool = True
    checkpoint_every_s: float = 0.0
    device: str = "cpu"
    clock: Callable[[], float] = time.process_time


def solving(folder: Path, problem: Problem, conduct: Conduct) -> Solve:
    """Solve a folder, asking for one relaxation after the other.

    Parameters
    ----------
    folder : Path
    problem : Problem
        What the folder holds.
    conduct : Conduct

    Raises
    ------
    SolverError
        Any of :mod:`solver.errors`, also those that were thrown in; they are told in the events.
    """
    problem_hash = problem.content_hash()
    with claimed(folder, SOLVER_NAME, problem_hash) as is_open:
        if not is_open:
            return
        state, note = state_to_go_on_from(folder, problem_hash, problem.mesh)
        trim_events(folder, state.announced if state is not None else 0)
        log = EventLog(folder)
        with telling(log):
            log.write(
                Started(
                    solver=SOLVER_NAME,
                    version=__version__,
                    problem_hash=problem_hash,
                    precision=problem.options.precision,
                    resumed_at_step=state.announced if state is not None else 0,
                    device=conduct.device,
                )
            )
            if note:
                log.write(LogLine(level="warning", message=note))
            state = state or SweepState()
            state.effort = state.effort.so_far(conduct.clock)
            sweep = Sweep(problem, state)
            yield from _FolderSolve(folder, sweep, problem_hash, log, conduct).run()


@dataclass(slots=True)
class _FolderSolve:
    folder: Path
    sweep: Sweep
    problem_hash: str
    log: EventLog
    conduct: Conduct

    def run(self) -> Solve:
        began = time.monotonic()
        yield from self._walk()
        effort = self.sweep.state.effort
        self.log.write(
            Finished(
                iterations=effort.iterations,
                demag_evaluations=effort.demag_evaluations,
                cpu_s=effort.cpu_s() - effort.compile_s,
                wall_s=time.monotonic() - began,
                compile_s=effort.compile_s,
            )
        )

    def _walk(self) -> Solve:
        """Walk to the end; however it is left, the last complete state is on disk."""
        saved = time.monotonic()
        unsaved: SweepState | None = None
        try:
            while not self.sweep.state.is_finished:
                for accepted in (yield from self.sweep.advance()):
                    # snapshots follow their step: what a crash cuts off begins with a step
                    self.log.write(accepted.step)
                    if self.conduct.store_states:
                        self._store_snapshots(accepted)
                unsaved = self.sweep.state.copy()
                if time.monotonic() - saved >= self.conduct.checkpoint_every_s:
                    state, unsaved, saved = unsaved, None, time.monotonic()
                    save_checkpoint(self.folder, state, self.problem_hash)
        finally:
            if unsaved is not None:
                save_checkpoint(self.folder, unsaved, self.problem_hash)

    def _store_snapshots(self, accepted: Accepted) -> None:
        """Store the states that people ask for: remanence, around Hp and Hc, chosen fields."""
        mu0_H = accepted.step.mu0_H_T
        if mu0_H == REMANENCE_T:
            self._store(accepted, "remanence")
        elif mu0_H in self.sweep.problem.sweep.snapshots_T:
            self._store(accepted, "chosen")
        if accepted.is_first_jump:
            self._store_before(accepted, "before_Hp")
            self._store(accepted, "Hp")
        if accepted.crosses_zero:
            self._store_before(accepted, "before_Hc")
            self._store(accepted, "Hc")

    def _store_before(self, accepted: Accepted, reason: str) -> None:
        if accepted.mu0_H_before is not None and accepted.m_before is not None:
            index = accepted.step.index - 1
            self._write(accepted.m_before, accepted.mu0_H_before, reason, index)

    def _store(self, accepted: Accepted, reason: str) -> None:
        self._write(accepted.m, accepted.step.mu0_H_T, reason, accepted.step.index)

    def _write(self, m: NDArray[Any], mu0_H: float, reason: str, index: int) -> None:
        mesh = self.sweep.problem.mesh
        self.log.write(
            store_snapshot(self.folder, m, mesh, index=index, mu0_H_T=mu0_H, reason=reason)
        )
