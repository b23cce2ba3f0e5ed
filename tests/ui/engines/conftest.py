"""A machine with the stand-in for MuMax3 and a driver that lists a GPU, or without both."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from solver.mumax3.executable import VARIABLE
from solver.mumax3.gpu_queue import FOLDER_VARIABLE
from solver.mumax3.probe import identify

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "mumax3" / "stand_in"))
from install import install

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

RUN_MS = 90_000


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test GPU locks of its own, and a machine without MuMax3 and driver."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "locks"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr("solver.mumax3.executable.usual_folders", list)
    monkeypatch.delenv(VARIABLE, raising=False)
    identify.__globals__["_identify"].cache_clear()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that installs the stand-in, with its variables, and a driver."""

    def put(**variables: str) -> Path:
        driver = tmp_path / "driver" / "nvidia-smi"
        driver.parent.mkdir()
        driver.write_text("#!/bin/sh\necho '0, GPU-aa, A card, 535.1, 8000, 7000'\n")
        driver.chmod(0o755)
        monkeypatch.setenv("PATH", f"{driver.parent}:/usr/bin:/bin")
        path = install(tmp_path / "bin", STAND_IN_FLUSH_S="0.05", **variables)
        monkeypatch.setenv(VARIABLE, str(path))
        return path

    return put


@pytest.fixture
def ready(make_window: Callable[..., MainWindow], qtbot: QtBot) -> Callable[[], MainWindow]:
    """Return a function that opens a window with a small design, once MuMax3 was looked for."""

    def open_window() -> MainWindow:
        window = make_window()
        qtbot.waitUntil(lambda: window.engines.watch.state is not None, timeout=RUN_MS)
        for key, value in (
            ("nanostructure.L_nm", 30.0),
            ("nanostructure.d_nm", 16.0),
            ("nanostructure.wS_nm", 4.0),
            ("nanostructure.wZ_nm", 3.0),
            ("field.alpha_deg", 45.0),
            ("mesh.domain_nm", 24.0),
            ("mesh.cell_nm", 1.0),
            ("run.cycles", 1),
        ):
            window.editor.set_key(key, value)
        return window

    return open_window
