"""What is submitted: a design, its half-cycles as problems, and the hash that names them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.design.nanostructure import build_nanostructure
from smcogui.design.problem import make_problem
from solver import __version__ as solver_version

if TYPE_CHECKING:
    from smcogui.design.design import Design
    from solver.problem import Problem

SOLVER_NAME: Final = "builtin"
_SOLVER_VERSION: Final = solver_version


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
    solver: str = SOLVER_NAME
    solver_version: str = _SOLVER_VERSION

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
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def make_run_spec(design: Design) -> RunSpec:
    """Build the structure and the problem of every half-cycle of a design.

    Raises
    ------
    InputError
        If the design cannot be meshed.
    """
    return RunSpec(
        design=design,
        cycles=tuple(_make_cycle(design, k) for k in range(design.run.cycles)),
    )


def _make_cycle(design: Design, cycle: int) -> CycleSpec:
    structure = build_nanostructure(design, cycle)
    return CycleSpec(
        problem=make_problem(design, structure, cycle),
        offsets=structure.offsets,
        fractions={
            phase.label: float(share) for phase, share in structure.volume_fractions().items()
        },
    )
