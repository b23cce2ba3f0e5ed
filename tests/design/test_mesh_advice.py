import json
import math

import pytest

from smcogui.design import (
    Design,
    MeshChoice,
    NanostructureParameters,
    cost_estimate,
    describe_design,
    load_phase,
    mesh_advice,
)
from smcogui.design.lattice_pinning import lattice_pinning_ratio
from smcogui.design.mesh_advice import lattice_pinning_field
from smcogui.units import MU0


def design_of(L=100.0, d=25.0, w_S=6.0, w_Z=4.0, z="DFT", **choices):
    parameters = NanostructureParameters(L=L * 1e-9, d=d * 1e-9, w_S=w_S * 1e-9, w_Z=w_Z * 1e-9)
    return Design(name="test", parameters=parameters, z_phase=load_phase(z), alpha=0.0, **choices)


def advice_on(design, words):
    return [advice for advice in mesh_advice(design) if words in advice.message]


@pytest.mark.parametrize(
    ("name", "cell_nm", "low_T", "high_T"),
    [
        # Measured with the full solver; below 0.01 T it sees its own tolerance.
        ("2:17", 0.5, 0.0, 0.004),
        ("1:5", 0.5, 0.10, 0.13),
        ("DFT", 0.5, 0.0, 0.005),
        ("Mod", 0.5, 0.014, 0.024),
        ("Lit", 0.5, 1.1, 1.3),
        ("1:5", 1.0, 7.0, 45.0),
        ("Lit", 1.0, 7.0, 13.6),
    ],
)
def test_lattice_pinning_field_agrees_with_the_solver(name, cell_nm, low_T, high_T):
    assert low_T <= lattice_pinning_field(load_phase(name), cell_nm * 1e-9) * MU0 <= high_T


def test_lattice_pinning_ratio_grows_with_the_cell():
    ratios = [lattice_pinning_ratio(x) for x in (0.1, 0.5, 0.7, 1.0, 1.5, 2.5, 10.0)]
    assert ratios == sorted(ratios)
    assert ratios[0] == 0
    assert 0.9 < ratios[-1] <= 1


def test_mesh_advice_warns_of_lit_at_half_a_nanometre_and_names_the_remedy():
    (advice,) = advice_on(design_of(z="Lit"), "Z (Lit)")
    assert advice.level == "warning"
    assert "1.05 times" in advice.message
    assert "1.2 T" in advice.message
    finer = design_of(z="Lit", mesh=MeshChoice(cell=0.25e-9))
    assert advice_on(finer, "Z (Lit)")[0].level == "ok"


def test_mesh_advice_warns_of_1_nm_cells():
    warnings = [a for a in mesh_advice(design_of(mesh=MeshChoice(cell=1e-9))) if a.level != "ok"]
    assert any(a.level == "warning" and a.message.startswith("1:5") for a in warnings)


def test_mesh_advice_lists_the_most_serious_first():
    levels = [advice.level for advice in mesh_advice(design_of(z="Lit"))]
    assert levels == sorted(levels, key=("warning", "note", "ok").index)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"w_S": 0.8}, "w_S = 0.8 nm: 1.6 cells"),
        ({"w_Z": 0.7}, "w_Z = 0.7 nm: 1.4 cells"),
        ({"d": 12.0, "w_Z": 11.3}, "d - w_Z = 0.7 nm"),
        ({"L": 250.0}, "larger than the domain"),
        ({"d": 150.0}, "no Z platelet"),
    ],
)
def test_mesh_advice_warns_of_geometry(given, words):
    (advice,) = advice_on(design_of(**given), words)
    assert advice.level == "warning"


def test_mesh_advice_flags_a_structure_of_z_alone():
    design = design_of(d=11, w_Z=11)
    assert advice_on(design, "everything is Z phase")
    assert not advice_on(design, "1:5:")


def test_mesh_advice_two_cells_are_thick_enough():
    assert not advice_on(design_of(w_S=1.0), "w_S = 1 nm")


def test_mesh_advice_names_a_rounded_domain():
    (advice,) = advice_on(design_of(mesh=MeshChoice(cell=0.3e-9)), "whole number of cells")
    assert "427 cells, 128.1 nm" in advice.message


def test_mesh_advice_3d_names_cells_along_z():
    assert advice_on(design_of(mesh=MeshChoice(dimension="3d")), "Along z")


def test_cost_estimate_scales_with_cells():
    flat = cost_estimate(design_of())
    assert flat.cells == 256**2
    assert flat.cpu_s_per_cycle == pytest.approx(3.0)
    assert flat.cpu_s == pytest.approx(15.0)
    assert flat.wall_s <= flat.cpu_s
    solid = cost_estimate(design_of(mesh=MeshChoice(dimension="3d")))
    assert solid.cells == 256**2 * 16
    assert solid.cpu_s_per_cycle == pytest.approx(70.0)
    assert solid.memory_MB > flat.memory_MB


def test_describe_design_is_json_with_the_promised_keys():
    described = describe_design(design_of(w_Z=4, grain_boundary=_no_anisotropy_layer()))
    text = json.dumps(described, allow_nan=False)
    assert "NaN" not in text
    assert described["phi_S"] == 0.06
    assert described["phi_Z"] == 0.16
    assert math.isclose(sum(described["counted_fractions"].values()), 1)
    assert set(described["phases"]) == {"2:17", "1:5", "Z", "grain boundary"}
    assert described["phases"]["grain boundary"]["l_dw_nm"] is None
    assert described["zr_at_percent"] == pytest.approx(2.37, abs=0.01)
    assert described["mesh_advice"]
    assert described["cost_estimate"]["cells"] == 65536
    pinning = {(row["from"], row["to"]): row["mu0_Hp_T"] for row in described["wall_pinning"]}
    assert pinning["Z", "2:17"] == pytest.approx(4.25, abs=0.01)


def _no_anisotropy_layer():
    from smcogui.design import GrainBoundary

    return GrainBoundary(k_gb=0.0)
