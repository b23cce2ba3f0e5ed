"""Pictures of every kind become grey with their scale; what is no picture is refused in words."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from drawn_micrograph import save_with_scale
from PIL import Image

from smcogui.errors import InputError
from smcogui.micrographs import picture as pictures
from smcogui.micrographs.picture import read_micrograph
from smcogui.micrographs.picture_scale import check_scale, measured_scale

GREY = (np.add.outer(np.arange(30), np.arange(40)) * 3).astype(np.uint8)
COLOUR = np.stack((GREY, GREY // 2, GREY), axis=-1)
CLEAR = np.dstack((COLOUR, np.full(GREY.shape, 90, np.uint8)))


@pytest.mark.parametrize(
    ("name", "image", "note"),
    [
        ("a.png", Image.fromarray(GREY), ""),
        ("a.jpg", Image.fromarray(GREY), ""),
        ("b.png", Image.fromarray((GREY * 200.0).astype(np.uint16)), ""),
        ("b.tif", Image.fromarray((GREY * 200.0).astype(np.uint16)), ""),
        ("c.tiff", Image.fromarray(GREY.astype(np.float32)), ""),
        ("d.png", Image.fromarray(COLOUR), "Colours were turned to grey."),
        ("e.png", Image.fromarray(GREY).convert("P"), ""),
        ("f.png", Image.fromarray(CLEAR), "Transparent parts were laid on white."),
        ("g.png", Image.fromarray(GREY > 90), ""),
    ],
)
def test_every_kind_of_pixel_becomes_grey(
    tmp_path: Path, name: str, image: Image.Image, note: str
) -> None:
    image.save(tmp_path / name)

    found = read_micrograph(tmp_path / name)

    assert found.pixels.shape == GREY.shape
    assert found.pixels.dtype == np.float32
    assert (found.pixels.min(), found.pixels.max()) == (0, 1)
    assert found.pixels[0, 0] < found.pixels[15, 20] <= found.pixels[-1, -1]
    assert not note or note in found.notes


def test_of_several_pages_the_first_is_taken_and_values_that_are_none_are_black(
    tmp_path: Path,
) -> None:
    values = GREY.astype(np.float32) + 5
    values[3, 4] = np.nan
    Image.fromarray(values).save(
        tmp_path / "pages.tif", save_all=True, append_images=[Image.fromarray(GREY)]
    )

    found = read_micrograph(tmp_path / "pages.tif")

    assert found.pixels[3, 4] == 0
    assert found.notes[0] == "The first of 2 pages was taken."
    assert "1 pixels without a value" in found.notes[1]


def test_the_scale_is_read_where_a_file_has_one(tmp_path: Path) -> None:
    of_imagej = read_micrograph(save_with_scale(GREY, tmp_path / "j.tif", 0.5)).scale
    assert of_imagej is not None
    assert (of_imagej.nm_per_pixel, of_imagej.source) == (pytest.approx(0.5), "ImageJ")

    Image.fromarray(GREY).save(tmp_path / "m.tif", tiffinfo={34682: "[Scan]\nPixelWidth=2e-10\n"})
    of_microscope = read_micrograph(tmp_path / "m.tif").scale
    assert of_microscope is not None
    assert of_microscope.nm_per_pixel == pytest.approx(0.2)

    # For printers.
    Image.fromarray(GREY).save(tmp_path / "d.png", dpi=(300, 300))
    assert read_micrograph(tmp_path / "d.png").scale is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("no.png", b"no picture", "is no picture that can be read"),
        ("old.dm3", struct.pack(">I", 3) + bytes(40), "save it there, or in Fiji, as TIFF"),
        ("new.tif", struct.pack(">I", 4) + bytes(40), "file of DigitalMicrograph"),
    ],
)
def test_foreign_files_are_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_micrograph(tmp_path / name)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.jpg"])
def test_a_cut_off_picture_is_damaged(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"damaged picture|no picture"):
        read_micrograph(tmp_path / name)


def test_what_cannot_be_segmented_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(np.full((30, 30), 9, np.uint8)).save(tmp_path / "flat.png")
    with pytest.raises(InputError, match="one grey only"):
        read_micrograph(tmp_path / "flat.png")
    Image.fromarray(GREY[:5]).save(tmp_path / "thin.png")
    with pytest.raises(InputError, match="40 x 5 pixels; at least 16"):
        read_micrograph(tmp_path / "thin.png")
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_micrograph(tmp_path / "none.png")
    with pytest.raises(InputError, match="is not a file"):
        read_micrograph(tmp_path)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    Image.fromarray(GREY).save(tmp_path / "large.png")
    with pytest.raises(InputError, match="too large: 40 x 30 pixels"):
        read_micrograph(tmp_path / "large.png")


@pytest.mark.parametrize("nm_per_pixel", [0, -1, float("nan"), 1e-6, 300.0])
def test_a_scale_that_cannot_be_is_refused(nm_per_pixel: float) -> None:
    with pytest.raises(InputError, match=r"allowed is 0\.001 to 20 nm"):
        check_scale(nm_per_pixel)


def test_a_scale_bar_gives_the_scale() -> None:
    assert measured_scale(200, 50) == 0.25
    with pytest.raises(InputError, match="shorter than a pixel"):
        measured_scale(0, 50)
