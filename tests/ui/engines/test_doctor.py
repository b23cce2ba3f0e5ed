"""The doctor's list and the program named in the settings, with a stand-in and without."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from smcogui.app.check import Check
from smcogui.app.doctor import report_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")

WAIT_MS = 90_000


def _open(window: MainWindow, qtbot: QtBot) -> dict[str, Check]:
    window.actions_by_id["help.doctor"].trigger()
    doctor = window.engines.doctor
    assert doctor.isVisible()
    assert not doctor.again.isEnabled()
    qtbot.waitUntil(doctor.again.isEnabled, timeout=WAIT_MS)
    return {check.check: check for check in doctor.checks}


def test_what_is_missing_comes_first_with_its_remedy(window: MainWindow, qtbot: QtBot) -> None:
    checks = _open(window, qtbot)
    doctor = window.engines.doctor
    assert not checks["MuMax3"].ok
    assert "MuMax3 simulation" not in checks
    assert "Runs work here. Missing: " in doctor.summary.text()
    states = [doctor.table.item(row, 0) for row in range(doctor.table.rowCount())]
    words = [item.text() for item in states if item is not None]
    assert words == sorted(words, key=lambda each: each == "✔ ok")
    row = next(k for k, check in enumerate(doctor.checks) if check.check == "MuMax3")
    item = doctor.table.item(row, 2)
    assert item is not None
    assert "→ name the program of MuMax3" in item.text()
    # All of it is seen: five lines at least.
    lines = doctor.table.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: doctor.table.rowHeight(row) > 5 * lines, timeout=10_000)
    assert not doctor.simulate.isEnabled()
    assert "needs a MuMax3 that starts" in doctor.simulate.toolTip()
    doctor.copy.click()
    report = QGuiApplication.clipboard().text()
    assert "missing: MuMax3: there is no MuMax3" in report
    assert "ok: package numpy" in report


def test_simulation_is_done_on_demand(
    window: MainWindow,
    qtbot: QtBot,
    stand_in: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in()
    drawn = Check(check="OpenGL", ok=True, message="not tried in this test")
    monkeypatch.setattr("smcogui.app.doctor.check_opengl", lambda: drawn)
    checks = _open(window, qtbot)
    doctor = window.engines.doctor
    assert "GPU 0 (A card), driver 535.1" in checks["NVIDIA GPU"].message
    assert "version 3.11.1, conservative exchange rule" in checks["MuMax3"].message
    doctor.simulate.click()
    assert not doctor.again.isEnabled()
    qtbot.waitUntil(doctor.again.isEnabled, timeout=WAIT_MS)
    simulation = next(each for each in doctor.checks if each.check == "MuMax3 simulation")
    assert simulation.ok, simulation.message
    assert "M/Ms = " in doctor.banner.text()


def test_report_has_no_names() -> None:
    words = f"ask {getpass.getuser()}"
    check = Check(check="settings", ok=False, message=str(Path.home() / "x"), remedy=words)
    text = report_text([check])
    assert str(Path.home()) not in text
    assert words not in text
    assert "missing: settings: " in text


def test_program_in_the_settings_is_checked_as_it_is_named(
    window: MainWindow, qtbot: QtBot, stand_in: Callable[..., Path], tmp_path: Path
) -> None:
    path = stand_in()
    window.actions_by_id["window.settings"].trigger()
    row = window.settings_dialog.rows["mumax3"]
    row.show_value(str(tmp_path / "nowhere" / "mumax3"))
    qtbot.waitUntil(lambda: "does not exist" in row.note.text(), timeout=WAIT_MS)
    assert row.note.property("banner") == "error"
    row.show_value(str(path))
    assert not row.note.text()
    qtbot.waitUntil(lambda: "version 3.11.1, conservative" in row.note.text(), timeout=WAIT_MS)
    assert row.note.property("banner") == "note"
    window.settings_dialog.apply()
    state = lambda: window.engines.watch.state  # noqa: E731
    qtbot.waitUntil(lambda: (found := state()) is not None and not found.why_not, timeout=WAIT_MS)
    window.settings_dialog.close()
