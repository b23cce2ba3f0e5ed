"""table.txt while it grows, and when it is none."""

from __future__ import annotations

import pytest

from solver.errors import Mumax3Error
from solver.mumax3.table import TableFollower, parse_header, value_of

HEADER = "# t (s)\tmx ()\tmy ()\tmz ()\tm_fullx (A/m)\tm_fully (A/m)\tm_fullz (A/m)\tB_exty (T)\n"
ROW = "0\t0.1\t0.9\t0\t1000\t987700\t0\t-0.5\n"


@pytest.fixture
def table(tmp_path):
    """Return the follower of a table that is not there yet."""
    return TableFollower(tmp_path / "table.txt")


def append(table, text):
    """Add text as MuMax3 flushes it: anywhere."""
    with table.path.open("a") as stream:
        stream.write(text)


def test_rows_come_once_and_half_a_line_waits(table):
    assert table.read() == []
    append(table, HEADER[:20])
    assert table.read() == []
    append(table, HEADER[20:] + ROW + ROW[:7])
    (row,) = table.read()
    assert value_of(row, "m_fully (A/m)") == 987700.0
    assert value_of(row, "B_exty (T)") == -0.5
    assert list(row)[:2] == ["t (s)", "mx ()"]
    assert table.read() == []
    append(table, ROW[7:])
    assert len(table.read()) == 1


def test_restarted_table_is_read_from_its_beginning(table):
    append(table, HEADER + ROW * 3)
    assert len(table.read()) == 3
    table.path.write_text("# t (s)\tmx ()\n1\t2\n")
    (row,) = table.read()
    assert row == {"t (s)": 1.0, "mx ()": 2.0}
    assert table.restarts == 1


def test_remarks_and_empty_lines_are_no_rows(table):
    append(table, HEADER + "# a remark of TablePrint\n\n" + ROW)
    assert len(table.read()) == 1


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("# t (s)\tmx ()\tE_total (J)\n", ["t (s)", "mx ()", "E_total (J)"]),
        ("# t(s) mx my mz\n", ["t (s)", "mx ()", "my ()", "mz ()"]),
        ("# t (s) mx () B_extx (T)\r\n", ["t (s)", "mx ()", "B_extx (T)"]),
    ],
)
def test_headers_of_old_and_new_versions(line, columns):
    assert parse_header(line) == columns


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ROW, "instead of a header"),
        (HEADER + "1\t2\n", "2 values under 8 columns"),
        (HEADER + ROW.replace("0.9", "zero"), "no numbers"),
        (HEADER.replace("mx ()", "m x y"), "'m x y'"),
        ("\x00\xff garbage\n", "instead of a header"),
        ("x" * 70_000, "more than 65536 characters"),
    ],
)
def test_what_is_no_table_is_refused_in_words(table, text, words):
    append(table, text)
    with pytest.raises(Mumax3Error, match="cannot be understood") as caught:
        table.read()
    assert words in str(caught.value)
    assert caught.value.kind == "garbage"


def test_nan_is_named_and_missing_columns_and_units_are_refused(table):
    append(table, HEADER + ROW.replace("987700", "NaN"))
    (row,) = table.read()
    with pytest.raises(Mumax3Error, match=r"m_fully \(A/m\) = nan") as caught:
        value_of(row, "m_fully (A/m)")
    assert caught.value.kind == "not_a_number"
    with pytest.raises(Mumax3Error, match=r"no column 'E_total \(J\)'"):
        value_of(row, "E_total (J)")
    with pytest.raises(Mumax3Error, match=r"no column 'B_exty \(A/m\)'; its columns are t \(s\)"):
        value_of(row, "B_exty (A/m)")


def test_rows_before_a_bad_one_are_kept(table):
    append(table, HEADER + ROW + ROW + "1\t2\n")
    assert len(table.read()) == 2
    for _ in range(2):
        with pytest.raises(Mumax3Error, match="2 values under 8 columns"):
            table.read()
