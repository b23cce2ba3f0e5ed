"""Coherent rotation of a single domain (Stoner and Wohlfarth, Phil. Trans. A 240, 599, 1948)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.mesh import Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

MATERIAL = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6)
ANISOTROPY_FIELD_T = 2 * MATERIAL.Ku1 / MATERIAL.Ms


def _coercivity(degrees: float) -> float:
    """Switching below 45°, the crossing of M = 0 above, over the anisotropy field."""
    angle = math.radians(degrees)
    if degrees >= 45:
        return math.sin(2 * angle) / 2
    return (math.cos(angle) ** (2 / 3) + math.sin(angle) ** (2 / 3)) ** -1.5


def _particle(degrees, fields, perturbation=1e-3):
    angle = math.radians(degrees)
    return Problem(
        mesh=Mesh(cells=(4, 4, 1), cell_size=(5e-10, 5e-10, 2e-9)),
        regions=np.zeros((1, 4, 4), dtype=np.uint8),
        materials=(MATERIAL,),
        sweep=FieldSweep(
            mode="fixed",
            values_T=tuple(fields),
            direction=(math.sin(angle), math.cos(angle), 0.0),
        ),
        options=SolverOptions(
            demag=False,
            precision="float64",
            perturbation=perturbation,
            torque_T=1e-7,
            delta_m=1e-10,
        ),
    )


@pytest.mark.parametrize(
    ("degrees", "published"),
    [(0, 1.0), (15, 0.615), (30, 0.524), (45, 0.5), (60, 0.433), (75, 0.25)],
)
def test_coercivity_is_within_two_per_mille(degrees, published, solve):
    assert _coercivity(degrees) == pytest.approx(published, abs=6e-4)
    Hc = _coercivity(degrees) * ANISOTROPY_FIELD_T
    steps = solve(_particle(degrees, [1.0, 0.0, -0.5 * Hc, -0.9 * Hc, -0.998 * Hc, -1.002 * Hc]))
    assert steps[-2].M_over_Ms > 0
    assert steps[-1].M_over_Ms < 0


def test_coercivity_across_the_easy_axis_is_zero(solve):
    steps = solve(_particle(90, [1.0, 0.01, -0.01]))
    assert steps[1].M_over_Ms > 0 > steps[2].M_over_Ms
    assert steps[0].M_over_Ms == pytest.approx(1.0 / ANISOTROPY_FIELD_T, rel=1e-5)
