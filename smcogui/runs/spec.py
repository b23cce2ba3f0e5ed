"""What is submitted: a design, its half-cycles as problems, and the hash that names them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.design.nanostructure import build_nanostructure
from smcogui.design.problem import make_problem
from smcogui.errors import InputError
from solver import __version__ as solver_version
from solver.problem import FIELD_DIGITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smcogui.design.design import Design
    from solver.problem import Problem


_ENGINE_NAMES: Final = {"builtin": "built-in", "mumax3": "MuMax3"}
ENGINE_WORDS: Final = {"builtin": "the built-in solver", "mumax3": "MuMax3"}
"""Engines in sentences, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What computes a run: ``builtin`` or ``mumax3``, and its version."""

    name: str
    version: str

    @property
    def label(self) -> str:
        """Name and version for people: ``MuMax3 3.11.1``, ``MuMax3 3.11.1, imported``."""
        if self.name == IMPORTED:
            # Without the checksum of its table.
            return f"{self.version.partition(' (')[0]}, imported"
        return f"{_ENGINE_NAMES.get(self.name, self.name)} {self.version}"


BUILTIN: Final = Engine(name="builtin", version=solver_version)
MUMAX3: Final = "mumax3"
"""Name of the engine that the user supplies."""
IMPORTED: Final = "imported"
"""Name of what computed a run that came from elsewhere; the version tells what it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSpec:
    """One half-cycle.

    Parameters
    ----------
    problem : Problem
    offsets : tuple of float
        Offsets of the two wall families and of the platelets in m.
    fractions : dict
        Counted volume fraction per phase, by its label.
    """

    problem: Problem
    offsets: tuple[float, float, float]
    fractions: dict[str, float]

    @property
    def Ms(self) -> float:
        """Volume-averaged saturation magnetisation in A/m."""
        counts = np.bincount(self.problem.regions.ravel(), minlength=len(self.problem.materials))
        return float(counts @ self.problem.table("Ms") / counts.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """A design and its half-cycles, ready to be run by any backend.

    Parameters
    ----------
    design : Design
    cycles : tuple of CycleSpec
    solver, solver_version : str
        What computes it; part of the content, as another version may answer differently.
    """

    design: Design
    cycles: tuple[CycleSpec, ...]
    solver: str = BUILTIN.name
    solver_version: str = BUILTIN.version

    @property
    def snapshots_T(self) -> tuple[float, ...]:
        """Chosen fields in T at which states are stored, the same in every half-cycle."""
        return self.cycles[0].problem.sweep.snapshots_T

    @property
    def run_id(self) -> str:
        """16 hex digits over everything that decides the result.

        The design's name is not among it; the preset and the reading of Hp are, as Phi_p
        depends on them.
        """
        content = {
            "problems": [cycle.problem.content_hash() for cycle in self.cycles],
            "preset": self.design.preset,
            "hp_reading": self.design.hp_reading,
            "solver": self.solver,
            "solver_version": self.solver_version,
        }
        if self.design.region_map is not None:
            content["region_map"] = self.design.region_map.sha256
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def make_run_spec(
    design: Design,
    snapshots_T: Sequence[float] = (),
    *,
    engine: Engine = BUILTIN,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> RunSpec:
    """Build the structure and the problem of every half-cycle of a design.

    Parameters
    ----------
    design : Design
    snapshots_T : sequence of float
        Fields in T at which the magnetisation is stored besides remanence, Hp and Hc. The sweep
        visits them exactly, so that they are part of what is computed.
    engine : Engine, optional
        What computes it; the built-in solver by default.
    options : mapping, optional
        Solver options that no design file has (:class:`solver.problem.SolverOptions`).

    Raises
    ------
    InputError
        If the design cannot be meshed, or a field lies outside its sweep.
    """
    chosen = tuple(sorted({_checked_field(H, design) for H in snapshots_T}, reverse=True))
    return RunSpec(
        design=design,
        cycles=tuple(_make_cycle(design, k, chosen, options) for k in range(design.run.cycles)),
        solver=engine.name,
        solver_version=engine.version,
    )


def _checked_field(mu0_H_T: float, design: Design) -> float:
    start, stop = design.field.start_T, design.field.stop_T
    if not stop <= mu0_H_T <= start:
        raise InputError(
            f"a state is to be stored at {mu0_H_T:g} T; "
            f"the sweep goes from {start:g} to {stop:g} T",
            key="snapshots",
            given=f"{mu0_H_T:g}",
            allowed=f"{stop:g} to {start:g} T",
        )
    return round(mu0_H_T, FIELD_DIGITS)


def _make_cycle(
    design: Design, cycle: int, snapshots_T: tuple[float, ...], options: Mapping[str, Any]
) -> CycleSpec:
    structure = build_nanostructure(design, cycle)
    problem = make_problem(design, structure, cycle).with_options(**options)
    sweep = replace(problem.sweep, snapshots_T=snapshots_T)
    return CycleSpec(
        problem=replace(problem, sweep=sweep),
        offsets=structure.offsets,
        fractions={
            phase.label: float(share) for phase, share in structure.volume_fractions().items()
        },
    )
