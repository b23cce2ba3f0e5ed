"""From Start to Hc on the live plot, stop, resume, stored states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from smcogui.app.session import Session
from smcogui.design.parameters import RunChoice
from smcogui.runs.events import LogLine
from smcogui.runs.state import RunState
from smcogui.ui.simulation_tab.live_run import LiveRun
from smcogui.ui.simulation_tab.run_texts import empty_text, trouble_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.runs.handle import RunHandle
    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.simulation_tab.tab import SimulationTab

_RUN_MS = 90_000


def _set_tiny(window: MainWindow, *, cycles: int = 2) -> None:
    editor = window.design_tab.editor
    for key, value in (
        ("nanostructure.L_nm", 50.0),
        ("nanostructure.d_nm", 20.0),
        ("field.alpha_deg", 45.0),
        ("mesh.domain_nm", 64.0),
        ("mesh.cell_nm", 1.0),
        ("run.cycles", cycles),
    ):
        editor.set_key(key, value)
    assert editor.message == ""


def _state(tab: SimulationTab) -> RunState | None:
    live = tab.live(tab.current_run or "")
    return None if live is None else live.state


def _wait_for_end(tab: SimulationTab, qtbot: QtBot) -> RunState | None:
    qtbot.waitUntil(lambda: not (_state(tab) or RunState.PENDING).is_active, timeout=_RUN_MS)
    return _state(tab)


def test_run_shows_curve_markers_and_states(window: MainWindow, qtbot: QtBot) -> None:
    tab = window.simulation_tab
    _set_tiny(window)
    window.actions_by_id["run.start"].trigger()
    assert window.tabs.currentWidget() is tab
    assert _wait_for_end(tab, qtbot) is RunState.DONE
    qtbot.waitUntil(lambda: len(tab.plot.markers) == 2, timeout=10_000)
    assert {marker.origin for marker in tab.plot.markers} == {"simulated"}
    hc = next(m for m in tab.plot.markers if m.name == "Hc")
    assert -12 < hc.mu0_H_T < 0
    thin = [curve for curve in tab.plot.curves if curve.is_thin]
    assert len(thin) == 2
    assert len(tab.plot.curves) == 3
    assert "100 %" in tab.panel.bar.format()
    qtbot.waitUntil(lambda: tab.states.state is not None, timeout=10_000)
    assert tab.states.state is not None
    assert tab.states.state.m.shape == (3, 1, 64, 64)
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 1, timeout=10_000)
    qtbot.waitUntil(lambda: window.analysis_tab.table.runs[0].result is not None, timeout=10_000)


def test_stop_keeps_steps_and_resume_ends_the_run(window: MainWindow, qtbot: QtBot) -> None:
    tab = window.simulation_tab
    _set_tiny(window, cycles=6)
    tab.start()
    qtbot.waitUntil(
        lambda: bool((live := tab.live(tab.current_run or "")) and live.steps), timeout=_RUN_MS
    )
    tab.cancel()
    qtbot.waitUntil(lambda: _state(tab) is RunState.CANCELLED, timeout=20_000)
    live = tab.live(tab.current_run or "")
    assert live is not None
    assert live.steps
    live.handle.wait(timeout_s=20)
    qtbot.waitUntil(lambda: window.actions_by_id["run.resume"].isEnabled(), timeout=10_000)
    tab.resume()
    assert _wait_for_end(tab, qtbot) is RunState.DONE


def test_failed_start_is_explained(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise OSError("no space left on the disk")

    monkeypatch.setattr(window.session, "start_run", refuse)
    window.simulation_tab.start()
    qtbot.waitUntil(lambda: not window.simulation_tab.banner.isHidden())
    assert "no space left" in window.simulation_tab.banner.text()
    assert window.actions_by_id["run.start"].isEnabled()


def test_earlier_run_can_be_looked_into(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> None:
    window = make_window(project=project_with_run)
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    tab.select_run(tab.table.runs[0].run_id)
    qtbot.waitUntil(lambda: tab.states.state is not None, timeout=10_000)
    qtbot.waitUntil(lambda: len(tab.plot.markers) == 2, timeout=10_000)
    tab.states.pick(0)
    assert "tiny" in tab.panel._title.text()


def test_curves_of_a_run_are_drawn_while_the_design_is_edited(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> None:
    window = make_window(project=project_with_run)
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    run_id = tab.table.runs[0].run_id
    tab.select_run(run_id)
    qtbot.waitUntil(lambda: bool(tab.plot.markers), timeout=10_000)
    with qtbot.waitSignal(tab.runs.drawn, timeout=10_000):
        window.design_tab._ask_full()
        tab.runs.ask_picture(run_id)
        window.design_tab._ask_full()


@pytest.fixture
def looked(
    make_window: Callable[..., MainWindow], qtbot: QtBot, project_with_run: Path
) -> MainWindow:
    """Return a window that shows a finished run in the Simulation tab."""
    window = make_window(project=project_with_run)
    tab = window.simulation_tab
    window.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: len(tab.table.runs) == 1)
    tab.select_run(tab.table.runs[0].run_id)
    qtbot.waitUntil(lambda: len(tab.plot.markers) == 2 and tab.plot.canvas is not None)
    return window


def test_jumps_are_listed_and_bring_the_crosshair(looked: MainWindow, qtbot: QtBot) -> None:
    tab = looked.simulation_tab
    assert tab.jumps.jumps
    last = tab.jumps.jumps[-1]
    tab.jumps.table.select([f"{last.cycle}:{last.step}"])
    point = tab.plot.point
    assert point is not None
    assert (point.curve, point.step) == (f"Half-cycle {last.cycle + 1}, simulated", last.step)
    assert point.mu0_H_T == pytest.approx(last.mu0_H_T)
    # Without the half-cycles the mean is shown at that field.
    looked.actions_by_id["plot.half_cycles"].trigger()
    first = tab.jumps.jumps[0]
    tab.jumps.table.select([f"{first.cycle}:{first.step}"])
    assert tab.plot.point is not None
    assert tab.plot.point.curve == "Mean, simulated"
    assert tab.plot.point.mu0_H_T == pytest.approx(first.mu0_H_T)


def test_jumps_listed_anew_leave_the_crosshair(looked: MainWindow) -> None:
    tab = looked.simulation_tab
    jump = tab.jumps.jumps[0]
    tab.jumps.table.select([f"{jump.cycle}:{jump.step}"])
    tab.plot.step_along(1)
    moved = tab.plot.point
    looked.units.choose("kA/m")
    assert tab.plot.point == moved
    assert "kA/m" in str(tab.jumps.table.model().index(0, 0).data())


def test_analytic_lines_are_off_until_chosen_and_remembered(
    looked: MainWindow, qtbot: QtBot
) -> None:
    tab, actions = looked.simulation_tab, looked.actions_by_id
    assert all(mark.origin == "simulated" for mark in tab.plot.markers)
    for name in ("anisotropy", "pinning", "rotation"):
        assert not actions[f"analytic.{name}"].isChecked()
        actions[f"analytic.{name}"].trigger()
    assert {mark.origin for mark in tab.plot.markers} == {"simulated", "analytic"}
    assert tab.plot.curves[-1].legend == "Stoner–Wohlfarth 2:17, analytic"
    settings = looked.session.settings_file.settings
    assert settings.plot_anisotropy
    assert settings.plot_pinning
    assert settings.plot_rotation
    qtbot.waitUntil(lambda: looked.session.settings_file.is_written)
    assert "plot_rotation = true" in looked.session.settings_file.path.read_text()


def test_readings_are_explained_beside_them(looked: MainWindow) -> None:
    tab = looked.simulation_tab
    looked.actions_by_id["help.readings"].trigger()
    assert tab.readings_info.isVisible()
    assert "Hp (jump)" in tab.readings_info.text()
    looked.units.choose("kOe")
    assert "kOe" in tab.readings_info.text()
    tab.readings_info.close()


def test_warnings_of_a_run_are_said_and_its_log_is_named(looked: MainWindow, qtbot: QtBot) -> None:
    tab = looked.simulation_tab
    run_id = tab.current_run
    assert run_id is not None
    line = LogLine(level="warning", message="the field was halved twice")
    looked.bridge.run_news.emit(run_id, (line, LogLine(level="info", message="going on")))
    assert "the field was halved twice" in tab.banner.text()
    assert "Jobs and log (Ctrl+J)" in tab.banner.text()


def test_steps_of_ended_runs_are_forgotten_when_another_is_shown(looked: MainWindow) -> None:
    tab = looked.simulation_tab
    run_id = tab.current_run
    assert run_id is not None
    assert tab.live(run_id) is not None
    tab.runs.keep_only("another")
    assert tab.live(run_id) is None


def test_run_refuses_what_is_impossible_and_runs_nothing_else(window: MainWindow) -> None:
    tab = window.simulation_tab
    window.editor.set_key("nanostructure.d_nm", 3.0)
    window.actions_by_id["run.start"].trigger()
    assert not tab.runs.is_starting
    assert "Z platelet wZ is 4 nm; allowed is above 0 and at most d = 3 nm" in tab.banner.text()
    assert "Undo (Ctrl+Z)" in tab.banner.text()
    window.actions_by_id["edit.undo"].trigger()
    assert tab.banner.isHidden()
    assert window.session.runs() == []


def test_field_outside_the_sweep_is_refused_in_the_unit_in_use(
    window: MainWindow, qtbot: QtBot
) -> None:
    tab = window.simulation_tab
    window.units.choose("kA/m")
    tab.panel.stored_fields.setText("-20 T")
    tab.start()
    qtbot.waitUntil(lambda: not tab.banner.isHidden())
    assert "stored at −15915.5 kA/m; the sweep goes from 795.775 to −9549.3" in tab.banner.text()


def test_place_of_the_curve_says_what_is_awaited() -> None:
    def words(live: LiveRun | None, *, is_chosen: bool = True, has_runs: bool = True) -> str:
        return empty_text(live, is_chosen=is_chosen, has_runs=has_runs)

    handle = cast("RunHandle", None)
    assert "choose a run in the list" in words(None, is_chosen=False)
    assert "choose a run" not in words(None, is_chosen=False, has_runs=False)
    assert words(None) == "Reading the run…"
    running = words(LiveRun(handle=handle, state=RunState.RUNNING))
    assert "first point is on its way" in running
    assert "Press Run" not in running
    assert "ended before its first point" in words(LiveRun(handle=handle, state=RunState.FAILED))


def test_empty_place_turns_to_the_run_and_its_table_says_what_fills_it(looked: MainWindow) -> None:
    tab = looked.simulation_tab
    before = tab.table.grab().toImage()
    tab.leave_project()
    assert "Press Run (F5)" in tab.plot._empty.text()
    empty = tab.table.grab().toImage()
    tab.table.explain_empty("")
    assert empty != tab.table.grab().toImage(), "a sentence stood there"
    assert empty != before


def test_design_that_was_computed_already_says_so(window: MainWindow, qtbot: QtBot) -> None:
    tab = window.simulation_tab
    _set_tiny(window, cycles=1)
    tab.start()
    assert _wait_for_end(tab, qtbot) is RunState.DONE
    assert "computed already" not in tab.banner.text()
    live = tab.live(tab.current_run or "")
    assert live is not None
    live.handle.wait(20)
    tab.start()
    qtbot.waitUntil(lambda: "computed already" in tab.banner.text(), timeout=10_000)
    assert tab.banner.is_passing
    assert len(window.session.runs()) == 1


def test_run_found_at_work_is_shown_when_the_project_is_opened(
    make_window: Callable[..., MainWindow], qtbot: QtBot, tiny: Design, tmp_path: Path
) -> None:
    session = Session(tmp_path / "kept running")
    slow = replace(tiny, field=replace(tiny.field, largest_step_T=0.05), run=RunChoice(cycles=9))
    handle = session.start_run(slow)
    window = make_window(project=session.project)
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: tab.current_run == handle.run_id, timeout=10_000)
    qtbot.waitUntil(lambda: window.actions_by_id["run.cancel"].isEnabled(), timeout=10_000)
    handle.cancel()
    handle.wait(60)


def test_stored_fields_say_that_they_shift_the_steps(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.simulation_tab.panel
    qtbot.keyClicks(panel.stored_fields, "-2")
    assert "may move by about the smallest field step" in panel._state.text()
    assert "may move by about the smallest field step" in panel.stored_fields.toolTip()


def test_warnings_before_the_last_are_counted_in_a_sentence() -> None:
    live = LiveRun(handle=cast("RunHandle", None))
    live.take(LogLine(level="warning", message=f"step {k} was halved") for k in range(3))
    assert trouble_text(live).startswith("step 2 was halved. 2 earlier warnings before it. The ")
