"""Pictures are kept in a project with the way to the map, and found by the map alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawn_micrograph import draw, save_with_scale

from smcogui.app.project_micrographs import MICROGRAPHS_FOLDER, ProjectMicrographs
from smcogui.design.design_file import load_designs
from smcogui.design.phases import Phase
from smcogui.errors import InputError
from smcogui.micrographs.picture import read_micrograph
from smcogui.micrographs.placement import Placement
from smcogui.micrographs.preview import Preview, make_preview
from smcogui.micrographs.segmentation import Recipe
from smcogui.micrographs.strokes import paint, unpainted


@pytest.fixture
def kept(tmp_path: Path) -> tuple[ProjectMicrographs, Preview, Path]:
    base = load_designs(Path(__file__).resolve().parents[1] / "tiny.toml")[0]
    path = save_with_scale(draw(replace(base, offsets="centred"), margin_nm=0), tmp_path / "T.TIF")
    placement = Placement(nm_per_pixel=0.25, length_nm=32, cell_nm=1, centre=(120.0, 110.0))
    strokes = paint(unpainted(32), np.array([(4, 4)]), 2, Phase.GRAIN_BOUNDARY)
    preview = make_preview(
        read_micrograph(path), placement, Recipe(thresholds=(0.3, 0.6)), strokes, base
    )
    pictures = ProjectMicrographs(tmp_path)
    pictures.keep(path, preview)
    path.unlink()
    return pictures, preview, tmp_path / MICROGRAPHS_FOLDER


def test_the_way_to_a_map_is_found_without_the_file(kept) -> None:
    pictures, preview, _folder = kept
    region_map = preview.drawn.design.region_map

    found = pictures.find(region_map)

    assert found.picture.name == "T.TIF"
    assert np.array_equal(found.picture.pixels, preview.picture.pixels)
    assert (found.placement, found.recipe) == (preview.placement, preview.recipe)
    assert np.array_equal(found.strokes, preview.strokes)
    again = make_preview(
        found.picture, found.placement, found.recipe, found.strokes, preview.drawn.design
    )
    assert again.drawn.design.region_map == region_map
    assert pictures.find(replace(region_map, cell=0.5e-9)) is None


@pytest.mark.parametrize(
    "damage", [{"picture": "../../x.png"}, {"strokes": "AAAA"}, {"recipe": {}}, {"placement": 3}]
)
def test_what_is_damaged_is_said(kept, damage) -> None:
    pictures, preview, folder = kept
    record = next(folder.glob("*.json"))
    record.write_text(json.dumps({**json.loads(record.read_text()), **damage}))
    with pytest.raises(InputError, match="segment it again"):
        pictures.find(preview.drawn.design.region_map)
