"""Jobs as a scheduler tells of them: where each task of an array stands, and why it waits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    """Where one task of a job array stands."""

    PENDING = "PENDING"
    """Waits; :attr:`JobRow.reason` says for what."""
    RUNNING = "RUNNING"
    SUSPENDED = "SUSPENDED"
    """Was begun and is held by the scheduler; it goes on by itself."""
    COMPLETING = "COMPLETING"
    """Its processes are being ended; how it ended is not told yet."""
    COMPLETED = "COMPLETED"
    """Ended with exit code 0."""
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMEOUT = "TIMEOUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    NODE_FAIL = "NODE_FAIL"
    PREEMPTED = "PREEMPTED"
    GONE = "GONE"
    """The scheduler does not know it any more: only its result files tell how it ended."""
    UNKNOWN = "UNKNOWN"
    """A word that this program does not know, in :attr:`JobRow.told`; taken as not over."""

    @property
    def is_over(self) -> bool:
        """Whether the scheduler will do nothing more for it."""
        return self in _OVER

    @property
    def words(self) -> str:
        """The state as it is said to people."""
        return _WORDS[self]


_OVER: Final = frozenset(
    {
        *(JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED, JobState.TIMEOUT),
        *(JobState.OUT_OF_MEMORY, JobState.NODE_FAIL, JobState.PREEMPTED, JobState.GONE),
    }
)
_WORDS: Final = {
    JobState.PENDING: "waiting",
    JobState.RUNNING: "running",
    JobState.SUSPENDED: "held in the middle",
    JobState.COMPLETING: "ending",
    JobState.COMPLETED: "ended",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
    JobState.TIMEOUT: "out of time",
    JobState.OUT_OF_MEMORY: "out of memory",
    JobState.NODE_FAIL: "its node failed",
    JobState.PREEMPTED: "displaced by another job",
    JobState.GONE: "no longer known to the scheduler",
    JobState.UNKNOWN: "in a state that this program does not know",
}


class Source(StrEnum):
    """Who said where a job stands; the later ones are asked where the earlier ones know nothing."""

    QUEUE = "queue"
    ACCOUNTING = "accounting"
    CONTROLLER = "controller"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One task of a job array as the scheduler tells it.

    Parameters
    ----------
    job_id : str
        Digits; of the whole array.
    task : int or None
        Index in the array; None for a job without one.
    name : str
        Name of the job: our token. Job ids are used again, tokens are not.
    state : JobState
    told : str
        The state as the scheduler said it.
    reason : str
        Its word for why the task waits or failed.
    exit_code, signal : int, optional
        How the job script ended.
    node : str
    elapsed_s, limit_s : int, optional
        Wall time so far and at most.
    starts_at : str
        When it began or is expected to begin, in the cluster's own time; empty where not known.
    cpus, gpus : int
        What it holds.
    memory_MB, peak_memory_MB : float, optional
        What it asked for, and what was measured.
    restarts : int
        How often the scheduler began it again under the same id.
    is_ended : bool
        Whether it is over for sure, though nobody tells yet how.
    source : Source
    """

    job_id: str
    task: int | None = None
    name: str = ""
    state: JobState = JobState.UNKNOWN
    told: str = ""
    reason: str = ""
    exit_code: int | None = None
    signal: int | None = None
    node: str = ""
    elapsed_s: int | None = None
    limit_s: int | None = None
    starts_at: str = ""
    cpus: int = 0
    gpus: int = 0
    memory_MB: float | None = None
    peak_memory_MB: float | None = None
    restarts: int = 0
    is_ended: bool = False
    source: Source = Source.QUEUE

    @property
    def key(self) -> tuple[str, int | None]:
        """What names the task: the array's id and the index."""
        return self.job_id, self.task

    @property
    def label(self) -> str:
        """The task as this program calls it under any scheduler: ``4711_3``."""
        return self.job_id if self.task is None else f"{self.job_id}_{self.task}"

    @property
    def gpu_h(self) -> float:
        """GPU hours so far."""
        return self.gpus * (self.elapsed_s or 0) / 3600

    @property
    def cpu_h(self) -> float:
        """Core hours so far."""
        return self.cpus * (self.elapsed_s or 0) / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReason:
    """Why a task waits.

    Parameters
    ----------
    code : str
        The scheduler's word.
    words : str
        A sentence.
    never_clears : bool
        Whether it waits for ever unless somebody does something.
    advice : str
        What to do then; empty where waiting is right.
    """

    code: str
    words: str
    never_clears: bool = False
    advice: str = ""
