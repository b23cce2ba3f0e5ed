"""The real MuMax3 on a real GPU: ``make test-mumax3``, with the program's path in MUMAX3."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from random_designs import design

from solver.errors import Mumax3Error
from solver.hysteresis import HalfCycle
from solver.mumax3 import layout
from solver.mumax3.executable import exchange_rule_of, find_executable, read_banner
from solver.mumax3.gpus import list_gpus
from solver.mumax3.ovf import read_ovf
from solver.mumax3.script import write_mx3
from solver.mumax3.table import TableFollower
from solver.problem import ExchangeRule, FieldSweep, Problem

pytestmark = pytest.mark.gpu

STEP_T = 0.1
DESIGNS = 5
PATIENCE_S = 1800


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


def run(mumax3: Path, problem: Problem, folder: Path) -> list[dict[str, float]]:
    script = write_mx3(problem, folder / layout.SCRIPT_FILE)[-1]
    command = [str(mumax3), "-http=", "-o", "out", "-f", "-cache", "kernels", script.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return TableFollower(folder / "out" / layout.TABLE_FILE).read()


@pytest.mark.parametrize("number", range(DESIGNS))
def test_mumax3_reverses_within_one_field_step_of_the_built_in_solver(
    mumax3: Path, exchange_rule: ExchangeRule, tmp_path: Path, number: int
):
    sweep = FieldSweep(start_T=1.0, stop_T=-8.0, largest_step_T=0.5, smallest_step_T=STEP_T)
    problem = replace(
        design(number, sweep).with_options(exchange_rule=exchange_rule, delta_m=1e-6),
        label=f"random design {number}",
    )
    rows = [row for row in run(mumax3, problem, tmp_path) if row[layout.ACCEPTED] == 1]
    loaded = read_ovf(tmp_path / "out" / layout.LOADED_REGIONS_FILE).data[0]
    assert (loaded == problem.regions).all()
    half_cycle = HalfCycle(problem)
    steps = []
    while not half_cycle.state.is_finished:
        steps += [settled.step for settled in half_cycle.advance()]
    assert rows[-1][layout.M_OVER_MS] <= 0
    assert rows[-1][layout.FIELD] == pytest.approx(steps[-1].mu0_H_T, abs=1.001 * STEP_T)
    remanence = next(step.M_over_Ms for step in steps if step.mu0_H_T == 0)
    found = next(row[layout.M_OVER_MS] for row in rows if row[layout.FIELD] == 0)
    assert found == pytest.approx(remanence, abs=5e-3)
