"""Solve the problem of a folder: events as they come, a checkpoint after every trial."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solver import __version__
from solver.checkpoint import save_checkpoint
from solver.events import Finished, LogLine, Snapshot, SolverEvent, Started
from solver.hysteresis import HalfCycle
from solver.mumax3.ovf import write_ovf
from solver.resume import state_to_go_on_from
from solver.run_folder import (
    SNAPSHOT_FOLDER,
    EventLog,
    solve_in_folder,
    telling,
    trim_events,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.problem import Problem
    from solver.sweep_state import Accepted

SOLVER_NAME = "builtin"
REMANENCE_T = 0.0


def solve_folder(
    folder: Path, should_stop: Callable[[], bool] = lambda: False, *, store_states: bool = True
) -> None:
    """Solve ``folder/problem.json``, or go on with it; a finished folder is left as it is.

    Parameters
    ----------
    folder : Path
    should_stop : callable
        Asked many times a second; true raises CancelledError.
    store_states : bool
        Whether the magnetisation is stored at remanence, around Hp and Hc and at chosen fields.

    Raises
    ------
    SolverError
        Any of :mod:`solver.errors`; all accepted field steps are on disk then.
    """
    solve_in_folder(
        folder,
        SOLVER_NAME,
        lambda problem, problem_hash: _go_on(
            folder, problem, problem_hash, should_stop, store_states=store_states
        ),
    )


def _go_on(
    folder: Path,
    problem: Problem,
    problem_hash: str,
    should_stop: Callable[[], bool],
    *,
    store_states: bool,
) -> None:
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
            )
        )
        if note:
            log.write(LogLine(level="warning", message=note))
        solve = _FolderSolve(folder, problem, problem_hash, log, store_states)
        solve.run(HalfCycle(problem, state, should_stop))


@dataclass(slots=True)
class _FolderSolve:
    folder: Path
    problem: Problem
    problem_hash: str
    log: EventLog
    store_states: bool

    def run(self, half_cycle: HalfCycle) -> None:
        began = time.monotonic()
        compile_s = half_cycle.compile()
        while not half_cycle.state.is_finished:
            for accepted in half_cycle.advance():
                # snapshots follow their step: what a crash cuts off begins with a step
                self.log.write(accepted.step)
                if self.store_states:
                    self._store_snapshots(accepted)
            save_checkpoint(self.folder, half_cycle.state, self.problem_hash)
        effort = half_cycle.state.effort
        self.log.write(
            Finished(
                iterations=effort.iterations,
                demag_evaluations=effort.demag_evaluations,
                cpu_s=effort.cpu_s() - compile_s,
                wall_s=time.monotonic() - began,
                compile_s=compile_s,
            )
        )

    def _store_snapshots(self, accepted: Accepted) -> None:
        """Store the states that people ask for: remanence, around Hp and Hc, chosen fields."""
        mu0_H = accepted.step.mu0_H_T
        if mu0_H == REMANENCE_T:
            self._store(accepted, mu0_H, "remanence")
        elif mu0_H in self.problem.sweep.snapshots_T:
            self._store(accepted, mu0_H, "chosen")
        if accepted.is_first_jump:
            self._store_before(accepted, "before_Hp")
            self._store(accepted, mu0_H, "Hp")
        if accepted.crosses_zero:
            self._store_before(accepted, "before_Hc")
            self._store(accepted, mu0_H, "Hc")

    def _store_before(self, accepted: Accepted, reason: str) -> None:
        if accepted.mu0_H_before is not None and accepted.m_before is not None:
            index = accepted.step.index - 1
            self._write(accepted.m_before, accepted.mu0_H_before, reason, index)

    def _store(self, accepted: Accepted, mu0_H: float, reason: str) -> None:
        self._write(accepted.m, mu0_H, reason, accepted.step.index)

    def _write(self, m: NDArray[Any], mu0_H: float, reason: str, index: int) -> None:
        name = f"{reason}_{mu0_H:+.4f}T.ovf"
        snapshots = self.folder / SNAPSHOT_FOLDER
        snapshots.mkdir(exist_ok=True)
        write_ovf(
            snapshots / name,
            m,
            self.problem.mesh,
            title=f"m at mu0 H = {mu0_H:.6f} T ({reason})",
            unit="1",
        )
        event: SolverEvent = Snapshot(
            index=index,
            mu0_H_T=mu0_H,
            path=f"{SNAPSHOT_FOLDER}/{name}",
            reason=reason,
        )
        self.log.write(event)
