"""The table of runs, the overlay and the exports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


@pytest.fixture
def analysis(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> MainWindow:
    """Return a window whose only run is selected in the Analysis tab."""
    window = make_window(project=project_with_run)
    tab = window.analysis_tab
    window.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    tab.table.selectRow(0)
    qtbot.waitUntil(lambda: bool(tab.plot.curves), timeout=10_000)
    return window


def test_table_has_units_in_its_headers(analysis: MainWindow) -> None:
    model = analysis.analysis_tab.table.model()
    titles = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    assert "Hc (T)" in titles
    assert "(BH)max (kJ/m³)" in titles
    hc = titles.index("Hc (T)")
    in_tesla = float(model.index(0, hc).data())
    analysis.units.choose("kA/m")
    assert model.headerData(hc, Qt.Orientation.Horizontal) == "Hc (kA/m)"
    assert float(model.index(0, hc).data()) == pytest.approx(in_tesla * 795.77, rel=0.01)


def test_selection_overlays_curves(analysis: MainWindow) -> None:
    curves = analysis.analysis_tab.plot.curves
    assert [curve.legend for curve in curves] == ["tiny, simulated"]
    analysis.analysis_tab.table.clearSelection()
    assert analysis.analysis_tab.plot.curves == ()


@pytest.mark.parametrize("name", ["runs.csv", "runs.xlsx"])
def test_table_export_carries_provenance(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    analysis.analysis_tab.export_table(path)
    qtbot.waitUntil(lambda: "Wrote" in analysis.analysis_tab.banner.text(), timeout=20_000)
    assert path.stat().st_size > 100
    assert json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))


def test_curve_export_holds_field_and_flux_density(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = analysis.analysis_tab
    tab.table.select([tab.table.runs[0].run_id])
    tab.export_curves(tmp_path / "steps.csv")
    qtbot.waitUntil(lambda: "Wrote" in tab.banner.text(), timeout=20_000)
    header = (tmp_path / "steps.csv").read_text(encoding="utf-8").splitlines()[0]
    assert {"mu0_H_T", "mu0_H_int_T", "M_over_Ms", "J_T", "B_T"} <= set(header.split(","))


@pytest.mark.parametrize("name", ["curves.pdf", "curves.svg", "curves.png"])
def test_figure_export_carries_provenance(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    analysis.analysis_tab.export_figure(path)
    qtbot.waitUntil(lambda: "Wrote" in analysis.analysis_tab.banner.text(), timeout=30_000)
    assert path.stat().st_size > 1000
    assert json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))


def test_export_into_a_missing_folder_is_explained_or_made(
    analysis: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("x", encoding="utf-8")
    analysis.analysis_tab.export_table(blocked / "runs.csv")
    banner = analysis.analysis_tab.banner
    qtbot.waitUntil(lambda: banner.property("banner") == "error", timeout=20_000)
    assert "a file" in banner.text()
