"""One evaluation and one step of a batch against the compiled kernels and the plain reference."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch: pip install -r requirements-train.lock")

from solver.batch import steps as row
from solver.batch.device import open_device
from solver.batch.minimizer import BatchMinimizer
from solver.batch.readings import energies_of
from solver.batch.shape import BatchShape
from solver.fields import evaluate_fields
from solver.kernels import numba_cpu
from solver.minimizer import Minimizer
from solver.problem import FieldSweep, RegionMaterial
from solver.relaxation import Effort, Relaxation, Tolerance
from solver.terms.constants import MU0

SWEEP = FieldSweep(direction=(0.3, 0.9, 0.1))
TILTED = tuple(
    RegionMaterial(Ms=Ms, Aex=Aex, Ku1=Ku1, easy_axis=(0.2, 1.0, -0.3))
    for Ms, Aex, Ku1 in ((987.7e3, 19.6e-12, 3.9e6), (810.8e3, 8.6e-12, 18.3e6), (3e5, 1e-12, -1e6))
)
TOLERANCE = Tolerance(torque_T=1e-9, delta_m=0.0)
ACCURACY = {"float32": 2e-6, "float64": 1e-12}
FIELD = -1.3
BY_KERNELS = slice(3)
"""The problems with the easy axis along y, for which other tests compile the kernels too."""


def _batch(problems, states):
    """Return a batch whose fields were refreshed once, and the readings of that."""
    batch = BatchMinimizer(BatchShape.of(problems[0]), len(problems), open_device("cpu"))
    for slot, (problem, m) in enumerate(zip(problems, states, strict=True)):
        batch.load(slot, problem)
        start = m.astype(problem.options.precision)
        relaxation = Relaxation(
            mu0_H=FIELD, tolerance=TOLERANCE, start=start, loss=None, effort=Effort()
        )
        batch.begin(slot, problem, relaxation)
    slots = list(range(len(problems)))
    return batch, batch._rows(slots), batch._refresh(slots)


def _single(problem, m):
    minimizer = Minimizer(problem)
    minimizer.workspace.set_state(m.astype(minimizer.workspace.dtype))
    return minimizer, minimizer._evaluate(FIELD)


@pytest.fixture(params=["float32", "float64"])
def precision(request):
    """Return both precisions in turn."""
    return request.param


@pytest.fixture
def problems(make_problem, precision):
    """Return problems of one mesh that differ in everything else."""
    common = {"cells": (19, 14, 1), "sweep": SWEEP, "precision": precision}
    other = np.random.default_rng(8).integers(0, 2, (1, 14, 19)).astype(np.uint8)
    return [
        make_problem(**common),
        make_problem(**common, regions=other, interface_factor=0.7, exchange_rule="mumax3_2014"),
        make_problem(**common, demag=False),
        make_problem(**common, materials=TILTED),
    ]


@pytest.fixture
def states(problems, random_state):
    """Return a random state for each."""
    return [random_state(problem, seed) for seed, problem in enumerate(problems, start=1)]


def test_torque_equals_that_of_the_kernels(problems, states, precision):
    problems, states = problems[BY_KERNELS], states[BY_KERNELS]
    batch, rows, readings = _batch(problems, states)
    torque = batch._pass.torque(rows).numpy()
    for slot, (problem, m) in enumerate(zip(problems, states, strict=True)):
        minimizer, largest = _single(problem, m)
        workspace = minimizer.workspace
        expected = workspace.layout.interior(workspace.t)[:, 0]
        scale = np.abs(expected).max()
        assert np.abs(torque[slot] - expected).max() < ACCURACY[precision] * scale
        assert readings[slot].torque == pytest.approx(largest, rel=ACCURACY[precision])
        assert readings[slot].is_finite


def test_torque_equals_the_reference(problems, states, precision):
    batch, rows, _ = _batch(problems, states)
    torque = batch._pass.torque(rows).numpy()
    for slot, (problem, m) in enumerate(zip(problems, states, strict=True)):
        B = MU0 * sum(evaluate_fields(problem, m, FIELD).by_name().values())
        expected = B - (m * B).sum(axis=0) * m
        assert (
            np.abs(torque[slot] - expected[:, 0]).max() < 10 * ACCURACY[precision] * np.abs(B).max()
        )


def test_energy_equals_that_of_the_kernels(problems, states, precision):
    problems, states = problems[BY_KERNELS], states[BY_KERNELS]
    batch, rows, _ = _batch(problems, states)
    energies = energies_of(batch._pass, rows, batch._pass.state(rows)).tolist()
    for problem, m, energy in zip(problems, states, energies, strict=True):
        minimizer, _ = _single(problem, m)
        expected = minimizer.energy_density(FIELD) / problem.per_cell("Ms").mean()
        assert energy == pytest.approx(expected, rel=10 * ACCURACY[precision])


def test_moments_and_flipped_cells_equal_those_of_the_decisions(problems, states):
    from solver.moments import Moments

    _, _, readings = _batch(problems, states)
    for problem, m, reading in zip(problems, states, readings, strict=True):
        moments = Moments(problem)
        assert reading.moments == pytest.approx(moments.mean(m), abs=1e-6)
        assert reading.flipped == moments.flipped(m)


@pytest.mark.parametrize("count", [0, 1], ids=["s·y / y·y", "s·s / s·y"])
def test_steps_equal_those_of_the_kernels(count, problems, states, precision):
    # nearly uniform, so that the energy is convex along the step
    problems, near = problems[BY_KERNELS], [0.1 * m for m in states[BY_KERNELS]]
    for m in near:
        m[1] += 1.0
    near = [m / np.sqrt((m * m).sum(axis=0)) for m in near]
    batch, rows, readings = _batch(problems, near)
    steps = batch._on_device
    steps[:, :] = 0.0
    for slot, reading in enumerate(readings):
        steps[row.TAU, slot], steps[row.LARGEST, slot] = 0.05 / reading.torque, reading.torque
    steps[row.COUNT], steps[row.LEFT], steps[row.ACTIVE] = count, 10, 1
    batch._pass.descend(rows, steps, 1)
    moved = batch._pass.state(rows).numpy()
    for slot, (problem, m) in enumerate(zip(problems, near, strict=True)):
        minimizer, largest = _single(problem, m)
        following, reached, _, done = numba_cpu.descend(
            *minimizer._kernel_arguments(), (0.05 / largest, largest, 0, count), (0.0, 0.0, 1e9), 1
        )
        accuracy = 100 * ACCURACY[precision]
        np.testing.assert_allclose(moved[slot], minimizer.workspace.state[:, 0], atol=accuracy)
        found = steps[:, slot].tolist()
        assert found[row.TAU] == pytest.approx(following, rel=10 * accuracy)
        assert found[row.LARGEST] == pytest.approx(reached, rel=accuracy)
        assert found[row.COUNT] == done
        assert (found[row.LEFT], found[row.ACTIVE]) == (9, 1)


def test_problem_that_waits_is_not_moved(problems, states):
    batch, rows, readings = _batch(problems, states)
    steps = batch._on_device
    steps[row.TAU], steps[row.LARGEST] = 1e-3, max(reading.torque for reading in readings)
    steps[row.LEFT] = steps.new_tensor([2, 1, 5, 5])
    steps[row.ACTIVE] = steps.new_tensor([1, 1, 0, 1])
    before = batch._pass.state(rows).clone()
    batch._pass.descend(rows, steps, 3)
    after = batch._pass.state(rows)
    assert steps[row.COUNT].tolist() == [2, 1, 0, 3]
    assert steps[row.ACTIVE].tolist() == [0, 0, 0, 1]
    moved = [(a != b).any().item() for a, b in zip(after, before, strict=True)]
    assert moved == [True, True, False, True]
