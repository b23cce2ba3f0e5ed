from dataclasses import replace

import pytest

import resources
from smcogui.design.canonical import NM, to_unit
from smcogui.design.design_file import design_to_toml, load_designs, parse_design_text
from smcogui.design.literature import (
    filled_lengths,
    literature_row,
    missing_lengths,
    sample_design,
    sample_facts,
    short_citation,
)
from smcogui.design.tables import literature_rows
from smcogui.errors import InputError

BASE = load_designs(resources.path("examples/base.toml"))[0]
COMPLETE = [row for row in literature_rows() if not missing_lengths(row)]


def test_rows_are_numbered_as_in_the_paper_and_have_an_author_and_a_year():
    assert [row.number for row in literature_rows()] == list(range(1, 35))
    assert short_citation(literature_row(2)) == "Maury 1993"
    with pytest.raises(InputError, match="it has 1 to 34"):
        literature_row(35)


@pytest.mark.parametrize("row", COMPLETE, ids=lambda row: str(row.number))
def test_every_complete_row_is_a_design_that_survives_its_file(row):
    design = sample_design(row, BASE)

    assert parse_design_text(design_to_toml(design), "x") == [design]
    assert to_unit(design.parameters.w_Z, NM) == row.wZ_nm
    assert (design.alpha, design.z_phase) == (BASE.alpha, BASE.z_phase)
    assert design.name == f"{short_citation(row)}, Suppl. Table 1 row {row.number}"


def test_gaps_are_filled_from_the_base_and_the_name_says_so():
    row = literature_row(9)
    assert missing_lengths(row) == ("L_nm", "wS_nm", "wZ_nm")

    design = sample_design(row, BASE)

    assert filled_lengths(row, BASE) == {"L_nm": 100, "wS_nm": 6, "wZ_nm": 4}
    assert to_unit(design.parameters.d, NM) == row.d_nm
    assert design.parameters.w_Z == BASE.parameters.w_Z
    assert design.name.endswith(f"with L, wS, wZ of {BASE.name}")
    assert sample_facts(row)["L_nm"] is None


def test_lengths_that_do_not_go_together_are_refused_with_the_row():
    thick = next(row for row in literature_rows() if row.wZ_nm == 28.8)
    thin = replace(BASE, parameters=replace(BASE.parameters, d=20e-9))
    with pytest.raises(InputError, match=r"row 31 .*Zhou 2021.*wZ_nm is 28\.8"):
        sample_design(thick, thin)
