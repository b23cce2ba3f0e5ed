"""The numba kernels against the plain reference of every term."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from solver.fields import evaluate_fields
from solver.kernels import numba_cpu
from solver.minimizer import Minimizer
from solver.problem import FieldSweep, RegionMaterial
from solver.terms.constants import MU0

SWEEP = FieldSweep(direction=(0.3, 0.9, 0.1))
LOCAL_AXES = (
    RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6, easy_axis=(0.2, 1.0, 0.0)),
    RegionMaterial(Ms=810.8e3, Aex=8.6e-12, Ku1=18.3e6, easy_axis=(1.0, 0.0, -1.0)),
    RegionMaterial(Ms=300e3, Aex=1e-12, Ku1=0.0, easy_axis=(0.0, 0.0, 1.0)),
)
MESHES = {
    "open plane": ((19, 18, 1), (0, 0, -1)),
    "single row": ((40, 1, 1), (0, 0, 0)),
    "periodic plane": ((7, 6, 1), (1, 2, -1)),
    "stack": ((6, 7, 3), (0, 0, 0)),
    "periodic stack": ((6, 5, 4), (0, 0, -1)),
    "all periodic": ((5, 4, 3), (1, 1, 2)),
}
ACCURACY = {"float32": 1e-5, "float64": 1e-10}


def _reference(problem, m, mu0_H):
    """Return the torque field B - (m·B) m and |B|, in T."""
    B = MU0 * sum(evaluate_fields(problem, m, mu0_H).by_name().values())
    return B - (m * B).sum(axis=0) * m, np.abs(B).max()


def _minimizer(problem, m):
    minimizer = Minimizer(problem)
    minimizer.workspace.set_state(m.astype(minimizer.workspace.dtype))
    return minimizer


def _torque_field(minimizer):
    workspace = minimizer.workspace
    return workspace.layout.interior(workspace.t).astype(float)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("mesh", MESHES)
@pytest.mark.parametrize("local_axes", [False, True], ids=["one axis", "local axes"])
@pytest.mark.parametrize("rule", ["conservative", "mumax3_2014"])
def test_torque_field_equals_the_reference(
    precision, mesh, local_axes, rule, make_problem, random_state
):
    changes = {"materials": LOCAL_AXES} if local_axes else {}
    problem = make_problem(
        *MESHES[mesh], sweep=SWEEP, precision=precision, exchange_rule=rule,
        interface_factor=0.7, **changes,
    )  # fmt: skip
    minimizer = _minimizer(problem, random_state(problem))
    largest = minimizer._evaluate(-1.3)
    m = minimizer.workspace.state.astype(float)
    expected, scale = _reference(problem, m, -1.3)
    assert np.abs(_torque_field(minimizer) - expected).max() < ACCURACY[precision] * scale
    size = np.sqrt((expected**2).sum(axis=0)).max()
    assert largest == pytest.approx(size, rel=10 * ACCURACY[precision])


@pytest.mark.parametrize("mesh", ["open plane", "periodic stack"])
@pytest.mark.parametrize("local_axes", [False, True], ids=["one axis", "local axes"])
def test_energy_density_equals_the_reference(mesh, local_axes, make_problem, random_state):
    changes = {"materials": LOCAL_AXES} if local_axes else {}
    problem = make_problem(*MESHES[mesh], sweep=SWEEP, **changes)
    m = random_state(problem)
    minimizer = _minimizer(problem, m)
    minimizer._evaluate(-1.3)
    energies = evaluate_fields(problem, m, -1.3).energies
    expected = sum(energies.values()) / (problem.mesh.n_cells * problem.mesh.cell_volume)
    assert minimizer.energy_density(-1.3) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("mesh", ["open plane", "all periodic"])
@pytest.mark.parametrize("count", [0, 1], ids=["s·y / y·y", "s·s / s·y"])
def test_step_is_that_of_barzilai_and_borwein(mesh, count, make_problem, random_state):
    problem = make_problem(*MESHES[mesh], sweep=SWEEP, demag=False)
    m = 0.2 * random_state(problem)
    m[1] += 1.0
    minimizer = _minimizer(problem, m)
    largest = minimizer._evaluate(1.3)
    m0, t0 = minimizer.workspace.state.copy(), _torque_field(minimizer)
    tau = 0.3 / largest
    following, reached, _, done = numba_cpu.descend(
        *minimizer._kernel_arguments(), (tau, largest, 0, count), (0.0, 0.0, 1e9), 1
    )
    m1, t1 = minimizer.workspace.state, _torque_field(minimizer)
    a = tau**2 * (t0 * t0).sum(axis=0)
    np.testing.assert_allclose(m1, ((4 - a) * m0 + 4 * tau * t0) / (4 + a), atol=1e-12)
    expected, scale = _reference(problem, m1, 1.3)
    assert np.abs(t1 - expected).max() < 1e-10 * scale
    assert reached == pytest.approx(np.sqrt((t1 * t1).sum(axis=0)).max(), rel=1e-9)
    moment = problem.per_cell("Ms") / problem.per_cell("Ms").sum()
    s, y = m1 - m0, t0 - t1
    ss, sy, yy = ((moment * u * v).sum() for u, v in ((s, s), (s, y), (y, y)))
    assert sy > 0
    assert done == count + 1
    assert following == pytest.approx(sy / yy if count == 0 else ss / sy, rel=1e-9)


@pytest.mark.parametrize(("precision", "limit"), [("float32", 5e-7), ("float64", 1e-14)])
@pytest.mark.parametrize("mesh", ["open plane", "periodic stack"])
def test_long_descent_keeps_unit_length(precision, limit, mesh, make_problem, random_state):
    problem = make_problem(*MESHES[mesh], sweep=SWEEP, precision=precision)
    minimizer = _minimizer(problem, random_state(problem))
    torque = minimizer._evaluate(-1.3)
    numba_cpu.descend(*minimizer._kernel_arguments(), (1e-3, torque, 0, 0), (0.0, 0.0, 3.0), 500)
    m = minimizer.workspace.state.astype(float)
    assert np.abs(np.sqrt((m * m).sum(axis=0)) - 1).max() < limit


def test_repeated_evaluation_leaves_the_state_alone(make_problem, random_state):
    problem = make_problem(*MESHES["periodic stack"], precision="float32")
    minimizer = _minimizer(problem, random_state(problem))
    before = minimizer.workspace.state.copy()
    first = minimizer._evaluate(0.5)
    assert minimizer._evaluate(0.5) == pytest.approx(first, rel=1e-5)
    np.testing.assert_allclose(minimizer.workspace.state, before, atol=2e-7)


def test_easy_plane_with_local_axes_is_refused(make_problem):
    from solver.errors import ProblemError

    plane = dataclasses.replace(LOCAL_AXES[0], Ku1=-1e6)
    problem = make_problem(materials=(plane, *LOCAL_AXES[1:]))
    with pytest.raises(ProblemError, match="negative Ku1"):
        Minimizer(problem)
