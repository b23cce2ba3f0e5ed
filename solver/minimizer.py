"""Energy minimisation at one applied field: multirate Barzilai-Borwein steepest descent.

The steps are those of Exl et al. (J. Appl. Phys. 115, 17D118, 2014): Cayley rotations along the
torque, the two Barzilai-Borwein lengths in turn. The demagnetising field, which costs as much as
tens of such steps, is frozen for ``demag_interval`` of them and then computed anew; a state counts
as converged only if it still is after that.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solver.errors import CancelledError
from solver.kernels import numba_cpu
from solver.problem import Problem, unit_vector
from solver.relaxation import (
    FIRST_STEP,
    LONGEST_STEP,
    Effort,
    Tolerance,
    has_converged,
    next_interval,
    not_finite,
    watch,
)
from solver.terms.demag import DemagOperator, make_demag
from solver.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

Array = NDArray[Any]


@dataclass(slots=True)
class Minimizer:
    """Relaxes the state of a workspace; one per problem.

    Parameters
    ----------
    problem : Problem
    should_stop : callable
        Asked a few times a second; true ends the descent with CancelledError.
    """

    problem: Problem
    should_stop: Callable[[], bool] = lambda: False
    effort: Effort = field(default_factory=Effort)
    workspace: Workspace = field(init=False)
    _demag: DemagOperator | None = field(init=False)
    _demag_field: Array = field(init=False)
    _direction: Array = field(init=False)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.problem)
        dtype = self.workspace.dtype
        options = self.problem.options
        self._demag = make_demag(self.problem.mesh, dtype) if options.demag else None
        self._demag_field = np.zeros((3, *self.problem.mesh.shape), dtype=dtype)
        self._direction = unit_vector(self.problem.sweep.direction)

    def compile(self) -> None:
        """Call every kernel once on an empty state, which compiles it or loads it."""
        arguments = self._kernel_arguments()
        numba_cpu.evaluate(*arguments)
        numba_cpu.descend(*arguments, (0.0, 0.0, 0, 0), (0.0, 0.0, 0.0), 1)
        self.energy_density(0.0)

    def refresh_field(self, mu0_H: float) -> None:
        """Compute the demagnetising field of the present state and add the applied one."""
        if self._demag is not None:
            self._demag.write_field(self.workspace.polarisation(), self._demag_field)
            self.effort.demag_evaluations += 1
        interior = self.workspace.layout.interior(self.workspace.field)
        for component in range(3):
            applied = self.workspace.dtype.type(mu0_H * self._direction[component])
            np.add(self._demag_field[component], applied, out=interior[component])

    def relax(
        self,
        mu0_H: float,
        tolerance: Tolerance,
        gives_up: Callable[[], bool] = lambda: False,
    ) -> float | None:
        """Descend to a minimum of the energy at the applied field.

        Parameters
        ----------
        mu0_H : float
            Applied field in T along the sweep's direction.
        tolerance : Tolerance
        gives_up : callable
            Asked at every refresh of the demagnetising field; true ends a trial early.

        Returns
        -------
        float or None
            The largest torque left in T, or None if the trial was given up.

        Raises
        ------
        NotFiniteError, IterationLimitError, CancelledError
        """
        options = self.problem.options
        limits = (tolerance.torque_T, tolerance.delta_m, LONGEST_STEP)
        began, first_iteration = time.monotonic(), self.effort.iterations
        tau, quiet, count = FIRST_STEP, 0, 0
        interval = options.demag_interval
        torque = self._evaluate(mu0_H)
        while not has_converged(torque, tau, quiet, tolerance):
            tau, frozen_torque, quiet, done = numba_cpu.descend(
                *self._kernel_arguments(), (tau, torque, quiet, count), limits, interval
            )
            self.effort.iterations += done - count
            count = done
            torque = self._evaluate(mu0_H)
            interval = next_interval(
                interval, options.demag_interval, torque, frozen_torque, tolerance
            )
            if self.should_stop():
                raise CancelledError("the run was asked to stop")
            if gives_up():
                return None
            done_here = self.effort.iterations - first_iteration
            watch(options, mu0_H, done_here, time.monotonic() - began)
        return torque

    def energy_density(self, mu0_H: float) -> float:
        """Return the energy density in J/m³ of a state whose demagnetising field is up to date."""
        _, axis, shape, _ = self._kernel_arguments()
        w = self.workspace
        arrays = (w.m, w.field, w.links, w.weights, w.local_axes)
        applied = tuple(float(mu0_H * component) for component in self._direction)
        per_moment = float(numba_cpu.energy_per_moment(*arrays, axis, applied, shape))
        return per_moment * float(self.problem.per_cell("Ms").mean())

    def _evaluate(self, mu0_H: float) -> float:
        self.refresh_field(mu0_H)
        torque = float(numba_cpu.evaluate(*self._kernel_arguments()))
        # the sum is finite only if every torque is, and needs no array of answers
        if not math.isfinite(torque + float(self.workspace.t.sum())):
            w = self.workspace
            raise not_finite(mu0_H, w.state, w.layout.interior(w.t))
        return torque

    def _kernel_arguments(self) -> tuple[Any, ...]:
        w, layout = self.workspace, self.workspace.layout
        arrays = (w.m, w.t, w.field, w.links, w.weights, w.background, w.local_axes)
        shape = (*layout.cells, layout.row, layout.plane, layout.origin)
        return arrays, w.axis, shape, w.periodic
