"""A submission while its cluster is looked at: what its tasks told so far, and what that means."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_fetch import Fetchable
from smcogui.app.cluster_records import TaskStanding
from smcogui.app.cluster_states import LATE_ACCOUNT_S, OpenJob
from smcogui.errors import RemoteFileError
from smcogui.runs.cluster.job import JobState
from smcogui.runs.place import RunPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smcogui.app.cluster_records import AttemptRecord, Standings, SubmissionRecord
    from smcogui.app.cluster_views import FetchReport, RefusedRun
    from smcogui.runs.cluster.job import JobRow
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler
    from smcogui.runs.cluster.task import TaskSummary

_LAST_WORDS_B: Final = 16_384
_MEMORY: Final = re.compile(rb"memory limit|out of memory|oom.kill|MemoryError", re.IGNORECASE)


class Book:
    """A submission while it is looked at."""

    def __init__(self, record: SubmissionRecord, standings: Standings) -> None:
        self.record = record
        self.standings = standings

    def jobs(self) -> Iterator[OpenJob]:
        """Return the arrays that are not known to be over."""
        for attempt in self.record.attempts:
            tasks = frozenset(
                task
                for task in range(len(attempt.tasks))
                if not self._standing(attempt.number, task).is_over
            )
            if attempt.job_id and tasks:
                token = self.record.job_name(attempt.number)
                yield OpenJob(job_id=attempt.job_id, token=token, tasks=tasks)

    def take(self, rows: dict[tuple[str, int], JobRow], now_s: float) -> bool:
        """Take what the scheduler said; return whether a state changed."""
        is_news = False
        for attempt in self.record.attempts:
            token = self.record.job_name(attempt.number)
            for task in range(len(attempt.tasks)):
                row = rows.get((token, task))
                if row is None:
                    continue
                known = self._standing(attempt.number, task)
                row = _with_history(row, known.row)
                is_news |= known.row is None or known.row.state is not row.state
                self._put(_with_row(known, row, now_s))
        return is_news

    def note(self, attempt: int, task: int, told: Sequence[TaskSummary | None]) -> bool:
        """Take what a task says at its end or at work; return whether that was new."""
        known = self._standing(attempt, task)
        mine = set(self.record.attempt(attempt).tasks[task])
        ended, refused = set(known.ended), dict(known.refused)
        host, working_on = known.host, ""
        for summary in filter(None, told):
            host = host or summary.host
            working_on = working_on or ("" if summary.ended else summary.working_on)
            for run_id, end in summary.runs.items():
                if run_id in mine and end.state in {"DONE", "FAILED"}:
                    ended.add(run_id)
                elif run_id in mine and end.state == "REFUSED":
                    refused[run_id] = end.message
        now = replace(
            known,
            host=host,
            working_on=working_on if working_on in mine else "",
            ended=tuple(sorted(ended)),
            refused=tuple(sorted(refused.items())),
            # What was looked at while it was computed anew says nothing about how it came out.
            damaged=tuple(each for each in known.damaged if each[0] not in ended - {*known.ended}),
        )
        self._put(now)
        return now != known

    def note_fetch(self, report: FetchReport) -> None:
        """Record that files of tasks that are over were looked through, and what was wrong."""
        for attempt in self.record.attempts:
            for task, runs in enumerate(attempt.tasks):
                known = self._standing(attempt.number, task)
                now = replace(
                    known,
                    damaged=_with_reasons(known.damaged, report.refused, runs),
                    failed=_with_reasons(known.failed, report.unfinished, runs),
                    is_searched=known.is_over,
                )
                if now != known:
                    self._put(now)

    def read_last_words(self, connection: Connection, scheduler: Scheduler) -> None:
        """Find out which tasks were killed for their memory: without cgroups only logs tell."""
        for standing in list(self.standings.values()):
            attempt, row = self.record.attempt(standing.attempt), standing.row
            if row is None or row.state is not JobState.FAILED:
                continue
            if standing.is_searched or standing.host or not attempt.job_id:
                continue
            paths, job_id, task = self.record.paths(attempt.number), attempt.job_id, standing.task
            token = self.record.job_name(attempt.number)
            name = scheduler.output_name(token, job_id, task, len(attempt.tasks))
            for path in dict.fromkeys((paths.log(job_id, task), paths.output(name))):
                with contextlib.suppress(RemoteFileError):
                    if _MEMORY.search(connection.read(path, 0, _LAST_WORDS_B)):
                        self._put(replace(standing, lacked_memory=True))

    def has_begun(self, attempt: int, task: int) -> bool:
        """Tell whether a task may have written anything."""
        row = self._standing(attempt, task).row
        return row is not None and row.state is not JobState.PENDING

    def unfinished(self, attempt: AttemptRecord, landed: set[str]) -> list[int]:
        """Return the tasks of an attempt some of whose runs are not here."""
        return [
            task
            for task, runs in enumerate(attempt.tasks)
            if attempt.job_id and not landed.issuperset(runs)
        ]

    def at_work(self) -> dict[str, RunPlace]:
        """Return the runs that tasks are at, and where."""
        return {
            standing.working_on: self.place(standing)
            for standing in self.standings.values()
            if standing.working_on and not standing.is_over
        }

    def fetchable(self, landed: set[str], *, again: bool = False) -> list[Fetchable]:
        """Return the runs that are finished, or may be as their task is over.

        ``again`` asks also for those whose files were refused.
        """
        found: dict[str, Fetchable] = {}
        for attempt in self.record.attempts:
            for task in self.unfinished(attempt, landed):
                standing = self._standing(attempt.number, task)
                place = self.place(standing)
                for run_id in attempt.tasks[task]:
                    is_told = run_id in standing.ended
                    is_open = standing.is_over and not standing.is_searched
                    is_bad = run_id in dict(standing.refused + standing.damaged) and not again
                    if run_id not in landed and (is_told or is_open) and not is_bad:
                        found[run_id] = Fetchable(run_id=run_id, place=place, is_told=is_told)
        return list(found.values())

    def place(self, standing: TaskStanding) -> RunPlace:
        """Return where the runs of a task are computed."""
        attempt = self.record.attempt(standing.attempt)
        node = standing.host or (standing.row.node if standing.row is not None else "")
        return RunPlace(
            cluster=self.record.cluster,
            host=self.record.host,
            token=self.record.token,
            task=standing.task,
            job_id=f"{attempt.job_id}_{standing.task}",
            node=node,
            engine=self.record.engine,
            submitted_s=attempt.changed_s,
        )

    def _standing(self, attempt: int, task: int) -> TaskStanding:
        key = (attempt, task)
        return self.standings.get(key) or TaskStanding(attempt=attempt, task=task)

    def _put(self, standing: TaskStanding) -> None:
        self.standings[standing.attempt, standing.task] = standing


def _with_reasons(
    known: Sequence[tuple[str, str]], told: Sequence[RefusedRun], runs: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Return reasons with those of runs of a task that were told now."""
    mine = {each.run_id: each.reason for each in told if each.run_id in runs}
    return tuple(sorted({**dict(known), **mine}.items()))


def _with_history(row: JobRow, known: JobRow | None) -> JobRow:
    """Return a row with what was known before where nobody knows the job any more."""
    if row.state is JobState.GONE and known is not None:
        return replace(known, state=JobState.GONE, source=row.source)
    return row


def _with_row(known: TaskStanding, row: JobRow, now_s: float) -> TaskStanding:
    """Return a standing with what the scheduler said now."""
    before = known.row
    if row.is_ended and before is not None and before.is_ended and known.known_s is not None:
        if now_s - known.known_s > LATE_ACCOUNT_S:
            return replace(known, row=replace(row, state=JobState.GONE), known_s=now_s)
        # How long it is waited for, counts from the first word of its end.
        return replace(known, row=row)
    return replace(known, row=row, known_s=now_s)
