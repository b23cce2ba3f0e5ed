from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smcogui.analysis.figures import mh_figure
from smcogui.curves.mh_curve import MHCurve
from smcogui.errors import InputError, RunFolderError
from smcogui.units import MU0


def curve(Hc_T: float) -> MHCurve:
    H = np.array([1, 0, -1, -2, -Hc_T + 0.05, -Hc_T])
    M = np.array([0.99, 0.98, 0.97, 0.96, 0.95, -0.8])
    return MHCurve(H=H / MU0, M=M * 8e5, Ms=8e5, jump=np.zeros(6, dtype=bool))


CYCLES = [curve(4.0), curve(4.2), curve(4.4)]


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("pdf", b"%PDF"), ("svg", b"<?xml"), ("PNG", b"\x89PNG")],
)
def test_figure_is_of_the_kind_its_name_says(tmp_path: Path, suffix: str, begins: bytes):
    path = tmp_path / f"ünï cödé.{suffix}"
    mh_figure({"base": CYCLES}, path)
    assert path.read_bytes().startswith(begins)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("width_mm", [85.0, 178.0])
def test_figure_has_the_width_of_the_journal(tmp_path: Path, width_mm: float):
    path = tmp_path / "mh.png"
    mh_figure({"base": CYCLES}, path, width_mm=width_mm)
    (pixels,) = struct.unpack(">I", path.read_bytes()[16:20])
    assert pixels / 600 * 25.4 == pytest.approx(width_mm, abs=0.05)


def texts(path: Path) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8")))


def test_svg_text_stays_text_with_readings_and_names_as_given(tmp_path: Path):
    path = tmp_path / "mh.svg"
    mh_figure({"_$base$": CYCLES}, path)
    found = texts(path)
    assert "_$base$, mean" in found
    assert "3 half-cycles" in found
    assert "Hc = 4.20 T" in found
    assert "Hp (first jump) = 4.20 T" in found
    assert "μ₀H (T)" in found


def test_several_runs_are_drawn_with_their_means_in_the_unit_chosen(tmp_path: Path):
    path = tmp_path / "mh.svg"
    mh_figure({"one": CYCLES, "two": CYCLES[:1]}, path, unit="kA/m")
    found = texts(path)
    assert "one" in found
    assert "two" in found
    assert "H (kA/m)" in found
    assert "half-cycles" not in found


def test_slope_reading_is_named(tmp_path: Path):
    path = tmp_path / "mh.svg"
    mh_figure({"base": CYCLES}, path, hp_reading="slope")
    assert "Hp (slope)" in texts(path)


def test_same_curves_make_the_same_svg(tmp_path: Path):
    one, two = tmp_path / "1.svg", tmp_path / "2.svg"
    mh_figure({"base": CYCLES}, one)
    mh_figure({"base": CYCLES}, two)
    assert one.read_bytes() == two.read_bytes()


def test_many_runs_and_unreversed_ones_are_drawn(tmp_path: Path):
    short = MHCurve(
        H=np.array([1, 0]) / MU0,
        M=np.array([8e5, 8e5]),
        Ms=8e5,
        jump=np.zeros(2, dtype=bool),
    )
    mh_figure({f"run {k}": [short] for k in range(30)}, tmp_path / "many.png")
    mh_figure({"short": [short]}, tmp_path / "short.png")


def test_provenance_lies_beside_the_figure(tmp_path: Path):
    mh_figure({"base": CYCLES}, tmp_path / "mh.png", provenance={"source": "simulated"})
    found = json.loads((tmp_path / "mh.png.json").read_text(encoding="utf-8"))
    assert found["source"] == "simulated"


@pytest.mark.parametrize(
    ("runs", "name", "options", "says"),
    [
        ({}, "mh.pdf", {}, "no curve"),
        ({"a": []}, "mh.pdf", {}, "no curve"),
        ({"a": CYCLES}, "mh.gif", {}, r"\.pdf, \.svg, \.png"),
        ({"a": CYCLES}, "mh.pdf", {"unit": "Gauss"}, "T, kA/m, kOe"),
        ({"a": CYCLES}, "mh.pdf", {"width_mm": 1e6}, "40 to 400"),
        ({"a": CYCLES}, "mh.pdf", {"width_mm": float("nan")}, "40 to 400"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(tmp_path: Path, runs, name, options, says):
    with pytest.raises(InputError, match=says):
        mh_figure(runs, tmp_path / name, **options)
    assert not list(tmp_path.glob("mh*"))


def test_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(RunFolderError, match="none"):
        mh_figure({"a": CYCLES}, tmp_path / "none" / "mh.png")


def test_import_does_not_load_matplotlib(checkout: Path):
    code = "import sys, smcogui.analysis.figures; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=checkout, check=False).returncode == 0
