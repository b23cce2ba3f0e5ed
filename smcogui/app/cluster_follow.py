"""One look at a cluster: what the scheduler says, what tasks say, what grows, what is finished."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from smcogui.app.cluster_book import Book
from smcogui.app.cluster_fetch import fetch_runs
from smcogui.app.cluster_mirror import Mirror
from smcogui.app.cluster_records import Stage
from smcogui.app.cluster_states import ask_states
from smcogui.app.cluster_submit import is_claimed_by, release_run
from smcogui.app.cluster_views import FetchReport
from smcogui.app.jobs import no_progress
from smcogui.errors import FolderInUseError, RemoteFileError, SubmitRefusedError
from smcogui.runs.cluster.task import STATE_FOLDER, TaskSummary
from smcogui.runs.folder import CANCEL_FILE, RUNS_FOLDER
from smcogui.runs.lock import FolderLock
from smcogui.runs.record import STOPPED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from smcogui.app.cluster_records import SubmissionRecord, SubmissionStore
    from smcogui.app.cluster_standings import RunStates
    from smcogui.app.cluster_submit import Submitter
    from smcogui.app.jobs import ReportProgress
    from smcogui.runs.cluster.remote import Connection
    from smcogui.runs.cluster.scheduler import Scheduler

INCOMING: Final = "incoming"
_MOST_SUMMARIES_B: Final = 64_000_000


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
        self._runs_folder = project / RUNS_FOLDER
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
            books = [Book(each, self._store.standings(each.token)) for each in settled]
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

    def _read_summaries(self, book: Book, connection: Connection) -> bool:
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

    def _stop_unwanted(self, book: Book, connection: Connection) -> bool:
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

    def _copy_growing(self, book: Book, connection: Connection) -> bool:
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
        book: Book,
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
            book.record.paths(1).runs_folder,
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


def _summary(path: Path) -> TaskSummary | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return TaskSummary.from_json(content)
