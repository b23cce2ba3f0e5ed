"""Series: described before they run, run like any other run, found again after a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smcogui.app.session import FigureSpec, Session
from smcogui.data.series import series_cost, spaced_values
from smcogui.design.design import Design
from smcogui.errors import InputError, RunError, TaskStoppedError
from smcogui.runs.state import RunState

VALUES = [0.0, 45.0, 60.0]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Return a session on an empty project, whose workers have left afterwards."""
    session = Session(tmp_path / "project")
    yield session
    for worker in session.engines.builtin._workers:
        worker.wait(60)


def test_series_runs_to_its_end_and_survives_a_restart(session: Session, tiny_design: Design):
    series = session.series.create(tiny_design, "alpha_deg", VALUES, "Hc over alpha")
    assert [point.state for point in session.series.points(series.name)] == [None] * 3
    told: list[str] = []
    session.series.run(series.name, lambda _fraction, message="": told.append(message))
    assert "α = 45 ° is done." in " ".join(told)
    again = Session(session.project)
    assert again.series.records() == [series]
    points = again.series.points(series.name)
    assert [point.value for point in points] == VALUES
    assert [point.state for point in points] == [RunState.DONE] * 3
    for point, run_id in zip(points, series.run_ids, strict=True):
        assert point.mu0_Hc_T == again.run(run_id).result["mu0_Hc_T"]
        assert point.mu0_Hc_sd_T is None  # one half-cycle has no spread
    # Nothing is computed twice.
    before = {run.run_id: run.created_s for run in again.runs()}
    again.series.run(series.name)
    assert {run.run_id: run.created_s for run in again.runs()} == before
    for suffix in ("csv", "xlsx", "parquet", "tex"):
        facts = again.series.export_table(series.name, session.project / f"s.{suffix}")
        assert len(json.loads(facts.read_text(encoding="utf-8"))["runs"]) == 3
    head, *rows = (session.project / "s.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("alpha_deg,mu0_Hc_T,mu0_Hc_T_sd,mu0_Hp_T")
    assert len(rows) == 3
    for suffix in ("pdf", "svg", "png"):
        again.series.export_figure(
            series.name, session.project / f"s.{suffix}", FigureSpec(unit="kA/m")
        )
    text = (session.project / "s.svg").read_text(encoding="utf-8")
    assert "α (°)" in text
    assert "H (kA/m)" in text
    assert "Hc, simulated" in text


def test_stopped_series_is_resumed(session: Session, tiny_design: Design):
    series = session.series.create(tiny_design, "seed", [0, 1])
    with pytest.raises(TaskStoppedError, match="0 of 2"):
        session.series.run(series.name, should_stop=lambda: True)
    assert session.runs() == []

    def stop_after_first(fraction: float | None, message: str = "") -> None:
        if fraction:
            raise TaskStoppedError("stop")

    with pytest.raises(TaskStoppedError):
        session.series.run(series.name, stop_after_first)
    session.series.cancel(series.name)
    for run in session.runs():
        session.attach(run.run_id).wait(60)
    session.series.run(series.name)
    assert {p.state for p in session.series.points(series.name)} == {RunState.DONE}


def test_failed_run_is_named_and_the_others_are_done(
    session: Session, tiny_design: Design, monkeypatch: pytest.MonkeyPatch
):
    series = session.series.create(tiny_design, "seed", [0, 1])
    start = session.start_run

    def start_and_cancel(design: Design, **options: object):
        handle = start(design, **options)
        if design.run.seed == 0:
            handle.cancel()
        return handle

    monkeypatch.setattr(session, "start_run", start_and_cancel)
    with pytest.raises(RunError, match=r"1 of 2 .*seed = 0 was stopped"):
        session.series.run(series.name)
    states = [point.state for point in session.series.points(series.name)]
    assert states == [RunState.CANCELLED, RunState.DONE]


def test_impossible_value_is_named_before_anything_starts(session: Session, tiny_design: Design):
    with pytest.raises(InputError, match="wZ = 20 nm"):
        session.series.create(tiny_design, "wZ_nm", [2, 20])
    with pytest.raises(InputError, match="1 to 200"):
        session.series.create(tiny_design, "wZ_nm", [])
    assert session.series.records() == []


def test_name_is_taken_once_and_unknown_ones_name_the_nearest(
    session: Session, tiny_design: Design
):
    series = session.series.create(tiny_design, "seed", [0, 1], "mine")
    with pytest.raises(InputError, match="already has"):
        session.series.create(tiny_design, "seed", [0, 1], "mine")
    with pytest.raises(InputError, match="nearest is 'mine'"):
        session.series.load("mime")
    session.series.remove(series.name)
    assert session.series.records() == []


def test_damaged_file_is_left_out_and_named(session: Session, tiny_design: Design, caplog):
    series = session.series.create(tiny_design, "seed", [0, 1], "mine")
    path = session.project / "series" / "mine.json"
    for content in ("{", "[]", json.dumps({"key": "L_nm", "values": [1], "run_ids": []})):
        path.write_text(content)
        assert session.series.records() == []
        with pytest.raises(InputError, match="damaged"):
            session.series.load(series.name)
    assert "left out" in caplog.text


@pytest.mark.parametrize(
    ("first", "last", "count", "expected"),
    [(20, 100, 5, [20, 40, 60, 80, 100]), (3, 1, 3, [1, 2, 3]), (0.1, 0.3, 3, [0.1, 0.2, 0.3])],
)
def test_values_are_spaced_equally(first, last, count, expected):
    assert spaced_values(first, last, count) == expected


def test_whole_numbers_are_kept_once():
    assert spaced_values(1, 3, 5, whole=True) == [1, 2, 3]


@pytest.mark.parametrize(
    ("first", "last", "count"), [(1, 2, 1), (1, 2, 201), (1, 1, 3), (1, float("nan"), 3)]
)
def test_impossible_spacing_is_refused(first, last, count):
    with pytest.raises(InputError, match=r"allowed are 2 to 200|two ends"):
        spaced_values(first, last, count)


def test_cost_is_that_of_all_runs(tiny_design: Design):
    one, four = series_cost([tiny_design], 2), series_cost([tiny_design] * 4, 2)
    assert four.runs == 4
    assert four.cpu_s == pytest.approx(4 * one.cpu_s)
    assert four.wall_s == pytest.approx(2 * one.cpu_s)
    assert one.wall_s == pytest.approx(one.cpu_s)


def test_plan_tells_what_is_possible_done_and_what_it_costs(session: Session, tiny_design: Design):
    session.start_run(tiny_design).wait(60)
    now = tiny_design.parameters.w_Z * 1e9
    plan = session.series.plan(tiny_design, "wZ_nm", [30.0, now, 2.0, 2.0])
    assert [each.value for each in plan.values] == [2.0, now, 30.0]
    assert [each.is_possible for each in plan.values] == [True, True, False]
    assert [each.is_done for each in plan.values] == [False, True, False]
    assert plan.possible == (2.0, now)
    assert plan.values[2].reason.startswith("nanostructure.wZ_nm is 30")
    assert plan.cost.runs == 1
    # Other half-cycles are another run, and cost more.
    more = session.series.plan(tiny_design, "wZ_nm", [now], cycles=3)
    assert not more.values[0].is_done
    assert more.design.run.cycles == 3
    assert more.cost.cpu_s == pytest.approx(3 * plan.cost.cpu_s / tiny_design.run.cycles)
    varied = session.series.plan(tiny_design, "run.cycles", [1, 2], cycles=3)
    assert varied.design == tiny_design


def test_series_starts_no_run_in_another_project(session: Session, tiny_design: Design):
    series = session.series.create(tiny_design, "seed", [5, 6])
    first, second = session.project, session.project.with_name("second")
    running = session.series

    def leave(_fraction: float | None, message: str = "") -> None:
        if session.project == first:
            session.open_project(second)

    with pytest.raises(TaskStoppedError):
        running.run(series.name, leave)
    assert session.runs() == []
    session.open_project(first)
    assert len(session.runs()) == 1
    session.attach(session.runs()[0].run_id).wait(60)
