from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from solver.errors import ProblemError
from solver.hysteresis import HalfCycle
from solver.mesh import EXACT, OPEN, Mesh
from solver.minimizer import Minimizer
from solver.mumax3 import layout
from solver.mumax3.ovf import read_ovf
from solver.mumax3.script import ScriptOptions, mx3_script, start_state, write_mx3
from solver.mumax3.statement import mumax3_mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

SECTION = Mesh(cells=(4, 4, 1), cell_size=(5e-10, 5e-10, 2e-9))
BODY = Mesh(cells=(4, 4, 2), cell_size=(5e-10, 5e-10, 2e-9), pbc=(OPEN, 2, 3))


def problem(mesh: Mesh = SECTION, sweep: FieldSweep | None = None, **options) -> Problem:
    regions = np.zeros(mesh.shape, dtype=np.uint8)
    regions[:, 2:] = 2
    return Problem(
        mesh=mesh,
        regions=regions,
        materials=(
            RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6),
            RegionMaterial(Ms=1.0, Aex=0.0, Ku1=0.0),
            RegionMaterial(Ms=290e3, Aex=4.83e-12, Ku1=2.1e6, easy_axis=(0, 2, 0)),
        ),
        sweep=sweep or FieldSweep(),
        options=SolverOptions(**options),
        label="a\nlabel",
    )


def script(given: Problem, **options) -> str:
    return mx3_script(given, "r.ovf", start_file="s.ovf", options=ScriptOptions(**options))


def test_script_states_mesh_regions_and_materials():
    lines = mx3_script(problem(BODY), "my regions.ovf", start_file="s.ovf").splitlines()
    assert lines[0] == "// a label"
    for line in (
        "SetGridSize(4, 4, 2)",
        "SetCellSize(5e-10, 5e-10, 2e-09)",
        "SetPBC(0, 2, 3)",
        "regions.LoadFile(`my regions.ovf`)",
        "m.LoadFile(`s.ovf`)",
        "Msat.SetRegion(0, 987700.0)",
        "Aex.SetRegion(0, 1.96e-11)",
        "Ku1.SetRegion(2, 2100000.0)",
        "anisU.SetRegion(2, vector(0.0, 1.0, 0.0))",
        "MinimizerStop = 1e-06",
    ):
        assert line in lines
    # Regions that no cell has are left out.
    assert not any("SetRegion(1," in line for line in lines)


def test_script_adds_the_columns_of_the_layout_before_the_first_row():
    text = script(problem())
    for column in layout.COLUMNS:
        name = column.partition(" ")[0]
        vector = name.rstrip("xyz") if column in (*layout.MOMENTS, *layout.APPLIED) else name
        added = re.search(rf'TableAdd(Var)?\((\w+, ")?{vector}\b', text)
        assert added is not None, column
        assert added.start() < text.index("TableSave()")


def test_regions_that_come_back_otherwise_stop_the_script():
    given = problem(BODY)
    checks = re.findall(r"regions\.GetCell\((\d+), (\d+), (\d+)\), (\d+), 0\)", script(given))
    cells = [tuple(map(int, check)) for check in checks]
    assert len(cells) >= 4
    assert {region for *_, region in cells} == {0, 2}
    assert all(given.regions[k, j, i] == region for i, j, k, region in cells)
    mirrored = given.regions[:, ::-1]
    assert any(mirrored[k, j, i] != region for i, j, k, region in cells)


def test_images_of_a_section_make_a_stack_ten_times_as_long_as_wide():
    mesh = Mesh(cells=(256, 256, 1), cell_size=(5e-10, 5e-10, 2e-9))
    stated = mumax3_mesh(mesh)
    n, thickness = stated.pbc[2], stated.cell_size[2]
    assert thickness == pytest.approx(16 * 5e-10)
    assert (2 * n - 1) * thickness >= 10 * 128e-9
    assert (2 * n - 3) * thickness < 10 * 128e-9
    assert f"SetPBC(0, 0, {n})" in script(problem(mesh))


def test_images_of_a_body_keep_its_cells():
    mesh = Mesh(cells=(256, 256, 16), cell_size=(5e-10, 5e-10, 2e-9), pbc=(OPEN, OPEN, EXACT))
    stated = mumax3_mesh(mesh)
    assert (2 * 16 * stated.pbc[2] - 1) * 2e-9 >= 10 * 128e-9
    assert stated.cell_size == mesh.cell_size
    assert mumax3_mesh(BODY) == BODY


@pytest.mark.parametrize(("rule", "version"), [("conservative", "3.10"), ("mumax3_2014", "3.9")])
def test_script_names_the_version_that_has_the_exchange_rule(rule: str, version: str):
    assert f"needs MuMax3 {version}" in script(problem(exchange_rule=rule))


def test_interface_factor_scales_each_pair_that_is_present_once():
    text = script(problem(interface_factor=0.5))
    assert re.findall(r"ext_ScaleExchange\(.*\)", text) == ["ext_ScaleExchange(0, 2, 0.5)"]
    assert "ext_ScaleExchange" not in script(problem())


def test_demag_and_tilt_can_be_off():
    text = script(problem(demag=False, perturbation=0.0))
    assert "EnableDemag = false" in text
    assert "Temp" not in text
    assert "Steps" not in text
    assert "EnableDemag" not in script(problem())


def test_relax_takes_the_place_of_minimize():
    text = script(problem(), method="relax")
    assert "Relax()" in text
    assert "Minimize" not in text


def test_names_of_the_script_do_not_clash_with_those_of_mumax3(mumax3_names):
    # Names there do not tell capitals apart: M would be m.
    text = script(problem(sweep=FieldSweep(snapshots_T=(-1.0,))), keeps_states=True)
    declared = {name.lower() for name in re.findall(r"(\w+) :=", text)}
    assert declared
    assert not declared & mumax3_names


def test_start_is_that_of_the_built_in_solver(monkeypatch: pytest.MonkeyPatch):
    given = problem(precision="float64", seed=7)
    states = []
    relax = Minimizer.relax

    def watch(minimizer: Minimizer, *arguments):
        states.append(minimizer.workspace.state.copy())
        return relax(minimizer, *arguments)

    monkeypatch.setattr(Minimizer, "relax", watch)
    HalfCycle(given).advance()
    assert np.array_equal(start_state(given), states[0])


def test_start_without_tilt_is_saturation():
    given = problem(perturbation=0.0)
    assert start_state(given) is None
    assert "m = Uniform(0.0, 1.0, 0.0)" in mx3_script(given, "r.ovf")


def test_first_state_needs_a_file():
    with pytest.raises(ProblemError, match="start_file"):
        mx3_script(problem(), "r.ovf")


def test_write_mx3_writes_the_files_that_the_script_loads(tmp_path: Path):
    given = problem()
    regions, start, path = write_mx3(given, tmp_path / "run.mx3")
    assert np.array_equal(read_ovf(regions).data[0], given.regions)
    assert np.array_equal(read_ovf(start).data, start_state(given))
    text = path.read_text()
    assert f"`{regions.name}`" in text
    assert f"`{start.name}`" in text


def test_nothing_in_the_script_depends_on_the_folder(tmp_path: Path):
    texts = []
    for name in ("a", "b c"):
        (tmp_path / name).mkdir()
        texts.append(write_mx3(problem(), tmp_path / name / "run.mx3")[-1].read_text())
    assert texts[0] == texts[1]


def test_name_that_cannot_stand_in_a_script_is_refused(tmp_path: Path):
    with pytest.raises(ProblemError, match="back quote"):
        write_mx3(problem(), tmp_path / "a`b.mx3")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("before_Hc_000011_-3.9000T.ovf", ("before_Hc", 11, -3.9)),
        ("remanence_000002_+0.0000T.ovf", ("remanence", 2, 0.0)),
        ("state_000002.ovf", None),
        ("Hc_-3.9000T.ovf", None),
    ],
)
def test_name_of_a_snapshot_says_reason_number_and_field(name: str, said: tuple | None):
    parsed = layout.parse_snapshot(name)
    found = None if parsed is None else (parsed.reason, parsed.index, parsed.mu0_H_T)
    assert found == said


def test_name_of_a_state_says_its_number():
    assert layout.parse_state(layout.state_file(12)) == 12
    assert layout.parse_state("state_12.ovf") is None


def rows(*table: tuple[float, ...]) -> list[dict[str, float]]:
    return [dict(zip(layout.COLUMNS, row, strict=False)) for row in table]


ROWS = rows(
    # field, M, index, accepted, jump, dropped, flipped
    (1.0, 0.99, 0, 1, 0, 0, 0.0),
    (0.5, 0.98, 1, 1, 0, 0, 0.0),
    (0.0, 0.97, 2, 1, 0, 0, 0.0),
    (-0.5, 0.2, 2, 0, 1, 0, 0.4),
    (-0.25, 0.96, 3, 1, 0, 0, 0.001),
    (-0.3, 0.3, 4, 1, 1, 1, 0.35),
    (-0.5, -0.1, 4, 0, 1, 1, 0.6),
    (-0.35, 0.25, 5, 1, 0, 1, 0.37),
)


def test_resume_point_before_any_trial_was_taken_back():
    point = layout.resume_point(ROWS, 1)
    assert point is not None
    assert (point.mu0_H_T, point.dropped_at, point.has_dropped) == (0.5, None, False)
    assert point.slope == pytest.approx(0.02)


def test_resume_point_while_a_drop_is_narrowed():
    point = layout.resume_point(ROWS, 3)
    assert point is not None
    assert (point.mu0_H_T, point.dropped_at, point.has_jumped) == (-0.25, -0.5, False)


def test_resume_point_after_a_drop_knows_the_field_of_the_reversal():
    point = layout.resume_point(ROWS, 5)
    assert point is not None
    assert (point.dropped_at, point.has_dropped, point.has_jumped) == (-0.5, True, True)
    assert point.slope == pytest.approx(1.0)


def test_resume_point_after_cells_flipped_in_a_smallest_step_narrows_no_more():
    accepted = rows((-0.3, 0.95, 4, 1, 0, 0, 0.001 + 0.02))
    point = layout.resume_point([*ROWS[:5], *accepted], 4)
    assert point is not None
    assert (point.dropped_at, point.has_dropped, point.flipped) == (None, False, 0.021)
    fewer = rows((-0.3, 0.95, 4, 1, 0, 0, 0.001 + 0.01))
    point = layout.resume_point([*ROWS[:5], *fewer], 4)
    assert point is not None
    assert point.dropped_at == -0.5


def test_resume_point_needs_all_rows_before_it():
    assert layout.resume_point(ROWS, 6) is None
    assert layout.resume_point([*ROWS[:2], *ROWS[4:]], 3) is None
