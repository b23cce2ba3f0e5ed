"""Problems worked off in batches: each walks down its own half-cycle, and ended ones are replaced.

Folders of one shape (:class:`solver.batch.shape.BatchShape`) share a batch; the shapes are taken in
turn. More folders may arrive while a batch is at work. What a folder holds, its events, checkpoint
and states, is the same as where one process solves it (:mod:`solver.solve`), and a folder that one
engine began the other goes on with.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import torch

from solver.batch.device import LARGEST_BATCH, batch_size, describe
from solver.batch.minimizer import BatchMinimizer
from solver.batch.shape import BatchShape
from solver.errors import CancelledError, DeviceError, SolverError
from solver.problem import load_problem
from solver.solve import Conduct, Solve, solving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from solver.batch.minimizer import Outcome
    from solver.problem import Problem
    from solver.relaxation import Relaxation, Relaxed

CHECKPOINT_EVERY_S: Final = 60.0
"""A checkpoint after every trial, as one process writes it, would hold up the whole batch."""
_STOPPED: Final = "the run was asked to stop"


@dataclass(slots=True, kw_only=True)
class Orders:
    """What the engine asks and tells while it works; every callable has a default that is silent.

    Parameters
    ----------
    should_stop : callable
        Asked every round; true ends everything.
    is_unwanted : callable
        ``is_unwanted(folder)``, asked every round; true ends this folder.
    begins : callable
        ``begins(folder)`` before a folder is taken; false leaves it out.
    ended : callable
        ``ended(folder, error)``, None where it ended well.
    """

    should_stop: Callable[[], bool] = lambda: False
    is_unwanted: Callable[[Path], bool] = lambda _: False
    begins: Callable[[Path], bool] = lambda _: True
    ended: Callable[[Path, SolverError | None], None] = lambda *_: None


@dataclass(slots=True, kw_only=True)
class _Task:
    """A folder in a slot; ``cpu_s`` is its share of the process's time."""

    folder: Path
    problem: Problem
    cpu_s: float = 0.0
    decisions: Solve = field(init=False)

    def start(self, conduct: Conduct) -> Relaxation | None:
        """Return the first relaxation; None where the folder is finished."""
        conduct = replace(conduct, clock=lambda: self.cpu_s)
        self.decisions = solving(self.folder, self.problem, conduct)
        return next(self.decisions, None)

    def answer(self, outcome: Relaxed | BaseException | None) -> Relaxation | None:
        """Return what follows on the end of a relaxation; None at the end of the half-cycle."""
        try:
            if isinstance(outcome, BaseException):
                return self.decisions.throw(outcome)
            return self.decisions.send(outcome)
        except StopIteration:
            return None


def solve_folders(
    folders: Sequence[Path],
    device: Any,
    orders: Orders | None = None,
    *,
    most: int = LARGEST_BATCH,
    store_states: bool = True,
) -> None:
    """Solve folders of problems, as many at once as fit the device.

    Parameters
    ----------
    folders : sequence of Path
        One that is named twice is solved once.
    device : torch.device
        What :func:`solver.batch.device.open_device` returns.
    orders : Orders, optional
    most : int
        Most problems at once.
    store_states : bool
        Whether magnetisations are stored, as in :func:`solver.solve.solve_folder`.

    Raises
    ------
    CancelledError
        If the work was stopped; all accepted field steps are on disk then. What is wrong with one
        folder is not raised: :attr:`Orders.ended` is told, and the others go on.
    DeviceError
        If the device ran out of memory although it should not have.
    """
    supply = _Supply(_once(folders), orders or Orders())
    _work_off(supply, device, most=most, store_states=store_states, may_grow=False)


def solve_arriving(
    arrive: Callable[[], Iterable[Path]],
    device: Any,
    orders: Orders | None = None,
    *,
    most: int = LARGEST_BATCH,
    store_states: bool = True,
) -> None:
    """Solve folders as they arrive, until all that have arrived are solved.

    Parameters
    ----------
    arrive : callable
        Asked every round; gives the folders that have come since. Those of the shape at work take
        the next free slots; the others wait until there are none of that shape left.
    device, orders, most, store_states
        As in :func:`solve_folders`. The device's memory is taken for ``most`` problems at once, as
        far as they fit.

    Raises
    ------
    CancelledError, DeviceError
        As in :func:`solve_folders`.
    """
    supply = _Supply(arrive, orders or Orders())
    _work_off(supply, device, most=most, store_states=store_states, may_grow=True)


def _once(folders: Sequence[Path]) -> Callable[[], Iterable[Path]]:
    """Return what gives all folders at the first call, and none afterwards."""
    left = list(dict.fromkeys(folders))

    def arrive() -> list[Path]:
        found = left.copy()
        left.clear()
        return found

    return arrive


def _work_off(
    supply: _Supply, device: Any, *, most: int, store_states: bool, may_grow: bool
) -> None:
    orders = supply.orders
    conduct = Conduct(
        store_states=store_states,
        checkpoint_every_s=CHECKPOINT_EVERY_S,
        device=describe(device),
    )
    while (shape := supply.next_shape()) is not None:
        wanted = most if may_grow else min(most, supply.waiting(shape))
        try:
            slots = batch_size(shape, device, wanted)
        except SolverError as error:
            while (folder := supply.take(shape)) is not None:
                orders.ended(folder, error)
            continue
        try:
            batch = _Batch(BatchMinimizer(shape, slots, device), slots, conduct, orders)
            batch.run(partial(supply.take, shape), supply.look)
        except torch.OutOfMemoryError as error:
            raise DeviceError(
                f"the memory of {device.type} did not hold {slots} problems, although that much "
                "was free before; close other programs that use it, or take fewer at once "
                "(--most). The same command goes on from the last checkpoints",
                allowed=f"fewer than {slots} at once",
            ) from error


class _Supply:
    """Folders that wait, by shape; those that cannot be computed are told of as they arrive."""

    def __init__(self, arrive: Callable[[], Iterable[Path]], orders: Orders) -> None:
        self.orders = orders
        self._arrive = arrive
        self._waiting: dict[BatchShape, deque[Path]] = {}

    def look(self) -> None:
        """Take in what has arrived."""
        for folder in self._arrive():
            if self.orders.should_stop():
                raise CancelledError(_STOPPED)
            try:
                shape = BatchShape.of(load_problem(folder))
            except SolverError as error:
                self.orders.ended(folder, error)
                continue
            self._waiting.setdefault(shape, deque()).append(folder)

    def next_shape(self) -> BatchShape | None:
        """Return the shape that has waited longest, or None where nothing waits."""
        self.look()
        self._waiting = {shape: waiting for shape, waiting in self._waiting.items() if waiting}
        return next(iter(self._waiting), None)

    def waiting(self, shape: BatchShape) -> int:
        """Return how many folders of a shape wait."""
        return len(self._waiting.get(shape, ()))

    def take(self, shape: BatchShape) -> Path | None:
        """Return the next folder of a shape, or None where none waits at the moment."""
        waiting = self._waiting.get(shape)
        return waiting.popleft() if waiting else None


class _Batch:
    """Folders of one shape, worked off in the slots of a minimiser."""

    def __init__(
        self, minimizer: BatchMinimizer, slots: int, conduct: Conduct, orders: Orders
    ) -> None:
        self._minimizer = minimizer
        self._free = list(range(slots))
        self._tasks: dict[int, _Task] = {}
        self._conduct = conduct
        self._orders = orders
        self._cpu_s = time.process_time()

    def run(self, take: Callable[[], Path | None], look: Callable[[], None]) -> None:
        """Work until ``take`` gives no folder and no slot is at work; ``look`` every round."""
        try:
            self._fill(take)
            while self._tasks:
                look()
                if self._orders.should_stop():
                    raise CancelledError(_STOPPED)
                self._end_unwanted()
                for slot, outcome in self._minimizer.advance():
                    self._go_on(slot, outcome)
                self._share_time()
                self._fill(take)
        except BaseException as error:
            self._abandon(error)
            raise

    def _fill(self, take: Callable[[], Path | None]) -> None:
        """Put waiting folders into free slots."""
        while self._free:
            folder = take()
            if folder is None:
                return
            if self._orders.begins(folder):
                self._take(folder)

    def _take(self, folder: Path) -> None:
        slot = self._free[-1]
        try:
            # loaded once more: thousands may wait
            task = _Task(folder=folder, problem=load_problem(folder))
            relaxation = task.start(self._conduct)
        except SolverError as error:
            self._orders.ended(folder, error)
            return
        if relaxation is None:
            self._orders.ended(folder, None)
            return
        self._free.pop()
        self._tasks[slot] = task
        self._minimizer.load(slot, task.problem)
        self._minimizer.begin(slot, task.problem, relaxation)

    def _go_on(self, slot: int, outcome: Outcome) -> None:
        """Let a task decide how it goes on."""
        task = self._tasks[slot]
        try:
            relaxation = task.answer(outcome)
        except SolverError as error:
            self._release(slot, error)
            return
        if relaxation is None:
            self._release(slot, None)
        else:
            self._minimizer.begin(slot, task.problem, relaxation)

    def _release(self, slot: int, error: SolverError | None) -> None:
        self._minimizer.drop(slot)
        task = self._tasks.pop(slot)
        self._free.append(slot)
        self._orders.ended(task.folder, error)

    def _end_unwanted(self) -> None:
        for slot, task in list(self._tasks.items()):
            if self._orders.is_unwanted(task.folder):
                self._go_on(slot, CancelledError(_STOPPED))

    def _share_time(self) -> None:
        """Share the time of this process among the tasks at work."""
        now = time.process_time()
        for task in self._tasks.values():
            task.cpu_s += (now - self._cpu_s) / len(self._tasks)
        self._cpu_s = now

    def _abandon(self, error: BaseException) -> None:
        """End every task, so that each writes its checkpoint and lets its folder go."""
        for slot in list(self._tasks):
            told = error if isinstance(error, CancelledError) else CancelledError(str(error))
            self._go_on(slot, told)
