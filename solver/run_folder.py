"""A folder in which one problem is solved: lock, events, checkpoint, snapshots.

docs/formats.md describes the files. The folder is the truth: a solve that was killed goes on from
the checkpoint, events after it are cut off and made again.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from solver.errors import (
    FREE_SPACE,
    CancelledError,
    DiskFullError,
    RunFolderError,
    SolverError,
)
from solver.events import (
    Failed,
    FieldStep,
    Finished,
    LogLine,
    SolverEvent,
    Started,
    from_json,
    to_json,
)
from solver.file_lock import lock_stream
from solver.problem import load_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from solver.problem import Problem

EVENTS_FILE: Final = "events.jsonl"
LOCK_FILE: Final = "lock"
SNAPSHOT_FOLDER: Final = "snapshots"
DAMAGED_SUFFIX: Final = ".damaged"
"""Behind the name of a file that is kept although it cannot be read."""


class FolderLock:
    """An exclusive lock on a folder that the system releases when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_FILE
        self._stream: IO[str] | None = None

    def __enter__(self) -> FolderLock:
        stream = self._path.open("a+", encoding="utf-8")
        try:
            lock_stream(stream)
        except OSError as error:
            stream.seek(0)
            owner = stream.read().strip() or "unknown"
            stream.close()
            raise RunFolderError(
                f"{self._path.parent} is in use by process {owner}; wait for it or stop it"
            ) from error
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        self._stream = stream
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()


class EventLog:
    """Appends events to ``events.jsonl``, each complete before the next."""

    def __init__(self, folder: Path) -> None:
        self._stream = (folder / EVENTS_FILE).open("a", encoding="utf-8")

    def write(self, event: SolverEvent) -> None:
        """Append one event and hand it to the system."""
        self._stream.write(to_json(event) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def read_events(folder: Path) -> list[SolverEvent]:
    """Return the complete events of a folder, up to the first line that is damaged.

    A last line without its end is left out, and so is what follows a missing field step.
    """
    return _read_events(folder)[0]


def is_damaged(folder: Path) -> bool:
    """Return whether complete lines of the events cannot be read, or field steps are missing."""
    return not _read_events(folder)[1]


def _read_events(folder: Path) -> tuple[list[SolverEvent], bool]:
    path = folder / EVENTS_FILE
    if not path.exists():
        return [], True
    text = path.read_bytes().decode("utf-8", errors="replace")
    events: list[SolverEvent] = []
    steps = 0
    for line in text[: text.rfind("\n") + 1].split("\n"):
        if not line.strip():
            continue
        try:
            event = from_json(line)
        except (ValueError, TypeError):
            return events, False
        if isinstance(event, FieldStep):
            if event.index != steps:
                return events, False
            steps += 1
        events.append(event)
    return events, True


def keep_damaged_events(folder: Path) -> None:
    """Copy the events of a folder aside before what cannot be read is cut off."""
    events = folder / EVENTS_FILE
    if events.exists():
        shutil.copyfile(events, kept_aside(events))


def kept_aside(path: Path) -> Path:
    """Return the name under which a damaged file is kept."""
    return path.with_name(path.name + DAMAGED_SUFFIX)


def is_finished(folder: Path) -> bool:
    """Return whether the solve in this folder ended well."""
    return any(isinstance(event, Finished) for event in read_events(folder))


def require_same_problem(folder: Path, problem_hash: str, solver: str) -> None:
    """Raise RunFolderError if the folder's events are those of another problem or solver."""
    for event in read_events(folder):
        if not isinstance(event, Started):
            continue
        if event.problem_hash != problem_hash:
            raise RunFolderError(
                f"{folder} holds the run of another problem; choose another folder or remove it"
            )
        if event.solver != solver:
            raise RunFolderError(
                f"{folder} was begun by the solver {event.solver}, and this is {solver}: their "
                "field steps are not mixed; choose another folder or remove it"
            )


@contextmanager
def claimed(folder: Path, solver: str, problem_hash: str) -> Iterator[bool]:
    """Hold a folder for a solver; false where it is finished and left as it is.

    Raises
    ------
    RunFolderError
        If the folder belongs to another problem or solver, is in use, or cannot be written.
    """
    try:
        require_same_problem(folder, problem_hash, solver)
        if is_finished(folder):
            # Before the lock: what is finished may lie where nothing can be written.
            yield False
            return
        with FolderLock(folder):
            # Whoever held the lock before may have finished.
            yield not is_finished(folder)
    except OSError as error:
        raise _folder_error(folder, error) from error


def solve_in_folder(folder: Path, solver: str, go_on: Callable[[Problem, str], None]) -> None:
    """Let a solver go on with ``folder/problem.json``; a finished folder is left as it is.

    Parameters
    ----------
    folder : Path
    solver : str
        Its name in the events.
    go_on : callable
        ``go_on(problem, problem_hash)``, called while the folder is locked.

    Raises
    ------
    SolverError
        Any of :mod:`solver.errors`; all accepted field steps are on disk then.
    """
    problem = load_problem(folder)
    problem_hash = problem.content_hash()
    with claimed(folder, solver, problem_hash) as is_open:
        if is_open:
            go_on(problem, problem_hash)


def _folder_error(folder: Path, error: OSError) -> RunFolderError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(
            f"{folder} cannot be used: its disk is full; {FREE_SPACE} and run it again"
        )
    why = f"{error.strerror or error}; a solve needs a folder that can be written"
    return RunFolderError(f"{folder} cannot be used: {why}")


@contextmanager
def telling(log: EventLog) -> Iterator[None]:
    """Write how a solve ended early as the last event, and close the log."""
    try:
        yield
    except CancelledError as error:
        # Somebody wanted it: nothing to be warned of.
        log.write(LogLine(level="info", message=str(error)))
        raise
    except SolverError as error:
        log.write(Failed(error=type(error).__name__, message=str(error)))
        raise
    finally:
        log.close()


def trim_events(folder: Path, announced: int) -> None:
    """Cut off what was written after the checkpoint: steps beyond it and what followed them."""
    path = folder / EVENTS_FILE
    if not path.exists():
        return
    kept: list[str] = []
    for event in read_events(folder):
        if isinstance(event, FieldStep) and event.index >= announced:
            break
        kept.append(to_json(event) + "\n")
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text("".join(kept), encoding="utf-8")
    temporary.replace(path)
