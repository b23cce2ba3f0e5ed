"""What a script computes with: the built-in solver in double precision, in MuMax3's place.

Three things are its own and not MuMax3's, and are meant so:

- ``Minimize`` and ``Relax`` both call the built-in minimiser. ``MinimizerStop`` is its largest
  |Δm|, ten times running; there is no criterion on the torque, as MuMax3 has none.
- ``Steps`` with a temperature is the kick that scripts take before a trial. Its strength is worked
  out from what the script says (temperatures, time step, damping, volume); its random numbers are
  those that the built-in solver draws for the trial, so that both walk the same path.
- Unit vectors are left as they are where MuMax3 normalises them once more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from mx3_compile import RunError
from mx3_output import FatalError
from numpy.typing import NDArray

from solver.errors import SolverError
from solver.mesh import Mesh
from solver.mumax3.ovf import OvfError, read_ovf
from solver.problem import Problem, RegionMaterial, SolverOptions
from solver.relaxation import Effort, Tolerance
from solver.tilt import tilted

if TYPE_CHECKING:
    from solver.minimizer import Minimizer

Array = NDArray[np.float64]
REGIONS = 256
BOLTZMANN = 1.380649e-23
GAMMA_LL = 1.7595e11
NO_TORQUE_T = 1e-14
"""Torque in T below which nothing moves any more; only there to end at a perfect minimum."""
HEUN = 2
UNIT = 1e-9
STRENGTH_DIGITS = 12
"""Digits of the kick's strength: rounding undoes that of the square roots on the way to it."""


class Engine:
    """The state of a run: mesh, regions, parameters, magnetisation."""

    def __init__(self, exchange_rule: str) -> None:
        self.exchange_rule = exchange_rule
        self.cells: tuple[int, int, int] | None = None
        self.cell_size: tuple[float, float, float] | None = None
        self.pbc = (0, 0, 0)
        self.regions = np.zeros((1, 1, 1), dtype=np.uint8)
        self.scalars = {name: np.zeros(REGIONS) for name in ("Msat", "Aex", "Ku1", "Temp", "alpha")}
        self.anisU = np.zeros((REGIONS, 3))
        self.scales: dict[tuple[int, int], float] = {}
        self.B_ext = np.zeros(3)
        self.m: Array = np.zeros((3, 1, 1, 1))
        self.enable_demag = True
        self.do_precess = True
        self.minimizer_stop = 1e-6
        self.fix_dt = 0.0
        self.solver = 5
        self.seed = 0
        self.time = 0.0
        self.descents = 0
        self.effort = Effort()
        self._kicks = 0
        self._built: tuple[object, Minimizer] | None = None

    # --- mesh and state ------------------------------------------------------------------

    @property
    def mesh(self) -> Mesh:
        if self.cells is None or self.cell_size is None:
            raise RunError("need to set GridSize and CellSize first")
        return Mesh(cells=self.cells, cell_size=self.cell_size, pbc=self.pbc)

    def set_grid(self, *cells: int) -> None:
        self.cells = cells
        self.regions = np.zeros(cells[::-1], dtype=np.uint8)
        self.m = np.zeros((3, *cells[::-1]))
        self.m[0] = 1.0

    def set_m(self, data: Array) -> None:
        norm = np.sqrt((data * data).sum(axis=0))
        if (norm == 0).any():
            raise RunError("a magnetisation of length 0")
        is_unit = np.abs(norm - 1) < UNIT
        self.m = data.copy() if is_unit.all() else np.where(is_unit, data, data / norm)

    def load(self, name: str, components: int) -> Array:
        """Return the data of an OVF file on this mesh, resampled without a word as MuMax3 does."""
        try:
            data = read_ovf(Path(name)).data.astype(float)
        except OvfError as error:
            raise FatalError(str(error)) from error
        if len(data) < components:
            raise RunError(f"{name} has {len(data)} components")
        shape = self.mesh.shape
        for axis, n in enumerate(shape, start=1):
            source = (np.arange(n) * data.shape[axis]) // n
            data = np.take(data, source, axis=axis)
        return data

    def load_regions(self, name: str) -> None:
        values = self.load(name, 1)[0]
        if (values < 0).any() or (values > REGIONS).any():
            raise FatalError(f"regions.LoadFile({name}): all values should be between 0 & 256")
        self.regions = values.astype(int).astype(np.uint8)

    # --- the solver, which is loaded when it is needed: a run that fails before need not wait --

    def problem(self) -> Problem:
        """Return what the script has stated so far."""
        present = np.unique(self.regions)
        axes = {int(region): self._axis(int(region)) for region in present}
        empty = RegionMaterial(Ms=1.0, Aex=0.0, Ku1=0.0, easy_axis=axes[int(present[0])])
        materials = tuple(
            self._material(region, axes[region]) if region in axes else empty
            for region in range(int(present[-1]) + 1)
        )
        return Problem(
            mesh=self.mesh,
            regions=self.regions,
            materials=materials,
            options=SolverOptions(
                exchange_rule=self.exchange_rule,
                interface_factor=self._interface_factor(present),
                demag=self.enable_demag,
                precision="float64",
            ),
        )

    def _axis(self, region: int) -> tuple[float, float, float]:
        x, y, z = (float(value) for value in self.anisU[region])
        return (x, y, z) if any((x, y, z)) else (0.0, 0.0, 1.0)

    def _material(self, region: int, axis: tuple[float, float, float]) -> RegionMaterial:
        Ms, Aex, Ku1 = (float(self.scalars[name][region]) for name in ("Msat", "Aex", "Ku1"))
        return RegionMaterial(Ms=Ms, Aex=Aex, Ku1=Ku1, easy_axis=axis)

    def _interface_factor(self, present: NDArray[np.uint8]) -> float:
        pairs = [(int(a), int(b)) for a in present for b in present if a < b]
        factors = {self.scales.get(pair, 1.0) for pair in pairs}
        if len(factors) > 1:
            raise RunError(f"the stand-in knows one factor for all interfaces, not {factors}")
        return factors.pop() if factors else 1.0

    def minimizer(self) -> Minimizer:
        """Return the minimiser of the problem as stated now, holding m and B_ext."""
        key = (
            *(self.mesh, self.regions.tobytes(), self.anisU.tobytes(), self.enable_demag),
            *(self.scalars[name].tobytes() for name in ("Msat", "Aex", "Ku1")),
            tuple(sorted(self.scales.items())),
        )
        if self._built is None or self._built[0] != key:
            from solver.minimizer import Minimizer

            try:
                self._built = key, Minimizer(self.problem(), effort=self.effort)
            except SolverError as error:
                raise RunError(str(error)) from error
        minimizer = self._built[1]
        minimizer.workspace.state[...] = self.m
        minimizer._direction = self.B_ext.copy()
        return minimizer

    def descend(self) -> None:
        """Follow the energy down to its minimum."""
        minimizer = self.minimizer()
        tolerance = Tolerance(torque_T=NO_TORQUE_T, delta_m=self.minimizer_stop)
        try:
            minimizer.relax(1.0, tolerance)
        except SolverError as error:
            raise RunError(f"the stand-in's minimiser: {error}") from error
        self.m = minimizer.workspace.state.copy()
        self.descents += 1

    def readings(self) -> tuple[float, float]:
        """Return the largest torque in T and the energy density in J/m³."""
        minimizer = self.minimizer()
        before = self.effort.demag_evaluations
        torque = minimizer._evaluate(1.0)
        self.effort.demag_evaluations = before
        return torque, minimizer.energy_density(1.0)

    # --- the kick ------------------------------------------------------------------------

    def steps(self, count: int) -> None:
        """Tilt m as that many steps of thermal noise would."""
        present = np.unique(self.regions)
        T = self.scalars["Temp"][present]
        if self.solver != HEUN or not self.fix_dt or not T.any() or self.do_precess:
            raise RunError(
                "the stand-in knows Steps only as a kick of noise: SetSolver(2), FixDt, Temp and "
                "DoPrecess = false before"
            )
        Ms, alpha = self.scalars["Msat"][present], self.scalars["alpha"][present]
        duration = count * self.fix_dt
        p = np.sqrt(6 * GAMMA_LL * BOLTZMANN * T * alpha * duration / (Ms * self.mesh.cell_volume))
        strength = np.zeros(REGIONS)
        strength[present] = np.round(p, STRENGTH_DIGITS)
        self._kicks += 1
        # the first trial needs no kick: its tilt is in the file that the script loads
        self.m = _kicked(self.m, strength[self.regions], self.seed, self._kicks + 1)
        self.time += duration


def _kicked(m: Array, strength: Array, seed: int, trial: int) -> Array:
    """Return m with the tilt that the built-in solver gives a trial, cell by cell as strong."""
    one = SolverOptions(perturbation=float(strength.flat[0]), seed=seed)
    if (strength == one.perturbation).all():
        m = tilted(m, one, trial)
    else:
        whole = tilted(np.zeros_like(m), SolverOptions(perturbation=1.0, seed=seed), trial)
        m = m + strength * whole
    return m / np.sqrt((m * m).sum(axis=0, dtype=m.dtype))
