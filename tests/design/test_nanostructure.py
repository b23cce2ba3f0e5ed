import math
from dataclasses import replace

import numpy as np
import pytest

from smcogui.design import (
    Design,
    GrainBoundary,
    MeshChoice,
    NanostructureParameters,
    Phase,
    RunChoice,
    build_nanostructure,
    counted_fractions,
    load_phase,
    make_problem,
)
from smcogui.design.problem import field_direction

NO_LAYER = GrainBoundary(layer="none")


def design_of(L=100.0, d=25.0, w_S=6.0, w_Z=4.0, theta=30.0, **choices):
    parameters = NanostructureParameters(
        L=L * 1e-9, d=d * 1e-9, w_S=w_S * 1e-9, w_Z=w_Z * 1e-9, theta=math.radians(theta)
    )
    defaults = {"name": "test", "z_phase": load_phase("DFT"), "alpha": 0.0, "offsets": "centred"}
    return Design(parameters=parameters, **{**defaults, **choices})


def phase_at(x, y, L, d, w_S, w_Z, theta, offsets):
    """The geometry of one point, all in nm, written out as in docs/physics.md."""
    o_plus, o_minus, o_z = offsets
    if abs((y - o_z + d / 2) % d - d / 2) < w_Z / 2:
        return Phase.Z_PLATELET
    s_plus = x * math.cos(theta) - y * math.sin(theta)
    s_minus = x * math.cos(theta) + y * math.sin(theta)
    for s, o in ((s_plus, o_plus), (s_minus, o_minus)):
        if abs((s - o + L / 2) % L - L / 2) < w_S / 2:
            return Phase.BOUNDARY_1_5
    return Phase.CELL_2_17


def test_build_nanostructure_matches_the_formula_cell_by_cell():
    design = design_of(offsets=(13e-9, 71e-9, 5e-9), grain_boundary=NO_LAYER)
    regions = build_nanostructure(design).regions
    assert regions.shape == (1, 256, 256)
    for iy in range(0, 256, 7):
        for ix in range(0, 256, 5):
            x, y = (ix + 0.5) * 0.5 - 64, (iy + 0.5) * 0.5 - 64
            expected = phase_at(x, y, 100, 25, 6, 4, math.radians(30), (13, 71, 5))
            assert regions[0, iy, ix] == expected


def test_centred_pattern_has_a_2_17_cell_in_the_middle_and_is_symmetric():
    structure = build_nanostructure(design_of(grain_boundary=NO_LAYER))
    regions = structure.regions[0]
    assert structure.offsets == pytest.approx((50e-9, 50e-9, 12.5e-9))
    assert (regions[126:130, 126:130] == Phase.CELL_2_17).all()
    assert (regions == regions[:, ::-1]).all()
    assert (regions == regions[::-1, :]).all()


def test_counted_fractions_approach_the_two_family_formula():
    design = design_of(
        L=20, d=10, w_S=4, w_Z=2, grain_boundary=NO_LAYER, offsets="random",
        mesh=MeshChoice(domain=400e-9), run=RunChoice(cycles=3),
    )  # fmt: skip
    counted = counted_fractions(design)
    assert counted[Phase.Z_PLATELET] == pytest.approx(0.2, abs=0.005)
    assert counted[Phase.BOUNDARY_1_5] == pytest.approx((1 - 0.8**2) * 0.8, abs=0.01)
    assert sum(counted.values()) == pytest.approx(1)


@pytest.mark.parametrize("w_Z", [11.0, 3.7, 25.0])
def test_d_equal_w_z_makes_everything_z(w_Z):
    structure = build_nanostructure(design_of(d=w_Z, w_Z=w_Z, grain_boundary=NO_LAYER))
    assert structure.volume_fractions()[Phase.Z_PLATELET] == 1


def test_w_s_equal_l_leaves_no_2_17():
    fractions = build_nanostructure(design_of(L=12, w_S=12)).volume_fractions()
    assert fractions[Phase.CELL_2_17] == 0


@pytest.mark.parametrize(
    ("layer", "faces"),
    [
        ("none", ""),
        ("one_perpendicular_c", "Y"),
        ("one_parallel_c", "X"),
        ("both_perpendicular_c", "yY"),
        ("both_parallel_c", "xX"),
        ("all", "xXyY"),
    ],
)
def test_grain_boundary_layer_lies_on_its_faces(layer, faces):
    regions = build_nanostructure(design_of(grain_boundary=GrainBoundary(layer=layer))).regions[0]
    slices = {
        "x": np.s_[:, :4],
        "X": np.s_[:, -4:],
        "y": np.s_[:4, :],
        "Y": np.s_[-4:, :],
    }
    expected = np.zeros(regions.shape, dtype=bool)
    for face in faces:
        expected[slices[face]] = True
    assert ((regions == Phase.GRAIN_BOUNDARY) == expected).all()


def test_random_offsets_follow_seed_and_cycle():
    design = design_of(offsets="random", run=RunChoice(seed=7))
    first, second = build_nanostructure(design, 0), build_nanostructure(design, 1)
    draws = np.random.default_rng([7, 1]).random(3) * (100e-9, 100e-9, 25e-9)
    assert second.offsets == pytest.approx(tuple(draws))
    assert first.offsets != second.offsets
    assert build_nanostructure(design, 1).offsets == second.offsets
    assert not (first.regions == second.regions).all()


@pytest.mark.parametrize(("L", "cells"), [(100, 256), (139.9, 256), (140, 384), (175, 384)])
def test_domain_follows_l_unless_given(L, cells):
    assert design_of(L=L).cells == (cells, cells, 1)
    assert design_of(L=L, mesh=MeshChoice(domain=64e-9)).cells == (128, 128, 1)


def test_3d_repeats_the_cross_section():
    flat = design_of()
    solid = replace(flat, mesh=MeshChoice(dimension="3d"))
    regions = build_nanostructure(solid).regions
    assert regions.shape == (16, 256, 256)
    assert regions.flags.c_contiguous
    assert (regions == build_nanostructure(flat).regions).all()


def test_make_problem_carries_phases_field_and_seeds():
    design = design_of(alpha=math.radians(60), run=RunChoice(seed=3))
    structure = build_nanostructure(design, 2)
    problem = make_problem(design, structure, 2)
    assert len(problem.materials) == 4
    assert problem.materials[Phase.BOUNDARY_1_5].Ku1 == 18.3e6
    assert problem.materials[Phase.GRAIN_BOUNDARY].Ku1 == pytest.approx(0.039e6)
    assert problem.materials[Phase.GRAIN_BOUNDARY].Ms == problem.materials[0].Ms
    assert problem.sweep.direction == pytest.approx((math.sqrt(3) / 2, 0.5, 0))
    assert problem.mesh.pbc == (0, 0, -1)
    assert problem.mesh.is_z_invariant
    assert problem.options.perturbation == 0.02
    assert problem.options.seed == make_problem(design, structure, 2).options.seed
    assert problem.options.seed != make_problem(design, structure, 1).options.seed


def test_field_direction_across_c_has_no_part_along_c():
    assert field_direction(math.radians(90)) == (1.0, 0.0, 0.0)
