"""Where designs stand, rates and times to go, computed from lists whose answer is known."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.exports import example_design
from smcogui.campaigns.campaign import Attempt, Entry
from smcogui.campaigns.progress import MemberState, member_states, overview
from smcogui.data.store import RunRecord
from smcogui.runs.folder import RESULT_FILE, RunInfo
from smcogui.runs.place import RunPlace, write_place
from smcogui.runs.state import RunState

DESIGN = example_design("base")
INFO = RunInfo(
    run_id="r",
    name="r",
    design="",
    solver="builtin",
    solver_version="0",
    program_version="0",
    created_s=0.0,
    cycles=(),
)


def entry(number: int, cells: int = 100) -> Entry:
    """Return the design number ``number`` of a campaign."""
    return Entry(key=f"k{number}", block=0, place=number, point={}, cells=cells, rank=number)


def attempt(number: int, rule: str = "", count: int = 1, time_s: float = 0.0) -> Attempt:
    """Return a run that was begun for it."""
    run_id = f"r{number}-{count}"
    return Attempt(key=f"k{number}", number=count, run_id=run_id, rule=rule, time_s=time_s)


def record(run_id: str, state: RunState, message: str = "", **result: Any) -> RunRecord:
    """Return what a run folder says."""
    return RunRecord(
        run_id=run_id,
        folder=Path(run_id),
        name=run_id,
        design=DESIGN,
        info=replace(INFO, run_id=run_id),
        state=state,
        message=message,
        created_s=0.0,
        progress=1.0 if state is RunState.DONE else 0.0,
        result=result or None,
    )


def states(*records: RunRecord, attempts: list[Attempt], entries: int, errors: str = "") -> Any:
    """Return where the designs stand."""
    return member_states(
        [entry(number) for number in range(entries)],
        attempts,
        {each.run_id: each for each in records},
        lambda _: [errors] if errors else [],
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RunState.DONE, MemberState.DONE),
        (RunState.RUNNING, MemberState.RUNNING),
        (RunState.LOST, MemberState.WAITING),
        (RunState.CANCELLED, MemberState.WAITING),
        (RunState.PENDING, MemberState.WAITING),
    ],
)
def test_design_stands_where_its_last_run_does(state: RunState, expected: MemberState) -> None:
    first, second = states(record("r0-1", state), attempts=[attempt(0)], entries=2)
    assert first.state is expected
    assert second.state is MemberState.WAITING


def test_failed_run_waits_for_its_repair_and_fails_when_none_is_left() -> None:
    failed = record("r0-1", RunState.FAILED, "half-cycle 1 failed")
    (status,) = states(failed, attempts=[attempt(0)], entries=1, errors="NotFiniteError")
    assert status.state is MemberState.WAITING
    assert status.reason == "not finite: smaller step"
    tried = [attempt(0), attempt(0, "smaller step", 2), attempt(0, "float64", 3)]
    last = record("r0-3", RunState.FAILED, "half-cycle 1 failed")
    (status,) = states(last, attempts=tried, entries=1, errors="NotFiniteError")
    assert status.state is MemberState.FAILED
    assert status.reason == "half-cycle 1 failed"


def test_attempt_whose_folder_was_never_made_waits() -> None:
    (status,) = states(attempts=[attempt(0)], entries=1)
    assert status.state is MemberState.WAITING


def test_attempt_that_was_refused_fails_with_its_reason() -> None:
    (status,) = states(attempts=[replace(attempt(0), refused="no such cell")], entries=1)
    assert (status.state, status.reason) == (MemberState.FAILED, "no such cell")


def test_overview_counts_and_measures() -> None:
    attempts = [attempt(number, time_s=60.0 * number) for number in range(3)]
    runs = [
        record(f"r{number}-1", RunState.DONE, mu0_Hc_T=4.0 + number, cpu_s=20.0, wall_s=10.0)
        for number in range(3)
    ]
    statuses = states(*runs, attempts=attempts, entries=5)
    found = overview(statuses, workers=2, now_s=130.0)
    assert (found.total, found.left, found.counts[MemberState.DONE]) == (5, 2, 3)
    assert found.mu0_Hc_T == (4.0, 5.0, 6.0)
    # Two designs in the 120 s between the first and the last end.
    assert found.rate_per_h == pytest.approx(60)
    # Two designs of 20 CPU s, on two workers.
    assert found.eta_s == pytest.approx(20)


def test_rate_falls_while_nothing_ends() -> None:
    attempts = [attempt(0), attempt(1, time_s=60.0)]
    runs = [record(f"r{n}-1", RunState.DONE, cpu_s=1.0, wall_s=1.0) for n in range(2)]
    statuses = states(*runs, attempts=attempts, entries=3)
    assert overview(statuses, workers=1, now_s=3601.0).rate_per_h == pytest.approx(1.0)


def test_size_that_was_not_measured_is_scaled_by_cells() -> None:
    entries = [entry(0, cells=100), entry(1, cells=300)]
    done = record("r0-1", RunState.DONE, cpu_s=5.0, wall_s=5.0)
    statuses = member_states(entries, [attempt(0)], {"r0-1": done}, lambda _: [])
    assert overview(statuses, workers=4, now_s=0.0).eta_s == pytest.approx(15)


def test_time_to_go_on_a_cluster_follows_what_came_of_late(tmp_path: Path) -> None:
    place = RunPlace(
        cluster="hpc", host="h", token="t", task=0, engine="mumax3", submitted_s=1000.0
    )
    records = []
    for number, came_s in enumerate((4600.0, 8200.0)):
        folder = tmp_path / f"r{number}-1"
        folder.mkdir()
        write_place(folder, place)
        (folder / RESULT_FILE).touch()
        os.utime(folder / RESULT_FILE, (came_s, came_s))
        done = record(folder.name, RunState.DONE, mu0_Hc_T=1.0, cpu_s=10.0, wall_s=10.0)
        records.append(replace(done, folder=folder))
    folder = tmp_path / "r2-1"
    folder.mkdir()
    write_place(folder, place)
    records.append(replace(record(folder.name, RunState.QUEUED), folder=folder))
    # All were begun when they were submitted.
    attempts = [attempt(number, time_s=1000.0) for number in range(3)]
    found = overview(states(*records, attempts=attempts, entries=6), workers=1, now_s=8200.0)
    assert found.is_at_work
    assert found.rate_per_h == pytest.approx(1.0)
    assert found.eta_s == pytest.approx(4 * 3600)


def test_nothing_measured_gives_no_time() -> None:
    found = overview(states(attempts=[], entries=2), workers=1, now_s=0.0)
    assert (found.rate_per_h, found.eta_s, found.left) == (None, None, 2)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.FETCHING])
def test_design_on_a_cluster_is_submitted_and_counts_as_left(
    state: RunState, tmp_path: Path
) -> None:
    (tmp_path / "r0-1").mkdir()
    write_place(tmp_path / "r0-1", RunPlace(cluster="hpc", host="login1", token="smco-1", task=0))
    there = replace(record("r0-1", state), folder=tmp_path / "r0-1")
    found = states(there, attempts=[attempt(0)], entries=2)
    assert [each.state for each in found] == [MemberState.SUBMITTED, MemberState.WAITING]
    assert overview(found, workers=1, now_s=0.0).left == 2
