"""The choice of the solver, with MuMax3 (a stand-in) and without it, and how its runs fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smcogui.runs.state import RunState
from smcogui.ui.run_columns import ALL_COLUMNS, LIBRARY_COLUMNS, SHORT_COLUMNS

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")

RUN_MS = 90_000


def test_without_mumax3_it_cannot_be_chosen_and_the_reason_is_said(
    ready: Callable[[], MainWindow],
) -> None:
    window = ready()
    actions = window.actions_by_id
    assert actions["engine.builtin"].isChecked()
    for name in ("engine.mumax3", "run.both"):
        assert not actions[name].isEnabled()
        assert "there is no MuMax3 on this machine" in actions.why_disabled(name)
        assert "there is no MuMax3 on this machine" in actions[name].toolTip()
        assert "there is no MuMax3 on this machine" in actions[name].statusTip()
    assert "Built-in solver" in window.status.backend.text()
    assert actions["run.start"].isEnabled()


def test_mumax3_without_a_gpu_says_so(
    ready: Callable[[], MainWindow], stand_in: Callable[..., Path]
) -> None:
    stand_in(STAND_IN_MISBEHAVE="no-gpu")
    window = ready()
    assert "CUDA_ERROR_NO_DEVICE" in window.actions_by_id.why_disabled("run.both")


def test_choice_is_remembered_and_shown_in_the_status_bar(
    ready: Callable[[], MainWindow], stand_in: Callable[..., Path]
) -> None:
    stand_in()
    window = ready()
    window.actions_by_id["engine.mumax3"].trigger()
    assert window.preferences.settings.backend == "mumax3"
    assert window.status.backend.text() == "MuMax3 3.11.1, 1 GPU"
    assert "conservative" in window.status.backend.toolTip()
    # Once more: it stays chosen.
    window.actions_by_id["engine.mumax3"].trigger()
    assert window.actions_by_id["engine.mumax3"].isChecked()
    window.close()
    again = ready()
    assert again.actions_by_id["engine.mumax3"].isChecked()
    assert not again.actions_by_id["engine.builtin"].isChecked()


def test_remembered_mumax3_that_has_gone_is_told_and_run_explains(
    ready: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("SMCOGUI_BACKEND", "mumax3")
    window = ready()
    assert window.status.backend.text() == "MuMax3: not available"
    assert "SMCOGUI_BACKEND" in window.actions_by_id.why_disabled("engine.builtin")
    window.actions_by_id["run.start"].trigger()
    banner = window.simulation_tab.banner
    qtbot.waitUntil(banner.isVisible)
    assert "there is no MuMax3 on this machine" in banner.text()
    assert window.session.runs() == []


def test_design_of_another_exchange_rule_is_refused_for_both(
    ready: Callable[[], MainWindow], stand_in: Callable[..., Path]
) -> None:
    stand_in(STAND_IN_VERSION="3.9.3")
    window = ready()
    reason = window.actions_by_id.why_disabled("run.both")
    assert "conservative" in reason
    assert "MuMax3 3.9.3 computes with mumax3_2014" in reason
    window.editor.set_key("solver.exchange_rule", "mumax3_2014")
    assert window.actions_by_id["run.both"].isEnabled()


def test_failed_run_tells_class_attempts_and_remedy_in_its_log(
    ready: Callable[[], MainWindow], stand_in: Callable[..., Path], qtbot: QtBot
) -> None:
    stand_in(STAND_IN_MISBEHAVE="disk-full:2")
    window = ready()
    window.actions_by_id["engine.mumax3"].trigger()
    window.actions_by_id["run.start"].trigger()
    tab = window.simulation_tab
    qtbot.waitUntil(lambda: tab.current_run is not None, timeout=RUN_MS)
    run_id = tab.current_run or ""

    def log() -> str:
        return "\n".join(line.message for line in window.jobs.log(run_id))

    qtbot.waitUntil(lambda: "What to do" in log(), timeout=RUN_MS)
    live = tab.live(run_id)
    assert live is not None
    assert live.state is RunState.FAILED
    assert "attempt 1 (minimize, GPU 0 (A card))" in log()
    assert "Half-cycle 1 failed: disk full. What to do: free some space" in log()
    assert "free some space and resume the run" in tab.banner.text()
    job = window.jobs.job(run_id)
    assert job is not None
    qtbot.waitUntil(lambda: "MuMax3 3.11.1" in (window.jobs.job(run_id) or job).title)


def test_every_table_of_runs_names_the_solver() -> None:
    for columns in (SHORT_COLUMNS, LIBRARY_COLUMNS, ALL_COLUMNS):
        assert sum(column.title == "Solver" for column in columns) == 1
