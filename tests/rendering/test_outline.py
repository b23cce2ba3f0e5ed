"""The boundaries between phases as lines, and those that another structure does not have."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from smcogui.design.phases import Phase
from smcogui.rendering.outline import Layer, Outline, moved_outline, phase_outline


def layer(*columns: tuple[int, int, Phase], cells: int = 40, cell_nm: float = 1.0) -> Layer:
    """Return a square layer of 2:17 with columns, from and up to, of other phases."""
    regions = np.full((cells, cells), Phase.CELL_2_17, dtype=np.uint8)
    for first, end, phase in columns:
        regions[:, first:end] = phase
    return Layer(regions=regions, cell_nm=cell_nm)


def length(outline: Outline) -> float:
    return sum(
        float(np.hypot(*(end - start))) for line in outline.lines for start, end in pairwise(line)
    )


def test_straight_boundary_lies_on_the_faces_of_the_cells() -> None:
    (line,) = phase_outline(layer((10, 40, Phase.BOUNDARY_1_5), cell_nm=0.5)).lines
    assert np.allclose(line[:, 0], -5.0)
    assert np.allclose(sorted(line[[0, -1], 1]), [-9.75, 9.75])


def test_y_counts_upwards_from_the_middle() -> None:
    across = layer((8, 10, Phase.Z_PLATELET), cells=10)
    (line,) = phase_outline(Layer(regions=across.regions.T.copy(), cell_nm=1.0)).lines
    assert np.allclose(line[:, 1], 3.0)


def test_every_boundary_is_drawn_once_whatever_phases_meet() -> None:
    for low in Phase:
        for high in Phase:
            if low < high:
                pair = layer((0, 15, low), (15, 40, high))
                assert length(phase_outline(pair)) == 39.0, (low, high)


def test_one_phase_has_no_boundary() -> None:
    assert phase_outline(layer()).lines == ()


def test_only_what_moved_is_outlined() -> None:
    old = layer((5, 8, Phase.Z_PLATELET), (20, 24, Phase.BOUNDARY_1_5))
    new = layer((5, 8, Phase.Z_PLATELET), (30, 34, Phase.BOUNDARY_1_5))
    moved = moved_outline(old, new)
    assert sorted(float(line[0, 0]) for line in moved.lines) == [0.0, 4.0]
    assert length(moved) == 2 * 39.0


def test_boundary_to_another_phase_counts_as_moved() -> None:
    old = layer((20, 40, Phase.Z_PLATELET))
    new = layer((20, 40, Phase.BOUNDARY_1_5))
    assert length(moved_outline(old, new)) == 39.0


@pytest.mark.parametrize("cell_nm", [0.5, 1.0, 2.0])
def test_cells_of_another_size_move_nothing(cell_nm: float) -> None:
    n = round(40 / cell_nm)
    fine = layer((n // 4, n // 2, Phase.Z_PLATELET), cells=n, cell_nm=cell_nm)
    assert moved_outline(layer((10, 20, Phase.Z_PLATELET)), fine).lines == ()


def test_larger_domain_shows_where_the_old_one_ended() -> None:
    (edge,) = moved_outline(layer(cells=20), layer(cells=40)).lines
    assert np.abs(edge).max() == 10.0
    assert len(edge) == 5
