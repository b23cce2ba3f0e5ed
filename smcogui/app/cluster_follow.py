"""One look at a cluster: what the scheduler says, what tasks say, what grows, what is finished."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_fetch import Fetchable, fetch_runs
from smcogui.app.cluster_mirror import Mirror
from smcogui.app.cluster_records import Stage, TaskStanding
from smcogui.app.cluster_states import OpenJob, ask_states
from smcogui.app.cluster_submit import is_claimed_by, release_run
from smcogui.app.cluster_views import FetchReport
from smcogui.app.jobs import no_progress
from smcogui.errors import FolderInUseError, RemoteFileError, SubmitRefusedError
from smcogui.runs.cluster.job import JobState
from smcogui.runs.cluster.task import STATE_FOLDER, TaskSummary
from smcogui.runs.folder import CANCEL_FILE
from smcogui.runs.lock import FolderLock
from smcogui.runs.place import RunPlace
from smcogui.runs.record import STOPPED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from smcogui.app.cluster_records import (
        AttemptRecord,
        Standings,
        SubmissionRecord,
        SubmissionStore,
    )
    from smcogui.app.cluster_standings import RunStates
    from smcogui.app.cluster_submit import Submitter
    from smcogui.app.cluster_views import RefusedRun
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.job import JobRow
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler

INCOMING: Final = "incoming"
_MOST_SUMMARIES_B: Final = 64_000_000
_LAST_WORDS_B: Final = 16_384
_LATE_ACCOUNT_S: Final = 180.0
"""Accounts are written late, and of a job that never began there is none."""
_MEMORY: Final = re.compile(rb"memory limit|out of memory|oom.kill|MemoryError", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at a cluster found.

    Parameters
    ----------
    is_news : bool
        Whether anything had changed.
    report : FetchReport
        What was brought.
    skipped : tuple of str
        Tokens that another process is at.
    """

    is_news: bool = False
    report: FetchReport = field(default_factory=FetchReport)
    skipped: tuple[str, ...] = ()


class Follower:
    """Follows the submissions of a project; for one thread at a time.

    Parameters
    ----------
    project : Path
    store : SubmissionStore
    submitter : Submitter
    states : RunStates
    """

    def __init__(
        self, project: Path, store: SubmissionStore, submitter: Submitter, states: RunStates
    ) -> None:
        self._runs_folder = project / "runs"
        self._store, self._submitter, self._states = store, submitter, states
        self._mirror = Mirror()

    def look(
        self,
        records: Sequence[SubmissionRecord],
        connection: Connection,
        scheduler: Scheduler,
        progress: ReportProgress = no_progress,
        should_stop: Callable[[], bool] = lambda: False,
        *,
        again: bool = False,
        patience_s: float = 0.0,
    ) -> Look:
        """Bring what is known of submissions to one cluster up to date, and fetch what is done.

        ``again`` fetches also what was refused before; ``patience_s`` is how long another program
        that looks at a submission is waited for, which is skipped then.

        Raises
        ------
        LostContactError, SchedulerDownError
            If nobody answers; what was found out before is kept.
        """
        with contextlib.ExitStack() as stack:
            held, skipped = [], []
            for record in records:
                try:
                    stack.enter_context(
                        FolderLock(self._store.place(record.token), patience_s=patience_s)
                    )
                    held.append(record)
                except FolderInUseError:
                    skipped.append(record.token)
            settled = [self._settled(each, connection, scheduler) for each in held]
            books = [_Book(each, self._store.standings(each.token)) for each in settled]
            rows = ask_states(connection, scheduler, [job for book in books for job in book.jobs()])
            report, is_news = FetchReport(), settled != held
            for number, book in enumerate(books):
                try:
                    is_news |= book.take(rows, time.time())
                    is_news |= self._read_summaries(book, connection)
                    book.read_last_words(connection, scheduler)
                    is_news |= self._stop_unwanted(book, connection)
                    is_news |= self._copy_growing(book, connection)
                    report += self._fetch(book, connection, progress, should_stop, again=again)
                finally:
                    self._store.save_standings(book.record.token, book.standings)
                progress((number + 1) / len(books), "")
        is_news |= bool(report.fetched)
        return Look(is_news=is_news, report=report, skipped=tuple(skipped))

    def _settled(
        self, record: SubmissionRecord, connection: Connection, scheduler: Scheduler
    ) -> SubmissionRecord:
        """Find out about attempts of which nobody knows whether they were submitted."""
        for attempt in record.attempts:
            if attempt.stage is Stage.SENT and not record.is_cancelled:
                with contextlib.suppress(SubmitRefusedError):
                    # The record says it.
                    record = self._submitter.settle(record, attempt.number, connection, scheduler)
        return self._store.load(record.token)

    def _read_summaries(self, book: _Book, connection: Connection) -> bool:
        """Read what tasks say of themselves, all of an attempt as one stream."""
        is_news = False
        for attempt in book.record.attempts:
            tasks = [
                task
                for task in book.unfinished(attempt, self._states.landed(book.record))
                if book.has_begun(attempt.number, task)
            ]
            if not tasks:
                continue
            kinds = ("summary", "heartbeat")
            names = [f"{STATE_FOLDER}/{task}.{kind}.json" for task in tasks for kind in kinds]
            folder = book.record.paths(attempt.number).attempt_folder
            into = self._store.place(book.record.token) / f"attempt-{attempt.number:02d}"
            with contextlib.suppress(RemoteFileError):
                connection.fetch_tar(folder, names, into, most_bytes=_MOST_SUMMARIES_B)
            for task in tasks:
                told = [_summary(into / STATE_FOLDER / f"{task}.{kind}.json") for kind in kinds]
                is_news |= book.note(attempt.number, task, told)
        return is_news

    def _stop_unwanted(self, book: _Book, connection: Connection) -> bool:
        """Stop single runs that somebody asked to stop here."""
        is_news = False
        for run in book.record.runs:
            folder = self._runs_folder / run.run_id
            if not (folder / CANCEL_FILE).exists():
                continue
            if not is_claimed_by(folder, book.record.token):
                continue
            if run.run_id in book.at_work():
                path = book.record.paths(1).run(run.run_id)
                connection.write(f"{path}/{CANCEL_FILE}", b"")
            (folder / CANCEL_FILE).unlink(missing_ok=True)
            release_run(folder, book.record.token, STOPPED)
            is_news = True
        return is_news

    def _copy_growing(self, book: _Book, connection: Connection) -> bool:
        """Copy the events of runs at work."""
        is_news = False
        for run_id, place in book.at_work().items():
            folder = self._runs_folder / run_id
            if is_claimed_by(folder, book.record.token):
                remote = book.record.paths(1).run(run_id)
                is_news |= self._mirror.copy(connection, remote, folder, place)
        return is_news

    def _fetch(
        self,
        book: _Book,
        connection: Connection,
        progress: ReportProgress,
        should_stop: Callable[[], bool],
        *,
        again: bool,
    ) -> FetchReport:
        landed, given_up = self._states.split(book.record)
        wanted = [
            each
            for each in book.fetchable(landed, again=again)
            if is_claimed_by(self._runs_folder / each.run_id, book.record.token)
        ]
        report = fetch_runs(
            connection,
            f"{book.record.folder}/runs",
            wanted,
            project_runs=self._runs_folder,
            incoming=self._store.place(book.record.token) / INCOMING,
            progress=progress,
            should_stop=should_stop,
        )
        for run_id in (*report.fetched, *(each.run_id for each in report.refused)):
            # What was refused may be computed anew, in a file that is shorter.
            self._mirror.forget(self._runs_folder / run_id)
        book.note_fetch(report)
        here = landed | given_up | set(report.fetched)
        left = {run.run_id for run in book.record.runs} - here
        return replace(report, left=len(left))


class _Book:
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
        if now_s - known.known_s > _LATE_ACCOUNT_S:
            return replace(known, row=replace(row, state=JobState.GONE), known_s=now_s)
        # How long it is waited for, counts from the first word of its end.
        return replace(known, row=row)
    return replace(known, row=row, known_s=now_s)


def _summary(path: Path) -> TaskSummary | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return TaskSummary.from_json(content)
