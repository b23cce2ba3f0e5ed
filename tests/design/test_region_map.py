from dataclasses import replace

import numpy as np
import pytest

import resources
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.sampling import Sampling
from smcogui.design.describe import describe_design
from smcogui.design.design_file import design_to_toml, load_designs, parse_design_text
from smcogui.design.mesh_advice import mesh_advice
from smcogui.design.nanostructure import build_nanostructure, counted_fractions
from smcogui.design.parameters import GrainBoundary, MeshChoice
from smcogui.design.phases import Phase
from smcogui.design.region_map import RegionMap
from smcogui.design.variation import vary
from smcogui.errors import InputError
from smcogui.runs.spec import make_run_spec

BASE = load_designs(resources.path("examples/base.toml"))[0]
CELLS = np.random.default_rng(3).integers(0, 3, (37, 37)).astype(np.uint8)
DRAWN = replace(
    BASE,
    name="drawn",
    mesh=MeshChoice(cell=1e-9),
    grain_boundary=GrainBoundary(layer="none"),
    region_map=RegionMap.of(CELLS, 1e-9, "tem α.png"),
)


def test_a_map_survives_the_file_of_its_design():
    assert parse_design_text(design_to_toml(DRAWN), "x") == [DRAWN]
    assert "region_map" not in design_to_toml(BASE)


def test_the_map_is_the_structure_of_every_half_cycle_and_layer():
    solid = replace(DRAWN, mesh=MeshChoice(cell=1e-9, dimension="3d", thickness=4e-9))
    for cycle in (0, 3):
        structure = build_nanostructure(solid, cycle)
        assert structure.mesh.cells == (37, 37, 2)
        assert all(np.array_equal(layer, CELLS) for layer in structure.regions)
        assert structure.offsets == (0, 0, 0)
    assert counted_fractions(DRAWN)[Phase.Z_PLATELET] == np.mean(CELLS == 2)


def test_the_layer_of_the_grain_boundary_lies_over_the_map():
    layered = replace(DRAWN, grain_boundary=GrainBoundary(thickness=2e-9))
    regions = build_nanostructure(layered).regions[0]
    assert (regions[-2:] == Phase.GRAIN_BOUNDARY).all()
    assert np.array_equal(regions[:-2], CELLS[:-2])


def test_other_cells_take_the_phase_at_their_middle():
    fine = replace(DRAWN, mesh=MeshChoice(cell=0.5e-9))
    regions = build_nanostructure(fine).regions[0]
    assert regions.shape == (74, 74)
    assert np.array_equal(regions, np.repeat(np.repeat(CELLS, 2, 0), 2, 1))


def test_the_run_id_depends_on_the_map_and_not_on_the_name_of_the_picture():
    run_id = make_run_spec(DRAWN).run_id
    assert DRAWN.region_map is not None
    other = CELLS.copy()
    other[5, 5] = (other[5, 5] + 1) % 3
    changed = replace(DRAWN, region_map=RegionMap.of(other, 1e-9, "tem α.png"))
    renamed = replace(DRAWN, region_map=replace(DRAWN.region_map, source="copy.png"))
    assert make_run_spec(changed).run_id != run_id
    assert make_run_spec(renamed).run_id == run_id


def test_a_drawn_design_says_so_and_refuses_to_vary_its_lengths():
    assert describe_design(DRAWN)["region_map"]["source"] == "from image tem α.png"
    assert vary(DRAWN, "field.alpha_deg", 20).region_map == DRAWN.region_map
    with pytest.raises(
        InputError, match=r"L_nm cannot be varied: the structure is from image tem α\.png"
    ):
        vary(DRAWN, "nanostructure.L_nm", 90)


def test_the_mesh_advice_is_of_the_map_and_campaigns_do_not_vary_its_lengths():
    notes = [each.message for each in mesh_advice(DRAWN) if each.level == "note"]
    assert any("The map of 37 nm shows 0.37 intervals L (estimated)" in each for each in notes)
    axis = Axis(key="phi_Z", values=(0.1, 0.2))
    with pytest.raises(InputError, match="nothing is built from them"):
        Sampling(name="x", method="grid", base=design_to_toml(DRAWN), axes=(axis,))
    angle = Axis(key="alpha_deg", values=(0, 30))
    assert Sampling(name="x", method="grid", base=design_to_toml(DRAWN), axes=(angle,)).size == 2


def test_a_domain_other_than_the_map_is_refused():
    with pytest.raises(InputError, match=r"37 nm, the edge of the map of tem α\.png"):
        replace(DRAWN, mesh=MeshChoice(cell=1e-9, domain=128e-9))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("edge = 37", "edge = 38", "allowed is 38 x 38 cells"),
        ("edge = 37", "edge = 99999", "allowed is 1 to 1024 cells"),
        ("edge = 37", 'edge = "x"', "region_map.edge is 'x'; allowed is a whole number"),
        ('cells = "', 'cells = "?', "base64"),
        ('sha256 = "', 'sha256 = "0', "The map was changed or damaged"),
        ('source = "tem α.png"', "", "region_map.source is missing"),
    ],
)
def test_a_damaged_map_is_refused_in_words(old, new, message):
    text = design_to_toml(DRAWN)
    assert old in text
    with pytest.raises(InputError, match=message):
        parse_design_text(text.replace(old, new, 1), "x")
