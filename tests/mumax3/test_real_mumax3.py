"""The real MuMax3 on a real GPU: ``make test-mumax3``, with the program's path in MUMAX3."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from random_designs import design

from solver.errors import Mumax3Error
from solver.events import FieldStep
from solver.hysteresis import HalfCycle
from solver.mumax3.executable import exchange_rule_of, find_executable, read_banner
from solver.mumax3.gpus import list_gpus
from solver.mumax3.solve import Setup, solve_folder
from solver.problem import ExchangeRule, FieldSweep, Problem, save_problem
from solver.run_folder import read_events

pytestmark = pytest.mark.gpu

STEP_T = 0.1
DESIGNS = 5


@pytest.fixture(scope="module")
def mumax3() -> Path:
    """Return the program, or skip with what is missing."""
    try:
        program = find_executable()
    except Mumax3Error as error:
        pytest.skip(str(error))
    if not list_gpus():
        pytest.skip("nvidia-smi lists no GPU on this machine")
    return program


@pytest.fixture(scope="module")
def exchange_rule(mumax3: Path) -> ExchangeRule:
    """Return the rule of this version."""
    done = subprocess.run([str(mumax3), "-test"], capture_output=True, text=True, timeout=120)
    banner = read_banner(done.stdout + done.stderr)
    assert banner is not None, done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
    return exchange_rule_of(banner.version)


def built_in(problem: Problem) -> list[FieldStep]:
    half_cycle = HalfCycle(problem)
    steps = []
    while not half_cycle.state.is_finished:
        steps += [settled.step for settled in half_cycle.advance()]
    return steps


@pytest.mark.parametrize("number", range(DESIGNS))
def test_mumax3_reverses_within_one_field_step_of_the_built_in_solver(
    mumax3: Path, exchange_rule: ExchangeRule, tmp_path: Path, number: int
):
    sweep = FieldSweep(start_T=1.0, stop_T=-8.0, largest_step_T=0.5, smallest_step_T=STEP_T)
    problem = replace(
        design(number, sweep).with_options(exchange_rule=exchange_rule, delta_m=1e-6),
        label=f"random design {number}",
    )
    folder = tmp_path / "cycle"
    save_problem(problem, folder)
    solve_folder(folder, setup=Setup(executable=str(mumax3)))
    found = [event for event in read_events(folder) if isinstance(event, FieldStep)]
    steps = built_in(problem)
    assert found[-1].M_over_Ms <= 0
    assert found[-1].mu0_H_T == pytest.approx(steps[-1].mu0_H_T, abs=1.001 * STEP_T)
    at_zero = [[step.M_over_Ms for step in one if step.mu0_H_T == 0] for one in (found, steps)]
    assert at_zero[0] == pytest.approx(at_zero[1], abs=5e-3)
