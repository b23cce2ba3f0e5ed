"""What is sent of runs that MuMax3 computes on a cluster, and what is kept of it here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.cluster_mumax3_input import SENT_FILE, send_inputs
from smcogui.design.design import Design
from smcogui.errors import ClusterError, RemoteFileError, RunFolderError
from smcogui.runs.cluster.mumax3_shell import WORK_FILE
from smcogui.runs.cluster.remote import Answer
from smcogui.runs.cluster.task import SubmissionPaths, TaskFile, TaskRun
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import Engine, make_run_spec
from solver.events import Finished
from solver.problem import PROBLEM_FILE
from solver.run_folder import EventLog

pytestmark = pytest.mark.skipif(os.name == "nt", reason="clusters have a POSIX shell")


class There:
    """A cluster whose files are here."""

    def __init__(self) -> None:
        self.owners: set[tuple[int, str]] = set()
        self.puts = 0

    def put(self, local: Path, remote: str) -> None:
        """Copy an archive."""
        self.puts += 1
        with tarfile.open(local) as archive:
            self.owners |= {(member.uid, member.uname) for member in archive}
        Path(remote).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(local, remote)

    def run(self, command: str, *, deadline_s: float) -> Answer:
        """Let a shell do it."""
        done = subprocess.run(
            ["sh", "-c", command], capture_output=True, timeout=deadline_s, check=False
        )
        return Answer(exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr)

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""
        Path(path).write_bytes(content)

    def read(self, path: str, offset: int, most: int) -> bytes:
        """Read a file."""
        try:
            return Path(path).read_bytes()[offset : offset + most]
        except FileNotFoundError as error:
            raise RemoteFileError(f"there is no {path}") from error

    def listing(self, folder: str) -> dict[str, int]:
        """Say that nothing was computed there."""
        raise RemoteFileError(f"there is no {folder}")


@pytest.fixture
def run(tiny_design: Design, tmp_path: Path) -> Path:
    """Return the folder of a run of two half-cycles, the first of which is complete."""
    design = replace(
        tiny_design,
        mesh=replace(tiny_design.mesh, domain=8e-9),
        run=replace(tiny_design.run, cycles=2),
    )
    spec = make_run_spec(design, engine=Engine(name="mumax3", version="3.11.1"))
    folder = tmp_path / "here" / spec.run_id
    prepare_folder(spec, folder)
    log = EventLog(folder / "cycle-00")
    log.write(Finished(iterations=1, demag_evaluations=1, cpu_s=1.0, wall_s=1.0, compile_s=0.0))
    log.close()
    return folder


def send(there: There, run: Path, root: str, *, anew: bool = False) -> SubmissionPaths:
    """Send the run as the one of a submission."""
    paths = SubmissionPaths(folder=root)
    tasks = TaskFile(engine="mumax3", tasks=((TaskRun(run_id=run.name, anew=anew),),))
    send_inputs(there, paths, tasks, run.parent, "hpc")  # type: ignore[arg-type]
    return paths


def test_each_half_cycle_is_listed_and_what_is_complete_has_nothing_to_do(
    run: Path, tmp_path: Path
) -> None:
    there, root = There(), str(tmp_path / "it's there" / "smco-1")
    for _ in range(2):
        # Cut off and sent again it is the same.
        paths = send(there, run, root)
        lines = (Path(paths.attempt_folder) / WORK_FILE).read_text().splitlines()
        assert lines == [
            f"0 {run.name} cycle-00 attempt-01 0 -",
            f"0 {run.name} cycle-01 attempt-01 3600 -",
        ]
    remote = Path(paths.run(run.name))
    names = sorted(path.relative_to(remote).as_posix() for path in remote.rglob("*.*"))
    assert names == [
        f"cycle-01/mumax3/attempt-01/half_cycle.mx3{each}"
        for each in ("", ".regions.ovf", ".start.ovf")
    ]
    assert (remote / "cycle-00/mumax3/attempt-01/ended").read_text() == "0 0 done\n"
    # Nobody there learns the name of the user here, and large files are not kept twice.
    assert there.owners == {(0, "")}
    assert not list(run.rglob("*.ovf"))
    assert not list(run.glob("*.gz"))


def test_sending_that_was_cut_short_goes_on_behind_what_is_there(run: Path, tmp_path: Path) -> None:
    there, root = There(), str(tmp_path / "it's there" / "smco-1")
    other = run.parent / ("0" * 16)
    other.mkdir()
    paths = SubmissionPaths(folder=root)
    tasks = TaskFile(
        engine="mumax3", tasks=tuple((TaskRun(run_id=each.name),) for each in (run, other))
    )
    for _ in range(2):
        # The folder of the second run is empty here.
        with pytest.raises(RunFolderError):
            send_inputs(there, paths, tasks, run.parent, "hpc")  # type: ignore[arg-type]
    assert there.puts == 1
    journal = Path(root) / SENT_FILE
    with journal.open("a") as stream:
        stream.write(f"{other.name}\tcycle-00 att")
    with pytest.raises(RunFolderError):
        send_inputs(there, paths, tasks, run.parent, "hpc")  # type: ignore[arg-type]
    send(there, run, root)
    assert there.puts == 1
    assert (Path(paths.attempt_folder) / WORK_FILE).read_text().count(run.name) == 2
    # When all is there, the next attempt is sent as a whole.
    send(there, run, root)
    assert there.puts == 2


def test_damaged_results_are_set_aside_once(run: Path, tmp_path: Path) -> None:
    there, root = There(), str(tmp_path / "smco-1")
    paths = send(there, run, root)
    (Path(paths.run(run.name)) / "damaged").touch()
    for _ in range(2):
        send(there, run, root, anew=True)
    assert not (Path(paths.run(run.name)) / "damaged").exists()
    assert (Path(f"{paths.run(run.name)}.before-attempt-01") / "damaged").exists()


def test_what_cannot_be_sent_is_said(run: Path, tmp_path: Path) -> None:
    there, root = There(), tmp_path / "smco-1"
    root.mkdir()
    (root / "runs").write_text("a file where a folder should be")
    with pytest.raises(ClusterError, match="cannot be unpacked on hpc"):
        send(there, run, str(root))
    (run / "cycle-01" / PROBLEM_FILE).write_text("{}")
    with pytest.raises(RunFolderError, match="cannot be sent to hpc"):
        send(there, run, str(tmp_path / "smco-2"))
