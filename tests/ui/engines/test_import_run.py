"""A finished run from elsewhere is shown before it is taken into the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.engines.import_run_dialog import ImportRunDialog
    from smcogui.ui.main_window import MainWindow

FIELDS = (1.0, 0.0, -1.0, -2.0, -3.0, -3.1, -3.2)
M = (0.99, 0.98, 0.97, 0.96, 0.95, -0.9, -0.901)


@pytest.fixture
def mumax3_folder(tmp_path: Path) -> Path:
    """Return the folder of a MuMax3 run with the field along y."""
    folder = tmp_path / "elsewhere.out"
    folder.mkdir()
    head = "# t (s)\tmx ()\tmy ()\tmz ()\tB_extx (T)\tB_exty (T)\tB_extz (T)"
    rows = [f"0\t0\t{m}\t0\t0\t{field}\t0" for field, m in zip(FIELDS, M, strict=True)]
    (folder / "table.txt").write_text("\n".join([head, *rows]) + "\n")
    (folder / "log.txt").write_text("//mumax 3.9.3 [linux_amd64 go1.9 CUDA-10.1]\n")
    return folder


@pytest.fixture
def dialog(window: MainWindow) -> ImportRunDialog:
    """Return the open dialog of a window whose design has the field along c, which is y."""
    for key, value in (("field.alpha_deg", 0.0), ("mesh.domain_nm", 16.0), ("mesh.cell_nm", 1.0)):
        window.editor.set_key(key, value)
    return window.engines.import_run()


def _found(dialog: ImportRunDialog) -> str:
    rows = dialog.rows
    items = [rows.itemAt(row, rows.ItemRole.FieldRole).widget() for row in range(rows.rowCount())]
    return "\n".join(item.text() for item in items)  # type: ignore[union-attr]


def test_run_is_shown_and_imported_as_imported(
    dialog: ImportRunDialog, window: MainWindow, mumax3_folder: Path, qtbot: QtBot
) -> None:
    assert not dialog.import_button.isEnabled()
    dialog.open_source(mumax3_folder)
    # Nothing beside it says what was simulated.
    qtbot.waitUntil(lambda: "nothing beside" in dialog.banner.text(), timeout=10_000)
    assert not dialog.import_button.isEnabled()
    dialog.designs.set_value("current")
    dialog.designs.activated.emit(1)
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=10_000)
    assert "MuMax3 3.9.3, marked as imported" in _found(dialog)
    assert "7 of 7 rows, from 1.00 T to −3.20 T" in _found(dialog)
    assert "no OVF files" in _found(dialog)
    assert "has the exchange rule mumax3_2014, which the design takes over" in dialog.banner.text()
    assert [curve.label for curve in dialog.plot.curves] == ["base, MuMax3 3.9.3, imported"]
    window.units.choose("kOe")
    assert "from 10.0 kOe to −32.0 kOe" in _found(dialog)
    dialog.name.setText("from elsewhere")
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        dialog.import_button.click()
    (run,) = window.session.runs()
    assert run.name == "from elsewhere"
    assert run.info.engine.label == "MuMax3 3.9.3, imported"
    assert run.design.solver.exchange_rule == "mumax3_2014"
    assert window.tabs.currentWidget() is window.simulation_tab
    assert window.simulation_tab.current_run == run.run_id
    qtbot.waitUntil(lambda: bool(window.simulation_tab.plot.curves), timeout=10_000)


def test_design_from_a_file_is_used(
    dialog: ImportRunDialog, window: MainWindow, mumax3_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.toml"
    window.session.save_design(window.document.design, path)
    dialog.open_source(mumax3_folder / "table.txt")
    dialog.use_design_file(path)
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=10_000)
    assert str(path) in dialog.designs.toolTip()
    # Another direction of the field does not fit the table.
    window.editor.set_key("field.alpha_deg", 45.0)
    dialog.designs.set_value("current")
    dialog.designs.activated.emit(1)
    qtbot.waitUntil(lambda: "off the design's direction" in dialog.banner.text(), timeout=10_000)
    assert not dialog.import_button.isEnabled()
    dialog.reject()
    assert window.session.runs() == []


def test_what_is_no_run_is_explained(dialog: ImportRunDialog, tmp_path: Path, qtbot: QtBot) -> None:
    dialog.open_source(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: "holds no tables of runs" in dialog.banner.text(), timeout=10_000)
    assert not dialog.import_button.isEnabled()
    dialog.reject()
