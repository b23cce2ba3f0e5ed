"""A cluster inside the test: its folders are here, its scheduler is a table that the test sets.

For what a real scheduler does not do when it is told to: to forget a job, to answer too late, to
give an id twice. What tasks compute is computed by the program's own runner.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smcogui.app.cluster_preview import Preview
from smcogui.app.cluster_runner import main as run_task
from smcogui.app.cluster_views import SubmissionView
from smcogui.app.project_clusters import ProjectClusters
from smcogui.app.session import Session
from smcogui.campaigns.axes import Axis
from smcogui.campaigns.feasibility import Feasibility
from smcogui.campaigns.sampling import Sampling
from smcogui.design.design import Design
from smcogui.design.design_file import design_to_toml
from smcogui.errors import LostContactError, NoAnswerInTimeError, RemoteFileError
from smcogui.runs.cluster.remote import MARKER_FILE, Answer
from smcogui.runs.cluster.schedulers import DETECT
from smcogui.runs.spec import BUILTIN
from smcogui.runs.state import RunState


@dataclass
class PretendedJob:
    """An array: its name, and a state for each task as Slurm calls it."""

    job_id: str
    name: str
    folder: Path
    states: dict[int, str]
    exit_codes: dict[int, str] = field(default_factory=dict)
    reason: str = "None"


class PretendedCluster:
    """A :class:`smcogui.runs.cluster.remote.Connection` to a folder."""

    def __init__(self, root: Path) -> None:
        self.home = str(root / "home")
        Path(self.home).mkdir(parents=True)
        self.is_open = True
        self.jobs: dict[str, PretendedJob] = {}
        self.asked: list[str] = []
        self.fails: dict[str, Callable[[], None]] = {}
        self.config = "MaxArraySize = 1001\n"
        self.accounts = ""
        self._next_id = 100

    # ------------------------------------------------------------------ what tests do to it
    def job(self) -> PretendedJob:
        """Return the latest array."""
        return list(self.jobs.values())[-1]

    def work(self, task: int, state: str = "COMPLETED", job: PretendedJob | None = None) -> None:
        """Let a task, of the latest array by default, do its runs and end in a state."""
        job = job or self.job()
        run_task([str(job.folder / "tasks.json"), str(task)])
        job.states[task] = state

    def lose_contact_at(self, what: str) -> None:
        """Lose contact once, at a program before it has its effect, or at ``after sbatch``."""

        def fail() -> None:
            del self.fails[what]
            kind = NoAnswerInTimeError if what.startswith("after") else LostContactError
            raise kind("the cluster does not answer.")

        self.fails[what] = fail

    # ------------------------------------------------------------------ commands
    def run(
        self,
        command: Sequence[str] | str,
        *,
        deadline_s: float,
        stdin: bytes = b"",
        most: int = 0,
    ) -> Answer:
        """Answer a command of Slurm."""
        if command == DETECT:
            return _said("found slurm\n")
        words = [command] if isinstance(command, str) else list(command)
        program = next(word for word in words if word in _PROGRAMS)
        self.asked.append(program)
        self._meet(program)
        answer: Answer = getattr(self, f"_{program}")(words)
        self._meet(f"after {program}")
        return answer

    def _meet(self, what: str) -> None:
        if what in self.fails:
            self.fails[what]()

    def _sbatch(self, words: Sequence[str]) -> Answer:
        text = Path(words[-1]).read_text()
        options = dict(
            line.removeprefix("#SBATCH --").split("=", 1)
            for line in text.splitlines()
            if line.startswith("#SBATCH --") and "=" in line
        )
        if "--test-only" in words:
            return _said(error="sbatch: Job 1 to start at 2026-01-01T00:00:00 using 1 processors")
        self._next_id += 1
        count = int(options["array"].split("-")[1].split("%")[0]) + 1
        job = PretendedJob(
            job_id=str(self._next_id),
            name=options["job-name"],
            folder=Path(words[-1]).parent,
            states=dict.fromkeys(range(count), "PENDING"),
        )
        self.jobs[job.job_id] = job
        return _said(f"{job.job_id}\n")

    def _squeue(self, words: Sequence[str]) -> Answer:
        lines = [
            f"{job.job_id}_{task}|{state}|None|0:10|1:00|node1|N/A|1|N/A|400M|{job.name}"
            for job in self._named(words)
            for task, state in job.states.items()
            if state in {"PENDING", "RUNNING"}
        ]
        return _said("".join(f"{line}\n" for line in lines))

    def _sacct(self, words: Sequence[str]) -> Answer:
        lines = [
            f"{job.job_id}_{task}|{state}|{job.exit_codes.get(task, '0:0')}|3600|60|node1|"
            f"2026-01-01T00:00:00|2|cpu=2,gres/gpu=1|400M||{job.reason}|{job.name}"
            for job in self._named(words)
            for task, state in job.states.items()
            if state not in {"PENDING", "RUNNING", "FORGOTTEN"}
        ]
        return _said("".join(f"{line}\n" for line in lines))

    def _scontrol(self, words: Sequence[str]) -> Answer:
        if "config" in words:
            return _said(self.config)
        return _said(code=1, error="slurm_load_jobs error: Invalid job id specified\n")

    def _sacctmgr(self, words: Sequence[str]) -> Answer:
        assert "user=ana" in words
        return _said(self.accounts)

    def _scancel(self, words: Sequence[str]) -> Answer:
        for label in words[words.index("--") + 1 :]:
            job_id, _, task = label.partition("_")
            states = self.jobs[job_id].states
            for number in [int(task)] if task else list(states):
                if states[number] in {"PENDING", "RUNNING"}:
                    states[number] = "CANCELLED"
        return _said()

    def _named(self, words: Sequence[str]) -> list[PretendedJob]:
        for word in words:
            if word.startswith("--jobs="):
                ids = word.removeprefix("--jobs=").split(",")
                return [job for job in self.jobs.values() if job.job_id in ids]
            if word.startswith("--name="):
                name = word.removeprefix("--name=")
                return [job for job in self.jobs.values() if job.name == name]
            if word == "--user=ana":
                return list(self.jobs.values())
        return []

    # ------------------------------------------------------------------ files
    def listing(self, folder: str) -> dict[str, int]:
        """Return names and sizes."""
        return {p.name: p.stat().st_size for p in Path(folder).iterdir() if p.is_file()}

    def read(self, path: str, offset: int = 0, most: int = 65_536) -> bytes:
        """Return bytes of a file."""
        try:
            return Path(path).read_bytes()[offset : offset + most]
        except OSError as error:
            raise RemoteFileError(f"{path} is not there") from error

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""
        Path(path).write_bytes(content)

    def fetch_tar(
        self, folder: str, names: Collection[str], into: Path, *, most_bytes: int
    ) -> tuple[str, ...]:
        """Copy the files that are there."""
        self._meet("fetch_tar")
        assert most_bytes > 0
        came = tuple(name for name in names if (Path(folder) / name).is_file())
        for name in came:
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / name, into / name)
        return came

    def make_folder(self, path: str) -> None:
        """Make a folder with our marker."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / MARKER_FILE).touch()

    def remove_folder(self, path: str) -> None:
        """Remove a folder that has it."""
        if not (Path(path) / MARKER_FILE).exists():
            raise RemoteFileError(f"{path} is not ours")
        shutil.rmtree(path)

    def environment(self) -> Mapping[str, str]:
        """Return where we are."""
        return {"host": "login1", "user": "ana", "shell": "/bin/sh"}

    def close(self) -> None:
        """End the connection."""
        self.is_open = False


_PROGRAMS = ("sbatch", "squeue", "sacct", "scontrol", "scancel", "sacctmgr")


def _said(text: str = "", code: int = 0, error: str = "") -> Answer:
    return Answer(exit_code=code, stdout=text.encode(), stderr=error.encode())


@dataclass(frozen=True)
class NoSoftware:
    """What the pretended cluster needs: the runner is called by the test."""

    engine = BUILTIN
    body = "true"
    smoke_body = "true"

    def install(self, connection: Any, progress: Any) -> None:
        """Bring nothing."""


def only(clusters: ProjectClusters) -> SubmissionView:
    """Return the one submission."""
    (view,) = clusters.view().submissions
    return view


def states(session: Session, preview: Preview) -> list[RunState]:
    """Return where its runs stand."""
    return [session.run(run.order.run_id).state for run in preview.runs]


def make_campaign(session: Session, base: Design, count: int) -> str:
    """Make a campaign of some designs that differ in angle; return its name."""
    sampling = Sampling(
        name="first",
        method="sobol",
        base=design_to_toml(base),
        axes=(Axis(key="alpha_deg", low=20, high=60),),
        count=count,
    )
    session.campaigns.create(sampling.name)
    session.campaigns.add(sampling.name, sampling, Feasibility())
    return sampling.name
