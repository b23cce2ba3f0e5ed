"""Large libraries are loaded before they are needed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.ui.analysis_tab import analysis_side
from smcogui.ui.clusters import clusters_side

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

_FIRST_FIGURE = """
import sys
from smcogui.analysis.figure_style import render
from smcogui.ui.heavy_imports import load_figures
load_figures()
loaded = set(sys.modules)
assert "matplotlib.figure" in loaded
assert "matplotlib.pyplot" not in loaded
render(lambda figure: figure.subplots().set_title("title"), 85.0, 60.0, "png", 100)
print(*(name for name in set(sys.modules) - loaded if name.startswith("matplotlib")))
"""


def test_first_figure_loads_nothing_more_of_its_library(checkout: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", _FIRST_FIGURE],
        capture_output=True,
        text=True,
        check=False,
        cwd=checkout,
        timeout=120,
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout.split() == []


def test_figures_are_loaded_once_a_tab_with_their_export_was_seen(
    make_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    monkeypatch.setattr(analysis_side, "_IDLE_MS", 0)
    monkeypatch.setattr(analysis_side, "load_figures", lambda: loads.append("figures"))
    window = make_window()
    window.tabs.setCurrentWidget(window.simulation_tab)
    qtbot.wait(1)
    assert not window.bridge.is_busy("figure library")
    assert not loads
    window.tabs.setCurrentWidget(window.analysis_tab)
    qtbot.waitUntil(lambda: bool(loads))
    window.tabs.setCurrentWidget(window.series.tab)
    qtbot.waitUntil(lambda: not window.bridge.is_busy("figure library"))
    assert loads == ["figures"]


def test_clusters_are_loaded_outside_of_the_thread_of_the_window(
    make_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaders: list[threading.Thread] = []
    monkeypatch.setattr(
        clusters_side, "load_clusters", lambda: loaders.append(threading.current_thread())
    )
    make_window().clusters.refresh()
    qtbot.waitUntil(lambda: bool(loaders))
    assert threading.main_thread() not in loaders
