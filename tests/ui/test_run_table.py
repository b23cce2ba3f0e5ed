"""The table of runs: names that several runs share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from smcogui.app.session import Session
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.run_columns import SHORT_COLUMNS
from smcogui.ui.widgets.run_table import RunTable

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.data.store import RunRecord


@pytest.fixture
def run(project_with_run: Path) -> RunRecord:
    """Return a finished run."""
    return Session(project_with_run).runs()[0]


def test_runs_of_one_name_tell_their_ids_as_in_legends(run: RunRecord, qtbot: QtBot) -> None:
    units = FieldUnitSwitch()
    table = RunTable(SHORT_COLUMNS, units, several=True)
    qtbot.addWidget(table)
    twin, other = replace(run, run_id="f00ba4" + run.run_id[6:]), replace(run, run_id="1", name="x")

    def names() -> list[str]:
        model = table.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    table.set_runs([run, other])
    assert names() == [run.name, "x"]
    table.set_runs([run, other, twin])
    assert names() == [f"{run.name} ({run.run_id[:6]})", "x", f"{run.name} (f00ba4)"]
    assert table.model().index(2, 0).data(Qt.ItemDataRole.UserRole) == run.name
    table.set_runs([twin, other])
    assert names() == [run.name, "x"]
