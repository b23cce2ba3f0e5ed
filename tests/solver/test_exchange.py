"""The exchange reference against the sum over neighbours, written out."""

from __future__ import annotations

import numpy as np
import pytest

from solver.problem import RegionMaterial
from solver.terms.exchange import exchange_field


def _harmonic(a, b):
    return 2 * a * b / (a + b) if a + b > 0 else 0.0


def _neighbours(problem, index):
    """Yield the index of every neighbour with the squared distance."""
    nx, ny, nz = problem.mesh.cells
    for axis, n in enumerate((nz, ny, nx)):
        images = problem.mesh.pbc[2 - axis]
        for step in (-1, 1):
            moved = list(index)
            moved[axis] += step
            if not 0 <= moved[axis] < n:
                if images == 0 or n == 1:
                    continue
                moved[axis] %= n
            yield tuple(moved), problem.mesh.cell_size[2 - axis] ** 2


def _field_by_loops(problem, m):
    A, Ms = problem.per_cell("Aex"), problem.per_cell("Ms")
    field = np.zeros_like(m)
    for index in np.ndindex(problem.mesh.shape):
        for other, distance2 in _neighbours(problem, index):
            S = 1.0
            if problem.regions[index] != problem.regions[other]:
                S = problem.options.interface_factor
            if problem.options.exchange_rule == "conservative":
                coupling = 2 * S * _harmonic(A[index], A[other]) / Ms[index]
            else:
                coupling = 2 * S * _harmonic(A[index] / Ms[index], A[other] / Ms[other])
            difference = m[(slice(None), *other)] - m[(slice(None), *index)]
            field[(slice(None), *index)] += coupling * difference / distance2
    return field


@pytest.mark.parametrize("rule", ["conservative", "mumax3_2014"])
@pytest.mark.parametrize("factor", [1.0, 0.3])
@pytest.mark.parametrize(
    ("cells", "pbc"),
    [
        ((4, 3, 1), (0, 0, -1)),
        ((3, 2, 3), (0, 0, 0)),
        ((3, 4, 2), (1, 0, 2)),
        ((4, 3, 3), (0, 1, -1)),
        ((1, 4, 1), (1, 0, 0)),
    ],
)
def test_exchange_equals_the_loop_over_neighbours(
    rule, factor, cells, pbc, make_problem, random_state
):
    problem = make_problem(cells, pbc, exchange_rule=rule, interface_factor=factor)
    m = random_state(problem)
    np.testing.assert_allclose(
        exchange_field(problem, m), _field_by_loops(problem, m), rtol=1e-12, atol=1e-9
    )


def test_uniform_state_has_no_exchange_field(make_problem):
    problem = make_problem((4, 3, 2), (1, 0, -1))
    m = np.broadcast_to(np.array([0.6, 0.8, 0.0])[:, None, None, None], (3, 2, 3, 4))
    assert np.abs(exchange_field(problem, m)).max() == 0


def test_conservative_exchange_exerts_no_total_torque(make_problem, random_state):
    problem = make_problem((5, 4, 3), (0, 0, -1), interface_factor=0.5)
    m = random_state(problem)
    torque = problem.per_cell("Ms") * np.cross(m, exchange_field(problem, m), axis=0)
    scale = np.abs(torque).max()
    assert np.abs(torque.sum(axis=(1, 2, 3))).max() < 1e-11 * scale


def test_phases_without_stiffness_do_not_couple(make_problem, random_state):
    loose = RegionMaterial(Ms=1e6, Aex=0.0, Ku1=1e6)
    problem = make_problem(materials=(loose, loose))
    assert np.abs(exchange_field(problem, random_state(problem))).max() == 0
