"""The file of an export is looked at before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcogui.app.export_target import examine_target
from smcogui.errors import InputError

FIGURES = (".pdf", ".svg")


def test_new_file_is_described_with_what_lies_beside_it(tmp_path: Path):
    target = examine_target(f"  {tmp_path / 'new' / 'a.svg'} ", FIGURES)
    assert target.path == tmp_path / "new" / "a.svg"
    assert target.makes_folder
    assert not target.replaces
    assert "which is made" in target.describe()
    assert "a.svg.json" in target.describe()
    assert "a.svg.methods.md" in target.describe()


def test_missing_suffix_is_the_first_and_an_old_file_is_replaced(tmp_path: Path):
    (tmp_path / "a.b.pdf").write_text("old")
    target = examine_target(str(tmp_path / "a.b.pdf"), FIGURES)
    assert target.describe().startswith("Replaces a.b.pdf")
    assert examine_target(str(tmp_path / "plain"), FIGURES).path.name == "plain.pdf"
    assert examine_target("~/x.PDF", FIGURES).path == Path.home() / "x.PDF"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("", "name"),
        ("a.pdf", "whole path"),
        ("{folder}/a.docx", r"\.pdf, \.svg"),
        ("{folder}/taken.pdf", "is a folder"),
        ("{folder}/file/inside/a.pdf", "is a file"),
        ("{folder}/" + 300 * "x" + ".pdf", "too long"),
    ],
)
def test_impossible_place_is_explained(tmp_path: Path, place: str, says: str):
    (tmp_path / "taken.pdf").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=says):
        examine_target(place.format(folder=tmp_path), FIGURES)


def test_read_only_place_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("smcogui.app.export_target.os.access", lambda *_: False)
    with pytest.raises(InputError, match="read-only"):
        examine_target(str(tmp_path / "a.pdf"), FIGURES)
