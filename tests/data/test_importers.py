"""Instrument files made from a curve that is known, read back and compared with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.curves.measured_curve import find_branches
from smcogui.data.import_preview import preview_import
from smcogui.data.importers import (
    ImportChoice,
    SampleShape,
    import_curve,
    read_loop,
    suggest_choice,
)
from smcogui.data.text_table import TextTable, read_text_table
from smcogui.errors import InputError
from smcogui.units import MU0

OE = 1e3 / (4 * math.pi)
MS, HC, WIDTH = 9.0e5, 2.4e6, 1.5e5
DENSITY, MASS = 8400.0, 12.5e-6
VOLUME = MASS / DENSITY
N = 0.3


def truth(H_int: np.ndarray) -> np.ndarray:
    """Return M in A/m on the falling branch: zero at -Hc."""
    return MS * np.tanh((H_int + HC) / WIDTH)


def falling() -> tuple[np.ndarray, np.ndarray]:
    """Return applied field and M of the falling branch of a sample with factor N."""
    H_int = np.linspace(5e6, -5e6, 401)
    M = truth(H_int)
    return H_int + N * M, M


def loop() -> tuple[np.ndarray, np.ndarray]:
    """Return a virgin curve, the falling and the rising branch."""
    H, M = falling()
    up = np.linspace(0, H[0], 60, endpoint=False)
    return np.concatenate([up, H, -H[1:]]), np.concatenate([MS * up / H[0], M, -M[1:]])


def quantum_design(path: Path) -> None:
    H, M = loop()
    lines = [
        "[Header]",
        "TITLE,SmCo sample",
        f"INFO,{MASS * 1e6:.3f},SAMPLE_MASS",
        "INFO,VSM,APPNAME",
        "BYAPP,VSM,1.0",
        "[Data]",
        "Comment,Time Stamp (sec),Temperature (K),Magnetic Field (Oe),Moment (emu),"
        "M. Std. Err. (emu),Transport Action",
    ]
    for k, (h, m) in enumerate(zip(H, M, strict=True)):
        moment = f"{m * VOLUME * 1e3:.10e}" if k != 7 else ""
        lines.append(f",{3.8e9 + k:.2f},300.01,{h / OE:.9e},{moment},1.2E-5,1")
    path.write_text("\r\n".join(lines), encoding="latin-1")


def lake_shore(path: Path) -> None:
    H, M = falling()
    lines = [
        "# Lake Shore Cryotronics VSM",
        "# Sample ID: SmCo-1:7",
        "Step,Elapsed Time,Field,Moment",
        ",s,Oe,emu/g",
        *(
            f"{k},{0.5 * k:.2f},{h / OE:.9f},{m / DENSITY:.9f}"
            for k, (h, m) in enumerate(zip(H, M, strict=True))
        ),
        "Measurement finished without errors.",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def decimal_comma(path: Path) -> None:
    H, M = falling()
    lines = ["Messung;SmCo", "µ0H (T);J (T);Bemerkung"]
    for h, m in zip(H, M, strict=True):
        lines.append(f"{MU0 * h:.9f};{MU0 * m:.9f};ok".replace(".", ","))
    path.write_text("\n".join(lines), encoding="utf-8-sig")


def demag_only_tab(path: Path) -> None:
    H, M = falling()
    keep = H <= 0
    rows = zip(-H[keep], M[keep], strict=True)
    path.write_text("".join(f"{h / 1e3:.9f}\t{m / 1e3:.9f}\n" for h, m in rows), encoding="utf-16")


def spaces(path: Path) -> None:
    H, M = falling()
    rows = zip(-H, -M, strict=True)
    text = "".join(f"  {1e3 * MU0 * h:.8f}   {m * 1e-3:.8f}  \n" for h, m in rows)
    path.write_text("H/mT  M/(emu/cm3)\n" + text, encoding="utf-8")


CORRECTED = SampleShape(N=N)
Writer = Callable[[Path], None]
CASES: dict[str, tuple[Writer, dict[str, object]]] = {
    "vsm.dat": (quantum_design, {"density": DENSITY}),
    "lake shore.csv": (lake_shore, {"density": DENSITY}),
    "komma.csv": (decimal_comma, {}),
    "demag.txt": (demag_only_tab, {"field_unit": "kA/m", "moment_unit": "kA/m"}),
    "spaces.txt": (spaces, {"field_unit": "mT", "moment_unit": "emu/cm³"}),
}


def read(name: str, tmp_path: Path) -> tuple[TextTable, ImportChoice]:
    writer, given = CASES[name]
    path = tmp_path / name
    writer(path)
    table = read_text_table(path)
    found = suggest_choice(table)
    values = {key: getattr(found, key) for key in found.__slots__}
    return table, ImportChoice(**{**values, "shape": CORRECTED, **given})


@pytest.mark.parametrize("name", CASES)
def test_file_is_read_back_as_the_curve_it_was_made_from(name: str, tmp_path: Path):
    table, choice = read(name, tmp_path)
    curve = import_curve(table, choice, "sample")
    np.testing.assert_allclose(curve.M, truth(curve.H), atol=2e-4 * MS)
    assert np.diff(curve.H_applied).max() < 0
    readings = curve.readings()
    assert readings.Hc == pytest.approx(HC, rel=1e-4)
    # Measured from an applied field of 0 on, the sample never sees an internal field of 0.
    Mr = None if name == "demag.txt" else pytest.approx(float(truth(np.array(0.0))), rel=1e-3)
    assert readings.Mr == Mr
    assert readings.BHmax == pytest.approx(MU0 * MS**2 / 4, rel=0.002)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vsm.dat", (",", ".", "Magnetic Field (Oe)", "Moment (emu)", "Oe", "emu")),
        ("lake shore.csv", (",", ".", "Field", "Moment", "Oe", "emu/g")),
        ("komma.csv", (";", ",", "µ0H (T)", "J (T)", "T", "T")),
        ("demag.txt", ("\t", ".", "column 1", "column 2", "kA/m", "kA/m")),
    ],
)
def test_what_the_file_says_is_found(name: str, expected: tuple[str, ...], tmp_path: Path):
    table, choice = read(name, tmp_path)
    names = (table.names[choice.field_column], table.names[choice.moment_column])
    found = (table.delimiter, table.decimal, *names, choice.field_unit, choice.moment_unit)
    assert found == expected


def test_sample_mass_is_taken_from_the_header(tmp_path: Path):
    _, choice = read("vsm.dat", tmp_path)
    assert choice.mass == pytest.approx(MASS)


def test_positive_demagnetising_fields_are_noticed(tmp_path: Path):
    _, choice = read("demag.txt", tmp_path)
    assert choice.reverse_field
    _, choice = read("komma.csv", tmp_path)
    assert not choice.reverse_field


def test_line_without_a_moment_is_left_out(tmp_path: Path):
    table, choice = read("vsm.dat", tmp_path)
    H, _ = read_loop(table, choice)
    assert H.size == len(table.rows) - 1


def test_missing_values_are_left_out_and_told(tmp_path: Path):
    path = tmp_path / "nan.csv"
    fields = [2e4 - 1e3 * step for step in range(50)]
    rows = [f"{field},{2.0 if field > -1.5e4 else -2.0}" for field in fields]
    rows[0] = f"{fields[0]},NaN"
    rows[20] = f"{fields[20]},n/a"
    path.write_text("Field (Oe),Moment (emu)\n" + "\n".join(rows) + "\n")
    table = read_text_table(path)
    assert table.names == ("Field (Oe)", "Moment (emu)")
    assert len(table.rows) == 50
    choice = replace(suggest_choice(table), volume=1e-9, mass=None)
    assert (choice.field_column, choice.moment_column) == (0, 1)
    found = preview_import(table, choice, "nan")
    assert found.H.size == 48
    assert found.curve is not None
    assert "Lines 2, 22 of the file are left out" in found.doubts[0]


def test_rising_branch_gives_the_same_curve_as_the_falling_one(tmp_path: Path):
    table, choice = read("vsm.dat", tmp_path)
    branches = find_branches(read_loop(table, choice)[0])
    assert [branch.falling for branch in branches] == [False, True, False]
    values = {key: getattr(choice, key) for key in choice.__slots__}
    chosen = [
        import_curve(table, ImportChoice(**{**values, "branch": number}), "x")
        for number in (None, 1, 2)
    ]
    for curve in chosen[1:]:
        assert curve.readings().Hc == pytest.approx(chosen[0].readings().Hc, rel=1e-6)
    with pytest.raises(InputError, match="no number 8"):
        import_curve(table, ImportChoice(**{**values, "branch": 7}), "x")


def test_too_large_a_factor_is_seen(tmp_path: Path):
    table, choice = read("komma.csv", tmp_path)
    values = {key: getattr(choice, key) for key in choice.__slots__}
    assert import_curve(table, choice, "x").overcorrected == pytest.approx(0, abs=1e-6)
    sheared = import_curve(table, ImportChoice(**{**values, "shape": SampleShape(N=0.9)}), "x")
    assert sheared.overcorrected > 0.05


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"density": None}, "density"),
        ({"mass": None}, "mass and density"),
        ({"mass": -1.0}, "above 0"),
        ({"field_unit": "Tesla"}, "allowed are Oe"),
        ({"moment_unit": "erg"}, "allowed are emu"),
        ({"moment_column": 3}, "same column"),
        ({"moment_column": 70}, "no column 71"),
        ({"reverse_field": True, "branch": 0}, "not a demagnetising branch"),
        ({"shape": SampleShape(N=2.0)}, "between 0 and 1"),
        ({"shape": SampleShape(kind="prism", sizes=(1.0, 2.0))}, "3 lengths"),
    ],
)
def test_choice_that_cannot_be_is_refused_in_words(tmp_path: Path, changes, says: str):
    table, choice = read("vsm.dat", tmp_path)
    values = {key: getattr(choice, key) for key in choice.__slots__}
    with pytest.raises(InputError, match=says):
        import_curve(table, ImportChoice(**{**values, **changes}), "x")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        (b"just words\nand more of them\n", "no table of numbers"),
        (b"H,M\n1,2\n2,3\n3,4\n4,five\n5,6\n", "line 5: 'five'"),
        (
            b'H,M\n"70,000",2\n"60,000",3\n"50,000",4\n"40,000",5\n',
            'line 2: "70,000" is written with a separator of thousands',
        ),
        (
            b'H;M;x\n500;2;1\n400;1;1\n300;1;1\n"70,000.5";4;1\n',
            'line 5: "?70,000.5"? is written with a separator of thousands',
        ),
        (b"H,M\n1,2\n2,3\n3,4\n4,5,6\n5,6\n", "line 5: 3 cells where the lines before have 2"),
    ],
)
def test_bad_file_is_named_with_its_line(tmp_path: Path, content: bytes, says: str):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        import_curve(table := read_text_table(path), suggest_choice(table), "x")


def test_file_that_is_not_there_is_named(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_text_table(path)


def test_delimiter_and_decimal_mark_can_be_forced(tmp_path: Path):
    path = tmp_path / "odd.txt"
    path.write_text("1,5;2,5\n2,5;3,5\n3,5;4,5\n")
    assert read_text_table(path).number(0, 1) == 2.5
    with pytest.raises(InputError, match="no table"):
        read_text_table(path, delimiter=";", decimal=".")


@pytest.mark.parametrize(
    ("shape", "N"),
    [
        (SampleShape(kind="sphere"), 1 / 3),
        (SampleShape(kind="prism", sizes=(2.0, 2.0, 2.0)), 1 / 3),
        (SampleShape(kind="prism", sizes=(1.0, 1.0, 2.0)), 0.1983),
        (SampleShape(kind="cylinder_along", sizes=(1.0, 1.0)), 0.3116),
        (SampleShape(kind="cylinder_along", sizes=(1.0, 0.1)), 0.7967),
        (SampleShape(kind="cylinder_across", sizes=(1.0, 1.0)), (1 - 0.3116) / 2),
        (SampleShape(N=0.25), 0.25),
    ],
)
def test_factor_follows_from_the_shape(shape: SampleShape, N: float):
    assert shape.factor() == pytest.approx(N, abs=1e-4)


@pytest.mark.parametrize("sizes", [(0.0, 1.0), (-1.0, 1.0), (math.nan, 1.0)])
def test_impossible_lengths_are_refused(sizes: tuple[float, float]):
    with pytest.raises(InputError, match="above 0"):
        SampleShape(kind="cylinder_along", sizes=sizes).factor()


def test_factors_of_a_prism_add_up_to_one():
    a, b, c = 1.0, 2.5, 0.4
    total = sum(
        SampleShape(kind="prism", sizes=sizes).factor()
        for sizes in ((a, b, c), (b, c, a), (c, a, b))
    )
    assert total == pytest.approx(1, abs=1e-9)
