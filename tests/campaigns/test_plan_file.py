"""Plans and tables of points that people write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.plan_file import read_plan, read_points
from smcogui.design.design_file import design_to_toml
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

BASE = design_to_toml(example_design("base"))
PLAN = """
method = "sobol"
count = 12
seed = 3

[[axis]]
key = "L_nm"
low = 20
high = 120
step = 0.5

[[axis]]
key = "z_phase"
values = ["DFT", "Mod"]

[filters]
least_wall_cells = 2
"""


def test_plan_is_read(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(PLAN)
    plan = read_plan(path, BASE)
    assert (plan.sampling.name, plan.sampling.size, plan.sampling.seed) == ("box", 12, 3)
    assert [axis.key for axis in plan.sampling.axes] == ["L_nm", "z_phase"]
    assert plan.filters.least_wall_cells == 2
    assert {point["z_phase"] for point in plan.sampling.draw()} == {"DFT", "Mod"}


def test_plan_may_name_its_base(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(BASE)
    path = tmp_path / "box.toml"
    path.write_text('base = "mine.toml"\n' + PLAN)
    assert read_plan(path).sampling.base == BASE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PLAN.replace("count", "cuont"), "Did you mean count"),
        (PLAN.replace("low", "lo"), "Did you mean low"),
        (PLAN.replace("least_wall_cells", "least_walls"), "Did you mean least_wall_cells"),
        (PLAN.replace("count = 12", 'count = "12"'), "cannot be used"),
        (PLAN.replace("[[axis]]", "[axis]", 1).split("[[axis]]")[0], "no list"),
        (PLAN + "[", "no TOML"),
        ("axis = [1]\ncount = 2", "no table"),
        (PLAN.replace('"L_nm"', '"Lnm"'), "Did you mean L_nm"),
    ],
)
def test_plan_that_cannot_be_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "box.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_plan(path, BASE)


def test_plan_without_a_base_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(PLAN)
    with pytest.raises(InputError, match="no base design"):
        read_plan(path)


@pytest.mark.parametrize(
    "text",
    ["L_nm,z_phase\n30,DFT\n40.5,Mod\n", "L_nm;z_phase\r\n30;DFT\r\n40,5;Mod\r\n\r\n"],
)
def test_points_of_a_csv_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_points(path, BASE).draw() == [
        {"L_nm": 30.0, "z_phase": "DFT"},
        {"L_nm": 40.5, "z_phase": "Mod"},
    ]


def test_points_of_a_spreadsheet_are_read(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["L_nm", "z_phase"], [30, "DFT"], [40.5, "Mod"], [None, None]):
        book.worksheets[0].append(row)
    path = tmp_path / "list.xlsx"
    book.save(path)
    assert [point["L_nm"] for point in read_points(path, BASE).draw()] == [30.0, 40.5]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"L_nm\n", "no rows"),
        ("a.csv", b"Lnm\n30\n", "Did you mean L_nm"),
        ("a.csv", b"L_nm\nthirty\n", "row 2"),
        ("a.csv", b"L_nm,d_nm\n30\n", "row 2 has 1 cells"),
        ("a.csv", b"L_nm\n30\n-4\n", "above 0"),
        ("a.xlsx", b"no zip", "no spreadsheet"),
    ],
)
def test_table_that_cannot_be_is_refused(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_points(path, BASE)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv"):
        read_points(tmp_path / "nothing.csv", BASE)
