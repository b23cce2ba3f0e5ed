"""What computes one task of a job array, on a node of the cluster.

``python -m smcogui.app.cluster_runner TASKS_FILE INDEX`` works off the runs of task INDEX, those
that are done left out. SIGTERM and SIGUSR1 (which the scheduler sends before the time limit) end it
at the next field step, with a checkpoint. It needs no more than what is shipped to a cluster:
numpy, scipy and numba.

Exit codes: 0 all done, 3 some failed, 75 out of time, 78 nothing could be computed here, 130
stopped.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.campaign_worker import compute, copied_folder, prepare
from smcogui.app.results import write_results
from smcogui.app.worker import StopSignals
from smcogui.errors import InputError, RunCancelledError, SmCoError, UnavailableError
from smcogui.runs.batch import run_batch
from smcogui.runs.children import ONE_THREAD
from smcogui.runs.cluster.job_script import OUT_OF_TIME, SETUP_FAILED
from smcogui.runs.cluster.task import RUNS_FOLDER, STATE_FOLDER, RunEnd, TaskFile, TaskSummary
from smcogui.runs.folder import read_info
from smcogui.runs.state import RunState
from solver.errors import ProblemError
from solver.problem import load_problem, write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.task import TaskRun

HEARTBEAT_S: Final = 15.0
_TICK_S: Final = 0.2
_PATIENCE_S: Final = 60.0
_WARNING: Final = "SIGUSR1"
_CORES: Final = ("SLURM_CPUS_PER_TASK", "NCPUS", "NSLOTS")
"""What Slurm, PBS and SGE tell a job of its cores."""


class _Report:
    """What the task tells: a heartbeat while it works, a summary at its end, lines in its log."""

    def __init__(self, folder: Path, task: int) -> None:
        self._folder, self._task = folder, task
        self._lock = Lock()
        self._beat_s = 0.0
        self.ends: dict[str, RunEnd] = {}
        self.working_on = ""

    def end(self, run_id: str, state: str, message: str = "") -> None:
        """Note how a run ended."""
        with self._lock:
            self.ends[run_id] = RunEnd(state=state, message=message)
        sys.stdout.write(f"{run_id} {state}{f': {message}' if message else ''}\n")
        sys.stdout.flush()
        self.beat(now=True)

    def beat(self, *, now: bool = False) -> None:
        """Write the heartbeat, if it is time."""
        with self._lock:
            if not now and time.monotonic() - self._beat_s < HEARTBEAT_S:
                return
            self._beat_s = time.monotonic()
            self._write("heartbeat")

    def close(self, ended: str, signal: str) -> None:
        """Write the summary."""
        with self._lock:
            self.working_on = ""
            self._write("summary", ended=ended, signal=signal)

    def _write(self, kind: str, *, ended: str = "", signal: str = "") -> None:
        summary = TaskSummary(
            task=self._task,
            time_s=time.time(),
            host=socket.gethostname(),
            ended=ended,
            signal=signal,
            runs=dict(self.ends),
            working_on=self.working_on,
        )
        try:
            write_atomically(self._folder / f"{self._task}.{kind}.json", summary.to_json())
        except OSError as error:
            # The results tell the same; a full disk must not end what still computes.
            sys.stderr.write(f"the {kind} cannot be written: {error}\n")


@dataclass(slots=True, kw_only=True)
class _Work:
    """The runs of one task and where they are computed."""

    runs: Sequence[TaskRun]
    folder: Path
    report: _Report
    signals: StopSignals
    jobs: deque[dict[str, Any]] = field(default_factory=deque)

    def should_stop(self) -> bool:
        """Whether a signal came; asked many times a second, which keeps the heart beating."""
        self.report.beat()
        return self.signals()

    def job(self, run: TaskRun) -> dict[str, Any]:
        """Return a run as :func:`smcogui.app.campaign_worker.compute` takes it."""
        return {
            "design": run.design,
            "options": dict(run.options),
            "folder": str(self.folder / run.run_id),
            "run_id": run.run_id,
            "keeps_states": run.keeps_states,
        }

    def take(self, job: dict[str, Any], answer: dict[str, Any]) -> None:
        """Note what became of a job; one that was stopped has not ended."""
        if answer["state"] == RunState.CANCELLED and self.signals():
            return
        self.report.end(job["run_id"], answer["state"], answer["message"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute the task that is named."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 2 or not given[1].isdecimal():
        sys.stderr.write("two arguments are needed: a file tasks.json and the number of a task\n")
        return SETUP_FAILED
    path, task = Path(given[0]).absolute(), int(given[1])
    try:
        file = TaskFile.from_json(path.read_bytes())
        runs = file.tasks[task]
    except (OSError, SmCoError, IndexError) as error:
        sys.stderr.write(f"task {task} of {path} cannot be read: {error}\n")
        return SETUP_FAILED
    report = _Report(path.parent / STATE_FOLDER, task)
    with StopSignals() as signals:
        folder = path.parent.parent / RUNS_FOLDER
        work = _Work(runs=runs, folder=folder, report=report, signals=signals)
        report.beat(now=True)
        ended = "failed"
        try:
            _set_aside(work, path.parent.name)
            _run(work, file.engine)
            ended = "stopped" if signals() else _how_it_ended(work)
        except (SmCoError, OSError) as error:
            sys.stderr.write(f"{error}\n")
            return SETUP_FAILED
        finally:
            report.close(ended, signals.name)
        if ended == "stopped":
            return OUT_OF_TIME if signals.name == _WARNING else 130
        return 0 if ended == "done" else 3


def _set_aside(work: _Work, attempt: str) -> None:
    """Move damaged run folders of earlier attempts out of the way, once in an attempt.

    A task that the scheduler begins again goes on with what it has computed by then.
    """
    for run in work.runs:
        folder = work.folder / run.run_id
        aside = work.folder / f"{run.run_id}.before-{attempt}"
        if run.anew and folder.exists() and not aside.exists():
            folder.rename(aside)


def _how_it_ended(work: _Work) -> str:
    done = all(
        run.run_id in work.report.ends and work.report.ends[run.run_id].state == RunState.DONE
        for run in work.runs
    )
    return "done" if done else "failed"


def _run(work: _Work, engine: str) -> None:
    if engine == "builtin_gpu":
        left = _run_on_gpu(work)
    elif engine == "builtin":
        left = list(work.runs)
    else:
        raise InputError(
            f"the engine {engine!r} is none that this program computes with on a node",
            key="engine",
            given=engine,
            allowed="builtin, builtin_gpu",
        )
    work.jobs.extend(work.job(run) for run in left)
    lanes = min(_cores(), len(work.jobs))
    if lanes <= 1:
        _run_here(work)
    else:
        _run_in_lanes(work, lanes)


def _cores() -> int:
    """Return the cores that the scheduler gave to this task."""
    for name in _CORES:
        given = os.environ.get(name, "")
        if given.isdecimal() and int(given) > 0:
            return int(given)
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else (os.cpu_count() or 1)


# --- on cores --------------------------------------------------------------------------------


def _run_here(work: _Work) -> None:
    """Compute one run after the other in this process."""
    while work.jobs and not work.signals():
        job = work.jobs.popleft()
        work.report.working_on = job["run_id"]
        work.take(job, compute(job, work.should_stop))


def _run_in_lanes(work: _Work, lanes: int) -> None:
    """Compute a run per core beside each other, each in a process of one thread."""
    workers = [_Lane(work) for _ in range(lanes)]
    for worker in workers:
        worker.thread.start()
    stopped_s: float | None = None
    while any(worker.thread.is_alive() for worker in workers):
        work.report.beat()
        if work.signals():
            stopped_s = stopped_s or time.monotonic()
            for worker in workers:
                worker.stop(by_force=time.monotonic() - stopped_s > _PATIENCE_S)
        time.sleep(_TICK_S)


class _Lane:
    """A worker process, fed with one job after the other by a thread."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._process: subprocess.Popen[str] | None = None
        self._is_told = False
        self.thread = Thread(target=self._feed, daemon=True)

    def stop(self, *, by_force: bool) -> None:
        """Tell the process to end at its next field step."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        if by_force:
            process.kill()
        elif not self._is_told:
            self._is_told = True
            process.terminate()

    def _feed(self) -> None:
        while not self._work.signals():
            try:
                job = self._work.jobs.popleft()
            except IndexError:
                break
            self._work.report.working_on = job["run_id"]
            self._work.take(job, self._ask(job))
        self._dismiss()

    def _dismiss(self) -> int | None:
        """Let the process end, as its input does; return its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        # What a killed one never read is lost with it.
        with contextlib.suppress(BrokenPipeError), process:
            pass
        return process.returncode

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.poll() is not None:
            self._dismiss()
            self._process = _start_worker()
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker without pipes")
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError):
            code = self._dismiss()
            if self._work.signals():
                return {"state": RunState.CANCELLED.value, "message": ""}
            message = f"its process was killed (too little memory?), exit status {code}"
            return {"state": RunState.LOST.value, "message": message}
        return answer


def _start_worker() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "smcogui.app.campaign_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ONE_THREAD},
    )


# --- on the GPU ------------------------------------------------------------------------------


def _run_on_gpu(work: _Work, device: str = "cuda") -> list[TaskRun]:
    """Compute runs in batches; return those that the batch engine cannot compute."""
    together: dict[Path, TaskRun] = {}
    left = []
    for run in work.runs:
        job = work.job(run)
        try:
            folder = prepare(job)[0] if job["design"] else copied_folder(job)
            if _fits_batch(folder):
                together[folder] = run
            else:
                left.append(run)
        except SmCoError as error:
            work.report.end(run.run_id, "REFUSED", error.message)
    for keeps_states in (False, True):
        folders = [path for path, run in together.items() if run.keeps_states is keeps_states]
        if folders and not work.signals():
            _run_batch(work, {path: together[path] for path in folders}, device, keeps_states)
    return left


def _fits_batch(folder: Path) -> bool:
    from solver.batch.shape import BatchShape

    try:
        for row in read_info(folder).cycles:
            BatchShape.of(load_problem(folder / row.folder))
    except ProblemError as error:
        sys.stdout.write(f"{folder.name} is computed on cores: {error}\n")
        return False
    return True


def _run_batch(work: _Work, runs: dict[Path, TaskRun], device: str, keeps_states: bool) -> None:
    def complete(folder: Path) -> None:
        write_results(folder)
        work.report.end(runs[folder].run_id, RunState.DONE)

    try:
        states = run_batch(
            list(runs),
            device=device,
            complete=complete,
            should_stop=work.should_stop,
            store_states=keeps_states,
        )
    except RunCancelledError:
        return
    except UnavailableError:
        sys.stderr.write("this node has no GPU that the batch engine can use\n")
        raise
    for folder, state in states.items():
        if state is not RunState.DONE or runs[folder].run_id not in work.report.ends:
            work.report.end(runs[folder].run_id, state.value)


if __name__ == "__main__":
    sys.exit(main())
