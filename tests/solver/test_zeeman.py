"""The applied field."""

from __future__ import annotations

import numpy as np
import pytest

from solver.fields import evaluate_fields
from solver.problem import FieldSweep
from solver.terms.constants import MU0
from solver.terms.zeeman import zeeman_field

SWEEP = FieldSweep(direction=(3.0, 4.0, 0.0))


def test_applied_field_is_uniform_along_the_direction(make_problem):
    field = zeeman_field(make_problem(sweep=SWEEP), -2.0)
    np.testing.assert_allclose(field[0], -1.2)
    np.testing.assert_allclose(field[1], -1.6)
    assert not field[2].any()


def test_zeeman_energy_is_minus_moment_times_field(make_problem):
    problem = make_problem(sweep=SWEEP)
    m = np.zeros((3, *problem.mesh.shape))
    m[1] = 1.0
    fields = evaluate_fields(problem, m, -2.0)
    moment = problem.per_cell("Ms").sum() * problem.mesh.cell_volume
    assert fields.energies["E_zeeman_J"] == pytest.approx(1.6 * moment)
    np.testing.assert_allclose(fields.zeeman[1], -1.6 / MU0)


def test_fields_are_the_negative_gradient_of_the_energy(make_problem, random_state):
    problem = make_problem((4, 3, 2), (0, 0, -1), sweep=SWEEP)
    m, change = random_state(problem, 1), random_state(problem, 2)
    fields = evaluate_fields(problem, m, 0.7)
    total = sum(fields.by_name().values())
    step = 1e-6

    def energy(scale):
        return sum(evaluate_fields(problem, m + scale * change, 0.7).energies.values())

    slope = (energy(step) - energy(-step)) / (2 * step)
    moment = MU0 * problem.per_cell("Ms") * problem.mesh.cell_volume
    expected = -(moment * (total * change).sum(axis=0)).sum()
    assert slope == pytest.approx(expected, rel=1e-7)
