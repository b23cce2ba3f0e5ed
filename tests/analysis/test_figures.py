from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from smcogui.analysis.figure_spec import FigureLine, FigureMark, FigureRun, FigureSpec
from smcogui.analysis.figures import render_figure, write_figure
from smcogui.curves.mh_curve import MHCurve
from smcogui.errors import InputError, RunFolderError
from smcogui.units import MU0


def curve(Hc_T: float) -> MHCurve:
    H = np.array([1, 0, -1, -2, -Hc_T + 0.05, -Hc_T])
    M = np.array([0.99, 0.98, 0.97, 0.96, 0.95, -0.8])
    return MHCurve(H=H / MU0, M=M * 8e5, Ms=8e5, jump=np.zeros(6, dtype=bool))


CYCLES = [curve(4.0), curve(4.2), curve(4.4)]
BASE = [FigureRun(name="base", cycles=CYCLES)]
MEASURED = FigureLine(
    name="sample 1", H=np.linspace(1e6, -5e6, 500), M=np.linspace(8e5, -8e5, 500), Ms=8e5
)


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [("pdf", b"%PDF"), ("svg", b"<?xml"), ("PNG", b"\x89PNG")],
)
def test_figure_is_of_the_kind_its_name_says(tmp_path: Path, suffix: str, begins: bytes):
    path = tmp_path / f"ünï cödé.{suffix}"
    write_figure(path, BASE)
    assert path.read_bytes().startswith(begins)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("width_mm", [85.0, 178.0])
def test_figure_has_the_width_of_the_journal(tmp_path: Path, width_mm: float):
    path = tmp_path / "mh.png"
    write_figure(path, BASE, FigureSpec(width_mm=width_mm))
    (pixels,) = struct.unpack(">I", path.read_bytes()[16:20])
    assert pixels / 600 * 25.4 == pytest.approx(width_mm, abs=0.05)


def texts(path: Path) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8")))


def test_svg_text_stays_text_with_readings_and_names_as_given(tmp_path: Path):
    path = tmp_path / "mh.svg"
    write_figure(path, [FigureRun(name="_$base$", cycles=CYCLES)])
    found = texts(path)
    assert "_$base$, mean" in found
    assert "3 half-cycles" in found
    assert "Hc = 4.20 T" in found
    assert "Hp (first jump) = 4.20 T" in found
    assert "μ₀H (T)" in found


def test_several_runs_are_drawn_with_their_means_in_the_unit_chosen(tmp_path: Path):
    path = tmp_path / "mh.svg"
    runs = [FigureRun(name="one", cycles=CYCLES), FigureRun(name="two", cycles=CYCLES[:1])]
    write_figure(path, runs, FigureSpec(unit="kA/m"))
    found = texts(path)
    assert "one" in found
    assert "two" in found
    assert "H (kA/m)" in found
    assert "half-cycles" not in found


@pytest.mark.parametrize(
    ("quantity", "half_cycles", "names"),
    [
        ("M/Ms", 3, ("mean Hc", "mean Hp (first jump)", "mean Hp (slope)")),
        ("B", 1, ("HcB", "Hp (first jump)", "Hp (slope)")),
    ],
)
def test_marks_of_several_runs_are_explained_once(
    tmp_path: Path, quantity, half_cycles: int, names: tuple[str, ...]
):
    cycles = CYCLES[:half_cycles]
    runs = [
        FigureRun(name="one", cycles=cycles),
        FigureRun(name="two", cycles=cycles),
        FigureRun(name="three", cycles=cycles, hp_reading="slope"),
    ]
    write_figure(tmp_path / "mh.svg", runs, FigureSpec(quantity=quantity))
    legend = legend_texts(tmp_path / "mh.svg")
    assert tuple(text for text in legend if "H" in text) == names
    write_figure(tmp_path / "mh.svg", runs, FigureSpec(quantity=quantity, markers=False))
    assert not any("H" in text for text in legend_texts(tmp_path / "mh.svg"))


@pytest.mark.parametrize(
    ("names", "is_beside"),
    [(("a" * 60, *"bcdefg"), True), (("a" * 60, "b" * 60, "c" * 60, "d" * 60), False)],
)
def test_names_below_the_axes_stand_side_by_side_where_they_fit(
    tmp_path: Path, names: tuple[str, ...], is_beside: bool
):
    runs = [FigureRun(name=name, cycles=CYCLES[:1]) for name in names]
    spec = FigureSpec(width_mm=178.0, markers=False)
    grown = write_figure(tmp_path / "mh.svg", runs, spec) - spec.height
    line_mm = 3.0
    assert grown > 2
    assert (grown < (len(names) - 1) * line_mm) is is_beside


def legend_texts(path: Path) -> list[str]:
    legend = path.read_text(encoding="utf-8").partition('<g id="legend_1">')[2]
    return re.findall(r"<text[^>]*>([^<]*)</text>", legend)


def test_slope_reading_is_named(tmp_path: Path):
    path = tmp_path / "mh.svg"
    write_figure(path, [FigureRun(name="base", cycles=CYCLES, hp_reading="slope")])
    assert "Hp (slope)" in texts(path)


def test_same_curves_make_the_same_svg(tmp_path: Path):
    one, two = tmp_path / "1.svg", tmp_path / "2.svg"
    write_figure(one, BASE)
    write_figure(two, BASE)
    assert one.read_bytes() == two.read_bytes()


def test_many_runs_and_unreversed_ones_are_drawn(tmp_path: Path):
    short = MHCurve(
        H=np.array([1, 0]) / MU0,
        M=np.array([8e5, 8e5]),
        Ms=8e5,
        jump=np.zeros(2, dtype=bool),
    )
    many = [FigureRun(name=f"run {k}", cycles=[short]) for k in range(30)]
    for name, runs in (("many.svg", many), ("short.svg", many[:1])):
        write_figure(tmp_path / name, runs)
        assert ("run 0" in texts(tmp_path / name)) is (len(runs) == 1)


@pytest.mark.parametrize(
    ("runs", "name", "says"),
    [
        ([], "mh.pdf", "no curve"),
        ([FigureRun(name="a", cycles=[])], "mh.pdf", "no curve"),
        (BASE, "mh.gif", r"\.pdf, \.svg, \.png"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(tmp_path: Path, runs, name, says):
    with pytest.raises(InputError, match=says):
        write_figure(tmp_path / name, runs)
    assert not list(tmp_path.glob("mh*"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"unit": "Gauss"}, "T, kA/m, kOe"),
        ({"quantity": "E"}, "M/Ms, M, J, B"),
        ({"width_mm": 1e6}, "40 to 400"),
        ({"width_mm": float("nan")}, "40 to 400"),
        ({"height_mm": 0.0}, "40 to 400"),
        ({"dpi": 10}, "72 to 1200"),
        ({"title": "x" * 300}, "at most 200"),
        ({"mean": False, "half_cycles": False}, "nothing of the simulated"),
    ],
)
def test_impossible_choice_is_refused_in_words(options, says):
    with pytest.raises(InputError, match=says):
        FigureSpec(**options)


@pytest.mark.parametrize(
    ("quantity", "unit", "label"),
    [
        ("M/Ms", "T", "M/Mₛ"),
        ("M", "kA/m", "M (kA/m)"),
        ("M", "kOe", "M (emu/cm³)"),
        ("J", "T", "J (T)"),
        ("J", "kOe", "4πM (kG)"),
        ("B", "T", "B (T)"),
        ("B", "kOe", "B (kG)"),
    ],
)
def test_axis_says_quantity_and_unit(tmp_path: Path, quantity, unit, label):
    write_figure(tmp_path / "x.svg", BASE, FigureSpec(quantity=quantity, unit=unit))
    found = texts(tmp_path / "x.svg")
    assert label in found
    assert ("HcB" in found) is (quantity == "B")


def test_measured_and_analytic_overlays_are_named_as_such(tmp_path: Path):
    path = tmp_path / "mh.svg"
    mark = FigureMark(name="wall pinning", H=3.2 / MU0)
    write_figure(path, BASE, lines=[MEASURED], marks=[mark])
    found = texts(path)
    assert "base, mean, simulated" in found
    assert "sample 1, measured" in found
    assert "wall pinning = 3.20 T, analytic" in found


def test_measured_curve_alone_is_a_figure(tmp_path: Path):
    write_figure(tmp_path / "mh.svg", [], lines=[MEASURED])
    assert "sample 1, measured" in texts(tmp_path / "mh.svg")


def test_parts_are_drawn_as_chosen(tmp_path: Path):
    path = tmp_path / "mh.svg"
    spec = FigureSpec(half_cycles=False, band=True, markers=False, title="Figure <1>")
    write_figure(path, BASE, spec)
    found = texts(path)
    assert "mean ± standard deviation" in found
    assert "Figure &lt;1&gt;" in found
    assert "Hc" not in found
    assert "half-cycles" not in found
    write_figure(path, BASE, FigureSpec(legend=False))
    assert "base" not in texts(path)


def test_height_and_resolution_are_those_chosen():
    picture = render_figure(BASE, FigureSpec(width_mm=100, height_mm=60, dpi=300))
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (int(100 / 25.4 * 300), int(60 / 25.4 * 300))


def test_pdf_embeds_truetype_that_can_be_edited(tmp_path: Path):
    write_figure(tmp_path / "mh.pdf", BASE)
    content = (tmp_path / "mh.pdf").read_bytes()
    assert b"DejaVuSans" in content
    assert b"/CIDFontType2" in content or b"/TrueType" in content
    assert b"/Type3" not in content


def test_curves_differ_by_colour_and_by_line_style(tmp_path: Path):
    path = tmp_path / "mh.svg"
    runs = [FigureRun(name=str(k), cycles=CYCLES[:1]) for k in range(4)]
    write_figure(path, runs, FigureSpec(markers=False, legend=False))
    drawn = re.findall(r"stroke-dasharray: ([^;]*);[^\"]*stroke: (#\w+)", path.read_text())
    assert len(set(drawn)) == 3  # the first line is solid
    assert len({dashes for dashes, _ in drawn}) == 3


def test_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(RunFolderError, match="none"):
        write_figure(tmp_path / "none" / "mh.png", BASE)


def test_import_does_not_load_matplotlib(checkout: Path):
    code = "import sys, smcogui.analysis.figures; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=checkout, check=False).returncode == 0


def test_mark_far_beyond_the_curves_does_not_squeeze_them(tmp_path: Path):
    marks = [FigureMark(name="near", H=4 / MU0), FigureMark(name="far", H=40 / MU0)]
    write_figure(tmp_path / "marks.svg", BASE, marks=marks)
    found = texts(tmp_path / "marks.svg")
    assert "near = 4.00 T, analytic" in found
    assert "far = 40.00 T, analytic (beyond the axis)" in found
    assert "−40" not in found


LONG = "Table 1, row 2, field at 45° (paper preset), a name without an end"


@pytest.mark.parametrize(
    ("name", "width_mm", "height_mm", "lines", "grows"),
    [
        ("a", 85.0, None, 2, False),
        (LONG[:43], 178.0, None, 2, False),
        (LONG, 85.0, None, 3, True),
        (LONG, 85.0, 80.0, 3, False),
    ],
)
def test_long_names_stand_below_the_axes_and_are_broken(
    tmp_path: Path, name: str, width_mm: float, height_mm: float | None, lines: int, grows: bool
):
    path = tmp_path / "legend.svg"
    runs = [FigureRun(name=name, cycles=CYCLES), FigureRun(name="b", cycles=CYCLES)]
    spec = FigureSpec(width_mm=width_mm, height_mm=height_mm, markers=False)
    height = write_figure(path, runs, spec)
    words = legend_texts(path)
    assert len(words) == lines
    assert " ".join(words).startswith(name)
    assert (height > spec.height + 5) is grows
