"""The script says what the Problem says: both give the same curve.

The script runs in the stand-in, which computes with the built-in solver in double precision; what
is compared is therefore the statement of the problem and the half-cycle, not MuMax3's numerics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from random_designs import DESIGNS, FIELDS_T, STOP, design

from solver.hysteresis import HalfCycle
from solver.mumax3 import layout
from solver.mumax3.script import ScriptOptions
from solver.mumax3.statement import mumax3_mesh
from solver.problem import FieldSweep, Problem

AGREEMENT = 1e-6

Rows = list[dict[str, float]]
Run = Callable[..., Rows]


def curve(problem: Problem) -> dict[float, float]:
    """Return M/Ms by field, from the solver itself on the mesh that the script states."""
    half_cycle = HalfCycle(replace(problem, mesh=mumax3_mesh(problem.mesh)))
    points: dict[float, float] = {}
    while not half_cycle.state.is_finished:
        steps = [accepted.step for accepted in half_cycle.advance()]
        points |= {step.mu0_H_T: step.M_over_Ms for step in steps}
    return points


def of_script(rows: Rows) -> dict[float, float]:
    return {row[layout.FIELD]: row[layout.M_OVER_MS] for row in rows if row[layout.ACCEPTED] == 1}


def difference(one: dict[float, float], other: dict[float, float]) -> float:
    assert one.keys() == other.keys()
    return max(abs(one[field] - other[field]) for field in one)


OPTIONS = ScriptOptions(minimizer_stop=STOP)


@pytest.mark.parametrize("number", range(DESIGNS))
def test_script_gives_the_curve_of_the_problem(run_stand_in: Run, number: int):
    problem = design(number)
    rows = run_stand_in(problem, OPTIONS)
    assert len(rows) == len(FIELDS_T)
    points = of_script(rows)
    assert difference(points, curve(problem)) < AGREEMENT
    # a curve on which something happens
    assert max(points.values()) - min(points.values()) > 0.1


def test_rule_of_2014_gives_the_curve_of_the_problem(
    run_stand_in: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STAND_IN_VERSION", "3.9.3")
    problem = design(0).with_options(exchange_rule="mumax3_2014")
    points = of_script(run_stand_in(problem, OPTIONS))
    assert difference(points, curve(problem)) < AGREEMENT
    other = curve(problem.with_options(exchange_rule="conservative"))
    assert difference(points, other) > AGREEMENT


@pytest.fixture(scope="module")
def layered() -> tuple[Problem, dict[float, float]]:
    """Return a problem in which every statement counts, and its curve."""
    problem = design(2).with_options(interface_factor=0.7)
    return problem, curve(problem)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("anisU.SetRegion(1, vector(", "anisU.SetRegion(1, vector(0.01 + "),
        ("Msat.SetRegion(2, ", "Msat.SetRegion(2, 1.001 * "),
        ("Aex.SetRegion(0, ", "Aex.SetRegion(0, 1.001 * "),
        ("Ku1.SetRegion(3, ", "Ku1.SetRegion(3, 1.001 * "),
        (", 0.7)", ", 0.701)"),
        ("SetPBC(2, 0, 3)", "SetPBC(2, 0, 2)"),
        ("B_ext = vector(mu0_H * ", "B_ext = vector(mu0_H * 1.0001 * "),
    ],
)
def test_one_wrong_number_in_the_script_is_found(
    run_stand_in: Run, layered: tuple[Problem, dict[float, float]], right: str, wrong: str
):
    problem, expected = layered

    def spoil(text: str) -> str:
        assert right in text
        return text.replace(right, wrong)

    points = of_script(run_stand_in(problem, OPTIONS, spoil))
    assert difference(points, expected) > AGREEMENT


@pytest.mark.parametrize("number", [0, 1, 5])
def test_adaptive_script_finds_the_same_drops(run_stand_in: Run, number: int):
    sweep = FieldSweep(start_T=1.0, stop_T=-8.0, largest_step_T=0.5, smallest_step_T=0.1)
    problem = design(number, sweep)
    rows = [row for row in run_stand_in(problem, OPTIONS) if row[layout.ACCEPTED] == 1]
    half_cycle = HalfCycle(replace(problem, mesh=mumax3_mesh(problem.mesh)))
    steps: list[Any] = []
    while not half_cycle.state.is_finished:
        steps += [accepted.step for accepted in half_cycle.advance()]
    step = sweep.smallest_step_T * (1 + 1e-6)
    assert rows[-1][layout.M_OVER_MS] <= 0 < rows[-2][layout.M_OVER_MS]
    assert rows[-1][layout.FIELD] == pytest.approx(steps[-1].mu0_H_T, abs=step)
    first = [row[layout.FIELD] for row in rows if row[layout.JUMP] == 1][:1]
    expected = [one.mu0_H_T for one in steps if one.jump][:1]
    assert first == pytest.approx(expected, abs=step)
    # the crossing of zero is as fine as it gets
    assert rows[-2][layout.FIELD] - rows[-1][layout.FIELD] <= step
