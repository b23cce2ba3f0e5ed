"""``segment``: a picture of a structure of ours becomes a design that runs like the original."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drawn_micrograph import draw, save_with_scale
from PIL import Image

from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml, load_designs
from smcogui.runs.folder import read_info

HC_BOUND_T = 0.15
"""Three field steps."""


@pytest.fixture
def truth(tmp_path: Path) -> Design:
    design = replace(
        load_designs(Path(__file__).resolve().parents[1] / "tiny.toml")[0],
        name="truth",
        offsets=(20e-9, 31e-9, 7e-9),
    )
    design = replace(
        design,
        mesh=replace(design.mesh, domain=48e-9),
        run=replace(design.run, cycles=1),
    )
    (tmp_path / "truth.toml").write_text(design_to_toml(design), encoding="utf-8")
    return design


def test_a_segmented_picture_runs_like_the_structure_in_it(
    call, tmp_path: Path, truth: Design
) -> None:
    image = save_with_scale(draw(truth), tmp_path / "tem α.tif")
    base, out = tmp_path / "truth.toml", tmp_path / "drawn.toml"

    told = call("segment", image, "--base", base, "--out", out, "--preview", tmp_path / "p.png")
    assert told.code == 0, told.err
    assert "ImageJ" in told.out
    with Image.open(tmp_path / "p.png") as preview:
        assert preview.size == (48, 48)
    found = call("run", out, "--out", tmp_path / "run", "--json").value
    true = call("run", base, "--out", tmp_path / "true", "--json").value

    assert found["name"] == "truth, from image tem α.tif"
    assert found["region_map"]["source"] == "from image tem α.tif"
    assert abs(found["mu0_Hc_T"] - true["mu0_Hc_T"]) <= HC_BOUND_T
    assert abs(found["mu0_Hp_jump_T"] - true["mu0_Hp_jump_T"]) <= HC_BOUND_T
    for phase, share in true["counted_fractions"].items():
        assert abs(found["counted_fractions"][phase] - share) < 0.01
    # The folder of the run holds the map itself.
    (tmp_path / "drawn.toml").unlink()
    image.unlink()
    assert found["region_map"]["sha256"] in read_info(tmp_path / "run").design
    assert call("run", out, "--json").code == 2


def test_a_picture_without_a_scale_needs_one(call, tmp_path: Path, truth: Design) -> None:
    Image.fromarray(draw(truth)).save(tmp_path / "tem.png")
    words = ("segment", tmp_path / "tem.png", "--base", tmp_path / "truth.toml")

    refused = call(*words, "--out", tmp_path / "x.toml", "--json")
    assert refused.code == 2
    assert "--nm-per-pixel X" in refused.value["error"]["message"]
    too_small = call(*words, "--out", tmp_path / "x.toml", "--nm-per-pixel", "0.1")
    assert "at most 27.2 nm fit" in too_small.err
    assert not (tmp_path / "x.toml").exists()

    told = call(*words, "--out", tmp_path / "x.toml", "--nm-per-pixel", "0.25", "--json").value
    assert told["cells"] == [48, 48]
    assert told["wZ_nm"] == pytest.approx(4, abs=0.3)
    assert told["lengths_source"] == "estimated from the map"
    assert len(told["thresholds"]) == 2
