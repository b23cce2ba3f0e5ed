"""The worker processes of a campaign queue, one per core, each of one thread."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_book import IN_USE, KILLED, TIMED_OUT
from smcogui.runs import children
from smcogui.runs.spec import BUILTIN
from solver.memory import available_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from smcogui.runs.spec import Engine

TIME_LIMIT_S: Final = 6 * 3600.0
"""Wall time of one design, after which its worker is stopped."""
WORKER_MB: Final = 200.0
"""What a worker takes without a mesh: 181 MB were measured on Linux."""
BYTES_PER_CELL: Final = 1500.0
"""Upper bound of what a cell takes: 260 B were measured in 2-D, 500 B in double precision there,
and 1400 B in 3-D."""
RESERVE_MB: Final = 500.0
"""Left to everything else on the machine."""
_PATIENCE_S: Final = 20.0
_GROWING_S: Final = 15.0
_LOG = logging.getLogger(__name__)
UNAVAILABLE: Final = "UNAVAILABLE"
"""What a worker answers that lacks its device."""
STOPPED_ALL: Final = "STOPPED"
"""What it answers where all its jobs had to stop, and no other worker would do better."""
_PROGRAM: Final = ("smcogui.app.campaign_worker", "--campaign-worker")
_ANSWERED: Final = frozenset({"DONE", "FAILED", "CANCELLED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A design that a worker computes; ``begun_s`` on the monotonic clock."""

    campaign: str
    key: str
    folder: Path
    design: str
    options: Mapping[str, Any]
    begun_s: float
    engine: Engine = BUILTIN


@dataclass(slots=True, kw_only=True)
class Worker:
    """A process that computes, and what it has said.

    ``job`` is what it is at, where it takes one at a time.
    """

    process: subprocess.Popen[str]
    listener: threading.Thread
    answers: SimpleQueue[str]
    started_s: float
    job: Job | None = None
    is_timed_out: bool = False

    def read_out(self, job: Job) -> None:
        """Send it a job."""
        line = {
            "folder": str(job.folder),
            "design": job.design,
            "options": dict(job.options),
            "engine": asdict(job.engine),
        }
        stream = self.process.stdin
        try:
            if stream is not None:
                stream.write(json.dumps(line) + "\n")
                stream.flush()
        except OSError:
            # It died between two jobs: collect() finds that out.
            return

    def send_off(self) -> None:
        """Stop its job, and end it: one without a job waits for input and hears no signal."""
        if self.job is not None:
            self.process.terminate()
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def close(self) -> None:
        """Close the pipes of a process that is gone, once all that it wrote is read."""
        self.listener.join(_PATIENCE_S)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class Crew:
    """Worker processes that are started when they are needed, and again when they die.

    Parameters
    ----------
    size : int
        Most workers at once.
    time_limit_s : float
        Wall time after which a job is taken for lost.
    environment : mapping, optional
        Variables that the workers are started with.
    """

    def __init__(
        self,
        size: int,
        *,
        time_limit_s: float = TIME_LIMIT_S,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._size = size
        self._environment = environment
        self._time_limit_s = time_limit_s
        self._workers: list[Worker] = []
        self._news = threading.Event()
        self._told_size = 0

    def wait(self, timeout_s: float) -> None:
        """Wait until a worker says something or ends, at most so long."""
        if self._news.wait(timeout_s):
            self._news.clear()

    def has_room(self, cells: int = 0) -> bool:
        """Whether another job may be given; a new worker for it only where memory is left.

        Parameters
        ----------
        cells : int
            Of a half-cycle of the job.
        """
        if len(self.jobs()) >= self._size:
            return False
        if not self.jobs() or any(worker.job is None for worker in self._workers):
            return True
        return self._memory_allows(cells)

    def _memory_allows(self, cells: int) -> bool:
        free, needed_MB = available_memory(), worker_memory_MB(cells)
        if free is None:
            return True
        free_MB = free / 1e6
        # Those that have just been started do not hold yet what they will.
        now = time.monotonic()
        young = sum(now - worker.started_s < _GROWING_S for worker in self._workers)
        allows = free_MB - young * needed_MB - RESERVE_MB >= needed_MB
        if not allows and self._told_size != len(self._workers):
            self._told_size = len(self._workers)
            _LOG.warning(
                "%d workers instead of %d: %.0f MB of memory are free, and another takes %.0f MB",
                len(self._workers),
                self._size,
                free_MB,
                needed_MB,
            )
        return allows

    def busy(self) -> bool:
        """Whether any job is at work."""
        return bool(self.jobs())

    def jobs(self) -> list[Job]:
        """Return the jobs at work."""
        return [worker.job for worker in self._workers if worker.job is not None]

    def count(self, campaign: str) -> int:
        """Return how many jobs of a campaign are at work."""
        return sum(job.campaign == campaign for job in self.jobs())

    def open(self) -> None:
        """Do nothing: workers are started when they are needed."""

    def give(self, job: Job) -> None:
        """Let a worker compute a job."""
        worker = next((w for w in self._workers if w.job is None), None)
        if worker is None:
            program = children.program(*_PROGRAM)
            worker = start_worker(program, self._news, self._environment)
            self._workers.append(worker)
        worker.job = job
        worker.read_out(job)

    def collect(self) -> list[tuple[Job, str]]:
        """Return the jobs that have ended since the last call, each with why it ended early."""
        ended: list[tuple[Job, str]] = []
        for worker in list(self._workers):
            job = worker.job
            # Asked before the answers are looked at: what it wrote before its end is read.
            is_gone = worker.process.poll() is not None
            if is_gone:
                worker.close()
            if job is not None and not worker.answers.empty():
                answer = json.loads(worker.answers.get())
                worker.job = None
                ended.append((job, told(answer)))
            elif is_gone:
                self._workers.remove(worker)
                if job is not None:
                    ended.append((job, TIMED_OUT if worker.is_timed_out else KILLED))
            elif job is not None and time.monotonic() - job.begun_s > self._time_limit_s:
                worker.is_timed_out = True
                worker.process.kill()
        return ended

    def dismiss(self) -> None:
        """Ask all workers to stop at their next field step, and wait for them."""
        for worker in self._workers:
            worker.send_off()
        deadline = time.monotonic() + _PATIENCE_S
        for worker in self._workers:
            try:
                worker.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Nothing is lost: accepted field steps are on disk.
                worker.process.kill()
                worker.process.wait()
            worker.close()
        self._workers = []


def told(answer: Mapping[str, Any]) -> str:
    """Return what a book is to know of an answer: nothing where the folder tells."""
    if answer["state"] == "IN_USE":
        return IN_USE
    return "" if answer["state"] in _ANSWERED else str(answer["message"])


def worker_memory_MB(cells: int) -> float:
    """Return what a worker takes at most that computes half-cycles of so many cells."""
    return WORKER_MB + cells * BYTES_PER_CELL / 1e6


def start_worker(
    command: Sequence[str],
    news: threading.Event,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Worker:
    """Start a process of one thread that reads jobs and answers; ``news`` is set at its words."""
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=children.child_environment({**children.ONE_THREAD, **environment}),
        cwd=children.CHECKOUT,
        start_new_session=sys.platform != "win32",
    )
    answers: SimpleQueue[str] = SimpleQueue()
    listener = threading.Thread(target=_listen, args=(process, answers, news), daemon=True)
    listener.start()
    return Worker(process=process, listener=listener, answers=answers, started_s=time.monotonic())


def _listen(
    process: subprocess.Popen[str], answers: SimpleQueue[str], news: threading.Event
) -> None:
    if process.stdout is not None:
        for line in process.stdout:
            answers.put(line)
            news.set()
    # Its end is news too.
    news.set()
