"""From a number of the design to "Hc against" it: planned, run, stopped, reopened, exported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from structure_checks import problems

from smcogui.app.jobs import JobState
from smcogui.runs.state import RunState
from smcogui.ui.series.default_values import default_values
from smcogui.ui.series.value_rows import split_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.series.series_dialog import SeriesDialog
    from smcogui.ui.series.series_plot import SeriesPlot

WAIT_MS = 20_000
RUN_MS = 120_000
L, WZ = "nanostructure.L_nm", "nanostructure.wZ_nm"


@pytest.fixture
def tiny_window(window: MainWindow, tiny: Design, qtbot: QtBot) -> MainWindow:
    """Return a window with a design of one half-cycle that runs in about a second."""
    window.document.apply(replace(tiny, run=replace(tiny.run, cycles=1)), "a tiny design")
    return window


def planned(window: MainWindow, key: str, values: str, qtbot: QtBot) -> SeriesDialog:
    """Open the dialog on a list of values and wait for its plan."""
    dialog = window.series.open_dialog(key)
    dialog.values.way.set_value("listed")
    dialog.values.listed.setText(values)
    wanted = [float(value) for value in values.split(";")]
    qtbot.waitUntil(
        lambda: dialog.plan is not None and [v.value for v in dialog.plan.values] == wanted,
        timeout=WAIT_MS,
    )
    return dialog


def test_number_offers_its_series_by_mouse_and_key(tiny_window: MainWindow, qtbot: QtBot) -> None:
    window, menu = tiny_window, tiny_window.series.menu
    box = window.editor.number(WZ).box
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        shown = _open_menu(box, reason)
        assert [each.text() for each in shown.actions()][-1] == "&Hc against wZ…"
        shown.close()
    shown = _open_menu(window.editor.number(L).slider, QContextMenuEvent.Reason.Mouse)
    (action,) = shown.actions()
    action.trigger()
    shown.close()
    dialog = window.series.dialog
    assert dialog is not None
    assert dialog.key == L
    # The paper's samples, in round numbers.
    assert dialog.values.values() == [34.0, 64.0, 94.0, 124.0, 154.0, 184.0]
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=WAIT_MS)
    dialog.reject()
    assert window.series.dialog is None
    # The action takes the number that had the focus last.
    menu.focused = "field.alpha_deg"
    window.actions_by_id["series.new"].trigger()
    assert window.series.dialog.key == "field.alpha_deg"
    assert window.series.dialog.values.values() == [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0]
    window.series.dialog.reject()


def test_impossible_values_are_named_and_left_out(tiny_window: MainWindow, qtbot: QtBot) -> None:
    dialog = planned(tiny_window, WZ, "2; 4; 30", qtbot)
    assert "1 value is not possible" in dialog.banner.text()
    assert "wZ = 30 nm" in dialog.banner.text()
    assert [each.is_possible for each in dialog.plan.values] == [True, True, False]
    assert dialog.run_button.text() == "&Run 2 values"
    assert "2 runs, about" in dialog.cost.text()
    assert not problems(dialog), "\n".join(problems(dialog))
    for text, says in (
        ("2; x", "cannot be read"),
        ("2 T", "unit of field"),
        ("", "0 values"),
        ("2,3,4", "by semicolons"),
    ):
        dialog.values.listed.setText(text)
        qtbot.waitUntil(lambda says=says: says in dialog.banner.text(), timeout=WAIT_MS)
        assert not dialog.run_button.isEnabled()
        # No number of runs that belongs to another list.
        assert dialog.run_button.text() == "&Run"
    # Another number has another unit and another range.
    dialog.parameter.set_value("grain_boundary.thickness_nm")
    dialog.values.way.set_value("spaced")
    assert dialog.values.first.text_of(1.0) == "1 nm"
    qtbot.waitUntil(lambda: dialog.run_button.isEnabled(), timeout=WAIT_MS)
    dialog.reject()
    assert tiny_window.session.series.records() == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("60; 90,5;120", ["60", " 90,5", "120"]),
        ("60, 90, 120", ["60", "90", "120"]),
        ("60 90  120", ["60", "90", "120"]),
        ("-1,5 −.5 T 2 kA/m", ["-1,5", "−.5 T", "2 kA/m"]),
        ("60,5", ["60,5"]),
        ("", []),
    ],
)
def test_list_is_read_as_people_write_it(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_change_of_the_domain_within_a_series_is_told(
    tiny_window: MainWindow, qtbot: QtBot
) -> None:
    window = tiny_window
    design = window.document.design
    window.document.apply(replace(design, mesh=replace(design.mesh, domain=None)), "Test")
    dialog = planned(window, L, "100; 120; 140; 180", qtbot)
    assert "128 nm up to L = 120 nm, 192 nm from L = 140 nm on" in dialog.banner.text()
    assert "domain 192 nm" in str(dialog.table.model().index(3, 1).data())
    dialog.values.listed.setText("140 180")
    qtbot.waitUntil(lambda: "Run 2" in dialog.run_button.text(), timeout=WAIT_MS)
    assert dialog.banner.isHidden()
    dialog.reject()


def test_every_number_has_values_to_begin_with(tiny: Design) -> None:
    for key in ("nanostructure.d_nm", "run.cycles", "run.seed", "mesh.cell_nm", "field.stop_T"):
        first, last, count = default_values(tiny, key)
        assert first < last
        assert 2 <= count <= 10
    assert default_values(tiny, "field.stop_T") == (-18.0, -6.0, 6)


def test_series_is_run_plotted_reopened_and_exported(
    tiny_window: MainWindow,
    make_window: Callable[..., MainWindow],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    window, tab = tiny_window, tiny_window.series.tab
    dialog = planned(window, L, "40; 50", qtbot)
    dialog.accept()
    qtbot.waitUntil(lambda: window.series.dialog is None, timeout=WAIT_MS)
    assert window.tabs.currentWidget() is tab
    qtbot.waitUntil(lambda: window.actions_by_id["series.stop"].isEnabled(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(tab.plot.values("Hc")) == 2, timeout=RUN_MS)
    (job,) = [job for job in window.jobs.jobs if job.kind == "Series"]
    qtbot.waitUntil(lambda: window.jobs.job(job.job_id).state is JobState.DONE, timeout=RUN_MS)
    results = {run.design.parameters.L: run.result for run in window.session.runs()}
    assert sorted(results) == pytest.approx([40e-9, 50e-9])
    Hc = [results[value]["mu0_Hc_T"] for value in sorted(results)]
    assert tab.plot.values("Hc") == [(40.0, pytest.approx(Hc[0])), (50.0, pytest.approx(Hc[1]))]
    assert tab.plot.names == ["Hc, simulated", "Hp, simulated", "Φp, simulated"]
    assert tab.plot.axes == ("μ₀H (T)", "Φp", "L (nm)")
    window.units.choose("kA/m")
    assert tab.plot.axes[0] == "H (kA/m)"
    assert tab.plot.values("Hc")[0][1] == pytest.approx(795.7747 * Hc[0], rel=1e-6)
    window.units.choose("T")
    # A click on a point selects its run everywhere.
    run_id = tab.points[1].run_id

    def is_chosen() -> bool:
        # A row that appears above moves the plot: whoever missed clicks again.
        _click_point(tab.plot, *tab.plot.values("Hc")[1], qtbot)
        return bool(tab.run_id == run_id)

    qtbot.waitUntil(is_chosen, timeout=WAIT_MS)
    assert window.simulation_tab.current_run == run_id
    window.actions_by_id["series.show"].trigger()
    assert window.tabs.currentWidget() is window.simulation_tab
    project = window.session.project
    window.close()
    # After a restart it is there, and is exported.
    again = make_window(project=project)
    again.resize(1366, 768)
    tab = again.series.tab
    again.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.plot.values("Hc")) == 2, timeout=WAIT_MS)
    assert tab.title.text() == "tiny over L: Hc against L, done, simulated"
    assert not again.actions_by_id["series.run"].isEnabled()
    assert not problems(again), "\n".join(problems(again))
    exports = again.series.exports
    for name, action in (("s.svg", "series.export_figure"), ("s.csv", "series.export_table")):
        again.actions_by_id[action].trigger()
        dialog = exports.figure_dialog if name == "s.svg" else exports.table_dialog
        assert dialog.about.text() == "tiny over L: Hc against L, 2 of 2 runs done."
        if name == "s.svg":
            dialog.form.width_row.set_length(178.0)
            qtbot.waitUntil(lambda d=dialog: "178 × 89 mm" in d.size_text.text(), timeout=WAIT_MS)
        assert not problems(dialog), "\n".join(problems(dialog))
        dialog.target.line.setText(str(tmp_path / name))
        dialog.export_button.click()
        qtbot.waitUntil(lambda d=dialog: not d.isVisible(), timeout=WAIT_MS)
        assert f"{name}.json" in tab.banner.text()
        facts = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert facts["series"]["key"] == L
        assert facts.get("figure", {"width_mm": 178})["width_mm"] == 178
    assert (tmp_path / "s.csv").read_text(encoding="utf-8").startswith("L_nm,mu0_Hc_T")
    assert "L (nm)" in (tmp_path / "s.svg").read_text(encoding="utf-8")
    again.actions_by_id["series.trash"].trigger()
    qtbot.waitUntil(lambda: tab.list.listed_ids() == [], timeout=WAIT_MS)
    assert len(again.session.runs()) == 2
    (entry,) = again.session.library.trash()
    again.session.library.restore(entry.entry_id)
    again.series.refresh()
    qtbot.waitUntil(lambda: tab.list.listed_ids() == ["tiny over L"], timeout=WAIT_MS)


def test_stopped_series_goes_on_where_it_stopped(tiny_window: MainWindow, qtbot: QtBot) -> None:
    window, tab = tiny_window, tiny_window.series.tab
    dialog = planned(window, "run.seed", "1; 2; 3", qtbot)
    dialog.accept()
    qtbot.waitUntil(lambda: any(point.state for point in tab.points), timeout=RUN_MS)
    window.actions_by_id["series.stop"].trigger()
    (job,) = [job for job in window.jobs.jobs if job.kind == "Series"]
    qtbot.waitUntil(lambda: window.jobs.job(job.job_id).state is JobState.STOPPED, timeout=RUN_MS)
    # Its runs are stopped too, and no further one begins.
    qtbot.waitUntil(
        lambda: not any(run.state.is_active for run in window.session.runs()), timeout=RUN_MS
    )
    assert len(window.session.runs()) < 3
    qtbot.waitUntil(lambda: window.actions_by_id["series.run"].isEnabled(), timeout=WAIT_MS)
    window.actions_by_id["series.run"].trigger()
    qtbot.waitUntil(lambda: len(tab.plot.values("Hc")) == 3, timeout=RUN_MS)
    assert {point.state for point in tab.points} == {RunState.DONE}


def test_series_of_another_project_is_not_shown(
    window: MainWindow, tiny: Design, qtbot: QtBot, tmp_path: Path
) -> None:
    window.session.series.create(tiny, L, [40.0, 50.0], "mine")
    window.series.refresh()
    tab = window.series.tab
    qtbot.waitUntil(lambda: tab.current is not None, timeout=WAIT_MS)
    assert window.actions_by_id["series.run"].isEnabled()
    assert not window.actions_by_id["series.export_table"].isEnabled()
    window.projects.commands.open_project(tmp_path / "other")
    qtbot.waitUntil(lambda: tab.current is None, timeout=WAIT_MS)
    assert tab.title.text() == "No series yet"
    assert window.actions_by_id.why_disabled("series.run") == "no series is selected"


def _click_point(plot: SeriesPlot, x: float, y: float, qtbot: QtBot) -> None:
    """Click with the mouse where a point of the upper plot is drawn."""
    view = plot._view
    # The axes take their new range with the next frame.
    view.grab()
    place = view.mapFromScene(plot._upper.vb.mapViewToScene(QPointF(x, y)))
    qtbot.mouseMove(view.viewport(), place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _open_menu(widget: QWidget, reason: QContextMenuEvent.Reason) -> QMenu:
    place = QPoint(4, 4)
    event = QContextMenuEvent(reason, place, widget.mapToGlobal(place), Qt.KeyboardModifier(0))
    QApplication.sendEvent(widget, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_series_of_an_impossible_draft_is_refused_until_it_is_put_right(
    tiny_window: MainWindow,
) -> None:
    window = tiny_window
    window.editor.set_key(WZ, 500.0)
    window.actions_by_id["series.new"].trigger()
    assert window.series.dialog is None
    assert "Z platelet wZ is 500 nm" in window.projects.notes.text
    window.actions_by_id["edit.undo"].trigger()
    assert window.projects.notes.text == ""
