"""M9: what the scheduler said of a job decides what is done, from answers of a real Slurm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.cluster_failures import MOST_ATTEMPTS, REMEDIES, FailureKind, classify, failures_of
from smcogui.app.cluster_records import (
    AttemptRecord,
    Stage,
    SubmissionRecord,
    SubmittedRun,
    TaskStanding,
)
from smcogui.runs.cluster.job import JobRow, JobState
from smcogui.runs.cluster.profile import ClusterProfile, make_profile
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.slurm import Slurm

RUN = "0" * 16
ANSWERS = Path(__file__).parents[1] / "cluster" / "answers"


def recorded(case: str, state: JobState) -> JobRow:
    """Return the row of a recorded answer of sacct that is in a state."""
    told = json.loads((ANSWERS / f"{case}.json").read_text("utf-8"))["answers"]
    sacct = next(each for each in told if each["command"][0] == "sacct")
    answer = Answer(exit_code=sacct["exit_code"], stdout=sacct["stdout"].encode(), stderr=b"")
    rows = Slurm().parse_accounting(answer)
    assert rows is not None
    return next(row for row in rows if row.state is state)


def ended(row: JobRow, host: str = "node1") -> TaskStanding:
    """Return a task that ended as a row says, and whose files were looked through."""
    return TaskStanding(attempt=1, task=0, row=row, host=host, is_searched=True)


def profile(**values: object) -> ClusterProfile:
    """Return what the attempt asked for."""
    asked = {"chunk": 8, "memory_MB": 400, "time_limit_min": 60, **values}
    return make_profile(name="hpc", host="login", **asked)


def next_one(kind: FailureKind, before: ClusterProfile) -> dict[str, object]:
    """Return what the remedy of a class changes."""
    change = REMEDIES[kind].change
    assert change is not None
    now, old = change(before).model_dump(), before.model_dump()
    return {name: value for name, value in now.items() if value != old[name]}


@pytest.mark.parametrize(
    ("case", "state", "host", "kind"),
    [
        ("timeout", JobState.TIMEOUT, "node1", FailureKind.TIME_LIMIT),
        ("over_memory_kill", JobState.FAILED, "node1", FailureKind.OUT_OF_MEMORY),
        ("over_memory_kill", JobState.FAILED, "", FailureKind.OUT_OF_MEMORY),
        ("node_fail", JobState.NODE_FAIL, "node1", FailureKind.NODE_FAILED),
        ("preempted", JobState.PREEMPTED, "node1", FailureKind.PREEMPTED),
        ("launch_failure", JobState.FAILED, "", FailureKind.LAUNCH),
        ("ended", JobState.FAILED, "node1", FailureKind.CRASHED),
    ],
)
def test_end_of_a_job_has_its_class(
    case: str, state: JobState, host: str, kind: FailureKind
) -> None:
    assert classify(ended(recorded(case, state), host), {RUN}) is kind


def test_memory_is_believed_to_the_log_where_the_scheduler_says_killed() -> None:
    row = recorded("over_memory_kill", JobState.FAILED)
    # As squeue says it, where nobody keeps accounts.
    silent = ended(replace(row, peak_memory_MB=None, reason="JobLaunchFailure"), host="")
    assert classify(silent, {RUN}) is FailureKind.LAUNCH
    assert classify(replace(silent, lacked_memory=True), {RUN}) is FailureKind.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("kind", "before", "changes"),
    [
        (FailureKind.OUT_OF_MEMORY, profile(), {"memory_MB": 800}),
        (FailureKind.TIME_LIMIT, profile(), {"chunk": 4}),
        (FailureKind.TIME_LIMIT, profile(chunk=1), {"time_limit_min": 120}),
        (FailureKind.NODE_FAILED, profile(), {}),
        (FailureKind.PREEMPTED, profile(), {}),
        (FailureKind.CRASHED, profile(), {}),
    ],
)
def test_remedy_changes_what_was_too_little_and_nothing_else(
    kind: FailureKind, before: ClusterProfile, changes: dict[str, object]
) -> None:
    assert next_one(kind, before) == changes


@pytest.mark.parametrize("kind", [FailureKind.LAUNCH, FailureKind.SETUP, FailureKind.NOT_TAKEN])
def test_what_a_person_has_to_mend_is_not_submitted_again(kind: FailureKind) -> None:
    assert REMEDIES[kind].change is None


@pytest.mark.parametrize(("number", "helps"), [(1, True), (MOST_ATTEMPTS, False)])
def test_attempts_are_capped(number: int, helps: bool) -> None:
    attempt = AttemptRecord(number=number, tasks=((RUN,),), stage=Stage.SUBMITTED, job_id="7")
    record = SubmissionRecord(
        token="smco-1",
        cluster="hpc",
        host="login",
        folder="/scratch/smco-1",
        engine="builtin",
        title="one",
        created_s=0.0,
        runs=(SubmittedRun(run_id=RUN, name="a"),),
        attempts=(attempt,),
    )
    standing = replace(ended(recorded("node_fail", JobState.NODE_FAIL)), attempt=number)
    (failure,) = failures_of(record, {(number, 0): standing}, set())
    assert (failure.kind, failure.can_resubmit) == (FailureKind.NODE_FAILED, helps)
    assert helps or "read the log" in failure.remedy
