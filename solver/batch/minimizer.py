"""Energy minimisation of many problems at once, the same as :mod:`solver.minimizer` for each.

A call of :meth:`BatchMinimizer.advance` refreshes the demagnetising field of all problems that
wait for it, says which of them have ended, and lets the others descend in a round of iterations.
On a card the round is still at work when the call returns, so that the processor can meanwhile
decide how the ended ones go on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import torch

from solver.batch import steps as row
from solver.batch.demag import BatchDemag
from solver.batch.device import upload
from solver.batch.local_pass import make_pass
from solver.batch.readings import Reading, energies_of, refresh
from solver.batch.shape import REFRESHED_AT_ONCE
from solver.batch.steps import new_steps
from solver.errors import SolverError
from solver.relaxation import FIRST_STEP, Relaxed, has_converged, next_interval, not_finite, watch

if TYPE_CHECKING:
    from solver.batch.shape import BatchShape
    from solver.problem import Problem
    from solver.relaxation import Relaxation

Member = TypeVar("Member")
Outcome = Relaxed | SolverError | None
"""What became of a relaxation; None where the trial was given up."""

SHORTEST_ROUND: Final = 10
"""Iterations of a round at least: asking how it went costs as much as some iterations. A problem
whose demagnetising field is due earlier waits for the rest of the round."""


@dataclass(slots=True, kw_only=True)
class _Descent:
    """A relaxation on its way in a slot."""

    problem: Problem
    relaxation: Relaxation
    interval: int
    began: float = field(default_factory=time.monotonic)
    iterations: int = 0
    is_fresh: bool = True


class BatchMinimizer:
    """Relaxes states in slots, one problem each.

    Parameters
    ----------
    shape : BatchShape
    slots : int
        Problems at once.
    device : torch.device
    """

    def __init__(self, shape: BatchShape, slots: int, device: Any) -> None:
        self._device = device
        self._pass = make_pass(shape, slots, device)
        self._demag = BatchDemag(shape, device)
        self._dtype = getattr(torch, shape.precision)
        self._steps = new_steps(slots)
        self._on_device = torch.from_numpy(self._steps.copy()).to(device)
        self._descents: dict[int, _Descent] = {}
        self._at_work: list[int] = []

    def load(self, slot: int, problem: Problem) -> None:
        """Put a problem into a slot, in the place of the one before."""
        self._pass.tables.load(slot, problem)
        self._pass.regions[slot] = upload(problem.regions[0], self._device)
        self._pass.load(slot)

    def begin(self, slot: int, problem: Problem, relaxation: Relaxation) -> None:
        """Let the next round relax the problem of a slot."""
        if relaxation.start is not None:
            m = upload(relaxation.start[:, 0], self._device).to(self._dtype)
            self._pass.set_state(slot, m / (m * m).sum(0).sqrt())
        self._pass.tables.apply(slot, problem, relaxation.mu0_H)
        self._descents[slot] = _Descent(
            problem=problem, relaxation=relaxation, interval=problem.options.demag_interval
        )
        self._steps[: row.ACTIVE + 1, slot] = 0.0
        self._steps[row.TAU, slot] = FIRST_STEP
        self._steps[row.TORQUE_LIMIT, slot] = relaxation.tolerance.torque_T
        self._steps[row.MOVE_LIMIT, slot] = relaxation.tolerance.delta_m

    def drop(self, slot: int) -> None:
        """Stop relaxing the problem of a slot."""
        self._descents.pop(slot, None)
        self._steps[row.ACTIVE, slot] = 0.0

    def advance(self) -> list[tuple[int, Outcome]]:
        """Return the relaxations that have ended, and set off the next round of the others."""
        self._read_round()
        due = [slot for slot in self._descents if self._steps[row.ACTIVE, slot] == 0.0]
        ended = self._settle(due) if due else []
        for slot, _ in ended:
            self.drop(slot)
        self._start_round()
        return ended

    # --- rounds of iterations ------------------------------------------------------------

    def _read_round(self) -> None:
        """Wait for the round and count what it took."""
        if not self._at_work:
            return
        after = self._on_device.cpu().numpy()
        for slot in self._at_work:
            descent = self._descents.get(slot)
            if descent is None or descent.is_fresh:
                # dropped, or given another problem, while the round was at work
                continue
            done = int(after[row.COUNT, slot] - self._steps[row.COUNT, slot])
            descent.iterations += done
            descent.relaxation.effort.iterations += done
            self._steps[:, slot] = after[:, slot]
        self._at_work = []

    def _start_round(self) -> None:
        active = np.flatnonzero(self._steps[row.ACTIVE])
        if not active.size:
            return
        self._at_work = [int(slot) for slot in active]
        iterations = max(SHORTEST_ROUND, int(self._steps[row.LEFT, active].min()))
        self._on_device.copy_(upload(self._steps, self._device))
        self._pass.descend(self._rows(self._at_work), self._on_device, iterations)

    def _rows(self, slots: list[int]) -> Any:
        return upload(np.array(slots, dtype=np.int64), self._device)

    # --- the demagnetising field, and what is decided at its refresh ---------------------

    def _settle(self, due: list[int]) -> list[tuple[int, Outcome]]:
        """Refresh the fields of some slots; those that go on become active."""
        readings = self._refresh(due)
        ended: list[tuple[int, Outcome]] = []
        done: list[tuple[int, Reading]] = []
        for slot, reading in zip(due, readings, strict=True):
            try:
                is_kept = self._goes_on(slot, reading)
            except SolverError as error:
                ended.append((slot, error))
                continue
            if is_kept is None:
                ended.append((slot, None))
            elif not is_kept:
                done.append((slot, reading))
        return ended + self._relaxed(done)

    def _refresh(self, due: list[int]) -> list[Reading]:
        """Compute demagnetising field, torque and moments of some slots."""
        for slot in due:
            descent = self._descents[slot]
            if descent.problem.options.demag:
                descent.relaxation.effort.demag_evaluations += 1
        # one answer for all is waited for, not one for each part
        parts = [refresh(self._pass, self._demag, self._rows(part)) for part in _parts(due)]
        return [Reading.of(numbers) for numbers in torch.cat(parts).tolist()]

    def _goes_on(self, slot: int, reading: Reading) -> bool | None:
        """Return whether a slot has to descend further; None where its trial is given up."""
        descent, steps = self._descents[slot], self._steps[:, slot]
        relaxation, options = descent.relaxation, descent.problem.options
        if not reading.is_finite:
            raise self._not_finite(slot)
        if not descent.is_fresh:
            descent.interval = next_interval(
                descent.interval,
                options.demag_interval,
                reading.torque,
                float(steps[row.LARGEST]),
                relaxation.tolerance,
            )
            if _has_lost(descent, reading):
                return None
            elapsed_s = time.monotonic() - descent.began
            watch(options, relaxation.mu0_H, descent.iterations, elapsed_s)
        descent.is_fresh = False
        tau, quiet = float(steps[row.TAU]), int(steps[row.QUIET])
        if has_converged(reading.torque, tau, quiet, relaxation.tolerance):
            return False
        steps[row.LARGEST] = reading.torque
        steps[row.LEFT] = descent.interval
        steps[row.ACTIVE] = 1.0
        return True

    def _not_finite(self, slot: int) -> SolverError:
        rows = self._rows([slot])
        m, torque = (
            part.cpu().numpy()[0][:, None]
            for part in (self._pass.state(rows), self._pass.torque(rows))
        )
        return not_finite(self._descents[slot].relaxation.mu0_H, m, torque)

    def _relaxed(self, done: list[tuple[int, Reading]]) -> list[tuple[int, Outcome]]:
        """Return the converged states with their energies."""
        ended: list[tuple[int, Outcome]] = []
        for part in _parts(done):
            rows = self._rows([slot for slot, _ in part])
            m = self._pass.state(rows)
            energies = energies_of(self._pass, rows, m).tolist()
            for (slot, reading), energy, state in zip(part, energies, m.cpu().numpy(), strict=True):
                Ms = float(self._descents[slot].problem.per_cell("Ms").mean())
                relaxed = Relaxed(
                    m=state[:, None],
                    moments=reading.moments,
                    energy=energy * Ms,
                    torque=reading.torque,
                )
                ended.append((slot, relaxed))
        return ended


def _parts(members: list[Member]) -> list[list[Member]]:
    """Cut a list into parts that are refreshed in one go."""
    first = range(0, len(members), REFRESHED_AT_ONCE)
    return [members[at : at + REFRESHED_AT_ONCE] for at in first]


def _has_lost(descent: _Descent, reading: Reading) -> bool:
    loss = descent.relaxation.loss
    if loss is None:
        return False
    if loss.flipped_before is not None:
        return loss.is_met_by(reading.flipped)
    direction = np.array(descent.problem.sweep.direction)
    return float(np.array(reading.moments) @ direction) < 0
