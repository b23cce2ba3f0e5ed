"""A picture of a structure of ours gives that structure back, within what is stated here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_micrograph import PIXEL_NM
from scipy import ndimage

from smcogui.design.canonical import to_unit
from smcogui.design.design import Design
from smcogui.design.nanostructure import build_nanostructure, counted_fractions
from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.drawn_design import drawn_design
from smcogui.micrographs.estimates import estimate
from smcogui.micrographs.picture import Micrograph
from smcogui.micrographs.placement import Placement, cut_domain
from smcogui.micrographs.segmentation import Recipe, segment, without_thin
from smcogui.micrographs.strokes import UNPAINTED, StrokeHistory, paint, unpainted
from smcogui.micrographs.thresholds import multi_otsu

WHOLE = Placement(nm_per_pixel=PIXEL_NM, length_nm=128, cell_nm=0.5)
FRACTION_BOUND = 0.01
WRONG_BOUND = 0.015


def test_the_structure_comes_back_with_its_fractions(truth: Design, picture: Micrograph) -> None:
    regions = segment(cut_domain(picture, WHOLE), Recipe()).regions

    assert np.mean(regions != build_nanostructure(truth).regions[0]) < WRONG_BOUND
    found, true = estimate(regions, 0.5).fractions, counted_fractions(truth)
    assert all(abs(found[phase] - true[phase]) < FRACTION_BOUND for phase in Phase)


def test_rims_of_middle_grey_are_no_phase(truth: Design, picture: Micrograph) -> None:
    cut = cut_domain(picture, WHOLE)
    with_rims = segment(cut, Recipe(least_nm=0)).regions
    true = counted_fractions(truth)[Phase.BOUNDARY_1_5]
    assert np.mean(with_rims == Phase.BOUNDARY_1_5) > true + 5 * FRACTION_BOUND


def test_a_turned_picture_is_turned_back(truth: Design, picture: Micrograph) -> None:
    turned = replace(picture, pixels=ndimage.rotate(picture.pixels, -20, reshape=False, order=1))
    small = replace(WHOLE, length_nm=80)
    right = segment(cut_domain(picture, small), Recipe()).regions

    regions = segment(cut_domain(turned, replace(small, c_axis_deg=20)), Recipe()).regions

    assert np.mean(regions != right) < WRONG_BOUND
    assert np.mean(segment(cut_domain(turned, small), Recipe()).regions != right) > 0.1


def test_a_moved_middle_takes_another_part(picture: Micrograph) -> None:
    small = replace(WHOLE, length_nm=64)
    whole = cut_domain(picture, WHOLE)
    centre = (picture.pixels.shape[1] / 2 - 32 / PIXEL_NM, picture.pixels.shape[0] / 2)

    left = cut_domain(picture, replace(small, centre=centre))

    points = len(left.grey)
    middle = slice(len(whole.grey) // 2 - points // 2, len(whole.grey) // 2 + points // 2)
    assert np.allclose(left.grey, whole.grey[middle, :points], atol=1e-4)


def test_a_domain_outside_of_the_picture_is_refused(picture: Micrograph) -> None:
    with pytest.raises(InputError, match=r"148 nm x 148 nm at 0\.25 nm.*at most 148 nm fit"):
        cut_domain(picture, replace(WHOLE, length_nm=192))
    with pytest.raises(InputError, match="at most 104"):
        cut_domain(picture, replace(WHOLE, c_axis_deg=45))
    with pytest.raises(InputError, match="2560 x 2560 cells; allowed is at most 1024"):
        replace(WHOLE, cell_nm=0.05)


@pytest.mark.parametrize(("L", "d", "w_S", "w_Z"), [(40, 16, 4, 3), (60, 20, 6, 4), (30, 25, 3, 6)])
def test_lengths_are_estimated_from_chords(
    truth: Design, L: float, d: float, w_S: float, w_Z: float
) -> None:
    lengths = {"L": L * 1e-9, "d": d * 1e-9, "w_S": w_S * 1e-9, "w_Z": w_Z * 1e-9}
    design = replace(truth, parameters=replace(truth.parameters, **lengths))

    found = estimate(build_nanostructure(design).regions[0], 0.5)

    assert found.L_nm == pytest.approx(L, rel=0.1)
    assert found.wS_nm == pytest.approx(w_S, rel=0.1)
    assert (found.d_nm, found.wZ_nm) == (pytest.approx(d, rel=0.01), pytest.approx(w_Z, rel=0.01))
    assert found.theta_deg == pytest.approx(30, abs=3)


def test_what_a_map_does_not_show_is_taken_from_the_base(truth: Design) -> None:
    regions = np.zeros((40, 40), np.uint8)
    regions[-4:] = Phase.GRAIN_BOUNDARY

    drawn = drawn_design(truth, regions, 1.0, "tem.png")

    assert drawn.taken == ("L_nm", "d_nm", "wS_nm", "wZ_nm")
    assert "estimate L, d, wS, wZ" in drawn.notes[0]
    assert drawn.design.parameters == truth.parameters
    assert drawn.design.grain_boundary.layer == "none"
    assert drawn.design.name == "base, from image tem.png"
    assert to_unit(drawn.design.domain, 1e9) == 40


def test_thresholds_of_otsu_part_three_greys() -> None:
    rng = np.random.default_rng(0)
    grey = np.concatenate([rng.normal(middle, 0.03, 4000) for middle in (0.2, 0.5, 0.8)])
    assert multi_otsu(grey, 3) == (pytest.approx(0.35, abs=0.03), pytest.approx(0.65, abs=0.03))
    assert multi_otsu(np.array([0.1, 0.9]), 2)[0] == pytest.approx(0.5, abs=0.4)


def test_filters_and_thresholds_can_be_chosen(picture: Micrograph) -> None:
    cut = cut_domain(picture, replace(WHOLE, length_nm=32))
    for filter_ in ("none", "gaussian", "median"):
        assert segment(cut, Recipe(filter=filter_, filter_nm=1)).regions.shape == (64, 64)
    found = segment(cut, Recipe(thresholds=(0.98, 0.99)))
    assert (found.regions == Phase.Z_PLATELET).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"thresholds": (0.6, 0.3)}, "2 rising numbers"),
        ({"thresholds": (0.6,)}, "2 rising numbers"),
        ({"phases": (Phase.CELL_2_17,) * 3}, "2 to 4 different phases"),
        ({"filter": "box"}, "none, gaussian, median"),
        ({"least_nm": -1.0}, "0 to 20 nm"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(changes, message) -> None:
    with pytest.raises(InputError, match=message):
        Recipe(**changes)


def test_thin_things_go_to_their_neighbours_and_thick_ones_stay() -> None:
    regions = np.zeros((30, 30), np.uint8)
    regions[:, 10:16] = 1
    clean = regions.copy()
    regions[5, 5] = 2
    regions[:, 20] = 2
    assert np.array_equal(without_thin(regions, 3), clean)
    assert without_thin(regions, 1) is regions


def test_strokes_stand_above_the_thresholds_and_can_be_erased(picture: Micrograph) -> None:
    cut = cut_domain(picture, replace(WHOLE, length_nm=32))
    empty = unpainted(64)

    strokes = paint(empty, np.array([(5, 5), (60, 5)]), 3, Phase.GRAIN_BOUNDARY)

    painted = segment(cut, Recipe(), strokes).regions
    assert (painted[3:7, 5:60] == Phase.GRAIN_BOUNDARY).all()
    assert not (painted[20:] == Phase.GRAIN_BOUNDARY).any()
    assert (empty == UNPAINTED).all()
    assert (paint(strokes, np.array([(-4, 5), (90, 5)]), 6, None) == UNPAINTED).all()
    assert (paint(empty, np.array([(7.5, 8.5)]), 0.1, Phase.CELL_2_17) == 0).sum() == 1


def test_every_stroke_can_be_undone_and_made_again() -> None:
    history = StrokeHistory(unpainted(8))
    first = paint(history.strokes, np.array([(2, 2)]), 1, Phase.Z_PLATELET)
    history.add(first)
    history.clear()
    assert not history.is_painted

    history.undo()
    assert np.array_equal(history.strokes, first)
    history.undo()
    assert not history.can_undo
    history.redo()
    assert np.array_equal(history.strokes, first)
    history.add(paint(first, np.array([(5, 5)]), 1, None))
    assert not history.can_redo
