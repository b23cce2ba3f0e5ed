"""The lines of a run's events file."""

from __future__ import annotations

import pytest

from smcogui.runs.events import LogLine, StateChanged, from_json, to_json
from smcogui.runs.state import RunState
from smcogui.runs.watch import ProgressClock


@pytest.mark.parametrize(
    "event",
    [
        StateChanged(state=RunState.FAILED, time_s=1.5, message="why — ünïcödé"),
        LogLine(level="warning", message="text", time_s=2.0, cycle=3),
    ],
)
def test_event_survives_the_file(event):
    assert from_json(to_json(event)) == event


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "1",
        '{"type": "StateChanged"}',
        '{"type": "StateChanged", "state": "X", "time_s": 0}',
        '{"type": "Other"}',
    ],
)
def test_other_lines_are_refused(line):
    with pytest.raises(ValueError, match=r"."):
        from_json(line)


def test_time_left_follows_from_the_measured_speed(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("smcogui.runs.watch.time.time", lambda: now[0])
    clock = ProgressClock()
    assert clock.at(0.2).eta_s is None
    now[0] += 1.0
    assert clock.at(0.201).eta_s is None, "too little was seen"
    now[0] += 9.0
    assert clock.at(0.4).eta_s == pytest.approx(30.0)
    clock.follow(StateChanged(state=RunState.CANCELLED, time_s=now[0]))
    assert clock.at(0.5).eta_s is None


def test_time_left_of_a_run_that_was_found_at_work_counts_from_its_beginning(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("smcogui.runs.watch.time.time", lambda: now[0])
    clock = ProgressClock()
    clock.follow(StateChanged(state=RunState.PENDING, time_s=35.0))
    clock.follow(StateChanged(state=RunState.RUNNING, time_s=40.0))
    assert clock.at(0.6).eta_s == pytest.approx(40.0)
    # One that was resumed meanwhile: how much it did before is not known.
    clock.follow(StateChanged(state=RunState.CANCELLED, time_s=70.0))
    clock.follow(StateChanged(state=RunState.RUNNING, time_s=80.0))
    assert clock.at(0.6).eta_s is None
    now[0] += 10.0
    assert clock.at(0.7).eta_s == pytest.approx(30.0)
