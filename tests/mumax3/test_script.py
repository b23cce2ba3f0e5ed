from __future__ import annotations

import re

import numpy as np
import pytest

from solver.errors import ProblemError
from solver.mesh import EXACT, OPEN, Mesh
from solver.mumax3.script import image_count, mx3_script
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


def test_script_states_mesh_regions_and_materials():
    lines = mx3_script(problem(BODY), "my regions.ovf").splitlines()
    assert lines[0] == "// a label"
    for line in (
        "SetGridSize(4, 4, 2)",
        "SetCellSize(5e-10, 5e-10, 2e-09)",
        "SetPBC(0, 2, 3)",
        "regions.LoadFile(`my regions.ovf`)",
        "Msat.SetRegion(0, 987700)",
        "Aex.SetRegion(0, 1.96e-11)",
        "Ku1.SetRegion(2, 2100000)",
        "anisU.SetRegion(2, vector(0, 1, 0))",
        "MinimizerStop = 1e-06",
    ):
        assert line in lines
    # Regions that no cell has are left out.
    assert not any("SetRegion(1," in line for line in lines)


def test_script_adds_columns_before_the_first_row():
    text = mx3_script(problem(), "r.ovf")
    assert text.index("TableAdd(m_full)") < text.index("TableSave()")
    assert text.index("TableAdd(B_ext)") < text.index("TableSave()")


def test_images_of_a_section_make_a_stack_ten_times_as_long_as_wide():
    mesh = Mesh(cells=(256, 256, 1), cell_size=(5e-10, 5e-10, 2e-9))
    n = image_count(mesh)
    copies, thickness = 2 * n - 1, 16 * 5e-10
    assert copies * thickness >= 10 * 128e-9
    assert (copies - 2) * thickness < 10 * 128e-9
    assert f"SetPBC(0, 0, {n})" in mx3_script(problem(mesh), "r.ovf")


def test_images_of_a_body_keep_its_cells():
    mesh = Mesh(cells=(256, 256, 16), cell_size=(5e-10, 5e-10, 2e-9), pbc=(OPEN, OPEN, EXACT))
    assert (2 * 16 * image_count(mesh) - 1) * 2e-9 >= 10 * 128e-9
    assert "SetCellSize(5e-10, 5e-10, 2e-09)" in mx3_script(problem(mesh), "r.ovf")


@pytest.mark.parametrize(("rule", "version"), [("conservative", "3.10"), ("mumax3_2014", "3.9")])
def test_script_names_the_version_that_has_the_exchange_rule(rule: str, version: str):
    assert f"needs MuMax3 {version}" in mx3_script(problem(exchange_rule=rule), "r.ovf")


def test_interface_factor_scales_each_pair_that_is_present_once():
    text = mx3_script(problem(interface_factor=0.5), "r.ovf")
    assert re.findall(r"ext_ScaleExchange\(.*\)", text) == ["ext_ScaleExchange(0, 2, 0.5)"]
    assert "ext_ScaleExchange" not in mx3_script(problem(), "r.ovf")


def test_demag_and_tilt_can_be_off():
    text = mx3_script(problem(demag=False, perturbation=0.0), "r.ovf")
    assert "EnableDemag = false" in text
    assert "Temp" not in text
    assert "Steps" not in text
    assert "EnableDemag" not in mx3_script(problem(), "r.ovf")


def test_adaptive_sweep_is_coarse_while_positive_then_fine_until_reversed():
    sweep = FieldSweep(start_T=1, stop_T=-12, largest_step_T=0.4, smallest_step_T=0.05)
    text = mx3_script(problem(sweep=sweep), "r.ovf")
    fields = [float(value) for value in re.findall(r"vector\(0, (-?[\d.]+)\*1, 0\)", text)]
    assert fields == [1, 0.6, 0.2, 0]
    assert "for i := 1; i <= 240 && along > 0; i++ {" in text
    assert "field := max(0.0 - i*0.05, -12)" in text or "max(0.0 - i*0.05, -12.0)" in text


def test_until_stop_goes_on_after_the_reversal():
    text = mx3_script(problem(sweep=FieldSweep(until_stop=True)), "r.ovf")
    assert "for i := 1; i <= 240; i++ {" in text


def test_fixed_sweep_visits_its_values():
    sweep = FieldSweep(mode="fixed", values_T=(0.5, -0.25, -3.0), direction=(1, 0, 0))
    text = mx3_script(problem(sweep=sweep), "r.ovf")
    assert re.findall(r"B_ext = vector\((.*)\)", text) == [
        "0.5*1, 0, 0",
        "-0.25*1, 0, 0",
        "-3.0*1, 0, 0",
    ]


def test_names_of_the_script_do_not_clash_with_those_of_mumax3():
    # Names there do not tell capitals apart: M would be m.
    declared = re.findall(r"(\w+) :=", mx3_script(problem(), "r.ovf"))
    assert set(declared) == {"along", "i", "field"}


def test_initial_state_needs_a_file():
    state = np.zeros((3, *SECTION.shape))
    state[1] = 1
    started = Problem(
        mesh=SECTION,
        regions=np.zeros(SECTION.shape, dtype=np.uint8),
        materials=(RegionMaterial(Ms=1e6, Aex=1e-11, Ku1=1e6),),
        initial_state=state,
    )
    with pytest.raises(ProblemError, match="state_file"):
        mx3_script(started, "r.ovf")
    assert "m.LoadFile(`m0.ovf`)" in mx3_script(started, "r.ovf", state_file="m0.ovf")
