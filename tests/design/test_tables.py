import pytest

from smcogui.design.composition import zr_atomic_percent
from smcogui.design.tables import literature_rows, load_unit_cell


def test_literature_has_34_rows_of_20_references():
    rows = literature_rows()
    assert len(rows) == 34
    assert {row.reference for row in rows} == set(range(1, 21))
    assert all(row.citation for row in rows)


def test_literature_compositions_add_up_to_100():
    for row in literature_rows():
        assert sum(row.composition.values()) == pytest.approx(100, abs=0.1001)  # row 2 has 100.1


@pytest.mark.parametrize(
    ("column", "count", "low", "high"),
    [
        ("L_nm", 22, 33.597, 184.790),
        ("d_nm", 21, 9.783, 72.284),
        ("wS_nm", 20, 2.662, 20.124),
        ("wZ_nm", 17, 1.065, 28.800),
    ],
)
def test_literature_lengths_have_the_papers_ranges(column, count, low, high):
    values = [getattr(row, column) for row in literature_rows()]
    known = [value for value in values if value is not None]
    assert (len(known), min(known), max(known)) == (count, low, high)


def test_literature_zirconium_range_and_complete_rows():
    rows = literature_rows()
    zirconium = [row.composition["Zr"] for row in rows]
    assert (min(zirconium), max(zirconium)) == (1.526, 4.337)
    complete = [r for r in rows if None not in (r.L_nm, r.d_nm, r.wS_nm, r.wZ_nm)]
    assert len(complete) == 11


def test_unit_cells_have_the_papers_atoms():
    atoms = [load_unit_cell(name).atoms for name in ("2:17", "1:5", "Z")]
    assert atoms == [19, 6, 12]
    volume = load_unit_cell("2:17").volume
    assert volume * 1e30 / 19 == pytest.approx(13.07, abs=0.005)


def test_zr_atomic_percent_regression_value():
    assert zr_atomic_percent(0.5, 0.32) == pytest.approx(5.1, abs=0.05)


def test_zr_atomic_percent_reaches_5_where_the_paper_has_it():
    assert zr_atomic_percent(0.5, 0.312) == pytest.approx(5.0, abs=0.02)
    assert zr_atomic_percent(0.0, 0.332) == pytest.approx(5.0, abs=0.02)


def test_zr_atomic_percent_without_z_is_zero():
    assert zr_atomic_percent(0.3, 0.0) == 0


def test_zr_atomic_percent_above_one_clamps_2_17():
    # Nothing but Z: 2 of 12 atoms.
    assert zr_atomic_percent(0.0, 1.0) == pytest.approx(100 / 6)
    assert zr_atomic_percent(0.7, 0.8) < 100 / 6
