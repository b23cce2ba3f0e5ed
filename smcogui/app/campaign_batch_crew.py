"""One worker process that computes many designs of a campaign queue at once, on a graphics card."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_book import IN_USE, KILLED, TIMED_OUT
from smcogui.app.campaign_crew import (
    STOPPED_ALL,
    TIME_LIMIT_S,
    UNAVAILABLE,
    Job,
    Worker,
    start_worker,
    told,
)
from smcogui.errors import RunError, UnavailableError
from smcogui.runs import children
from smcogui.runs.batch import require_device

if TYPE_CHECKING:
    from collections.abc import Mapping

DESIGNS_IN_HAND: Final = 128
"""Designs that the worker is given at once: enough half-cycles for a full card, and fewer open
files than systems allow."""
_MOST_DEATHS: Final = 3
_FIRST_WORD_S: Final = 180.0
_PATIENCE_S: Final = 60.0
"""For the last checkpoints of hundreds of half-cycles."""


class BatchCrew:
    """A worker process of the batch engine; to the queue it is what other crews are.

    Parameters
    ----------
    device : {"cuda", "cpu"}
        Of the engine.
    size : int
        Most designs in its hands.
    time_limit_s : float
        Wall time without an answer after which the worker is taken for lost.
    """

    def __init__(
        self, device: str, *, size: int = DESIGNS_IN_HAND, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self._device = device
        self._size = size
        self._time_limit_s = time_limit_s
        self._worker: Worker | None = None
        self._jobs: dict[str, Job] = {}
        self._refused: list[tuple[Job, str]] = []
        self._news = threading.Event()
        self._heard_s = 0.0
        self._deaths = 0

    def open(self) -> None:
        """Start the worker and wait until it has the device.

        Raises
        ------
        UnavailableError
            If there is no such device, or no torch.
        RunError
            If the worker dies before it says anything.
        """
        if children.is_frozen():
            require_device(self._device)
        worker = self._start()
        deadline = time.monotonic() + _FIRST_WORD_S
        while worker.answers.empty() and worker.process.poll() is None:
            if time.monotonic() > deadline:
                break
            self.wait(0.1)
        # What it wrote at its end is there once its pipe is closed.
        if worker.process.poll() is not None:
            worker.close()
        if worker.answers.empty():
            raise RunError(
                "the process of the batch engine ended before it began, or did not begin within "
                f"{_FIRST_WORD_S:.0f} s; what it said stands above",
                key="device",
                given=self._device,
            )
        self._heed(json.loads(worker.answers.get()))

    def wait(self, timeout_s: float) -> None:
        """Wait until the worker says something or ends, at most so long."""
        if self._news.wait(timeout_s):
            self._news.clear()

    def has_room(self, cells: int = 0) -> bool:
        """Whether another job may be given; how many share the device decides the engine."""
        del cells
        return len(self._jobs) < self._size

    def busy(self) -> bool:
        """Whether any job is at work."""
        return bool(self._jobs or self._refused)

    def jobs(self) -> list[Job]:
        """Return the jobs at work."""
        return list(self._jobs.values())

    def count(self, campaign: str) -> int:
        """Return how many jobs of a campaign are at work."""
        return sum(job.campaign == campaign for job in self._jobs.values())

    def give(self, job: Job) -> None:
        """Let the worker compute a job beside the others."""
        if str(job.folder) in self._jobs:
            # The same design in another campaign: it is over when that one is.
            self._refused.append((job, IN_USE))
            return
        if not self._jobs:
            self._heard_s = time.monotonic()
        self._jobs[str(job.folder)] = job
        (self._worker or self._start()).read_out(job)

    def collect(self) -> list[tuple[Job, str]]:
        """Return the jobs that have ended since the last call, each with why it ended early.

        Raises
        ------
        UnavailableError, RunError
            If the device is gone, the disk is full, or the worker dies again and again: nothing
            more should be begun. What was at work can be gone on with.
        """
        ended, self._refused = self._refused, []
        worker = self._worker
        if worker is None:
            return ended
        # Asked before the answers are looked at: what it wrote before its end is read.
        is_gone = worker.process.poll() is not None
        if is_gone:
            worker.close()
        while not worker.answers.empty():
            answer = json.loads(worker.answers.get())
            self._heard_s = time.monotonic()
            job = self._jobs.pop(str(answer.get("folder")), None)
            if job is None:
                self._heed(answer)
            else:
                if answer["state"] == "DONE":
                    self._deaths = 0
                ended.append((job, told(answer)))
        if is_gone:
            ended += self._lost(worker)
        elif self._jobs and time.monotonic() - self._heard_s > self._time_limit_s:
            worker.is_timed_out = True
            worker.process.kill()
        return ended

    def dismiss(self) -> None:
        """Ask the worker to stop at the next field steps, and wait for it."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.process.terminate()
        if worker.process.stdin is not None:
            with contextlib.suppress(OSError):
                worker.process.stdin.close()
        try:
            worker.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            # Accepted field steps are on disk; the states since the last checkpoint are lost.
            worker.process.kill()
            worker.process.wait()
        worker.close()

    def _start(self) -> Worker:
        command = children.program("smcogui.app.campaign_batch_worker", "--campaign-batch-worker")
        self._worker = start_worker([*command, self._device], self._news)
        self._heard_s = time.monotonic()
        return self._worker

    def _heed(self, answer: Mapping[str, Any]) -> None:
        """Take a word that is about no single job."""
        if answer["state"] == UNAVAILABLE:
            raise UnavailableError(
                answer["message"],
                key="device",
                given=answer["given"],
                allowed=answer["allowed"],
            )
        if answer["state"] == STOPPED_ALL:
            raise RunError(answer["message"])

    def _lost(self, worker: Worker) -> list[tuple[Job, str]]:
        """Return what was in the hands of a worker that died, and why."""
        self._worker = None
        lost, self._jobs = list(self._jobs.values()), {}
        if lost:
            self._deaths += 1
        if self._deaths >= _MOST_DEATHS:
            raise RunError(
                f"the process of the batch engine died {self._deaths} times and finished no design "
                "between; what it said stands above. The designs can be gone on with, also with "
                "--device cpu",
                key="device",
                given=self._device,
                allowed="cpu",
            )
        return [(job, TIMED_OUT if worker.is_timed_out else KILLED) for job in lost]
