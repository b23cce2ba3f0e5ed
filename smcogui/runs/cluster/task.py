"""The files of a submission on the cluster: which runs each task of the array does, and where.

::

    SCRATCH/smco-0123456789abcdef/     one submission; nobody guesses its name, 0700
        .smco-studio-folder            our marker: without it nothing here is ever removed
        runs/RUN_ID/                   run folders as on this machine, shared by all attempts
        attempt-01/                    one job array
            job.sh tasks.json owner
            logs/JOB_TASK.log
            state/TASK.heartbeat.json  while it works
            state/TASK.summary.json    at its end

Every file that a task writes is written as ``.tmp`` and renamed, except for logs and events, which
grow.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import InputError, RunFolderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT_VERSION: Final = 1
LARGEST_CHUNK: Final = 50
"""More runs in one task and a time limit or a dead node costs too much."""
TASKS_FILE: Final = "tasks.json"
SCRIPT_FILE: Final = "job.sh"
OWNER_FILE: Final = "owner"
LOGS_FOLDER: Final = "logs"
STATE_FOLDER: Final = "state"
RUNS_FOLDER: Final = "runs"
MOST_SUMMARY_BYTES: Final = 1 << 20

_RUN_ID: Final = re.compile(r"[0-9a-f]{16}")
_TOKEN_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """One run of a task.

    Parameters
    ----------
    run_id : str
        What it must come out as there: the same problem, the same solver.
    design : str
        Text of a design file; empty where the run folder was copied as it is.
    options : mapping
        Solver options that no design file has.
    keeps_states : bool
        Whether magnetisations are stored.
    anew : bool
        Whether what lies there of an earlier attempt is damaged: it is set aside.
    """

    run_id: str
    design: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    keeps_states: bool = False
    anew: bool = False

    def __post_init__(self) -> None:
        check_run_id(self.run_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """What ``tasks.json`` says: the engine, and the runs of each task of the array.

    Parameters
    ----------
    engine : {"builtin", "builtin_gpu", "mumax3"}
    tasks : tuple of tuple of TaskRun
    """

    engine: str
    tasks: tuple[tuple[TaskRun, ...], ...]

    def to_json(self) -> bytes:
        """Return the content of the file."""
        return json.dumps({"format_version": FORMAT_VERSION, **asdict(self)}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> TaskFile:
        """Read the content of the file.

        Raises
        ------
        RunFolderError
            If it is none, or of another version of the program.
        """
        try:
            data = json.loads(content)
            if data["format_version"] != FORMAT_VERSION:
                raise RunFolderError(
                    f"{TASKS_FILE} has format_version {data['format_version']!r}; "
                    f"this program reads {FORMAT_VERSION}",
                    key="format_version",
                    given=repr(data["format_version"]),
                    allowed=str(FORMAT_VERSION),
                )
            tasks = tuple(tuple(TaskRun(**run) for run in task) for task in data["tasks"])
            return cls(engine=str(data["engine"]), tasks=tasks)
        except (ValueError, KeyError, TypeError, InputError, RecursionError) as error:
            raise RunFolderError(f"{TASKS_FILE} is damaged ({error}); submit again") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How one run of a task ended: a state of :class:`~smcogui.runs.state.RunState` or REFUSED."""

    state: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSummary:
    """What a task leaves behind, and with ``ended`` empty what it tells while it works.

    Parameters
    ----------
    task : int
    time_s : float
        Seconds since 1970, by the clock of the node.
    host : str
    ended : {"", "done", "stopped", "failed"}
        ``stopped`` where a signal came first; what was done is kept.
    signal : str
        Its name: SIGUSR1 comes before the time limit.
    runs : mapping
        How the runs ended, by id; those that were not begun are missing.
    working_on : str
        Id of the run at work.
    """

    task: int
    time_s: float
    host: str = ""
    ended: str = ""
    signal: str = ""
    runs: Mapping[str, RunEnd] = field(default_factory=dict)
    working_on: str = ""

    def to_json(self) -> bytes:
        """Return the content of the file."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, content: bytes) -> TaskSummary | None:
        """Read a summary or heartbeat that came from a cluster; None where it is none."""
        if len(content) > MOST_SUMMARY_BYTES:
            return None
        try:
            data = json.loads(content)
            runs = {
                str(run_id): RunEnd(state=str(end["state"]), message=str(end["message"])[:2000])
                for run_id, end in data["runs"].items()
                if _RUN_ID.fullmatch(run_id)
            }
            return cls(
                task=int(data["task"]),
                time_s=float(data["time_s"]),
                host=str(data["host"])[:256],
                ended=str(data["ended"])[:16],
                signal=str(data["signal"])[:16],
                runs=runs,
                working_on=str(data["working_on"])[:16],
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None


# --- names on the cluster --------------------------------------------------------------------


def new_token() -> str:
    """Return a name for a submission that nobody can guess and no other one has."""
    return f"smco-{secrets.token_hex(_TOKEN_BYTES)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPaths:
    """Where the files of one attempt lie on the cluster, as absolute POSIX paths."""

    folder: str
    """Of the submission."""
    attempt: int = 1

    @property
    def attempt_folder(self) -> str:
        """Folder of the job array."""
        return f"{self.folder}/attempt-{self.attempt:02d}"

    @property
    def tasks_file(self) -> str:
        """Which runs each task does."""
        return f"{self.attempt_folder}/{TASKS_FILE}"

    @property
    def script(self) -> str:
        """The job script."""
        return f"{self.attempt_folder}/{SCRIPT_FILE}"

    @property
    def owner(self) -> str:
        """File with the id of the array that does the work."""
        return f"{self.attempt_folder}/{OWNER_FILE}"

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that must be there before the array is submitted, outer ones first."""
        attempt = self.attempt_folder
        inner = (f"{attempt}/{LOGS_FOLDER}", f"{attempt}/{STATE_FOLDER}")
        return (self.folder, self.runs_folder, attempt, *inner)

    @property
    def runs_folder(self) -> str:
        """Folder of the run folders, which all attempts share."""
        return f"{self.folder}/{RUNS_FOLDER}"

    def run(self, run_id: str) -> str:
        """Return the folder of a run."""
        return f"{self.runs_folder}/{check_run_id(run_id)}"

    def log(self, job_id: str, task: int) -> str:
        """Return the log of a task."""
        return self.output(f"{job_id}_{task}.log")

    def output(self, name: str) -> str:
        """Return a file of that name among the logs."""
        return f"{self.attempt_folder}/{LOGS_FOLDER}/{name}"

    def summary(self, task: int) -> str:
        """Return what a task says at its end."""
        return f"{self.attempt_folder}/{STATE_FOLDER}/{task}.summary.json"

    def heartbeat(self, task: int) -> str:
        """Return what a task says while it works."""
        return f"{self.attempt_folder}/{STATE_FOLDER}/{task}.heartbeat.json"


def submission_folder(scratch: str, token: str) -> str:
    """Return the folder of a submission below the profile's scratch folder, which is absolute."""
    return str(PurePosixPath(scratch) / token)


def attempt_token(token: str, attempt: int) -> str:
    """Return the name of the job array of an attempt."""
    return f"{token}-a{attempt}"


def check_run_id(run_id: str) -> str:
    """Return the id of a run, or refuse it: it becomes the name of a folder."""
    if not _RUN_ID.fullmatch(run_id):
        raise InputError(
            f"{run_id!r} is no id of a run; one has 16 hexadecimal digits",
            key="run_id",
            given=repr(run_id),
            allowed="16 hexadecimal digits",
        )
    return run_id


# --- planning --------------------------------------------------------------------------------


def split_evenly(runs: Sequence[TaskRun], chunk: int) -> tuple[tuple[TaskRun, ...], ...]:
    """Return the runs in tasks of nearly the same size, at least ``chunk`` where there are enough.

    With a chunk of 25 to 50 each task has 25 to 50 runs, and a single one if there are fewer. With
    a smaller chunk, as after a time limit, tasks are at most twice as large.
    """
    if not 1 <= chunk <= 1000:
        raise InputError(
            f"{chunk} runs per task given; allowed is a whole number from 1 to 1000",
            key="chunk",
            given=str(chunk),
            allowed="1 to 1000",
        )
    if not runs:
        return ()
    largest = max(chunk, LARGEST_CHUNK)
    count = max(1, len(runs) // chunk, -(-len(runs) // largest))
    each, more = divmod(len(runs), count)
    tasks, begin = [], 0
    for number in range(count):
        end = begin + each + (1 if number < more else 0)
        tasks.append(tuple(runs[begin:end]))
        begin = end
    return tuple(tasks)
