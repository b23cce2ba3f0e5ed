"""Blocks, their cuts, and the camera."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.design.phases import Phase
from smcogui.rendering.content import Block, Camera, without_equal_layers
from smcogui.rendering.solids import arrows_on, coloured_block, cut_block, phase_surface


def _block(shape: tuple[int, ...]) -> Block:
    values = np.zeros(shape, dtype=np.uint8)
    return Block(values=values, cell_nm=(1.0, 2.0, 4.0), alpha=0.0)


@pytest.mark.parametrize(("axis", "cells"), [("x", (3, 5, 4)), ("y", (3, 2, 8)), ("z", (2, 5, 8))])
def test_cut_leaves_the_cells_below_the_plane(axis: str, cells: tuple[int, int, int]) -> None:
    block = _block((3, 5, 8))
    left, middle = cut_block(block, axis, 0.5)
    assert left.values.shape == cells
    number = "xyz".index(axis)
    lower = middle[number] - left.box_nm[number] / 2
    assert lower == pytest.approx(-block.box_nm[number] / 2)
    assert [place for i, place in enumerate(middle) if i != number] == [0, 0]


def test_cut_of_a_single_layer_makes_it_thinner() -> None:
    left, middle = cut_block(_block((1, 5, 8)), "z", 0.25)
    assert left.box_nm == pytest.approx((8, 10, 1))
    assert middle == pytest.approx((0, 0, -1.5))


def test_whole_block_is_left_alone_and_one_cell_always_stays() -> None:
    block = _block((3, 5, 8))
    assert cut_block(block, None, 0.2)[0] is block
    assert cut_block(block, "x", 1.0)[0] is block
    assert cut_block(block, "x", 0.0)[0].values.shape == (3, 5, 1)


def test_equal_layers_become_one_and_others_stay() -> None:
    layer = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    merged, cell = without_equal_layers(np.repeat(layer, 4, axis=0), (1.0, 1.0, 2.0))
    assert merged.shape == (1, 2, 3)
    assert cell == (1.0, 1.0, 8.0)
    different = np.concatenate([layer, layer + 1])
    assert without_equal_layers(different, (1.0, 1.0, 2.0))[0] is different


def test_surface_of_a_phase_lies_where_the_cut_left_it() -> None:
    block = _block((1, 4, 4))
    block.values[0, :, 0] = Phase.Z_PLATELET
    left, middle = cut_block(block, "x", 0.5)
    surface = phase_surface(left, middle, Phase.Z_PLATELET)
    assert surface is not None
    assert surface.bounds[0] == pytest.approx(-2)
    assert surface.bounds[1] == pytest.approx(-1)
    assert phase_surface(left, middle, Phase.GRAIN_BOUNDARY) is None


@pytest.mark.parametrize("layers", [1, 5])
@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_arrows_stand_above_the_face_and_point_along_m(layers: int, axis: str) -> None:
    m = np.zeros((3, layers, 40, 40))
    m[0] = 1
    block = Block(values=m, cell_nm=(1.0, 1.0, 1.0), alpha=0.0)
    arrows = arrows_on(block, (0.0, 0.0, 0.0), axis)
    number = "xyz".index(axis)
    assert arrows.n_points > 0
    assert arrows.bounds[2 * number + 1] > block.box_nm[number] / 2
    vectors = arrows.point_data.get("GlyphVector", None)
    assert vectors is None or np.allclose(vectors, [1, 0, 0])


def test_block_has_a_colour_per_cell() -> None:
    m = np.zeros((3, 2, 3, 4))
    m[1] = 1
    cells = coloured_block(Block(values=m, cell_nm=(1.0, 1.0, 1.0), alpha=0.0), (0, 0, 0), "angle")
    assert cells.n_cells == 24
    assert cells.cell_data["rgb"].shape == (24, 3)


def test_turning_keeps_the_camera_orthonormal_and_follows_the_pointer() -> None:
    camera = Camera.named("z").turned(0.3, 0.0)
    # Drawn to the right, the front turns to the right: the eye goes to the left.
    assert camera.direction[0] < 0
    for _ in range(500):
        camera = camera.turned(0.1, 0.07)
    direction, up = np.array(camera.direction), np.array(camera.up)
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert np.linalg.norm(up) == pytest.approx(1)
    assert direction @ up == pytest.approx(0, abs=1e-9)


def test_zoom_stays_within_reason() -> None:
    camera = Camera()
    for _ in range(100):
        camera = camera.zoomed(2.0)
    assert camera.zoom == 40
    for _ in range(100):
        camera = camera.zoomed(0.5)
    assert camera.zoom == 0.2
