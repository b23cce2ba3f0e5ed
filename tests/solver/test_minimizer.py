"""The descent: it goes down, and it ends with a sentence where it cannot go on."""

from __future__ import annotations

import numpy as np
import pytest

from solver import minimizer as minimizer_module
from solver.errors import CancelledError, IterationLimitError, NotFiniteError
from solver.minimizer import Minimizer
from solver.relaxation import Tolerance

TIGHT = Tolerance(torque_T=2e-4, delta_m=1e-6)


def _start(problem, m, **callbacks):
    minimizer = Minimizer(problem, **callbacks)
    minimizer.workspace.set_state(m.astype(minimizer.workspace.dtype))
    return minimizer


def test_energy_falls_in_every_small_step(monkeypatch, make_problem, random_state):
    monkeypatch.setattr(minimizer_module, "LONGEST_STEP", 2e-4)
    monkeypatch.setattr(minimizer_module, "FIRST_STEP", 2e-4)
    problem = make_problem((8, 7, 1), demag_interval=1)
    energies = []

    def record():
        energies.append(minimizer.energy_density(0.5))
        return len(energies) >= 100

    minimizer = _start(problem, random_state(problem), should_stop=record)
    with pytest.raises(CancelledError):
        minimizer.relax(0.5, TIGHT)
    assert len(energies) == 100
    assert (np.diff(energies) < 0).all()


@pytest.mark.parametrize(("cells", "interval"), [((8, 7, 1), 1), ((8, 7, 1), 50), ((6, 5, 3), 50)])
def test_relaxed_state_is_lower_and_has_no_torque(cells, interval, make_problem, random_state):
    problem = make_problem(cells, demag_interval=interval)
    minimizer = _start(problem, random_state(problem))
    minimizer.refresh_field(0.5)
    before = minimizer.energy_density(0.5)
    torque = minimizer.relax(0.5, Tolerance(torque_T=1e-6, delta_m=1e-12))
    assert torque < 1e-6
    assert minimizer.energy_density(0.5) < before
    assert minimizer.effort.iterations > 0
    assert minimizer.effort.demag_evaluations > 1


def test_frozen_demag_finds_the_same_minimum(make_problem, random_state):
    energies = []
    for interval in (1, 50):
        problem = make_problem((8, 7, 1), demag_interval=interval)
        minimizer = _start(problem, random_state(problem))
        minimizer.relax(2.0, Tolerance(torque_T=1e-6, delta_m=1e-12))
        energies.append(minimizer.energy_density(2.0))
    assert energies[0] == pytest.approx(energies[1], rel=1e-9)


def test_too_many_iterations_are_reported(make_problem, random_state):
    problem = make_problem(max_iterations=20, demag_interval=5)
    minimizer = _start(problem, random_state(problem))
    with pytest.raises(IterationLimitError, match=r"mu0 H = 0\.5000 T.*20 iterations"):
        minimizer.relax(0.5, TIGHT)


def test_too_much_wall_time_is_reported(make_problem, random_state):
    problem = make_problem(max_wall_s=1e-9, demag_interval=1)
    minimizer = _start(problem, random_state(problem))
    with pytest.raises(IterationLimitError, match="not converged"):
        minimizer.relax(0.5, TIGHT)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize(("cells", "cell"), [((6, 5, 1), (3, 2, 0)), ((6, 5, 3), (4, 1, 2))])
@pytest.mark.parametrize("demag", [False, True])
def test_not_a_number_names_field_and_cell(value, cells, cell, demag, make_problem, random_state):
    problem = make_problem(cells, demag=demag)
    minimizer = _start(problem, random_state(problem))
    minimizer.workspace.state[(slice(None), *cell[::-1])] = value
    with np.errstate(invalid="ignore"), pytest.raises(NotFiniteError) as caught:
        minimizer.relax(0.5, TIGHT)
    assert "0.5000 T" in str(caught.value)
    x, y, z = cell
    assert f"(x, y, z) = ({x}, {y}, {z})" in str(caught.value)


def test_request_to_stop_ends_the_descent(make_problem, random_state):
    problem = make_problem()
    minimizer = _start(problem, random_state(problem), should_stop=lambda: True)
    with pytest.raises(CancelledError, match="asked to stop"):
        minimizer.relax(0.5, TIGHT)


def test_trial_that_gives_up_returns_nothing(make_problem, random_state):
    problem = make_problem()
    minimizer = _start(problem, random_state(problem))
    assert minimizer.relax(0.5, TIGHT, lambda: True) is None
