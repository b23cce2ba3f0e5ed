import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from smcogui.design import (
    Design,
    GrainBoundary,
    MagneticPhase,
    NanostructureParameters,
    design_to_toml,
    load_designs,
    load_phase,
    parse_design_text,
)
from smcogui.errors import InputError

MINIMAL = """
[nanostructure]
L_nm = 100
d_nm = 25
wS_nm = 6
wZ_nm = 4
[material]
z_phase = "DFT"
[field]
alpha_deg = 0
"""


def parsed(text=MINIMAL):
    (design,) = parse_design_text(text, "sample.toml")
    return design


def error_of(text):
    with pytest.raises(InputError) as caught:
        parse_design_text(text, "sample.toml")
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("sample.toml")
    return caught.value


def changed(old, new):
    assert old in MINIMAL
    return MINIMAL.replace(old, new)


def test_minimal_file_gets_the_documented_defaults():
    design = parsed()
    assert design.name == "sample"
    assert design.preset == "physical"
    assert design.parameters.L == 100e-9
    assert math.degrees(design.parameters.theta) == pytest.approx(30)
    assert design.offsets == "random"
    assert design.grain_boundary == GrainBoundary(
        layer="one_perpendicular_c", thickness=2e-9, k_gb=0.01
    )
    assert design.z_phase == load_phase("DFT")
    assert (design.domain, design.mesh.cell, design.mesh.dimension) == (128e-9, 0.5e-9, "2d")
    assert (design.mesh.thickness, design.mesh.cell_z) == (32e-9, 2e-9)
    assert design.solver.exchange_rule == "conservative"
    assert (design.solver.interface_factor, design.solver.demag) == (1.0, True)
    assert design.solver.precision == "float32"
    field = design.field
    assert (field.start_T, field.stop_T) == (1.0, -12.0)
    assert (field.largest_step_T, field.smallest_step_T) == (0.5, 0.05)
    assert (design.run.cycles, design.run.seed) == (5, 0)
    assert design.hp_reading == "jump"


def test_paper_preset_sets_layer_offsets_and_reading():
    design = parsed('preset = "paper"\n' + MINIMAL)
    assert design.grain_boundary.thickness == 1e-9
    assert design.grain_boundary.layer == "one_perpendicular_c"
    assert design.offsets == "centred"
    assert design.hp_reading == "slope"
    assert design.field.smallest_step_T == 0.05


def test_a_key_overrides_the_preset():
    text = 'preset = "paper"\n' + MINIMAL + "[grain_boundary]\nthickness_nm = 1.5\n"
    design = parsed(text)
    assert design.grain_boundary.thickness == 1.5e-9
    assert design.grain_boundary.k_gb == 0.01


def test_offsets_may_be_three_numbers():
    design = parsed(changed("wZ_nm = 4", "wZ_nm = 4\noffsets = [0, 12.5, -3]"))
    assert design.offsets == (0.0, 12.5e-9, -3e-9)


def test_z_phase_table_of_constants():
    table = "z_phase = {A_pJ_m = 0.7, K_MJ_m3 = 1.4, Ms_kA_m = 310.4}"
    phase = parsed(changed('z_phase = "DFT"', table)).z_phase
    assert phase == MagneticPhase(name="user", Aex=0.7e-12, Ku1=1.4e6, Ms=310.4e3)


def test_z_phase_table_of_wall_quantities():
    table = "z_phase = {sigma_dw_mJ_m2 = 4.0, l_dw_nm = 2.2, Ms_kA_m = 310.4}"
    phase = parsed(changed('z_phase = "DFT"', table)).z_phase
    assert phase.sigma_dw == pytest.approx(4e-3)
    assert phase.l_dw == pytest.approx(2.2e-9)


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ("L_nm = 100", "L_nm = -100", "nanostructure.L_nm", "1000 nm"),
        ("L_nm = 100", "L_nm = 0", "nanostructure.L_nm", "above 0"),
        ("L_nm = 100", "L_nm = nan", "nanostructure.L_nm", "1000 nm"),
        ("L_nm = 100", "L_nm = inf", "nanostructure.L_nm", "1000 nm"),
        ("L_nm = 100", "L_nm = 1000.5", "nanostructure.L_nm", "1000 nm"),
        ("L_nm = 100", "L_nm = 1e300", "nanostructure.L_nm", "1000 nm"),
        ("L_nm = 100", "L_nm = 1" + "0" * 400, "nanostructure.L_nm", "number"),
        ("L_nm = 100", 'L_nm = "100"', "nanostructure.L_nm", "a number"),
        ("L_nm = 100", "L_nm = true", "nanostructure.L_nm", "a number"),
        ("L_nm = 100", "L_nm = [100]", "nanostructure.L_nm", "a number"),
        ("L_nm = 100", "L_nm = 1979-05-27", "nanostructure.L_nm", "a number"),
        ("d_nm = 25", "d_nm = 1001", "nanostructure.d_nm", "1000 nm"),
        ("wZ_nm = 4", "wZ_nm = 26", "nanostructure.wZ_nm", "d_nm = 25"),
        ("wS_nm = 6", "wS_nm = 101", "nanostructure.wS_nm", "L_nm = 100"),
        ("wS_nm = 6", "wS_nm = 0.4", "nanostructure.wS_nm", "cell_nm = 0.5"),
        ("wZ_nm = 4", "wZ_nm = 0.3", "nanostructure.wZ_nm", "cell_nm = 0.5"),
        ("wZ_nm = 4", "wZ_nm = 4\ntheta_deg = 61", "nanostructure.theta_deg", "5 to 60"),
        ("wZ_nm = 4", 'wZ_nm = 4\noffsets = "center"', "nanostructure.offsets", "centred"),
        ("wZ_nm = 4", "wZ_nm = 4\noffsets = [1, 2]", "nanostructure.offsets", "three numbers"),
        ("wZ_nm = 4", "wZ_nm = 4\noffsets = [1, 2, nan]", "nanostructure.offsets", "nm"),
        ('"DFT"', '"DTF"', "material.z_phase", "Lit, DFT, Mod"),
        ('"DFT"', "5", "material.z_phase", "Lit, DFT, Mod"),
        ('"DFT"', "{A_pJ_m = 1, K_MJ_m3 = 1}", "material.z_phase.Ms_kA_m", "5000 kA/m"),
        ('"DFT"', "{A_pJ_m = -1, K_MJ_m3 = 1, Ms_kA_m = 1}", "material.z_phase.A_pJ_m", "above 0"),
        ('"DFT"', "{l_dw_nm = 0, sigma_dw_mJ_m2 = 1, Ms_kA_m = 1}", "material.z_phase.l_dw_nm",
         "above 0"),
        ("alpha_deg = 0", "alpha_deg = 91", "field.alpha_deg", "0 to 90"),
        ("alpha_deg = 0", "alpha_deg = -1", "field.alpha_deg", "0 to 90"),
        ("alpha_deg = 0", "alpha_deg = 0\nstop_T = 2", "field.stop_T", "below start_T"),
        ("alpha_deg = 0", "alpha_deg = 0\nstop_T = -101", "field.stop_T", "-100 to 100"),
        ("alpha_deg = 0", "alpha_deg = 0\nsmallest_step_T = 1", "field.smallest_step_T",
         "largest_step_T"),
        ("alpha_deg = 0", "alpha_deg = 0\nlargest_step_T = 0", "field.largest_step_T", "0.0001"),
        ("alpha_deg = 0", "alpha_deg = 0\n[run]\ncycles = 0", "run.cycles", "1 to 1000"),
        ("alpha_deg = 0", "alpha_deg = 0\n[run]\ncycles = 2.5", "run.cycles", "whole number"),
        ("alpha_deg = 0", "alpha_deg = 0\n[run]\nseed = -1", "run.seed", "0 to"),
        ("alpha_deg = 0", "alpha_deg = 0\n[run]\nseed = 1" + "0" * 400, "run.seed", "0 to"),
        ("alpha_deg = 0", "alpha_deg = 0\n[solver]\ndemag = 1", "solver.demag", "true or false"),
        ("alpha_deg = 0", 'alpha_deg = 0\n[solver]\nprecision = "float16"', "solver.precision",
         "float32 or float64"),
        ("alpha_deg = 0", "alpha_deg = 0\n[mesh]\ncell_nm = 0.01", "mesh.cell_nm", "0.05 to 10"),
        ("alpha_deg = 0", "alpha_deg = 0\n[mesh]\ndomain_nm = 4000\ncell_nm = 0.1", "mesh.cell_nm",
         "64 million"),
        ("alpha_deg = 0", "alpha_deg = 0\n[mesh]\ndomain_nm = 0.3", "mesh.domain_nm",
         "at least one cell"),
        ("alpha_deg = 0", "alpha_deg = 0\n[grain_boundary]\nk_gb = 1.1", "grain_boundary.k_gb",
         "0 to 1"),
        ("alpha_deg = 0", "alpha_deg = 0\n[grain_boundary]\nthickness_nm = 0.2",
         "grain_boundary.thickness_nm", "at least one cell"),
        ("alpha_deg = 0", 'alpha_deg = 0\n[grain_boundary]\nlayer = "one"', "grain_boundary.layer",
         "one_parallel_c"),
        ("[nanostructure]", 'preset = "papers"\n[nanostructure]', "preset", "paper"),
        ("[nanostructure]", 'name = ""\n[nanostructure]', "name", "printable"),
        ("[nanostructure]", "name = 5\n[nanostructure]", "name", "text in quotes"),
        ("[nanostructure]", "mesh = 3\n[nanostructure]", "mesh", "table"),
    ],
)  # fmt: skip
def test_bad_value_names_key_and_what_is_allowed(old, new, key, allowed):
    error = error_of(changed(old, new))
    assert error.key == key
    assert key in error.message
    assert allowed in (error.allowed or "")
    assert error.given


@pytest.mark.parametrize(
    ("old", "new", "key", "hint"),
    [
        ("L_nm", "l_nm", "nanostructure.l_nm", "Did you mean L_nm?"),
        ("wS_nm", "w_S_nm", "nanostructure.w_S_nm", "Did you mean wS_nm?"),
        ("alpha_deg", "alpha", "field.alpha", "Did you mean alpha_deg?"),
        ("[material]", "[materials]", "materials", "Did you mean material?"),
        ("alpha_deg = 0", "alpha_deg = 0\nseed = 3", "field.seed", "It belongs into [run]."),
        ('"DFT"', "{A_pJ = 1, K_MJ_m3 = 1, Ms_kA_m = 1}", "material.z_phase.A_pJ", "A_pJ_m?"),
        ("wS_nm", "completely_else", "nanostructure.completely_else", "Known here: L_nm"),
    ],
)
def test_unknown_key_names_the_nearest_one(old, new, key, hint):
    error = error_of(changed(old, new))
    assert error.key == key
    assert hint in error.message


def test_unknown_phase_names_the_nearest_one():
    assert "Did you mean DFT?" in error_of(changed('"DFT"', '"dft"')).message


@pytest.mark.parametrize("section", ["nanostructure", "material", "field"])
def test_missing_section_is_named(section):
    parts = MINIMAL.split("[")
    text = "[".join(part for part in parts if not part.startswith(section))
    error = error_of(text)
    assert error.key == section
    assert "missing" in error.message


def test_missing_key_is_named():
    error = error_of(changed("wZ_nm = 4\n", ""))
    assert error.key == "nanostructure.wZ_nm"
    assert "missing" in error.message


@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_empty_text_says_what_is_needed(text):
    assert "empty" in error_of(text).message


def test_broken_toml_names_the_line():
    assert "line 4" in error_of(changed("d_nm = 25", "d_nm = = 25")).message


@pytest.mark.parametrize("end", range(5, len(MINIMAL) - 12, 4))
def test_truncated_text_gives_an_input_error(end):
    assert error_of(MINIMAL[:end]).key


@pytest.mark.parametrize("text", ["x = " + "[" * 20000, "x = " + "1" * 5000])
def test_hostile_toml_gives_an_input_error(text):
    assert error_of(text).key


def test_several_designs_keep_their_order_and_names():
    inner = MINIMAL.replace("[", "[design.")
    text = f"[[design]]\nname = 'first'\n{inner}\n[[design]]\n{inner}"
    first, second = parse_design_text(text, "two.toml")
    assert (first.name, second.name) == ("first", "two 2")


def test_error_in_a_later_design_says_which():
    inner = MINIMAL.replace("[", "[design.")
    text = f"[[design]]\n{inner}\n[[design]]\n{inner.replace('wZ_nm = 4', 'wZ_nm = 400')}"
    error = error_of(text)
    assert "design 2 of 2" in error.message
    assert error.key == "nanostructure.wZ_nm"


@pytest.mark.parametrize("text", ["design = 3", "design = []", "design = [1]", "design = {}"])
def test_design_must_be_a_list_of_tables(text):
    assert error_of(text).key == "design"


def test_keys_beside_design_tables_are_refused():
    text = "preset = 'paper'\n[[design]]\n" + MINIMAL.replace("[", "[design.")
    assert "preset" in error_of(text).message


def test_load_designs_reads_bom_crlf_and_odd_paths(tmp_path):
    folder = tmp_path / "a 'b' ünï" / ("x" * 200)
    folder.mkdir(parents=True)
    path = folder / "my design.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load_designs(path)[0].name == "my design"


def test_load_designs_refuses_binary(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match="not a text file"):
        load_designs(path)


def test_load_designs_refuses_nul_bytes(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match="not valid TOML"):
        load_designs(path)


def test_load_designs_refuses_a_huge_file(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("#" * 1_000_001)
    with pytest.raises(InputError, match="larger than 1000000 bytes"):
        load_designs(path)


def test_load_designs_refuses_a_folder_and_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="not a file"):
        load_designs(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        load_designs(tmp_path / "none.toml")


@pytest.mark.parametrize("name", [n for n in resources.names("examples") if n.endswith(".toml")])
def test_examples_load_and_round_trip(name):
    for design in load_designs(resources.path(name)):
        assert parse_design_text(design_to_toml(design), "again") == [design]


def test_examples_hold_the_papers_numbers():
    (row2,) = load_designs(resources.path("examples/table1_row2.toml"))
    parameters = row2.parameters
    lengths_nm = [v * 1e9 for v in (parameters.L, parameters.d, parameters.w_S, parameters.w_Z)]
    assert lengths_nm == pytest.approx([93.6572, 21.5065, 6.3650, 9.6443], abs=1e-9)
    assert row2.preset == "paper"
    angles = [math.degrees(d.alpha) for d in load_designs(resources.path("examples/fig2a.toml"))]
    assert angles == pytest.approx([0, 30, 45, 60, 90])


lengths = st.floats(min_value=1.0, max_value=1000.0)


@given(
    L=lengths, d=lengths, share_S=st.floats(0.1, 1), share_Z=st.floats(0.1, 1),
    alpha=st.floats(0, 90), A=st.floats(0.01, 100), name=st.sampled_from(["user", "Lit"]),
)  # fmt: skip
def test_design_to_toml_round_trips(L, d, share_S, share_Z, alpha, A, name):
    user = MagneticPhase(name="user", Ms=3e5, Aex=A * 1e-12, Ku1=2e6)
    design = Design(
        name="zufällig \"1\" '2' \\",
        parameters=NanostructureParameters(
            L=L * 1e-9,
            d=d * 1e-9,
            w_S=max(0.5e-9, L * share_S * 1e-9),
            w_Z=max(0.5e-9, d * share_Z * 1e-9),
        ),
        z_phase=user if name == "user" else load_phase("Lit"),
        alpha=math.radians(alpha),
    )
    assert parse_design_text(design_to_toml(design), "x") == [design]


def test_equal_lengths_written_differently_make_equal_designs():
    ways = [100e-9, 100 * 1e-9, 1e-7, 100 / 1e9]
    parts = {NanostructureParameters(L=L, d=25e-9, w_S=6e-9, w_Z=4e-9) for L in ways}
    assert len(parts) == 1


def test_shipped_phase_name_with_other_constants_is_refused():
    wrong = MagneticPhase(name="DFT", Ms=1e6, Aex=1e-12, Ku1=1e6)
    parameters = NanostructureParameters(L=100e-9, d=25e-9, w_S=6e-9, w_Z=4e-9)
    with pytest.raises(InputError, match="user"):
        Design(name="x", parameters=parameters, z_phase=wrong, alpha=0.0)
