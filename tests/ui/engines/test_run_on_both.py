"""One design on the built-in solver and on MuMax3 (a stand-in): curves, differences, export."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.app.session import Session
from smcogui.ui.engines.backend_rows import BackendsPicture, verdict
from smcogui.ui.engines.backends_dialog import free_folder
from smcogui.ui.field_unit import field_unit
from smcogui.ui.library_dock.compare_dialog import CompareDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.engines.backends_dialog import BackendsDialog
    from smcogui.ui.main_window import MainWindow

RUN_MS = 90_000


def _texts(dialog: BackendsDialog) -> list[list[str]]:
    table = dialog.table
    items = [
        [table.item(row, column) for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    return [["" if item is None else item.text() for item in row] for row in items]


@pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")
def test_both_runs_are_laid_over_each_other_and_told_apart(
    ready: Callable[[], MainWindow], stand_in: Callable[..., Path], qtbot: QtBot, tmp_path: Path
) -> None:
    stand_in()
    window = ready()
    window.actions_by_id["run.both"].trigger()
    qtbot.waitUntil(lambda: bool(window.engines.comparisons), timeout=RUN_MS)
    (dialog,) = window.engines.comparisons
    assert not dialog.export_button.isEnabled()

    def is_compared() -> bool:
        return dialog.picture is not None and dialog.picture.comparison is not None

    qtbot.waitUntil(is_compared, timeout=RUN_MS)
    assert dialog.picture is not None
    builtin, mumax3 = dialog.picture.labels
    assert builtin.startswith("built-in ")
    assert mumax3 == "MuMax3 3.11.1"
    legends = [curve.legend for curve in dialog.plot.curves]
    assert legends == [f"base, {builtin}, simulated", f"base, {mumax3}, simulated"]
    titles = [
        dialog.table.model().headerData(column, dialog.table.horizontalHeader().orientation())
        for column in range(dialog.table.columnCount())
    ]
    assert titles[1:3] == [builtin, mumax3]
    rows = {row[0]: row for row in _texts(dialog)}
    assert rows["State"][1:3] == ["done", "done"]
    result = dialog.picture.records[1].result
    assert result is not None
    assert rows["Hc, simulated"][2] == f"{result['mu0_Hc_T']:.2f} T"
    assert rows["Hc, simulated"][4:] == ["0.05 T", "✔ within resolution"]
    assert "agree within the field resolution in Hc" in dialog.banner.text()
    window.units.choose("kOe")
    assert _texts(dialog)[1][4] == "0.5 kOe"
    # What `compare` leaves, with its provenance.
    folder = free_folder(tmp_path, dialog.picture.file_name)
    dialog.export(folder)
    qtbot.waitUntil(lambda: "Wrote" in dialog.banner.text(), timeout=RUN_MS)
    names = {"compare.pdf", "compare.png", "compare.csv", "curves.csv"}
    assert names <= {path.name for path in folder.iterdir()}
    assert all((folder / f"{name}.json").is_file() for name in names)
    with (folder / "compare.csv").open(encoding="utf-8", newline="") as stream:
        table = {row["quantity"]: row for row in csv.DictReader(stream)}
    assert float(table["mu0_Hc_T"][mumax3]) == result["mu0_Hc_T"]
    assert free_folder(tmp_path, "base-compared").name == "base-compared-2"
    # Tables and the Analysis tab tell the runs apart too.
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 2)
    window.analysis_tab.table.selectAll()
    qtbot.waitUntil(lambda: len(window.analysis_tab.plot.curves) == 2, timeout=RUN_MS)
    assert {curve.label for curve in window.analysis_tab.plot.curves} == {
        f"base, {builtin}",
        f"base, {mumax3}",
    }
    # Pressed again, the same is there at once; another project has other runs.
    window.actions_by_id["run.both"].trigger()
    qtbot.waitUntil(lambda: len(window.engines.comparisons) == 2, timeout=RUN_MS)
    again = window.engines.comparisons[1]
    qtbot.waitUntil(lambda: "agree within" in again.banner.text(), timeout=RUN_MS)
    window.projects.commands.open_project(tmp_path / "another")
    qtbot.waitUntil(lambda: window.engines.comparisons == [], timeout=RUN_MS)


def test_verdict_names_what_differs_by_more_than_the_field_step(project_with_run: Path) -> None:
    session = Session(project_with_run)
    (record,) = session.runs()
    other = replace(record, info=replace(record.info, solver="mumax3", solver_version="3.11.1"))
    rows = (("mu0_Hc_T", 0.25, False), ("mu0_Hp_T", -0.05, True))
    comparison = {
        "differences": [
            {
                "quantity": key,
                "difference_T": difference,
                "field_resolution_T": 0.05,
                "within_field_step": within,
            }
            for key, difference, within in rows
        ]
        + [{"quantity": "Phi_p", "difference": None, "resolution": None, "within_field_step": None}]
    }
    picture = BackendsPicture(
        records=(record, other), curves=[], readings=({}, {}), comparison=comparison
    )
    level, words = verdict(picture, field_unit("T"))
    assert level == "warning"
    assert "agree within the field resolution in Hp." in words
    assert "Hc differs by +0.25 T, more than the resolution of 0.05 T." in words
    assert "Φp cannot be compared" in words


def test_runs_of_different_exchange_rules_are_compared_with_a_warning(
    window: MainWindow, tiny: Design, qtbot: QtBot
) -> None:
    session = window.session
    rules = ("conservative", "mumax3_2014")
    once = replace(tiny, run=replace(tiny.run, cycles=1))
    handles = [
        session.start_run(replace(once, solver=replace(once.solver, exchange_rule=rule)))
        for rule in rules
    ]
    for handle in handles:
        handle.wait(timeout_s=60)
    ids = [handle.run_id for handle in handles]
    dialog = CompareDialog(session, window.bridge, window.units, window.files, ids, window)
    dialog.show()
    qtbot.waitUntil(lambda: "different exchange rules" in dialog.banner.text(), timeout=RUN_MS)
    assert all(rule in dialog.banner.text() for rule in rules)
    dialog.close()
    window.refresh_runs()
    tab = window.analysis_tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 2)
    tab.table.selectAll()
    assert "different exchange rules" in tab.banner.text()
    tab.table.select(ids[:1])
    assert not tab.banner.text()
