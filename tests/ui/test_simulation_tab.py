"""From Start to Hc on the live plot, stop, resume, stored states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smcogui.runs.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

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
