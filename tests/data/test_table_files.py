"""Tables as CSV, XLSX, Parquet and LaTeX."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from smcogui.data.table_files import TableColumn, escape_latex, write_table
from smcogui.errors import InputError

ROWS = [
    {"name": 'base, "ünï"', "mu0_Hc_T": 4.07, "cycles": 5, "Phi_p": None},
    {"name": "=1+1", "mu0_Hc_T": np.float64(3.5), "offsets_nm": [1.0, 2.0]},
]


COLUMNS = [
    TableColumn(key="name", title="Design"),
    TableColumn(key="mu0_Hc_T", title="μ₀Hc", unit="T", latex=r"$\mu_0 H_\mathrm{c}$", decimals=2),
    TableColumn(key="BHmax_kJ_m3", title="(BH)max", unit="kJ/m³", decimals=1),
    TableColumn(key="cycles", title="Half-cycles"),
]


def test_csv_table_has_all_columns_in_order(tmp_path: Path):
    path = tmp_path / "runs.csv"
    write_table(ROWS, path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["name", "mu0_Hc_T", "cycles", "Phi_p", "offsets_nm"],
        ['base, "ünï"', "4.07", "5", "", ""],
        ["=1+1", "3.5", "", "", "[1.0, 2.0]"],
    ]
    assert os.listdir(tmp_path) == ["runs.csv"]


def test_xlsx_table_has_numbers_as_numbers_and_no_formula(tmp_path: Path):
    from openpyxl import load_workbook

    path = tmp_path / "runs.XLSX"
    write_table(ROWS, path)
    sheet = load_workbook(path).active
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert values == [
        ["name", "mu0_Hc_T", "cycles", "Phi_p", "offsets_nm"],
        ['base, "ünï"', 4.07, 5, None, None],
        ["=1+1", 3.5, None, None, "[1.0, 2.0]"],
    ]
    assert sheet["A3"].data_type == "s"


@pytest.mark.parametrize("name", ["runs.txt", "runs"])
def test_table_of_unknown_suffix_is_refused(tmp_path: Path, name: str):
    with pytest.raises(InputError, match=r"\.csv, \.xlsx, \.parquet or \.tex") as caught:
        write_table(ROWS, tmp_path / name)
    assert caught.value.key == "path"


def test_table_without_rows_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no rows"):
        write_table([], tmp_path / "runs.csv")


def test_heads_for_people_carry_the_unit(tmp_path: Path):
    from openpyxl import load_workbook

    path = tmp_path / "runs.xlsx"
    write_table(ROWS, path, COLUMNS)
    sheet = load_workbook(path).active
    assert [cell.value for cell in sheet[1]] == [
        "Design",
        "μ₀Hc (T)",
        "(BH)max (kJ/m³)",
        "Half-cycles",
    ]
    assert sheet.freeze_panes == "A2"
    assert sheet["B2"].data_type == "n"


def test_parquet_keeps_types_units_and_metadata(tmp_path: Path):
    from pyarrow import parquet

    path = tmp_path / "runs.parquet"
    write_table(ROWS, path, COLUMNS, metadata={"seed": 3})
    table = parquet.read_table(path)
    assert table.column_names == [column.key for column in COLUMNS]
    assert [str(kind) for kind in table.schema.types] == ["string", "double", "double", "int64"]
    assert table.column("cycles").to_pylist() == [5, None]
    assert table.schema.field("mu0_Hc_T").metadata[b"unit"] == b"T"
    assert table.schema.metadata[b"smco_studio"] == b'{"seed": 3}'


def test_latex_table_is_escaped_with_units_in_the_head(tmp_path: Path):
    path = tmp_path / "runs.tex"
    rows = [{"name": "a_b & 50 %", "mu0_Hc_T": 4.1}, {"name": "γ", "mu0_Hc_T": None, "cycles": 5}]
    write_table(rows, path, COLUMNS)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:4] == [
        r"\begin{tabular}{lrrr}",
        r"\toprule",
        r"Design & $\mu_0 H_\mathrm{c}$ (T) & (BH)max (kJ/m$^3$) & Half-cycles \\",
    ]
    assert lines[5] == r"a\_b \& 50 \% & $4.10$ & -- & -- \\"
    assert lines[6] == r"γ & -- & -- & $5$ \\"
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]


def test_every_special_letter_of_latex_is_escaped():
    assert escape_latex("\\{}$&#_%~^") == (
        r"\textbackslash{}\{\}\$\&\#\_\%\textasciitilde{}\textasciicircum{}"
    )
