"""What a half-cycle written in mx3 leaves behind, and how it goes on after an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from solver.hysteresis import HalfCycle
from solver.mesh import EXACT, OPEN, Mesh
from solver.mumax3 import layout
from solver.mumax3.ovf import read_ovf
from solver.mumax3.script import ScriptOptions
from solver.mumax3.statement import mumax3_mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

Rows = list[dict[str, float]]
Run = Callable[..., Rows]

STEP_T = 0.1


def two_phases(sweep: FieldSweep | None = None) -> Problem:
    """Return a section with a soft strip, which drops first, and a hard one that holds the wall."""
    n = 24
    regions = np.zeros((1, n, n), dtype=np.uint8)
    regions[:, :4] = 2
    regions[:, 8:12] = 1
    angle = np.deg2rad(15)
    h = (float(np.sin(angle)), float(np.cos(angle)), 0.0)
    given = sweep or FieldSweep(
        stop_T=-8.0, smallest_step_T=STEP_T, snapshots_T=(-0.75,), start_T=1.0, largest_step_T=0.5
    )
    return Problem(
        mesh=Mesh(cells=(n, n, 1), cell_size=(1e-9, 1e-9, 1e-9), pbc=(OPEN, OPEN, EXACT)),
        regions=regions,
        materials=(
            RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6),
            RegionMaterial(Ms=810.8e3, Aex=8.6e-12, Ku1=18.3e6),
            RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=2e6),
        ),
        sweep=replace(given, direction=h),
        options=SolverOptions(precision="float64", seed=3),
    )


def accepted(rows: Rows) -> Rows:
    return [row for row in rows if row[layout.ACCEPTED] == 1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that was not disturbed; its files are in out."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def whole(run_in_folder: Run, folder: Path) -> Rows:
    """Return its rows."""
    return run_in_folder(two_phases(), ScriptOptions(keeps_states=True), folder=folder)


def test_the_fields_are_those_of_the_half_cycle(whole: Rows):
    states = accepted(whole)
    fields = [row[layout.FIELD] for row in states]
    assert fields[:2] == [1.0, 0.5]
    assert {0.0, -0.75} <= set(fields)
    assert fields == sorted(fields, reverse=True)
    assert [row[layout.INDEX] for row in states] == list(range(len(states)))
    # both drops happened in a smallest step
    drops = [index for index, row in enumerate(states) if row[layout.JUMP] == 1]
    assert len(drops) >= 2
    assert fields[drops[0] - 1] - fields[drops[0]] == pytest.approx(STEP_T, rel=1e-4)
    assert fields[-2] - fields[-1] == pytest.approx(STEP_T, rel=1e-4)
    assert states[-1][layout.M_OVER_MS] <= 0 < states[-2][layout.M_OVER_MS]
    assert (
        max(a - b for a, b in zip(fields[drops[0] :], fields[drops[0] + 1 :], strict=False)) < 0.21
    )


def test_trials_that_were_taken_back_are_rows_of_their_own(whole: Rows):
    taken_back = [row for row in whole if row[layout.ACCEPTED] == 0]
    assert taken_back
    assert all(row[layout.INDEX] < len(accepted(whole)) - 1 for row in taken_back)


def test_columns_hold_what_they_are_called(whole: Rows):
    problem = two_phases()
    h = problem.sweep.direction
    mean_Ms = problem.per_cell("Ms").mean()
    for row in whole:
        along = sum(row[column] * c for column, c in zip(layout.MOMENTS, h, strict=True))
        assert along / mean_Ms == pytest.approx(row[layout.M_OVER_MS], abs=1e-5)
        applied = [row[column] for column in layout.APPLIED]
        assert applied == pytest.approx([row[layout.FIELD] * c for c in h], abs=1e-6)
        assert 0 <= row[layout.MAX_TORQUE] < 1e-2
    steps = [
        step.step for step in HalfCycle(replace(problem, mesh=mumax3_mesh(problem.mesh))).advance()
    ]
    assert whole[0][layout.ENERGY_DENSITY] == pytest.approx(steps[0].energy_density_J_m3, rel=1e-4)


def test_snapshots_are_those_of_the_built_in_solver(whole: Rows, folder: Path):
    states = accepted(whole)
    names = [path.name for path in (folder / "out").glob("*.ovf")]
    found = {(s.reason, s.index) for name in names if (s := layout.parse_snapshot(name))}
    drop = next(index for index, row in enumerate(states) if row[layout.JUMP] == 1)
    fields = [row[layout.FIELD] for row in states]
    last = len(states) - 1
    assert found == {
        ("remanence", fields.index(0.0)),
        ("chosen", fields.index(-0.75)),
        ("before_Hp", drop - 1),
        ("Hp", drop),
        ("before_Hc", last - 1),
        ("Hc", last),
        ("final", last),
    }
    for name in names:
        said = layout.parse_snapshot(name)
        if said is not None:
            assert said.mu0_H_T == pytest.approx(fields[said.index], abs=1e-4)
            state = read_ovf(folder / "out" / layout.state_file(said.index)).data
            assert np.abs(read_ovf(folder / "out" / name).data - state).max() < 1e-6
    assert {layout.state_file(index) for index in range(len(states))} <= set(names)


def test_regions_come_back_as_they_went_in(whole: Rows, folder: Path):
    loaded = read_ovf(folder / "out" / layout.LOADED_REGIONS_FILE).data[0]
    assert np.array_equal(loaded, two_phases().regions)


@pytest.mark.parametrize("when", ["before", "narrowing", "after the first drop"])
def test_run_goes_on_from_a_state(whole: Rows, folder: Path, run_stand_in: Run, when: str):
    states = accepted(whole)
    drop = next(index for index, row in enumerate(states) if row[layout.JUMP] == 1)
    index = {"before": 2, "narrowing": drop - 1, "after the first drop": drop}[when]
    point = layout.resume_point(whole, index)
    assert point is not None
    assert (point.dropped_at is not None) == (when == "narrowing")
    m = read_ovf(folder / "out" / layout.state_file(index)).data
    options = ScriptOptions(keeps_states=True, resume=point, resume_state=m)
    rows = accepted(run_stand_in(two_phases(), options))
    assert rows[0][layout.INDEX] == index + 1
    assert rows[0][layout.FIELD] < point.mu0_H_T
    assert rows[-1][layout.FIELD] == pytest.approx(states[-1][layout.FIELD], abs=1.001 * STEP_T)
    both = states[: index + 1] + rows
    jumps = [row[layout.FIELD] for row in both if row[layout.JUMP] == 1]
    assert jumps[0] == pytest.approx(states[drop][layout.FIELD], abs=1.001 * STEP_T)


def test_fixed_sweep_goes_on_at_the_next_field(run_stand_in: Run, tmp_path: Path):
    fields = (1.0, 0.0, -0.5, -1.0, -1.5)
    problem = two_phases(FieldSweep(mode="fixed", values_T=fields))
    whole = run_stand_in(problem, ScriptOptions(keeps_states=True))
    point = layout.resume_point(whole, 2)
    m = read_ovf(tmp_path / "out" / layout.state_file(2)).data
    options = ScriptOptions(resume=point, resume_state=m)
    rows = run_stand_in(problem, options)
    assert [row[layout.FIELD] for row in rows] == [-1.0, -1.5]
    for one, other in zip(rows, whole[3:], strict=True):
        assert one[layout.M_OVER_MS] == pytest.approx(other[layout.M_OVER_MS], abs=1e-4)


def test_until_stop_goes_on_after_the_reversal(run_stand_in: Run):
    sweep = FieldSweep(
        stop_T=-6.0, smallest_step_T=0.25, largest_step_T=1.0, until_stop=True, start_T=1.0
    )
    rows = accepted(run_stand_in(two_phases(sweep)))
    assert rows[-1][layout.FIELD] == -6.0
    assert sum(row[layout.M_OVER_MS] <= 0 for row in rows) > 1


def test_relax_gives_the_same_drops(whole: Rows, run_stand_in: Run):
    options = ScriptOptions(method="relax")
    rows = accepted(run_stand_in(two_phases(), options))
    assert [row[layout.FIELD] for row in rows] == [row[layout.FIELD] for row in accepted(whole)]


def test_regions_of_another_order_stop_the_script(
    run_stand_in: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def spoil(text: str) -> str:
        path = tmp_path / f"{layout.SCRIPT_FILE}{layout.REGIONS_SUFFIX}"
        content = path.read_bytes()
        start = content.index(b"Data Binary 4\n") + len(b"Data Binary 4\n") + 4
        size = 4 * 24 * 24
        values = np.frombuffer(content[start : start + size], dtype="<f4").reshape(24, 24)
        path.write_bytes(content[:start] + values.T.tobytes() + content[start + size :])
        return text

    with pytest.raises(AssertionError):
        run_stand_in(two_phases(), None, spoil)
    assert "region of cell" in capsys.readouterr().out.splitlines()[-1]


def test_long_stack_is_near_the_endless_one():
    problem = two_phases()
    curves = []
    for mesh in (problem.mesh, mumax3_mesh(problem.mesh)):
        half_cycle = HalfCycle(replace(problem, mesh=mesh))
        steps = []
        while not half_cycle.state.is_finished:
            steps += [settled.step for settled in half_cycle.advance()]
        curves.append({step.mu0_H_T: step.M_over_Ms for step in steps})
    endless, stack = curves
    assert min(endless) == pytest.approx(min(stack), abs=1.001 * STEP_T)
    assert endless[0.0] == pytest.approx(stack[0.0], abs=2e-4)
