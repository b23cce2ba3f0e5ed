"""Figures of datasets in the window: drawn, refused in words, linked by what is selected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from smcogui.ui.figures.figures_side import FiguresSide
from smcogui.ui.main_window import MainWindow

WAIT_MS = 60_000


@pytest.fixture
def shown(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> MainWindow:
    """Return a window whose page shows two figures of the shipped dataset."""
    window = make_window(project=project_with_run)
    window.resize(1366, 768)
    side = window.figures
    qtbot.waitUntil(lambda: bool(window.analysis_tab.table.runs))
    side.show_figure("boxplots", 0)
    side.show_figure("dataset-trials", 1)
    window.actions_by_id["figures.show"].trigger()
    wait(side, qtbot)
    side.page.source.set_value("shipped")
    wait(side, qtbot)
    return window


def wait(side: FiguresSide, qtbot: QtBot) -> None:
    """Wait until the designs are read and every figure is drawn or refused."""
    qtbot.waitUntil(lambda: not side.is_busy and bool(side.page.about.text()), timeout=WAIT_MS)


def test_figures_are_drawn_refused_and_linked(shown: MainWindow, qtbot: QtBot) -> None:
    side, window = shown.figures, shown
    first = side.page.views[0]
    assert first.canvas.figure is not None, first.canvas.words
    assert "Simulated · " in first.footer.text()
    assert "designs of" in first.footer.text()
    assert first.choose.text() == "Fig. 2b: Hc and Φp by angle"

    # Options come from the gallery, and draw again.
    before = first.canvas.figure
    z_phase = first.form.fields["z-phase"]
    assert isinstance(z_phase, QComboBox)
    z_phase.setCurrentIndex(1)
    qtbot.waitUntil(lambda: first.canvas.figure is not before, timeout=WAIT_MS)
    wait(side, qtbot)
    assert len(first.canvas.figure.ids) < len(side.page.table.listed_ids())

    # A rectangle over the figure selects designs in it, in the table and in the other figure.
    canvas, size = first.canvas, first.canvas.size()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=QPoint(5, 5))
    QTest.mouseMove(canvas, QPoint(size.width() // 2, size.height() // 2))
    QTest.mouseRelease(canvas, left, pos=QPoint(size.width() // 2, size.height() // 2))
    ids = side.selection.ids
    assert ids
    assert set(side.page.table.selected_ids()) == ids

    # One row of the table is a ring in the figure, and a click there selects it.
    name = canvas.figure.ids[int(canvas.figure.rows[0])]
    side.page.table.select([name])
    assert side.selection.ids == {name}
    place = canvas.place_of(name)
    assert place is not None
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not side.selection.ids
    QTest.mouseClick(canvas, left, pos=place.toPoint())
    assert len(side.selection.ids) == 1
    assert window.actions_by_id["figures.load_design"].isEnabled()
    assert "no run of this project" in window.actions_by_id.why_disabled("figures.open_run")

    # What has no run in the project is loaded as a design.
    undone = window.document.design
    window.actions_by_id["figures.load_design"].trigger()
    qtbot.waitUntil(lambda: window.document.design != undone, timeout=WAIT_MS)
    chosen = next(iter(side.selection.ids))
    assert window.document.design.name == f"run {chosen[:8]}"

    # Zooming wants a finer picture.
    width = canvas.figure.picture.width()
    canvas.zoom_by(3)
    qtbot.waitUntil(lambda: canvas.figure.picture.width() > width, timeout=WAIT_MS)

    # One run of the project is too few for figures, which is said in words.
    wait(side, qtbot)
    side.page.source.set_value("project")
    wait(side, qtbot)
    assert "cannot be drawn of these designs: all designs have about" in canvas.words
    run_id = window.analysis_tab.table.runs[0].run_id
    qtbot.waitUntil(lambda: side.page.table.listed_ids() == [run_id], timeout=WAIT_MS)
    side.page.table.select([run_id])
    assert window.analysis_tab.table.selected_ids() == [run_id]
    window.actions_by_id["figures.open_run"].trigger()
    assert window.tabs.currentWidget() is window.simulation_tab
    assert window.simulation_tab.current_run == run_id
    window.actions_by_id["figures.show"].trigger()

    # What takes too long is stopped; another figure is drawn by a new process.
    side.page.source.set_value("shipped")
    qtbot.waitUntil(lambda: side.process.is_at_work("figure 1"), timeout=WAIT_MS)
    side.process.stop("figure 1")
    assert "Drawing was stopped" in canvas.words
    side.show_figure("literature", 0)
    qtbot.waitUntil(lambda: canvas.figure is not None, timeout=WAIT_MS)

    # Where the width of last time is too narrow, the figure's own is offered.
    side.exports.open_dialog()
    dialog = side.exports.dialog
    qtbot.waitUntil(lambda: not dialog.paper.picture.isNull(), timeout=WAIT_MS)
    assert dialog.size_text.text().startswith("178 × 120 mm.")
    assert not dialog.problem()
    dialog.reject()
