"""Surfaces of labelled cells, colours and patterns."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from colour_vision import DEFICIENCIES, lab

from smcogui.design.phases import Phase
from smcogui.rendering.colours import (
    PHASE_COLOURS,
    magnetisation_image,
    patterned,
    phase_image,
    phase_swatch,
)
from smcogui.rendering.scale_bar import nice_length
from smcogui.rendering.voxel_faces import merged_faces


def _area_and_volume(faces: np.ndarray) -> tuple[float, float]:
    """Area of rectangles, and the volume that they enclose by the divergence theorem."""
    a, b = faces[:, 1] - faces[:, 0], faces[:, 3] - faces[:, 0]
    normal = np.cross(a, b)
    area = np.linalg.norm(normal, axis=1).sum()
    middle = faces.mean(axis=1)
    # Faces are axis-aligned; their winding is not fixed, so that outward is decided by position.
    return float(area), float(np.abs((normal * middle).sum(axis=1)).sum() / 3)


def test_merged_faces_bound_a_block() -> None:
    faces = merged_faces(np.ones((2, 3, 4), dtype=bool), (1.0, 2.0, 5.0))
    area, volume = _area_and_volume(faces)
    assert area == pytest.approx(2 * (4 * 6 + 4 * 10 + 6 * 10))
    assert volume == pytest.approx(4 * 6 * 10)
    assert np.abs(faces).max(axis=(0, 1)) == pytest.approx([2, 3, 5])


def test_merged_faces_count_every_exposed_side_once() -> None:
    rng = np.random.default_rng(1)
    mask = rng.random((4, 7, 9)) < 0.4
    area, _ = _area_and_volume(merged_faces(mask, (1.0, 1.0, 1.0)))
    padded = np.pad(mask, 1)
    expected = sum(np.abs(np.diff(padded.astype(int), axis=axis)).sum() for axis in range(3))
    assert area == pytest.approx(expected)


def test_rows_are_merged() -> None:
    faces = merged_faces(np.ones((1, 64, 64), dtype=bool), (1.0, 1.0, 1.0))
    assert len(faces) == 2 * 64 + 4


def test_pictures_have_the_largest_y_on_top() -> None:
    regions = np.zeros((3, 4), dtype=np.uint8)
    regions[2] = Phase.Z_PLATELET
    image = phase_image(regions)
    assert (image[0] != image[1]).any()
    assert (image[1] == image[2]).all()
    m = np.zeros((3, 2, 2))
    m[1] = [[-1, -1], [1, 1]]
    picture = magnetisation_image(m, "projection")
    assert picture[0, 0, 0] > picture[0, 0, 2]
    assert picture[1, 0, 0] < picture[1, 0, 2]


@pytest.mark.parametrize(("longest", "length"), [(32, 20), (50, 50), (9.9, 5), (0.12, 0.1)])
def test_scale_bars_have_round_lengths(longest: float, length: float) -> None:
    assert nice_length(longest) == pytest.approx(length)


@pytest.mark.parametrize("deficiency", list(DEFICIENCIES))
def test_phase_colours_differ_for_every_kind_of_sight(deficiency: str) -> None:
    seen = {phase: lab(colour, deficiency) for phase, colour in PHASE_COLOURS.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 18, (one, other)


def test_phase_colours_differ_in_lightness_alone() -> None:
    lightness = sorted(lab(colour, "none")[0] for colour in PHASE_COLOURS.values())
    assert np.diff(lightness).min() > 5


def test_every_phase_has_a_pattern_of_its_own() -> None:
    swatches = {phase: phase_swatch(phase, 12, 12) for phase in Phase}
    masks = {
        phase: (swatch != np.array(PHASE_COLOURS[phase])).any(axis=-1)
        for phase, swatch in swatches.items()
    }
    assert not masks[Phase.CELL_2_17].any()
    for one, other in itertools.combinations(Phase, 2):
        assert (masks[one] != masks[other]).any()
    for phase in (Phase.BOUNDARY_1_5, Phase.Z_PLATELET, Phase.GRAIN_BOUNDARY):
        assert 0.2 < masks[phase].mean() < 0.5


def test_patterned_picture_keeps_every_region_in_its_place() -> None:
    regions = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    picture = patterned(phase_image(regions), regions, 40, 30)
    assert picture.shape == (30, 40, 3)
    # Row 0 of the picture is the largest y; the plain phase fills the lower left quarter.
    assert (picture[15:, :20] == PHASE_COLOURS[Phase.CELL_2_17]).all()
    assert (picture[:15, :20] == PHASE_COLOURS[Phase.Z_PLATELET]).all(axis=-1).mean() > 0.5
