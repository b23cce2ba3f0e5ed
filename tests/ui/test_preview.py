"""Surfaces of labelled cells, and the 3-D view on a real display."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.design.phases import Phase
from smcogui.rendering.colours import magnetisation_image, phase_image
from smcogui.rendering.scale_bar import nice_length
from smcogui.rendering.voxel_faces import merged_faces

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


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


@pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") == "offscreen", reason="needs a display")
def test_3d_view_shows_the_structure(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(with_3d=True)
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: preview.has_3d or not preview.banner.isHidden(), timeout=30_000)
    # the tests draw by software, so that a missing 3-D view is a fault and not a lack of hardware
    assert preview.has_3d, preview.banner.text()
    qtbot.wait(200)
    image = preview.interactor.screenshot(return_img=True)
    blue = (image[..., 2].astype(int) - image[..., 0]) > 60
    assert blue.mean() > 0.02
    assert not preview.is_phase_shown(Phase.CELL_2_17)
    assert preview.is_phase_shown(Phase.Z_PLATELET)
    preview._toggles[Phase.CELL_2_17].setChecked(True)
    assert preview.is_phase_shown(Phase.CELL_2_17)
    for name in ("x", "y", "z", "reset"):
        window.actions_by_id[f"view.{name}"].trigger()


def test_without_opengl_the_section_says_why(window: MainWindow, qtbot: QtBot) -> None:
    preview = window.design_tab.preview
    qtbot.waitUntil(lambda: not preview.banner.isHidden())
    assert "No 3-D view" in preview.banner.text()
    assert preview.section.has_picture()
