"""What MuMax3 left on a cluster: landed, kept for another attempt, or failed for good."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.cluster_fetch import Fetchable, fetch_runs
from smcogui.app.cluster_mumax3_output import expected_files
from smcogui.app.cluster_views import FetchReport
from smcogui.design.design import Design
from smcogui.runs.folder import prepare_folder, read_info
from smcogui.runs.place import RunPlace, write_place
from smcogui.runs.record import record_state
from smcogui.runs.spec import Engine, RunSpec, make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state
from solver.mumax3.attempts import load_attempts
from solver.mumax3.remote import prepare_attempt
from solver.problem import load_problem

sys.path.insert(0, str(Path(__file__).parents[1] / "mumax3" / "stand_in"))
from install import install

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nodes of clusters have a POSIX shell")

PLACE = RunPlace(cluster="hpc", host="login1", token="smco-1", task=0, engine="mumax3")
FINAL = "final_000000_+0.000000T.ovf"


class There:
    """A cluster whose runs lie in a folder."""

    def fetch_tar(
        self, folder: str, names: list[str], into: Path, *, most_bytes: int
    ) -> tuple[str, ...]:
        """Copy what is there."""
        came = tuple(name for name in names if (Path(folder) / name).is_file())
        for name in came:
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(folder) / name, into / name)
        return came


@pytest.fixture(scope="module")
def spec(tiny_design: Design) -> RunSpec:
    """Return a run of 8 x 8 cells and one half-cycle."""
    design = replace(
        tiny_design,
        mesh=replace(tiny_design.mesh, domain=8e-9),
        field=replace(tiny_design.field, stop_T=-2.0),
    )
    return make_run_spec(design, engine=Engine(name="mumax3", version="3.11.1"))


@pytest.fixture(scope="module")
def computed(spec: RunSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the run as submitted, and what a node made of it; never changed."""
    root = tmp_path_factory.mktemp("computed")
    folder = root / "here" / spec.run_id
    prepare_folder(spec, folder)
    write_place(folder, PLACE)
    record_state(folder, RunState.QUEUED)
    cycle = folder / "cycle-00"
    attempt = prepare_attempt(cycle, load_problem(cycle), "hpc")
    there = root / "there" / spec.run_id
    shutil.copytree(attempt.folder(cycle), attempt.folder(there / "cycle-00"))
    record_state(there, RunState.RUNNING)
    record_state(there, RunState.DONE)
    work = attempt.folder(there / "cycle-00")
    with (work / "output.txt").open("wb") as output:
        subprocess.run(
            [install(root / "bin"), "-http=", "-f=true", "-o=out", "-cache=", "half_cycle.mx3"],
            cwd=work,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=True,
        )
    (final,) = (path.name for path in (work / "out").glob("final_*.ovf"))
    (work / "ended").write_text(f"0 5 {final}\n")
    return root


@pytest.fixture
def root(computed: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    shutil.copytree(computed, tmp_path / "copy")
    return tmp_path / "copy"


def fetch(root: Path, run_id: str, *, is_told: bool = True) -> FetchReport:
    """Bring the run."""
    return fetch_runs(
        There(),  # type: ignore[arg-type]
        str(root / "there"),
        [Fetchable(run_id=run_id, place=PLACE, is_told=is_told)],
        project_runs=root / "here",
        incoming=root / "incoming",
    )


def attempt_there(root: Path, run_id: str) -> Path:
    """Return the folder of the attempt on the cluster."""
    return root / "there" / run_id / "cycle-00/mumax3/attempt-01"


def test_complete_run_lands_with_its_readings(root: Path, spec: RunSpec) -> None:
    folder = root / "here" / spec.run_id
    assert expected_files(folder, read_info(folder))[1:] == tuple(
        f"cycle-00/mumax3/attempt-01/{name}"
        for name in ("ended", "output.txt", "out/table.txt", "out/regions_loaded.ovf")
    )
    assert fetch(root, spec.run_id).fetched == (spec.run_id,)
    assert current_state(folder).state is RunState.DONE
    assert (folder / "curve.csv").stat().st_size > 100
    (attempt,) = load_attempts(folder / "cycle-00")
    assert (attempt.version, attempt.failure, attempt.wall_s) == ("3.11.1", "", 5.0)
    assert not list(folder.rglob("*.ovf"))


def test_run_that_can_go_on_is_kept_for_another_attempt(root: Path, spec: RunSpec) -> None:
    work, folder = attempt_there(root, spec.run_id), root / "here" / spec.run_id
    (work / "ended").write_text("137 5 -\n")
    (refused,) = fetch(root, spec.run_id, is_told=False).unfinished
    assert "half-cycle 1 failed: the process of MuMax3 was killed by signal 9" in refused.reason
    assert current_state(folder).state is RunState.QUEUED
    assert load_attempts(folder / "cycle-00")[0].failure == "killed"


def test_trouble_of_the_node_is_none_of_the_run(root: Path, spec: RunSpec) -> None:
    work = attempt_there(root, spec.run_id)
    shutil.rmtree(work / "out")
    (work / "output.txt").write_text("CUDA_ERROR_NO_DEVICE\n")
    (work / "ended").write_text("1 1 -\n")
    (refused,) = fetch(root, spec.run_id, is_told=False).unfinished
    assert "use a machine with an NVIDIA GPU" in refused.reason


def test_failure_that_nothing_helps_against_lands_as_one(root: Path, spec: RunSpec) -> None:
    work, folder = attempt_there(root, spec.run_id), root / "here" / spec.run_id
    with (work / "output.txt").open("a") as stream:
        stream.write("script line 1: undefined: spin\n")
    (work / "ended").write_text("1 1 -\n")
    assert fetch(root, spec.run_id, is_told=False).fetched == (spec.run_id,)
    end = current_state(folder)
    assert end.state is RunState.FAILED
    assert "this version of MuMax3 does not know a command" in end.message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ended", f"0 5 {FINAL}\n", "before the last field step"),
        ("out/regions_loaded.ovf", "no field", "did not write back the regions"),
        ("out/table.txt", "# t (s)\tmx ()\n1\tx\n", "no numbers"),
        ("output.txt", "\x00" * 100, ""),
    ],
)
def test_what_is_not_its_own_output_does_not_land(
    root: Path, spec: RunSpec, name: str, content: str, words: str
) -> None:
    (attempt_there(root, spec.run_id) / name).write_text(content)
    report = fetch(root, spec.run_id)
    assert not report.fetched
    (reason,) = (each.reason for each in (*report.refused, *report.unfinished))
    assert words in reason
    assert current_state(root / "here" / spec.run_id).state is RunState.QUEUED
