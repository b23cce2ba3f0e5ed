"""Pictures and films as files: what they show, what stands beside them, what is refused."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from smcogui.errors import InputError, RunFolderError, TaskStoppedError
from smcogui.rendering import drawing_process, film
from smcogui.rendering.annotation import annotated, band_height
from smcogui.rendering.content import Camera, Look, PictureFormat

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.session import Session

FORM = PictureFormat(width=321, height=243, dpi=96, camera=Camera.named("reset"))


def _provenance(path: Path) -> dict[str, object]:
    found = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_structure_picture_has_size_resolution_and_provenance(
    finished: Session, tmp_path: Path
) -> None:
    path = tmp_path / "new folder" / "structure.png"
    form = PictureFormat(width=400, height=300, dpi=600, look=Look(visible=(1, 2)))
    finished.exports.structure_picture(finished.example("base"), path, form)
    with Image.open(path) as image:
        assert image.size == (400, 300)
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert ((pixels[..., 2] - pixels[..., 0]) > 60).mean() > 0.02
    found = _provenance(path)
    assert found["source"] == "given by the design"
    assert "L_nm = 100" in str(found["design"])
    assert found["picture"]["size_px"] == [400, 300]
    assert set(os.listdir(path.parent)) == {"structure.png", "structure.png.json"}


@pytest.mark.parametrize("mode", ["projection", "angle"])
def test_every_stored_state_can_be_drawn(finished: Session, tmp_path: Path, mode: str) -> None:
    run_id = finished.runs()[0].run_id
    form = PictureFormat(width=200, height=160, dpi=72, look=Look(mode=mode, arrows=True))
    shots = {(shot.cycle, shot.index) for shot in finished.snapshots(run_id)}
    assert len(shots) >= 3
    chosen = sorted(shots)[:: max(len(shots) - 1, 1)]
    pictures = []
    for cycle, index in chosen:
        path = tmp_path / f"{index}.png"
        finished.exports.state_picture(run_id, cycle, index, path, form, "kOe")
        pictures.append(np.asarray(Image.open(path)))
    assert (pictures[0] != pictures[-1]).any()
    found = _provenance(tmp_path / f"{chosen[0][1]}.png")
    assert found["runs"][0]["run_id"] == run_id
    assert found["source"] == "simulated"


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_film_has_one_picture_per_stored_field(
    finished: Session, tmp_path: Path, suffix: str
) -> None:
    run_id = finished.runs()[0].run_id
    path = tmp_path / f"film{suffix}"
    told: list[float | None] = []
    finished.exports.film(
        run_id, 0, path, FORM, rate=2.5, progress=lambda share, message="": told.append(share)
    )
    count = len({shot.index for shot in finished.snapshots(run_id)})
    if suffix == ".gif":
        with Image.open(path) as image:
            assert image.n_frames == count
            assert image.info["duration"] == 400
            assert image.size == (320, 242)
    else:
        import cv2

        reader = cv2.VideoCapture(str(path))
        assert reader.get(cv2.CAP_PROP_FRAME_COUNT) == 10 * count
        assert reader.get(cv2.CAP_PROP_FPS) == pytest.approx(25)
        ok, picture = reader.read()
        assert ok
        assert picture.shape == (242, 320, 3)
        reader.release()
    assert told == sorted(told)
    assert len(_provenance(path)["states"]) == count
    # Even, as MPEG-4 wants it, and told so.
    assert _provenance(path)["picture"]["size_px"] == [320, 242]


def test_rare_colours_of_a_film_are_not_merged_into_bands(tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 320).astype(np.uint8)
    bar = np.stack([ramp, np.abs(ramp.astype(int) - 128).astype(np.uint8), 255 - ramp], axis=-1)
    picture = np.full((300, 320, 3), 255, dtype=np.uint8)
    # Mostly shades of one colour, as states are; the bar of all colours is thin.
    picture[20:220] = np.random.default_rng(0).integers(0, 40, (200, 320, 3)) + np.array(
        [10, 60, 120]
    )
    picture[290:] = bar
    film_file = film.GifFilm(tmp_path / "a.gif", 2.0)
    film_file.add(picture)
    film_file.close()
    with Image.open(tmp_path / "a.gif") as image:
        found = np.asarray(image.convert("RGB")).astype(int)[295]
    assert np.abs(found - bar).max() <= 5


def test_stopped_film_leaves_no_file(finished: Session, tmp_path: Path) -> None:
    def stop(fraction: float | None, message: str = "") -> None:
        if fraction:
            raise TaskStoppedError("stopped")

    path = tmp_path / "film.gif"
    with pytest.raises(TaskStoppedError):
        finished.exports.film(finished.runs()[0].run_id, 0, path, FORM, progress=stop)
    assert os.listdir(tmp_path) == []


def test_missing_mp4_encoder_is_said_before_anything_is_drawn(
    finished: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(
        film.importlib.util, "find_spec", lambda name: None if name == "cv2" else known(name)
    )
    with pytest.raises(InputError, match=r"opencv-python-headless.*\.gif"):
        finished.exports.film(finished.runs()[0].run_id, 0, tmp_path / "film.mp4", FORM)
    assert os.listdir(tmp_path) == []


def test_bad_names_rates_and_half_cycles_are_refused(finished: Session, tmp_path: Path) -> None:
    run_id = finished.runs()[0].run_id
    with pytest.raises(InputError, match=r"\.gif or \.mp4"):
        finished.exports.film(run_id, 0, tmp_path / "film.avi", FORM)
    with pytest.raises(InputError, match=r"0\.2 to 25"):
        finished.exports.film(run_id, 0, tmp_path / "film.gif", FORM, rate=100)
    with pytest.raises(InputError, match="0 stored states"):
        finished.exports.film(run_id, 7, tmp_path / "film.gif", FORM)
    with pytest.raises(InputError, match=r"\.png"):
        finished.exports.structure_picture(finished.example("base"), tmp_path / "a.jpg", FORM)
    with pytest.raises(InputError, match="no magnetisation of half-cycle 0, step 999"):
        finished.exports.state_picture(run_id, 0, 999, tmp_path / "a.png", FORM)


@pytest.mark.parametrize(
    ("size", "message"), [((10, 100), "64 to 8192"), ((100, 9000), "64 to 8192")]
)
def test_sizes_have_limits(size: tuple[int, int], message: str) -> None:
    with pytest.raises(InputError, match=message):
        PictureFormat(width=size[0], height=size[1])


def test_unwritable_folder_is_named(finished: Session, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(RunFolderError, match="a file"):
        finished.exports.structure_picture(finished.example("base"), blocked / "a.png", FORM)


def test_nothing_that_draws_is_said_in_words(
    finished: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [sys.executable, "-c", "raise SystemExit(1)"]
    monkeypatch.setattr(drawing_process, "drawing_command", lambda: broken)
    with pytest.raises(InputError, match="nothing can draw in 3-D here"):
        finished.exports.structure_picture(finished.example("base"), tmp_path / "a.png", FORM)
    assert os.listdir(tmp_path) == []


def test_damaged_state_is_refused_by_name(finished: Session, tmp_path: Path) -> None:
    from smcogui.rendering.server import load_block

    path = tmp_path / "bad.ovf"
    path.write_bytes(b"no OVF")
    with pytest.raises(InputError, match=r"bad\.ovf"):
        load_block(path, (1.0, 1.0, 1.0), 0.0)


@pytest.mark.parametrize("key", ["phases", "projection", "angle"])
@pytest.mark.parametrize("width", [200, 600])
def test_key_and_title_stay_inside_the_picture(key: str, width: int) -> None:
    picture = np.full((100, width, 3), 200, dtype=np.uint8)
    made = annotated(
        picture,
        "tiny, half-cycle 1: μ₀H = −3.15 T, at Hp, before Hc, simulated",
        key,
        phases=(0, 1, 2, 3),
        background="#ffffff",
        ink="#000000",
        scale=1.0,
    )
    band = band_height(1.0)
    assert made.shape == (100 + 2 * band, width, 3)
    assert (made[band:-band] == 200).all()
    for edge in (made[:, 0], made[:, -1]):
        outside = np.concatenate([edge[:band], edge[-band:]])
        assert (outside == 255).all()
    assert (made[-band:] != 255).any()
