"""What MuMax3 writes while it runs, turned into the events of the built-in solver."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from solver.errors import Mumax3Error
from solver.events import FieldStep, LogLine, Snapshot
from solver.mumax3 import layout
from solver.mumax3.attempts import (
    OUTPUT_FOLDER,
    prune_states,
    read_magnetisation,
    told_rows,
)
from solver.mumax3.executable import Banner, read_banner
from solver.mumax3.failures import FailureKind
from solver.mumax3.layout import REASONS
from solver.mumax3.ovf import OvfError, read_ovf
from solver.mumax3.process import OUTPUT_FILE, read_head, read_tail
from solver.mumax3.table import Row, TableFollower, value_of
from solver.problem import unit_vector
from solver.snapshots import store_snapshot
from solver.terms.constants import MU0

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from solver.events import SolverEvent
    from solver.mumax3.attempts import Attempt
    from solver.mumax3.layout import SnapshotName
    from solver.problem import Problem
    from solver.run_folder import EventLog

_LONGEST_LOG: Final = 256 << 20
"""A log of more bytes is none of a half-cycle."""
_FIELD_TOLERANCE_T: Final = 1e-5
"""The table holds applied fields in single precision."""


class Follower:
    """Reads the files of one attempt and appends the events that they tell.

    Parameters
    ----------
    cycle : Path
        Folder of the half-cycle.
    problem : Problem
    attempt : Attempt
    log : EventLog
    known : sequence of event
        What the half-cycle has told so far; the attempt goes on behind its last field step.
    on_banner : callable
        Gets what MuMax3 says of itself, once, before the first event.
    elapsed : callable, optional
        Gives the seconds since the process began; by default since this was made.
    """

    def __init__(
        self,
        cycle: Path,
        problem: Problem,
        attempt: Attempt,
        log: EventLog,
        known: Sequence[SolverEvent],
        on_banner: Callable[[Banner], None],
        elapsed: Callable[[], float] | None = None,
    ) -> None:
        self._cycle = cycle
        self._problem = problem
        self._folder = attempt.folder(cycle)
        self._output = attempt.output(cycle)
        self._log = log
        steps = [event for event in known if isinstance(event, FieldStep)]
        self._fields = {step.index: step.mu0_H_T for step in steps}
        self._stored = {(e.index, e.reason) for e in known if isinstance(e, Snapshot)}
        self._first = self.announced = len(steps)
        self.last = steps[-1] if steps else None
        begin = attempt.resumed_from
        self._before = steps[begin] if begin is not None and begin < len(steps) else None
        self._on_banner = on_banner
        self._table = TableFollower(self._output / layout.TABLE_FILE)
        self._regions_are_checked = False
        self._evaluations = 0
        self._mean_Ms = float(np.mean(problem.per_cell("Ms")))
        self._direction = unit_vector(problem.sweep.direction)
        self._began = self._moved = time.monotonic()
        self._elapsed = elapsed or (lambda: time.monotonic() - self._began)
        self._mark: tuple[Any, ...] = ()
        self.banner: Banner | None = None

    def poll(self) -> None:
        """Append what is new.

        Raises
        ------
        Mumax3Error
            If a file cannot be understood, holds NaN, or the regions are not those of the problem.
        """
        self._check_log()
        if self.banner is None:
            self.banner = read_banner(read_head(self._folder))
            if self.banner is None:
                return
            self._on_banner(self.banner)
        if not self._regions_are_checked:
            self._regions_are_checked = self._check_regions()
        for row in self._table.read():
            if value_of(row, layout.ACCEPTED) == 1:
                self._accept(row)
        self._store_snapshots()
        prune_states(self._output, self.announced)

    def recover(self) -> None:
        """Append the accepted states that the table lacks, where their files are whole.

        MuMax3 writes its table every five seconds; a crash loses those rows, and not the states.
        """
        if not (self._regions_are_checked or self._check_regions()):
            return
        for row in told_rows(self._folder):
            if row[layout.ACCEPTED] != 1 or row[layout.INDEX] != self.announced:
                continue
            if layout.MAX_TORQUE not in row:
                path = self._output / layout.state_file(self.announced)
                m = read_magnetisation(path, self._problem.mesh)
                if m is None:
                    return
                row = row | self._evaluate(m, row[layout.FIELD])
            self._accept(row)
        self._store_snapshots()

    def _evaluate(self, m: NDArray[Any], mu0_H: float) -> Row:
        """Return what the table would have told of a state, by the reference of the solver."""
        # Needed after a crash only, and slow to load.
        from solver.fields import evaluate_fields

        problem = self._problem
        fields = evaluate_fields(problem, m, mu0_H)
        volume = problem.mesh.n_cells * problem.mesh.cell_volume
        B = MU0 * (fields.exchange + fields.anisotropy + fields.zeeman + fields.demag)
        torque = np.sqrt(((B - (m * B).sum(axis=0) * m) ** 2).sum(axis=0))
        moments = (problem.per_cell("Ms") * m).reshape(3, -1).mean(axis=1)
        return {
            **dict(zip(layout.MOMENTS, map(float, moments), strict=True)),
            **dict(zip(layout.APPLIED, map(float, mu0_H * self._direction), strict=True)),
            layout.ENERGY_DENSITY: sum(fields.energies.values()) / volume,
            layout.MAX_TORQUE: float(torque.max()),
            layout.EVALUATIONS: float(self._evaluations),
        }

    def finish(self) -> None:
        """Append what is new after the end of the process, and tell what stayed half."""
        self.poll()
        # One look more: rows behind a long table.
        self.poll()
        if self.has_moved and not self._regions_are_checked:
            raise Mumax3Error(
                "MuMax3 did not write back the regions that it read",
                kind=FailureKind.WRONG_REGIONS,
            )
        for _, path in self._waiting_snapshots():
            message = f"the state {path.name} of MuMax3 is not whole and is left out"
            self._log.write(LogLine(level="warning", message=message))

    @property
    def has_moved(self) -> bool:
        """Whether a field step was accepted since the attempt began."""
        return self.announced > self._first

    @property
    def is_complete(self) -> bool:
        """Whether the script came to its end."""
        names = (layout.parse_snapshot(path.name) for path in self._output.glob("final_*.ovf"))
        return any(name is not None and name.index == self.announced - 1 for name in names)

    def idle_s(self) -> float:
        """Return how long the half-cycle has not moved: no trial, no row, no stored state."""
        trials = [line for line in read_tail(self._folder).splitlines() if "trial" in line]
        mark = (self.banner is None, self.announced, trials[-1:], self._regions_are_checked)
        now = time.monotonic()
        if mark != self._mark:
            self._mark, self._moved = mark, now
        return now - self._moved

    def _accept(self, row: Row) -> None:
        index = int(value_of(row, layout.INDEX))
        if index < self.announced:
            # A table that was begun again repeats itself.
            return
        if index > self.announced:
            raise Mumax3Error(
                f"table.txt of MuMax3 cannot be understood: state {index} follows state "
                f"{self.announced - 1}",
                kind=FailureKind.GARBAGE,
            )
        mu0_H = round(value_of(row, layout.FIELD), 9)
        self._check_field(row, mu0_H)
        moments = [value_of(row, column) / self._mean_Ms for column in layout.MOMENTS]
        before = self._before
        self._evaluations = evaluations = int(value_of(row, layout.EVALUATIONS))
        step = FieldStep(
            index=index,
            mu0_H_T=mu0_H,
            M_over_Ms=value_of(row, layout.M_OVER_MS),
            mx=moments[0],
            my=moments[1],
            mz=moments[2],
            energy_density_J_m3=value_of(row, layout.ENERGY_DENSITY),
            max_torque_T=value_of(row, layout.MAX_TORQUE),
            # One torque, and so one demagnetising field, in each iteration.
            iterations=evaluations + (before.iterations if before else 0),
            demag_evaluations=evaluations + (before.demag_evaluations if before else 0),
            jump=value_of(row, layout.JUMP) == 1,
            progress=self._problem.sweep.progress(mu0_H, index),
            cpu_s=self._elapsed() + (before.cpu_s if before else 0.0),
        )
        self._log.write(step)
        self.last = step
        self._fields[index] = mu0_H
        self.announced = index + 1

    def _check_field(self, row: Row, mu0_H: float) -> None:
        applied = [value_of(row, column) for column in layout.APPLIED]
        if not np.allclose(applied, mu0_H * self._direction, rtol=1e-6, atol=_FIELD_TOLERANCE_T):
            raise Mumax3Error(
                f"MuMax3 applied {applied} T where {mu0_H:.6g} T along the sweep's direction were "
                "asked for",
                kind=FailureKind.GARBAGE,
            )

    def _check_regions(self) -> bool:
        """Compare the regions that MuMax3 has with those of the problem; False: not there yet."""
        path = self._output / layout.LOADED_REGIONS_FILE
        try:
            found = read_ovf(path).data
        except OvfError:
            return False
        if found.shape[1:] == self._problem.mesh.shape and np.array_equal(
            found[0], self._problem.regions
        ):
            return True
        wrong = "another number of cells"
        if found.shape[1:] == self._problem.mesh.shape:
            wrong = f"{int((found[0] != self._problem.regions).sum())} cells in another region"
        raise Mumax3Error(
            f"MuMax3 read the regions wrongly: it has {wrong}",
            kind=FailureKind.WRONG_REGIONS,
        )

    def _check_log(self) -> None:
        for path in (self._folder / OUTPUT_FILE, self._output / layout.LOG_FILE):
            if path.exists() and path.stat().st_size > _LONGEST_LOG:
                raise Mumax3Error(
                    f"MuMax3 printed more than {_LONGEST_LOG >> 20} MB",
                    kind=FailureKind.GARBAGE,
                )

    def _waiting_snapshots(self) -> list[tuple[SnapshotName, Path]]:
        """Return the states that are not stored yet, those of earlier attempts included."""
        found = []
        for path in self._folder.parent.glob(f"attempt-*/{OUTPUT_FOLDER}/*.ovf"):
            name = layout.parse_snapshot(path.name)
            if name is None or name.reason == "final" or (name.index, name.reason) in self._stored:
                continue
            # What an earlier attempt had beyond our first state is computed again.
            last = self.announced if path.parent == self._output else self._first
            if name.index < last:
                found.append((name, path))
        return sorted(found, key=lambda each: (each[0].index, REASONS.index(each[0].reason)))

    def _store_snapshots(self) -> None:
        """Copy whole states to the snapshots of the half-cycle, behind their field steps."""
        for name, path in self._waiting_snapshots():
            m = read_magnetisation(path, self._problem.mesh)
            if m is None:
                continue
            # The name of the file is rounded, the field step is not.
            mu0_H = self._fields[name.index]
            snapshot = store_snapshot(
                self._cycle,
                m,
                self._problem.mesh,
                index=name.index,
                mu0_H_T=mu0_H,
                reason=name.reason,
            )
            self._stored.add((name.index, name.reason))
            self._log.write(snapshot)
