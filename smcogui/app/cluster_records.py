"""What was submitted, on this disk: written before anything is sent, so that nothing is lost.

``PROJECT/submissions/TOKEN/`` holds ``record.json`` (what was submitted where, and how far that
got), ``attempt-01.tasks.json`` (the very file that was sent) and ``states.json`` (what the
scheduler said last). Which runs are here, the run folders tell.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

from smcogui.data.exporters import file_to_write, write_file
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.cluster.job import JobRow  # noqa: TC001  (pydantic asks for it)
from smcogui.runs.cluster.scheduler import SchedulerKey  # noqa: TC001  (pydantic asks for it)
from smcogui.runs.cluster.task import SubmissionPaths, TaskFile, attempt_token
from smcogui.runs.folder import folder_error
from smcogui.runs.lock import FolderLock

if TYPE_CHECKING:
    from pathlib import Path

SUBMISSIONS_FOLDER: Final = "submissions"
RECORD_FILE: Final = "record.json"
STATES_FILE: Final = "states.json"
FORMAT_VERSION: Final = 1
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
_LOG = logging.getLogger(__name__)


class Stage(StrEnum):
    """How far an attempt got."""

    PREPARED = "PREPARED"
    """Recorded; nothing was submitted."""
    SENT = "SENT"
    """It was about to be submitted: the scheduler may know the job, and is asked first."""
    SUBMITTED = "SUBMITTED"
    """The scheduler gave it an id."""
    REFUSED = "REFUSED"
    """The scheduler does not take it."""


UNSETTLED: Final = frozenset({Stage.PREPARED, Stage.SENT})
"""Stages of an attempt that a program may be submitting right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedRun:
    """A run of a submission; campaign and key are empty where it is for none."""

    run_id: str
    name: str
    campaign: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One job array of a submission.

    Parameters
    ----------
    number : int
        From 1.
    tasks : tuple of tuple of str
        Ids of the runs of each task.
    stage : Stage
    job_id : str
        Of the array; empty before it is known.
    changed_s : float
        When the stage began, in seconds since 1970.
    time_limit_min, memory_MB, cpus, gpus : int
        What each task asked for.
    chunk : int
    remedies : tuple of str
        What was changed against the attempt before, in words.
    failure : str
        Why it was refused.
    cancelled : tuple of int
        Tasks that somebody cancelled.
    """

    number: int
    tasks: tuple[tuple[str, ...], ...]
    stage: Stage = Stage.PREPARED
    job_id: str = ""
    changed_s: float = 0.0
    time_limit_min: int = 0
    memory_MB: int = 0
    cpus: int = 1
    gpus: int = 0
    chunk: int = 1
    remedies: tuple[str, ...] = ()
    failure: str = ""
    cancelled: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRecord:
    """A submission.

    Parameters
    ----------
    token : str
    cluster : str
        Name of the profile.
    host : str
    folder : str
        Absolute, on the cluster.
    engine : str
    title : str
    created_s : float
        Seconds since 1970.
    runs : tuple of SubmittedRun
    attempts : tuple of AttemptRecord
    is_cancelled : bool
        Whether somebody cancelled all of it.
    is_cleaned : bool
        Whether its folder on the cluster is gone.
    scheduler : str
        Key of the scheduler that it was submitted to.
    """

    token: str
    cluster: str
    host: str
    folder: str
    engine: str
    title: str
    created_s: float
    runs: tuple[SubmittedRun, ...]
    attempts: tuple[AttemptRecord, ...] = ()
    is_cancelled: bool = False
    is_cleaned: bool = False
    scheduler: SchedulerKey = "slurm"

    @property
    def last(self) -> AttemptRecord:
        """The latest attempt."""
        return self.attempts[-1]

    def paths(self, attempt: int) -> SubmissionPaths:
        """Return where the files of an attempt lie on the cluster."""
        return SubmissionPaths(folder=self.folder, attempt=attempt)

    def job_name(self, attempt: int) -> str:
        """Return the name of the array of an attempt."""
        return attempt_token(self.token, attempt)

    def with_attempt(self, attempt: AttemptRecord) -> SubmissionRecord:
        """Return it with an attempt added, or in the place of the one of its number."""
        others = tuple(each for each in self.attempts if each.number != attempt.number)
        ordered = sorted((*others, attempt), key=lambda each: each.number)
        return replace(self, attempts=tuple(ordered))

    def attempt(self, number: int) -> AttemptRecord:
        """Return an attempt by its number."""
        return next(each for each in self.attempts if each.number == number)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStanding:
    """What is known of one task of an attempt.

    Parameters
    ----------
    attempt, task : int
    row : JobRow, optional
        What the scheduler said last.
    known_s : float, optional
        When, in seconds since 1970.
    host : str
        The node, as the task says.
    working_on : str
        Id of the run at work.
    ended : tuple of str
        Ids of its runs that ended there, as the task says.
    refused : tuple of tuple of str
        Ids and reasons of runs that were refused there.
    damaged : tuple of tuple of str
        Ids and reasons of runs whose files were refused here.
    failed : tuple of tuple of str
        Ids and reasons of runs whose solver ended early there, and that can go on.
    lacked_memory : bool
        Whether its log says so, where the scheduler says only that it was killed.
    is_searched : bool
        Whether its files were looked through after its end, for runs that it did not name.
    """

    attempt: int
    task: int
    row: JobRow | None = None
    known_s: float | None = None
    host: str = ""
    working_on: str = ""
    ended: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    lacked_memory: bool = False
    is_searched: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the scheduler will do nothing more for it."""
        return self.row is not None and self.row.state.is_over


Standings = dict[tuple[int, int], TaskStanding]
"""By attempt and task."""


class SubmissionStore:
    """The submissions of a project.

    Parameters
    ----------
    folder : Path
        ``PROJECT/submissions``; need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[Path, tuple[int, SubmissionRecord]] = {}
        self._stood: dict[Path, tuple[tuple[int, ...], Standings]] = {}

    def tokens(self) -> list[str]:
        """Return the tokens of all submissions."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{RECORD_FILE}"))

    def records(self) -> tuple[list[SubmissionRecord], list[str]]:
        """Return all submissions, the newest first, and what is wrong with others, in sentences."""
        found, troubles = [], []
        for token in self.tokens():
            try:
                found.append(self.load(token))
            except RunFolderError as error:
                troubles.append(error.message)
            except InputError:
                # Forgotten since it was listed.
                continue
        return sorted(found, key=lambda record: record.created_s, reverse=True), troubles

    def load(self, token: str) -> SubmissionRecord:
        """Return a submission.

        Raises
        ------
        InputError
            If there is none of that token.
        RunFolderError
            If its record is damaged.
        """
        path = self.place(token) / RECORD_FILE
        try:
            modified_ns = path.stat().st_mtime_ns
            known = self._read.get(path)
            if known is None or known[0] != modified_ns:
                known = (modified_ns, _parse(path))
                self._read[path] = known
        except FileNotFoundError as error:
            tokens = ", ".join(self.tokens()) or "none yet"
            raise InputError(
                f"the project has no submission {token!r}; it has {tokens}",
                key="token",
                given=token,
                allowed=tokens,
            ) from error
        return known[1]

    def save(self, record: SubmissionRecord) -> SubmissionRecord:
        """Write a submission; return it."""
        path = self.place(record.token) / RECORD_FILE
        content = _records().dump_json(record, indent=1)
        with file_to_write(path):
            write_file(path, b'{"format_version": %d, "record": %b}' % (FORMAT_VERSION, content))
        return record

    def remove(self, token: str) -> None:
        """Forget a submission; its runs are not touched.

        Raises
        ------
        FolderInUseError
            If another program is at it.
        RunFolderError
            If the folder cannot be written.
        """
        place = self.place(token)
        try:
            with FolderLock(place):
                # Without it the rest is no submission.
                (place / RECORD_FILE).unlink()
            shutil.rmtree(place)
        except OSError as error:
            raise folder_error(place, error) from error
        self._read.pop(place / RECORD_FILE, None)
        self._stood.pop(place / STATES_FILE, None)

    def save_tasks(self, token: str, attempt: int, content: bytes) -> None:
        """Keep the task file of an attempt as it is sent."""
        path = self.place(token) / f"attempt-{attempt:02d}.tasks.json"
        with file_to_write(path):
            write_file(path, content)

    def tasks(self, token: str, attempt: int) -> TaskFile:
        """Return the task file of an attempt; raises RunFolderError where it is damaged."""
        path = self.place(token) / f"attempt-{attempt:02d}.tasks.json"
        try:
            return TaskFile.from_json(path.read_bytes())
        except FileNotFoundError as error:
            raise RunFolderError(
                f"{path} is missing; submit the runs anew", key="token", given=token
            ) from error

    def standings(self, token: str) -> Standings:
        """Return what was known last of the tasks of a submission; empty where that is lost."""
        path = self.place(token) / STATES_FILE
        try:
            entry = path.stat()
            signature = (entry.st_mtime_ns, entry.st_size, entry.st_ino)
            known = self._stood.get(path)
            if known is None or known[0] != signature:
                told = _standings().validate_json(path.read_bytes())
                known = (signature, {(each.attempt, each.task): each for each in told})
                self._stood[path] = known
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            # Asked again at the next look.
            _LOG.warning("states of %s are read again: %s", token, error)
            return {}
        return dict(known[1])

    def save_standings(self, token: str, standings: Standings) -> None:
        """Keep what is known of the tasks of a submission."""
        path = self.place(token) / STATES_FILE
        with file_to_write(path):
            write_file(path, _standings().dump_json(list(standings.values())))

    def place(self, token: str) -> Path:
        """Return the folder of a submission here."""
        if not _TOKEN.fullmatch(token):
            raise InputError(
                f"{token!r} is no token of a submission",
                key="token",
                given=repr(token),
                allowed="1 to 64 letters, digits and . _ -",
            )
        return self.folder / token


def _parse(path: Path) -> SubmissionRecord:
    try:
        data = json.loads(path.read_bytes())
        if data["format_version"] != FORMAT_VERSION:
            raise ValueError(f"its format_version is not {FORMAT_VERSION}")
        return _records().validate_python(data["record"])
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunFolderError(
            f"{path} is damaged ({str(error).splitlines()[0]}). Its finished runs are in the "
            "project; jobs on the cluster go on, and are named after the folder of this file",
            key="token",
            given=path.parent.name,
        ) from error


@cache
def _records() -> TypeAdapter[SubmissionRecord]:
    """Return what reads a record; making it takes longer than reading."""
    return TypeAdapter(SubmissionRecord)


@cache
def _standings() -> TypeAdapter[list[TaskStanding]]:
    return TypeAdapter(list[TaskStanding])
