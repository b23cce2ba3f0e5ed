"""Results that came damaged from a cluster are computed anew; refused designs are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.cluster_again import plan_again
from smcogui.app.cluster_book import Book
from smcogui.app.cluster_failures import FailureKind, classify, failures_of
from smcogui.app.cluster_records import (
    AttemptRecord,
    Stage,
    SubmissionRecord,
    SubmittedRun,
    TaskStanding,
)
from smcogui.app.cluster_standings import RunStates
from smcogui.runs.cluster.job import JobRow, JobState
from smcogui.runs.cluster.profile import make_profile
from smcogui.runs.cluster.task import RunEnd, TaskSummary
from smcogui.runs.place import RunPlace, write_place

RUNS = ("0" * 16, "1" * 16)
OVER = TaskStanding(
    attempt=1,
    task=0,
    row=JobRow(job_id="7", task=0, state=JobState.COMPLETED),
    is_searched=True,
)
RECORD = SubmissionRecord(
    token="smco-1",
    cluster="hpc",
    host="login",
    folder="/scratch/smco-1",
    engine="builtin",
    title="two",
    created_s=0.0,
    runs=tuple(SubmittedRun(run_id=run, name="a") for run in RUNS),
    attempts=(AttemptRecord(number=1, tasks=(RUNS,), stage=Stage.SUBMITTED, job_id="7"),),
)
WAITS = '{"type": "StateChanged", "state": "QUEUED", "time_s": 0, "message": ""}\n'


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        (replace(OVER, damaged=((RUNS[0], "cut off"),)), FailureKind.DAMAGED),
        (replace(OVER, refused=((RUNS[0], "another problem"),)), FailureKind.REFUSED_RUNS),
        (OVER, FailureKind.UNFINISHED),
    ],
)
def test_task_that_lacks_a_run_is_classified(standing: TaskStanding, kind: FailureKind) -> None:
    assert classify(standing, {RUNS[0]}) is kind


def test_damaged_run_is_submitted_again_to_be_computed_anew(tmp_path: Path) -> None:
    standings = {(1, 0): replace(OVER, damaged=((RUNS[0], "cut off in its last line"),))}
    (failure,) = failures_of(RECORD, standings, {RUNS[1]})
    assert failure.can_resubmit
    assert "cut off in its last line" in failure.words
    for run in RUNS:
        (tmp_path / run).mkdir()
        (tmp_path / run / "events.jsonl").write_text(WAITS)
        place = RunPlace(cluster="hpc", host="login", token=RECORD.token, task=0)
        write_place(tmp_path / run, place)
    profile = make_profile(name="hpc", host="login")
    assert plan_again(RECORD, standings, RunStates(tmp_path), profile).damaged == {RUNS[0]}


def test_damage_is_forgotten_when_the_run_ends_anew() -> None:
    second = replace(RECORD.last, number=2, job_id="8", tasks=((RUNS[0],),))
    seen = TaskStanding(attempt=2, task=0, damaged=((RUNS[0], "not there yet"),))
    book = Book(RECORD.with_attempt(second), {(2, 0): seen})
    told = TaskSummary(task=0, time_s=1.0, ended="done", runs={RUNS[0]: RunEnd(state="DONE")})
    assert book.note(2, 0, [told])
    assert book.standings[2, 0].damaged == ()
    assert [each.run_id for each in book.fetchable(set())] == [RUNS[0]]
