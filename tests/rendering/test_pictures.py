"""Surfaces of labelled cells, colours and patterns."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

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


# Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB.
_DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def _lab(colour: tuple[int, int, int], deficiency: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as somebody with a deficiency sees it."""
    srgb = np.array(colour) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(_DEFICIENCIES[deficiency] @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", list(_DEFICIENCIES))
def test_phase_colours_differ_for_every_kind_of_sight(deficiency: str) -> None:
    seen = {phase: _lab(colour, deficiency) for phase, colour in PHASE_COLOURS.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 18, (one, other)


def test_phase_colours_differ_in_lightness_alone() -> None:
    lightness = sorted(_lab(colour, "none")[0] for colour in PHASE_COLOURS.values())
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
