"""Width and energy of a Bloch wall: delta = sqrt(A/K), sigma = 4 sqrt(A K)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.hysteresis import HalfCycle
from solver.mesh import Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

MATERIAL = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6)
CELL = 0.25e-9
N = 320


def test_wall_has_the_analytic_width_and_energy(wall_profile):
    width = math.sqrt(MATERIAL.Aex / MATERIAL.Ku1)
    problem = Problem(
        mesh=Mesh(cells=(N, 1, 1), cell_size=(CELL, 1e-9, 1e-9), pbc=(0, 0, 0)),
        regions=np.zeros((1, 1, N), dtype=np.uint8),
        materials=(MATERIAL,),
        sweep=FieldSweep(mode="fixed", values_T=(0.0,)),
        initial_state=wall_profile(N, CELL, N * CELL / 2, 2 * width),
        options=SolverOptions(
            demag=False,
            precision="float64",
            perturbation=0.0,
            torque_T=1e-8,
            delta_m=1e-12,
        ),
    )
    (accepted,) = HalfCycle(problem).advance()
    # uniform anisotropy energy density is -Ku1: the wall's energy is what lies above it
    wall_energy = (accepted.step.energy_density_J_m3 + MATERIAL.Ku1) * N * CELL
    assert wall_energy == pytest.approx(4 * math.sqrt(MATERIAL.Aex * MATERIAL.Ku1), rel=1e-3)
    x = (np.arange(N) + 0.5) * CELL - N * CELL / 2
    inner = np.abs(x) < 3 * width
    measured = np.polyfit(x[inner], np.arctanh(accepted.m[1, 0, 0, inner]), 1)[0]
    assert 1 / measured == pytest.approx(width, rel=2e-3)
