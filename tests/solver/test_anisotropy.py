"""The anisotropy reference against the formula for one cell."""

from __future__ import annotations

import numpy as np
import pytest

from solver.problem import RegionMaterial
from solver.terms.anisotropy import anisotropy_field, anisotropy_strength, easy_axis_per_cell

MATERIALS = (
    RegionMaterial(Ms=1e6, Aex=1e-11, Ku1=4e6, easy_axis=(0.0, 2.0, 0.0)),
    RegionMaterial(Ms=5e5, Aex=1e-11, Ku1=-1e5, easy_axis=(1.0, 1.0, -1.0)),
)


def test_anisotropy_equals_the_loop_over_cells(make_problem, random_state):
    problem = make_problem((3, 4, 2), materials=MATERIALS)
    m = random_state(problem)
    field = anisotropy_field(problem, m)
    for k, j, i in np.ndindex(problem.mesh.shape):
        material = MATERIALS[problem.regions[k, j, i]]
        u = np.array(material.easy_axis) / np.linalg.norm(material.easy_axis)
        expected = 2 * material.Ku1 / material.Ms * (m[:, k, j, i] @ u) * u
        np.testing.assert_allclose(field[:, k, j, i], expected, rtol=1e-12, atol=1e-12)


def test_strength_is_the_anisotropy_field_of_each_phase(make_problem):
    problem = make_problem(materials=MATERIALS)
    strength = anisotropy_strength(problem)
    assert strength[problem.regions == 0] == pytest.approx(8.0)
    assert strength[problem.regions == 1] == pytest.approx(-0.4)


def test_easy_axes_are_normalised(make_problem):
    axes = easy_axis_per_cell(make_problem(materials=MATERIALS))
    np.testing.assert_allclose((axes * axes).sum(axis=0), 1.0)
