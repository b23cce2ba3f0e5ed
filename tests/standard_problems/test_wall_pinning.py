"""A wall at the boundary of two phases (Heistracher et al., JMMM 548, 168875, 2022)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.mesh import Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions
from solver.terms.constants import MU0

CELL = 0.5e-9
HARD = {"A": 1e-11, "K": 1e6, "J": 1.0}
SOFT = {"A": 2.5e-12, "K": 1e5, "J": 0.25}
PUBLISHED = {
    "AKJ": 1.568,
    "AK": 1.089,
    "AJ": 1.206,
    "A": 0.838,
    "KJ": 1.005,
    "K": 0.565,
    "": 0.0,
}


def _depinning_field(soft: dict[str, float]) -> float:
    """mu0 Hp = mu0 (2 K_II / J_II) (1 - eK eA) / (1 + sqrt(eJ eA))², e = I / II (Eq. 28)."""
    e = {name: soft[name] / HARD[name] for name in HARD}
    shape = (1 - e["K"] * e["A"]) / (1 + math.sqrt(e["J"] * e["A"])) ** 2
    return MU0 * 2 * HARD["K"] / HARD["J"] * shape


def _soft_phase(jumps: str) -> dict[str, float]:
    return {name: (SOFT if name in jumps else HARD)[name] for name in HARD}


def _rod(soft, m, fields, rule="conservative"):
    materials = tuple(
        RegionMaterial(Ms=phase["J"] / MU0, Aex=phase["A"], Ku1=phase["K"])
        for phase in (soft, HARD)
    )
    regions = np.zeros((1, 1, 160), dtype=np.uint8)
    regions[..., 80:] = 1
    return Problem(
        mesh=Mesh(cells=(160, 1, 1), cell_size=(CELL, 1e-9, 1e-9), pbc=(0, 0, 0)),
        regions=regions,
        materials=materials,
        sweep=FieldSweep(mode="fixed", values_T=tuple(fields)),
        initial_state=m,
        options=SolverOptions(
            demag=False,
            precision="float64",
            perturbation=1e-4,
            torque_T=1e-6,
            delta_m=1e-9,
            exchange_rule=rule,
        ),
    )


@pytest.mark.parametrize("jumps", [name for name in PUBLISHED if name])
def test_wall_pinning_is_within_one_percent_of_theory(jumps, solve, wall_profile):
    soft = _soft_phase(jumps)
    depinning = _depinning_field(soft)
    assert depinning == pytest.approx(PUBLISHED[jumps], abs=6e-4)
    m = wall_profile(160, CELL, 20e-9, math.sqrt(soft["A"] / soft["K"]))
    below, above = -0.99 * depinning, -1.01 * depinning
    steps = solve(_rod(soft, m, [-0.35 * depinning, -0.8 * depinning, below, above]))
    reversed_hard_half = -0.999
    assert steps[2].M_over_Ms > -0.95
    assert steps[3].M_over_Ms < reversed_hard_half


def test_wall_without_a_boundary_moves_below_ten_millitesla(solve, wall_profile):
    m = wall_profile(160, CELL, 20e-9, math.sqrt(HARD["A"] / HARD["K"]))
    (step,) = solve(_rod(HARD, m, [-0.01]))
    assert step.M_over_Ms < -0.999


def test_rule_of_2014_misses_the_jump_in_magnetisation(solve, wall_profile):
    """MuMax3 before 3.10 gives a fraction of the field where Ms differs, at any cell size."""
    soft = _soft_phase("AKJ")
    m = wall_profile(160, CELL, 20e-9, math.sqrt(soft["A"] / soft["K"]))
    steps = solve(_rod(soft, m, [-0.3, -0.45], rule="mumax3_2014"))
    assert steps[0].M_over_Ms > -0.95
    assert steps[1].M_over_Ms < -0.999
