"""Submissions as they are shown: made of records, last answers and run folders, never of a call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smcogui.app.cluster_failures import failures_of
from smcogui.app.cluster_records import UNSETTLED, Stage
from smcogui.app.cluster_views import SubmissionView, TaskView
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.schedulers import scheduler_named
from smcogui.runs.lock import is_locked
from smcogui.runs.spec import MUMAX3

if TYPE_CHECKING:
    from smcogui.app.cluster_records import (
        AttemptRecord,
        Standings,
        SubmissionRecord,
        SubmissionStore,
        TaskStanding,
    )
    from smcogui.app.cluster_standings import RunStates
    from smcogui.runs.cluster.job import JobRow
    from smcogui.runs.cluster.scheduler import Scheduler

_STAGES = {
    Stage.PREPARED: "not submitted",
    Stage.SENT: "perhaps submitted: looked for at the next contact",
    Stage.SUBMITTED: "submitted",
    Stage.REFUSED: "refused by the scheduler",
}
_SENDING = "being submitted"


class Overview:
    """Submissions of a project as they stand, as far as is known here; asks no cluster.

    Parameters
    ----------
    store : SubmissionStore
    states : RunStates
    """

    def __init__(self, store: SubmissionStore, states: RunStates) -> None:
        self._store, self._states = store, states

    def of(self, record: SubmissionRecord) -> SubmissionView:
        """Return a submission as it stands."""
        place = self._store.place(record.token)
        return submission_view(
            record,
            self._store.standings(record.token),
            self._states,
            scheduler_named(record.scheduler),
            is_sending=record.last.stage in UNSETTLED and is_locked(place),
        )


def submission_view(
    record: SubmissionRecord,
    standings: Standings,
    states: RunStates,
    scheduler: Scheduler,
    *,
    is_sending: bool = False,
) -> SubmissionView:
    """Return a submission as it stands; ``is_sending``: a program is submitting it right now."""
    landed, given_up = states.split(record)
    if is_sending:
        # Their folders are only being made, and that nothing is there yet is no failure.
        given_up -= {run_id for task in record.last.tasks for run_id in task}
        record = record.with_attempt(replace(record.last, stage=Stage.SENT))
    gone = landed | given_up
    failures = tuple(failures_of(record, standings, gone))
    tasks = tuple(
        _task_view(record, attempt, number, standings, landed, scheduler)
        for attempt in record.attempts
        for number in range(len(attempt.tasks))
    )
    if is_sending:
        last = record.last.number
        tasks = tuple(
            replace(each, state=_SENDING) if each.attempt == last else each for each in tasks
        )
    failed = sum(failure.runs for failure in failures)
    there = {run_id for each in standings.values() for run_id in each.ended} - gone
    running = {
        run_id
        for attempt in record.attempts
        for number, ids in enumerate(attempt.tasks)
        if _is_at_work(standings.get((attempt.number, number)))
        for run_id in ids
    }
    running -= gone | there
    waiting = len(record.runs) - len(gone) - len(there) - len(running) - failed
    is_over = not (waiting > 0 or running or there)
    is_refused = record.last.stage is Stage.REFUSED
    refused = (
        given_up & {run_id for task in record.last.tasks for run_id in task}
        if is_refused
        else set()
    )
    return SubmissionView(
        token=record.token,
        cluster=record.cluster,
        title=record.title,
        engine=record.engine,
        submitted_s=record.created_s,
        runs=len(record.runs),
        waiting=max(0, waiting),
        running=len(running),
        done=len(there),
        fetched=len(landed),
        failed=failed,
        cancelled=len(given_up) - len(refused),
        refused=len(refused),
        tasks=tasks,
        failures=failures,
        gpu_h=sum(task.gpu_h for task in tasks),
        cpu_h=sum(task.cpu_h for task in tasks),
        is_over=is_over,
        is_sending=is_sending,
        is_uncertain=record.last.stage is Stage.SENT and not is_sending,
        message=f"It is being sent to {record.cluster}." if is_sending else _message(record),
        folder=record.folder,
        can_clean=is_over and not failed and not record.is_cleaned,
        can_forget=is_over and not failed and not is_sending,
        lies_there=not record.is_cleaned,
        keeps_states=keeps_states(record),
    )


def keeps_states(record: SubmissionRecord) -> bool:
    """Tell whether field states of a submission lie on its cluster: of single designs.

    MuMax3 there keeps only what a half-cycle may have to go on from.
    """
    is_builtin = record.engine != MUMAX3
    return is_builtin and not record.is_cleaned and any(not run.campaign for run in record.runs)


def is_open(record: SubmissionRecord, standings: Standings, states: RunStates) -> bool:
    """Tell whether a cluster has to be asked about a submission."""
    if record.is_cleaned:
        return False
    landed, given_up = states.split(record)
    gone = landed | given_up
    if all(run.run_id in gone for run in record.runs):
        return any(_may_work(attempt, standings) for attempt in record.attempts)
    return any(
        attempt.stage is Stage.SENT
        or (attempt.stage is Stage.SUBMITTED and _may_work(attempt, standings, searched=True))
        for attempt in record.attempts
    )


def _may_work(attempt: AttemptRecord, standings: Standings, *, searched: bool = False) -> bool:
    """Tell whether tasks of an attempt may be at work, or are over and not looked through."""
    if attempt.stage is not Stage.SUBMITTED:
        return False
    for number in range(len(attempt.tasks)):
        standing = standings.get((attempt.number, number))
        if standing is None or not standing.is_over or (searched and not standing.is_searched):
            return True
    return False


def _task_view(
    record: SubmissionRecord,
    attempt: AttemptRecord,
    number: int,
    standings: Standings,
    landed: set[str],
    scheduler: Scheduler,
) -> TaskView:
    standing = standings.get((attempt.number, number))
    row = standing.row if standing is not None else None
    ids = set(attempt.tasks[number])
    ended = ids.intersection(standing.ended) if standing is not None else set()
    reason = None if row is None else scheduler.explain(row)
    label = scheduler.label(attempt.job_id, number, len(attempt.tasks)) if attempt.job_id else ""
    return TaskView(
        cluster=record.cluster,
        token=record.token,
        number=number,
        job_id=label,
        state=_STAGES[attempt.stage] if row is None else row.state.words,
        raw_state="" if row is None else plain(row.told or row.state.value),
        is_over=standing is not None and standing.is_over,
        reason=_reason(row, reason.words if reason else "", reason.advice if reason else ""),
        never_clears=reason is not None and reason.never_clears,
        node=plain((standing.host if standing else "") or (row.node if row else "")),
        elapsed_s=None if row is None else row.elapsed_s,
        time_limit_s=attempt.time_limit_min * 60.0 if row is None else row.limit_s,
        runs=len(ids),
        done=len(ended - landed),
        fetched=len(ids & landed),
        gpu_h=0.0 if row is None else row.gpu_h,
        cpu_h=0.0 if row is None else row.cpu_h,
        attempt=attempt.number,
        known_s=None if standing is None else standing.known_s,
    )


def _reason(row: JobRow | None, words: str, advice: str) -> str:
    if words:
        return f"{words} {advice}".strip()
    if row is None or not row.reason or row.reason == "None":
        return ""
    return plain(row.reason) if row.state.is_over else ""


def _is_at_work(standing: TaskStanding | None) -> bool:
    """Tell whether a task runs: the scheduler knows that before the task says so itself."""
    if standing is None or standing.is_over:
        return False
    is_running = standing.row is not None and standing.row.state is JobState.RUNNING
    return is_running or bool(standing.working_on)


def _message(record: SubmissionRecord) -> str:
    if record.is_cleaned:
        return "Its folder on the cluster was removed."
    if record.last.stage is Stage.SENT:
        return (
            "The scheduler did not answer whether it took the job: it is looked for at the next "
            "contact, and submitted if it is not there."
        )
    if record.last.stage is Stage.REFUSED:
        return record.last.failure
    if record.is_cancelled:
        return "It was cancelled; what was finished is kept."
    return ""
