"""The paper's Table 1: its designs and ours, in both presets, with errors that hide nothing."""

from __future__ import annotations

import pytest

from smcogui.app.paper_table import PAPER, SEARCH, TABLE_1, answers, design_of, errors_of
from smcogui.app.surrogate_choice import choose_surrogate


def test_each_query_has_the_design_of_the_paper_and_of_the_search() -> None:
    found = answers(choose_surrogate("shipped"))

    assert [each.source for each in found] == [PAPER, SEARCH] * 3
    assert found[0].geometry == (10.5512, 34.4364, 7.2424, 4.2517)
    for each in found:
        assert each.predicted["trust"] in {"interpolating", "sparse", "extrapolating"}
        assert set(each.promised) == {"mu0_Hc_T", "Phi_p"}
    # Asked for the highest Hc of all, a search ends where few designs are.
    assert found[1].predicted["trust"] == "sparse"


def test_presets_differ_in_what_the_paper_leaves_open() -> None:
    paper = next(each for each in answers(choose_surrogate("shipped")) if each.source == PAPER)

    layers = [
        design_of(paper, preset, "row 1", 1).grain_boundary.thickness * 1e9
        for preset in ("physical", "paper")
    ]

    assert layers == pytest.approx([2.0, 1.0])


def test_errors_are_the_papers_and_apart() -> None:
    query = TABLE_1[0]

    errors = errors_of(query.wanted, query.promised)

    assert errors["joint"] == pytest.approx(0.000874, abs=2e-6)  # the paper prints 0.0879 %
    assert errors["Hc_relative"] == pytest.approx(0.000857, abs=2e-6)
    assert errors["Phi_p_absolute"] == pytest.approx(0.0012)
    nothing = errors_of(query.wanted, {"mu0_Hc_T": None, "Phi_p": None})
    assert set(nothing.values()) == {None}
