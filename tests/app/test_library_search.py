"""Words, tags and comparisons find designs and runs, and what is mistyped is explained."""

from __future__ import annotations

import pytest

from smcogui.app.library_search import NAMES, Searchable, of_design, parse_query
from smcogui.app.session import Session
from smcogui.errors import InputError

ITEM = Searchable(
    words="Fig. 2a, big cells DFT physical DONE",
    tags=("good", "for the paper"),
    numbers={"L": 100.0, "d": 25.0, "Hc": 4.05, "phiS": 0.06, "alpha": 45.0, "BHmax": 80.0},
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "big",
        "BIG dft",
        "paper",
        "tag:good",
        "tag:paper cells",
        "L>90",
        "L > 90 nm Hc>4",
        "l>=100 d<=25",
        "Hc>4T",
        "Hc > 3200 kA/m",
        "Hc>40 kOe big",
        "Hc=4,05",
        "hc=4.0501",
        "phi_S<0.1",
        "φS<10%",
        "α=45° big",
        "μ0Hc>4",
        "L!=90 L≠90",
        "BHmax>9 MGOe",
        "L>0.09µm",
    ],
)
def test_query_finds(text: str) -> None:
    assert parse_query(text).matches(ITEM)


@pytest.mark.parametrize(
    "text", ["small", "tag:big", "L>100", "Hc<4 L>90", "L>90 small", "Hp>0", "Hc>4000 kA/m"]
)
def test_query_does_not_find(text: str) -> None:
    assert not parse_query(text).matches(ITEM)


def test_number_without_unit_is_in_the_unit_in_use() -> None:
    assert parse_query("Hc>3200", field_unit="kA/m").matches(ITEM)
    assert not parse_query("Hc>3200", field_unit="T").matches(ITEM)
    assert parse_query("BHmax>9", energy_unit="MGOe").matches(ITEM)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hcc>4", "did you mean Hc"),
        ("L>abc", "no number"),
        ("L>5 T", "unit of field"),
        ("L>", "'L>' is no comparison yet"),
        ("foo>3", r"compared\. There are: L, d"),
        ("BHmax>3 T", "allowed is an energy density in"),
        (">4", "no comparison yet"),
    ],
)
def test_mistyped_query_is_explained(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_query(text)


def test_shipped_designs_are_found_by_their_numbers(tmp_path) -> None:
    entries = Session(tmp_path / "project").library.designs()
    query = parse_query("shipped alpha=45")
    found = [entry for entry in entries if query.matches(of_design(entry))]
    assert found
    assert len(found) < len(entries)
    known = {name for entry in entries for name in of_design(entry).numbers}
    assert known <= set(NAMES)
