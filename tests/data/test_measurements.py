"""Measured curves of a project: added, renamed, read anew, hidden, deleted; doubts of an import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.data.import_preview import preview_import
from smcogui.data.importers import ImportChoice, SampleShape, suggest_choice
from smcogui.data.library import Library
from smcogui.data.measurements import MEASURED_FOLDER, MeasurementStore, measurement_choice
from smcogui.data.text_table import TextTable, read_text_table
from smcogui.errors import InputError, RunFolderError


@pytest.fixture
def table(tmp_path: Path) -> TextTable:
    """Return a falling branch in T."""
    mu0_H = np.linspace(6, -6, 121)
    J = np.tanh(mu0_H + 3)
    path = tmp_path / "magnet.csv"
    rows = "".join(f"{h:.6f},{j:.6f}\n" for h, j in zip(mu0_H, J, strict=True))
    path.write_text("μ0H (T),J (T)\n" + rows, encoding="utf-8")
    return read_text_table(path)


@pytest.fixture
def choice(table: TextTable) -> ImportChoice:
    return replace(suggest_choice(table), field_unit="T", moment_unit="T")


@pytest.fixture
def store(tmp_path: Path, table: TextTable, choice: ImportChoice) -> MeasurementStore:
    """Return a store with one curve, "magnet"."""
    store = MeasurementStore(tmp_path / "project" / MEASURED_FOLDER)
    store.add(table, choice, "magnet")
    return store


def test_curve_is_hidden_and_stays_so_under_another_name(store: MeasurementStore):
    assert store.load("magnet").is_shown
    store.set_shown("magnet", False)
    store.set_shown("magnet", False)
    renamed = store.rename("magnet", "the best")
    assert (renamed.name, renamed.is_shown) == ("the best", False)
    assert [each.name for each in store.records()] == ["the best"]
    store.set_shown("the best", True)
    assert store.load("the best").is_shown
    with pytest.raises(InputError, match="nearest is 'the best'"):
        store.rename("the beast", "x")
    with pytest.raises(InputError, match="cannot be used"):
        store.rename("the best", "../x")


def test_name_that_is_taken_is_refused(
    store: MeasurementStore, table: TextTable, choice: ImportChoice
):
    store.add(table, choice, "second")
    with pytest.raises(InputError, match="already has"):
        store.rename("second", "magnet")
    assert store.rename("second", "second").name == "second"


def test_original_is_read_anew_with_another_correction(store: MeasurementStore):
    before = store.load("magnet")
    again = replace(measurement_choice(before.meta), shape=SampleShape(N=0.2))
    after = store.update("magnet", read_text_table(before.original), again)
    assert after.curve.N == 0.2
    assert after.source_file == before.source_file == "magnet.csv"
    assert after.created_s == before.created_s
    assert measurement_choice(after.meta) == again
    with pytest.raises(InputError, match="between 0 and 1"):
        store.update(
            "magnet", read_text_table(before.original), replace(again, shape=SampleShape(N=3))
        )
    assert store.load("magnet").curve.N == 0.2


def test_deleted_curve_is_put_back_from_the_trash(store: MeasurementStore, tmp_path: Path):
    library = Library(tmp_path / "project")
    entry = library.trash_measured("magnet")
    assert store.records() == []
    library.restore(entry.entry_id)
    assert [each.name for each in store.records()] == ["magnet"]
    library.trash_measured("magnet")
    assert library.empty_trash() == 1
    with pytest.raises(RunFolderError):
        library.trash_measured("magnet")


def test_preview_tells_loop_branches_and_curve(table: TextTable, choice: ImportChoice):
    preview = preview_import(table, choice, "x")
    assert preview.H.size == 121
    assert [branch.falling for branch in preview.branches] == [True]
    assert preview.branch == 0
    assert preview.curve is not None
    assert preview.doubts == ()
    wrong = preview_import(table, replace(choice, reverse_field=True, branch=0), "x")
    assert wrong.curve is None
    assert "not a demagnetising branch" in str(wrong.problem)
    assert wrong.H.size == 121
    mu0_H, reduced = preview.curve.plot_points(most=11)
    assert mu0_H.size == reduced.size == 11
    assert (mu0_H[0], mu0_H[-1]) == pytest.approx((6, -6))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"moment_unit": "kG"}, ()),
        ({"moment_unit": "mT"}, ("little for a magnet",)),
        ({"moment_unit": "emu/cm³"}, ("little for a magnet",)),
        ({"moment_unit": "A·m²/kg", "density": 8e6}, ("more than any magnet",)),
        ({"field_unit": "kA/m"}, ()),
        ({"shape": SampleShape(N=0.9)}, ()),
        ({"shape": SampleShape(N=1.0), "moment_unit": "A·m²/kg", "density": 1.8e6}, ("N is too",)),
    ],
)
def test_what_looks_wrong_is_doubted(
    table: TextTable, choice: ImportChoice, changes: dict[str, object], says: tuple[str, ...]
):
    preview = preview_import(table, replace(choice, **changes), "x")
    assert len(preview.doubts) == len(says), preview.doubts
    for doubt, expected in zip(preview.doubts, says, strict=True):
        assert expected in doubt
