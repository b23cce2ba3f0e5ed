"""Where tasks stand on a cluster: one question for many, and others only where it knows nothing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smcogui.errors import ClusterError, SchedulerDownError
from smcogui.runs.cluster.job import JobRow, JobState, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Association, Limits, Scheduler

ASK_S: Final = 40.0
"""How long a scheduler may take to answer: one whose controller is down hangs for 10 s."""
LATE_ACCOUNT_S: Final = 180.0
"""Accounts are written late, and of a job that never began there is none."""
_MOST_CONTROLLED: Final = 20
"""Arrays that the controller is asked about one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJob:
    """An array that is not known to be over.

    Parameters
    ----------
    job_id : str
    token : str
        Its name, by which a job that was given a used id is told apart.
    tasks : frozenset of int
        Indices that are not known to be over.
    """

    job_id: str
    token: str
    tasks: frozenset[int]


Key = tuple[str, int]
"""Token and index of a task."""


def ask_states(
    connection: Connection, scheduler: Scheduler, jobs: Sequence[OpenJob]
) -> dict[Key, JobRow]:
    """Return a row for every task that was asked for.

    The queue is asked first, for all at once; accounting about those that it does not know any
    more, and the controller where there is no accounting. A task that nobody knows is GONE: only
    its files tell how it ended.

    Raises
    ------
    LostContactError
        If the cluster does not answer.
    SchedulerDownError
        If its scheduler does not: nothing is known then, and nothing is lost.
    """
    found: dict[Key, JobRow] = {}
    asker = _Asker(connection, scheduler)
    queued = _of(jobs, asker.queue([job.job_id for job in jobs]))
    # How they ended, the queue may not say.
    found |= {key: row for key, row in queued.items() if scheduler.is_sure(row)}
    left = _left(jobs, found)
    accounted = asker.accounting([job.job_id for job in left]) if left else []
    found |= _of(left, accounted or [])
    if accounted is None:
        # Nobody will ever tell how they ended.
        queued = {key: row for key, row in queued.items() if not row.is_ended}
    left = _left(left, found)
    if left:
        rows = (asker.controller(job.job_id) for job in left[:_MOST_CONTROLLED])
        found |= _of(left, [row for each in rows for row in each])
    found = queued | found
    for job in _left(left, found):
        for task in job.tasks - {index for token, index in found if token == job.token}:
            found[job.token, task] = JobRow(
                job_id=job.job_id,
                task=task,
                name=job.token,
                state=JobState.GONE,
                source=Source.NOBODY,
            )
    return found


def find_token(connection: Connection, scheduler: Scheduler, token: str) -> str | None:
    """Return the id of the array of a token, or None where the scheduler knows none.

    Raises
    ------
    LostContactError, SchedulerDownError
        If nobody can tell: then nothing may be submitted.
    """
    queue, accounts = scheduler.search_commands(token)
    rows = scheduler.parse_queue(connection.run(queue, deadline_s=ASK_S))
    rows = [row for row in rows if row.name == token]
    if not rows:
        told = scheduler.parse_accounting(connection.run(accounts, deadline_s=ASK_S))
        rows = [row for row in told or [] if row.name == token]
    # Of two, the later one ends by itself: see the owner file of the job script.
    return min((row.job_id for row in rows), key=int, default=None)


def ask_limits(
    connection: Connection, scheduler: Scheduler, account: str = "", partition: str = ""
) -> Limits | None:
    """Return what the scheduler takes at most, of an account too; None where it does not say.

    Raises
    ------
    LostContactError
        If the cluster does not answer.
    """
    answer = connection.run(scheduler.limits_command(), deadline_s=ASK_S)
    try:
        limits = scheduler.parse_limits(answer)
    except ClusterError:
        return None
    most, user = limits.max_submit, connection.environment()["user"]
    if limits.has_accounting:
        answer = connection.run(scheduler.associations_command(user), deadline_s=ASK_S)
        told = most_submitted(scheduler.parse_associations(answer), account, partition)
        most = told if most is None else most
    if most is None:
        return limits
    answer = connection.run(scheduler.own_tasks_command(user, account), deadline_s=ASK_S)
    with contextlib.suppress(SchedulerDownError):
        limits = replace(limits, queued=scheduler.parse_own_tasks(answer))
    return replace(limits, max_submit=most)


def most_submitted(associations: Iterable[Association], account: str, partition: str) -> int | None:
    """Return how many tasks may be in the queue; None where nobody limits it.

    The least of several accounts where none is chosen, as nobody tells which is the default.
    """
    fitting = (each for each in associations if each.serves(account, partition))
    return min((each.max_submit for each in fitting if each.max_submit is not None), default=None)


class _Asker:
    """Sends the questions, as many ids at once as fit."""

    def __init__(self, connection: Connection, scheduler: Scheduler) -> None:
        self._connection, self._scheduler = connection, scheduler

    def queue(self, ids: Iterable[str]) -> list[JobRow]:
        command, parse = self._scheduler.queue_command, self._scheduler.parse_queue
        return [
            row
            for some in self._portions(ids)
            for row in parse(self._connection.run(command(some), deadline_s=ASK_S))
        ]

    def accounting(self, ids: Iterable[str]) -> list[JobRow] | None:
        found: list[JobRow] = []
        command: Callable[[Sequence[str]], tuple[str, ...]] = self._scheduler.accounting_command
        for some in self._portions(ids):
            answer = self._connection.run(command(some), deadline_s=ASK_S)
            rows = self._scheduler.parse_accounting(answer)
            if rows is None:
                return None
            found += rows
        return found

    def controller(self, job_id: str) -> list[JobRow]:
        command = self._scheduler.controller_command(job_id)
        if command is None:
            return []
        return self._scheduler.parse_controller(self._connection.run(command, deadline_s=ASK_S))

    def _portions(self, ids: Iterable[str]) -> list[list[str]]:
        each, most = list(dict.fromkeys(ids)), self._scheduler.ids_at_once
        return [each[start : start + most] for start in range(0, len(each), most)]


def _of(jobs: Sequence[OpenJob], rows: Iterable[JobRow]) -> dict[Key, JobRow]:
    """Return the rows of the tasks that were asked for; ids that were given anew are others'."""
    tokens = {job.job_id: job for job in jobs}
    found: dict[Key, JobRow] = {}
    for row in rows:
        job = tokens.get(row.job_id)
        if job is None or row.task not in job.tasks or (row.name and row.name != job.token):
            continue
        found[job.token, row.task] = replace(row, name=job.token)
    return found


def _left(jobs: Sequence[OpenJob], found: dict[Key, JobRow]) -> list[OpenJob]:
    left = []
    for job in jobs:
        tasks = frozenset(task for task in job.tasks if (job.token, task) not in found)
        if tasks:
            left.append(replace(job, tasks=tasks))
    return left
