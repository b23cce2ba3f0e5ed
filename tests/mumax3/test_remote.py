"""A half-cycle whose MuMax3 runs elsewhere: its files tell what a run on this machine tells."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from install import install

from solver.errors import Mumax3Error
from solver.events import FieldStep, Finished, LogLine, Started
from solver.mesh import Mesh
from solver.mumax3.attempts import Attempt, load_attempts
from solver.mumax3.failures import FailureKind
from solver.mumax3.remote import (
    ENDED_FILE,
    ProcessEnd,
    follow_attempt,
    has_repair,
    prepare_attempt,
    tell_attempt,
)
from solver.mumax3.solve import Setup, solve_folder
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions, save_problem
from solver.run_folder import read_events

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nodes of clusters have a POSIX shell")

MESH = Mesh(cells=(8, 8, 1), cell_size=(2e-9, 2e-9, 2e-9), pbc=(0, 0, 0))
VERSION = "3.11.1"
DONE = ProcessEnd(code=0, wall_s=8.0)


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Return a hard magnet with a softer stripe at five fields."""
    regions = np.zeros(MESH.shape, dtype=np.uint8)
    regions[:, :, 3:5] = 1
    return Problem(
        mesh=MESH,
        regions=regions,
        materials=(
            RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6),
            RegionMaterial(Ms=600e3, Aex=9e-12, Ku1=1e6),
        ),
        sweep=FieldSweep(
            mode="fixed",
            direction=(0.2, 1.0, 0.0),
            start_T=0.5,
            stop_T=-3.0,
            values_T=(0.5, 0.0, -1.0, -2.0, -3.0),
        ),
        options=SolverOptions(max_wall_s=90.0),
        label="small",
    )


@pytest.fixture
def cycle(tmp_path: Path, problem: Problem) -> Path:
    """Return the folder of the half-cycle."""
    save_problem(problem, tmp_path / "cycle")
    return tmp_path / "cycle"


@pytest.fixture(scope="module")
def computed_once(
    problem: Problem, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Attempt, ProcessEnd]:
    """Return the folder of a half-cycle whose first attempt was computed; never changed."""
    cycle = tmp_path_factory.mktemp("once") / "cycle"
    save_problem(problem, cycle)
    attempt = prepare_attempt(cycle, problem, "hpc")
    return cycle, attempt, compute(cycle, attempt)


@pytest.fixture
def computed(
    computed_once: tuple[Path, Attempt, ProcessEnd], tmp_path: Path
) -> tuple[Path, Attempt, ProcessEnd]:
    """Return a copy of it."""
    once, attempt, end = computed_once
    shutil.copytree(once, tmp_path / "cycle")
    return tmp_path / "cycle", attempt, end


def compute(cycle: Path, attempt: Attempt, misbehave: str = "") -> ProcessEnd:
    """Do what a node does with an attempt."""
    folder = attempt.folder(cycle)
    program = install(cycle.parent / "bin", STAND_IN_MISBEHAVE=misbehave, STAND_IN_FLUSH_S="0.05")
    with (folder / "output.txt").open("wb") as output:
        done = subprocess.run(
            [program, "-http=", "-f=true", "-o=out", "-cache=", "-gpu=0", "half_cycle.mx3"],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    final = [path.name for path in (folder / "out").glob("final_*.ovf")]
    code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return ProcessEnd(code=code, wall_s=8.0, final="".join(final))


def steps_of(cycle: Path) -> list[FieldStep]:
    return [event for event in read_events(cycle) if isinstance(event, FieldStep)]


def test_files_tell_what_a_run_here_tells(
    computed: tuple[Path, Attempt, ProcessEnd], problem: Problem, tmp_path: Path
) -> None:
    cycle, attempt, end = computed
    install(tmp_path / "bin")
    # While it grows, and from its beginning after a restart of the program.
    table = attempt.output(cycle) / "table.txt"
    whole = table.read_bytes()
    table.write_bytes(whole[: len(whole) // 2])
    followed = follow_attempt(cycle, problem, attempt, VERSION, is_anew=True, elapsed=lambda: 1.0)
    assert followed.version == VERSION
    assert 0 < len(steps_of(cycle)) < 5
    table.write_bytes(whole)
    for is_anew in (False, True, False):
        follow_attempt(cycle, problem, followed, VERSION, is_anew=is_anew, elapsed=lambda: 2.0)
        assert len(steps_of(cycle)) == 5
        assert sum(isinstance(event, Started) for event in read_events(cycle)) == 1
    record, failure = tell_attempt(cycle, problem, attempt, VERSION, end)
    assert failure is None
    assert (record.version, record.wall_s) == (VERSION, 8.0)
    here = tmp_path / "here"
    save_problem(problem, here)
    solve_folder(here, setup=Setup(executable=str(tmp_path / "bin" / "mumax3")))
    assert [replace(step, cpu_s=0.0) for step in steps_of(cycle)] == [
        replace(step, cpu_s=0.0) for step in steps_of(here)
    ]
    times = [step.cpu_s for step in steps_of(cycle)]
    assert times == sorted(times)
    assert times[-1] == 8.0
    events = read_events(cycle)
    assert isinstance(events[-1], Finished)
    (said,) = (event.message for event in events if isinstance(event, LogLine))
    assert "attempt 1 with MuMax3 3.11.1 (conservative exchange) on Stand-in GPU" in said


@pytest.mark.slow
def test_next_attempt_goes_on_with_what_helps(cycle: Path, problem: Problem) -> None:
    first = prepare_attempt(cycle, problem, "hpc")
    # Nothing was heard of it: it is the same attempt.
    assert prepare_attempt(cycle, problem, "hpc") == first
    record, failure = tell_attempt(
        cycle, problem, first, VERSION, compute(cycle, first, "cuda-error:4")
    )
    record.save(cycle)
    assert failure is not None
    assert failure.kind is FailureKind.CUDA
    assert has_repair(cycle, failure, problem)
    assert len(steps_of(cycle)) == 3
    second = prepare_attempt(cycle, problem, "hpc")
    assert (second.number, second.resumed_from, second.repairs) == (2, 2, ("retry",))
    record, failure = tell_attempt(
        cycle, problem, second, VERSION, compute(cycle, second, "cuda-error:1")
    )
    record.save(cycle)
    third = prepare_attempt(cycle, problem, "hpc")
    assert (third.number, third.resumed_from, third.sync) == (3, 2, True)
    record, failure = tell_attempt(cycle, problem, third, VERSION, compute(cycle, third))
    assert failure is None
    assert len(steps_of(cycle)) == 5
    begun = [event.resumed_at_step for event in read_events(cycle) if isinstance(event, Started)]
    assert begun == [0, 3, 3]


@pytest.mark.parametrize(
    ("end", "kind", "words"),
    [
        (ProcessEnd(code=None, wall_s=90.0), "not_converged", "within 90 s after field step 5"),
        (replace(DONE, final="final_000003_-2.000000T.ovf"), "garbage", "before the last"),
        (replace(DONE, code=137), "killed", "signal 9"),
    ],
)
def test_end_of_the_process_is_told(
    computed: tuple[Path, Attempt, ProcessEnd],
    problem: Problem,
    end: ProcessEnd,
    kind: str,
    words: str,
) -> None:
    cycle, attempt, _ = computed
    record, failure = tell_attempt(cycle, problem, attempt, VERSION, end)
    assert failure is not None
    assert (failure.kind, record.failure) == (kind, kind)
    assert words in failure.message
    assert not any(isinstance(event, Finished) for event in read_events(cycle))


def test_what_was_stopped_has_not_failed(
    computed: tuple[Path, Attempt, ProcessEnd], problem: Problem
) -> None:
    cycle, attempt, _ = computed
    # Stopped before the last two fields.
    table, output = attempt.output(cycle) / "table.txt", attempt.folder(cycle) / "output.txt"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-2]))
    lines = output.read_text().splitlines(keepends=True)
    output.write_text("".join(lines[: [n for n, x in enumerate(lines) if "row" in x][-2]]))
    record, failure = tell_attempt(cycle, problem, attempt, VERSION, None)
    record.save(cycle)
    assert failure is None
    assert prepare_attempt(cycle, problem, "hpc").resumed_from == 2
    assert [each.failure for each in load_attempts(cycle)] == ["", ""]


def test_other_version_is_refused(
    computed: tuple[Path, Attempt, ProcessEnd], problem: Problem
) -> None:
    cycle, attempt, end = computed
    with pytest.raises(Mumax3Error, match=r"MuMax3 3\.11 was expected there, and this is 3\.11\.1"):
        follow_attempt(cycle, problem, attempt, "3.11", is_anew=True, elapsed=lambda: 0.0)
    _, failure = tell_attempt(cycle, problem, attempt, "3.11", end)
    assert failure is not None
    assert failure.kind is FailureKind.VERSION_MISMATCH
    assert not steps_of(cycle)


def test_end_is_read_as_it_is_written_and_nothing_else() -> None:
    name = "final_000004_-3.000000T.ovf"
    assert ProcessEnd.parse(f"0 12 {name}\n") == ProcessEnd(code=0, wall_s=12.0, final=name)
    assert ProcessEnd.parse("late 90 -\n") == ProcessEnd(code=None, wall_s=90.0)
    for text in ("", "0", "0 12 ../x\n", "-1 2 -\n", "0 1 a b\n", "0 1 -\n0 1 -\n", "x" * 99):
        assert ProcessEnd.parse(text) is None
    assert ENDED_FILE == "ended"
