"""Half-cycles of a small magnet of two phases."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from solver.hysteresis import HalfCycle

SMALLEST = 0.05


def _curve(steps):
    return [(step.mu0_H_T, step.M_over_Ms) for step in steps]


def _Hc(steps):
    return next(step.mu0_H_T for step in steps if step.M_over_Ms <= 0)


def _with_sweep(problem, **changes):
    return dataclasses.replace(problem, sweep=dataclasses.replace(problem.sweep, **changes))


def _fixed(problem, *values):
    return _with_sweep(problem, mode="fixed", values_T=tuple(float(v) for v in values))


def test_adaptive_sweep_finds_the_drop_of_a_fine_fixed_sweep(two_phases, walk):
    problem = two_phases()
    adaptive = walk(problem)
    fine = walk(_fixed(problem, *np.round(np.arange(-3.0, -4.5, -0.05), 9)))
    assert abs(_Hc(adaptive) - _Hc(fine)) < SMALLEST + 1e-9
    assert adaptive[-1].jump
    assert adaptive[-2].mu0_H_T - adaptive[-1].mu0_H_T == pytest.approx(SMALLEST)


def test_steps_are_numbered_along_a_falling_field(two_phases, walk):
    steps = walk(two_phases())
    assert [step.index for step in steps] == list(range(len(steps)))
    fields = [step.mu0_H_T for step in steps]
    assert fields[0] == 1.0
    assert fields == sorted(set(fields), reverse=True)
    assert (np.diff([step.progress for step in steps]) > 0).all()
    assert (np.diff([step.iterations for step in steps]) >= 0).all()
    assert steps[-1].M_over_Ms <= 0 < steps[-2].M_over_Ms


def test_sweep_lands_on_zero_and_on_chosen_fields(two_phases, walk):
    problem = _with_sweep(two_phases(), start_T=0.7, snapshots_T=(-1.23, 0.31))
    fields = [step.mu0_H_T for step in walk(problem)]
    assert {0.0, -1.23, 0.31} <= set(fields)


def test_frozen_demag_moves_the_drop_by_one_step_at_most(two_phases, walk):
    multirate = walk(two_phases(demag_interval=50))
    reference = walk(two_phases(demag_interval=1))
    assert abs(_Hc(multirate) - _Hc(reference)) <= SMALLEST + 1e-9


def test_same_seed_gives_the_same_numbers(two_phases, walk):
    steps = [dataclasses.replace(step, cpu_s=0.0) for step in walk(two_phases())]
    again = [dataclasses.replace(step, cpu_s=0.0) for step in walk(two_phases())]
    assert again == steps


def test_other_seed_differs_in_noise_only(two_phases, walk):
    fields = (1.0, 0.0, -1.0, -2.0, -3.0)
    first = _curve(walk(_fixed(two_phases(seed=1), *fields)))
    other = _curve(walk(_fixed(two_phases(seed=2), *fields)))
    assert other != first
    np.testing.assert_allclose(other, first, atol=1e-3)


def test_fixed_sweep_visits_its_values(two_phases, walk):
    values = (1.0, 0.25, -0.5, 0.5)
    steps = walk(_fixed(two_phases(), *values))
    assert tuple(step.mu0_H_T for step in steps) == values
    assert steps[-1].progress == 1


def test_fixed_sweep_without_values_goes_in_largest_steps(two_phases, walk):
    problem = _with_sweep(two_phases(), mode="fixed", start_T=0.5, stop_T=-0.6, largest_step_T=0.25)
    fields = [step.mu0_H_T for step in walk(problem)]
    assert fields == [0.5, 0.25, 0.0, -0.25, -0.5, -0.6]


def test_sweep_until_stop_goes_on_after_the_coercive_field(two_phases, walk):
    problem = _with_sweep(two_phases(), until_stop=True, stop_T=-12.0, largest_step_T=1.0)
    steps = walk(problem)
    assert steps[-1].mu0_H_T == -12.0
    assert steps[-1].M_over_Ms < -0.9
    assert sum(step.M_over_Ms <= 0 for step in steps) > 1


def test_sweep_ends_at_stop_where_nothing_reverses(two_phases, walk):
    steps = walk(_with_sweep(two_phases(), stop_T=-1.2))
    assert steps[-1].mu0_H_T == -1.2
    assert steps[-1].M_over_Ms > 0.9
    assert not any(step.jump for step in steps)


def test_state_of_a_step_has_its_moments(two_phases):
    half_cycle = HalfCycle(two_phases())
    (accepted,) = half_cycle.advance()
    moment = half_cycle.problem.per_cell("Ms")
    expected = (moment * accepted.m).sum(axis=(1, 2, 3)) / moment.sum()
    step = accepted.step
    assert (step.mx, step.my, step.mz) == pytest.approx(tuple(expected), abs=1e-5)
    direction = half_cycle.problem.sweep.direction
    assert step.M_over_Ms == pytest.approx(float(expected @ direction), abs=1e-5)


def test_given_initial_state_is_where_the_sweep_starts(two_phases, walk):
    problem = two_phases()
    m = np.zeros((3, *problem.mesh.shape))
    m[1] = -1.0
    steps = walk(_fixed(dataclasses.replace(problem, initial_state=m), 0.0))
    assert steps[0].M_over_Ms < -0.9


def _quiet(two_phases, **changes):
    """Return a problem whose answer does not depend on the noise, in double precision."""
    problem = two_phases(perturbation=0.0, precision="float64", torque_T=1e-8, delta_m=1e-14)
    problem = dataclasses.replace(problem, **changes) if changes else problem
    return _fixed(problem, 1.0, 0.0, -1.0, -2.0)


def test_mirrored_problem_has_the_same_curve(two_phases, walk):
    problem = two_phases()
    x, y, _ = problem.sweep.direction
    sweep = dataclasses.replace(problem.sweep, direction=(-x, y, 0.0))
    mirrored = _quiet(two_phases, regions=problem.regions[:, :, ::-1].copy(), sweep=sweep)
    steps, images = walk(_quiet(two_phases)), walk(mirrored)
    np.testing.assert_allclose(_curve(images), _curve(steps), atol=1e-8)
    np.testing.assert_allclose([s.mx for s in images], [-s.mx for s in steps], atol=1e-8)


def test_rotated_problem_has_the_same_curve(two_phases, walk):
    problem = two_phases()
    x, y, _ = problem.sweep.direction
    rotated = _quiet(
        two_phases,
        regions=np.rot90(problem.regions, -1, axes=(1, 2)).copy(),
        materials=tuple(
            dataclasses.replace(material, easy_axis=(1.0, 0.0, 0.0))
            for material in problem.materials
        ),
        sweep=dataclasses.replace(problem.sweep, direction=(y, -x, 0.0)),
    )
    steps, images = walk(_quiet(two_phases)), walk(rotated)
    np.testing.assert_allclose(_curve(images), _curve(steps), atol=1e-8)
