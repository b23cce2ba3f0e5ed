"""The cells that flipped: counted rightly by both ways, and their drop is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.design.design_file import load_designs
from smcogui.design.nanostructure import build_nanostructure
from smcogui.design.problem import make_problem
from solver.drops import FLIPPED_FRACTION
from solver.hysteresis import HalfCycle
from solver.mesh import OPEN, Mesh
from solver.mumax3 import layout
from solver.mumax3.flipped import Counting
from solver.mumax3.ovf import read_ovf
from solver.mumax3.script import ScriptOptions
from solver.mumax3.statement import mumax3_mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

Rows = list[dict[str, float]]
Run = Callable[..., Rows]

TINY = Path(__file__).resolve().parents[1] / "tiny.toml"
RULE = f"flipped - good_flipped > {FLIPPED_FRACTION}"


def section(axis: tuple[float, float, float], direction: tuple[float, float, float]) -> Problem:
    """Return two planes of a soft and a hard half, which turn at different fields."""
    regions = np.zeros((2, 6, 8), dtype=np.uint8)
    regions[:, :, 4:] = 1
    regions[1, :2] = 1
    return Problem(
        mesh=Mesh(cells=(8, 6, 2), cell_size=(2e-9, 2e-9, 2e-9), pbc=(OPEN, OPEN, OPEN)),
        regions=regions,
        materials=(
            RegionMaterial(Ms=900e3, Aex=2e-12, Ku1=0.3e6, easy_axis=axis),
            RegionMaterial(Ms=900e3, Aex=2e-12, Ku1=5e6, easy_axis=axis),
        ),
        sweep=FieldSweep(mode="fixed", values_T=(1.0, -2.0, -4.5, -12.0), direction=direction),
        options=SolverOptions(precision="float64"),
    )


@pytest.mark.parametrize("counting", ["field", "loop"])
@pytest.mark.parametrize(
    ("axis", "direction"),
    [
        ((0.1, 1.0, 0.0), (0.5, 1.0, 0.0)),
        # the axis is named against the field
        ((0.1, -1.0, 0.2), (0.1, 1.0, 0.0)),
    ],
)
def test_script_counts_the_cells_of_the_state_that_point_against_the_start(
    run_stand_in: Run, tmp_path: Path, axis, direction, counting: Counting
):
    problem = section(axis, direction)
    rows = run_stand_in(problem, ScriptOptions(keeps_states=True, counting=counting))
    unit = np.array(axis) / np.linalg.norm(axis)
    sense = np.sign(unit @ np.array(direction))
    for row in rows:
        m = read_ovf(tmp_path / "out" / layout.state_file(int(row[layout.INDEX]))).data
        along = sense * np.einsum("c,czyx->zyx", unit, m)
        assert row[layout.FLIPPED] == pytest.approx((along < 0).mean(), abs=1e-6)
    fractions = [row[layout.FLIPPED] for row in rows]
    assert fractions[0] == 0
    assert 0 < fractions[1] < 1
    assert fractions[-1] == 1


def test_cells_across_the_easy_axis_have_not_flipped(run_stand_in: Run):
    problem = replace(
        section((0, 1, 0), (1, 0, 0)),
        sweep=FieldSweep(mode="fixed", values_T=(30.0,), direction=(1, 0, 0)),
        options=SolverOptions(precision="float64", perturbation=0.0, demag=False),
    )
    for counting in ("field", "loop"):
        (row,) = run_stand_in(problem, ScriptOptions(counting=counting))
        assert row[layout.FLIPPED] == 0


def designed(folder: Path, **changes: float) -> Problem:
    """Return the first half-cycle of tests/tiny.toml, with some values changed."""
    text = TINY.read_text(encoding="utf-8").splitlines()
    for name, value in changes.items():
        assert sum(line.startswith(f"{name} =") for line in text) == 1
        text = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text]
    path = folder / TINY.name
    path.write_text("\n".join(text), encoding="utf-8")
    (design,) = load_designs(path)
    return make_problem(design, build_nanostructure(design))


def drops(steps: list[tuple[float, float, bool]]) -> tuple[float | None, float]:
    """Return the field of the first jump and that of the reversal of (field, M, jump)."""
    jumps = [field for field, _, jump in steps if jump]
    assert steps[-1][1] <= 0 < steps[-2][1]
    return (jumps[0] if jumps else None), steps[-1][0]


def by_script(run_stand_in: Run, problem: Problem, change: Callable[[str], str] = str):
    rows = run_stand_in(problem, None, change)
    columns = (layout.FIELD, layout.M_OVER_MS, layout.JUMP)
    return drops([tuple(row[c] for c in columns) for row in rows if row[layout.ACCEPTED] == 1])


def by_solver(problem: Problem):
    half_cycle = HalfCycle(replace(problem, mesh=mumax3_mesh(problem.mesh)))
    steps = []
    while not half_cycle.state.is_finished:
        steps += [settled.step for settled in half_cycle.advance()]
    return drops([(step.mu0_H_T, step.M_over_Ms, step.jump) for step in steps])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"domain_nm": 32, "alpha_deg": 10},
        pytest.param({"domain_nm": 48}, marks=pytest.mark.slow),
        pytest.param({"domain_nm": 48, "alpha_deg": 30}, marks=pytest.mark.slow),
        pytest.param({"domain_nm": 48, "alpha_deg": 10}, marks=pytest.mark.slow),
    ],
)
def test_adaptive_sweep_finds_the_jump_and_the_reversal_of_the_built_in_solver(
    run_stand_in: Run, tmp_path: Path, changes: dict[str, float]
):
    problem = designed(tmp_path, **changes)
    step = problem.sweep.smallest_step_T * (1 + 1e-6)
    assert by_script(run_stand_in, problem) == pytest.approx(by_solver(problem), abs=step)


def test_without_the_flipped_cells_a_jump_is_stepped_over(run_stand_in: Run, tmp_path: Path):
    def blind(text: str) -> str:
        assert RULE in text
        return text.replace(RULE, "false")

    problem = designed(tmp_path, domain_nm=48)
    found, _ = by_solver(problem)
    missed, _ = by_script(run_stand_in, problem, blind)
    assert found - missed > 2 * problem.sweep.smallest_step_T
