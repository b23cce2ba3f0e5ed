"""A half-cycle by MuMax3: the stand-in does what the real program does, and fails as it does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from install import install

from solver.errors import CancelledError, Mumax3Error, ProblemError, RunFolderError
from solver.events import Failed, FieldStep, Finished, LogLine, Snapshot, Started
from solver.mesh import Mesh
from solver.mumax3 import follow, gpu_choice
from solver.mumax3.__main__ import main
from solver.mumax3.attempts import find_resume_state, load_attempts
from solver.mumax3.executable import VARIABLE
from solver.mumax3.gpu_choice import ANY_GPU
from solver.mumax3.gpu_queue import FOLDER_VARIABLE, GPU_VARIABLE, claim
from solver.mumax3.ovf import read_ovf
from solver.mumax3.solve import solve_folder
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions, save_problem
from solver.run_folder import EVENTS_FILE, read_events
from solver.solve import solve_folder as solve_builtin

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to end the process")
posix_only = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts and signals")

slow = pytest.mark.slow

FIELDS = (0.5, 0.0, -1.0, -2.0, -3.0)


def small_problem(mode: str = "fixed", **options) -> Problem:
    """Return a hard magnet of 8 x 8 cells with a softer stripe."""
    mesh = Mesh(cells=(8, 8, 1), cell_size=(2e-9, 2e-9, 2e-9), pbc=(0, 0, 0))
    regions = np.zeros(mesh.shape, dtype=np.uint8)
    regions[:, :, 3:5] = 1
    return Problem(
        mesh=mesh,
        regions=regions,
        materials=(
            RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6),
            RegionMaterial(Ms=600e3, Aex=9e-12, Ku1=1e6),
        ),
        sweep=FieldSweep(
            mode=mode,
            direction=(0.2, 1.0, 0.0),
            start_T=0.5,
            stop_T=-8.0,
            values_T=FIELDS if mode == "fixed" else (),
            snapshots_T=(-2.0,),
        ),
        options=SolverOptions(**options),
        label="small",
    )


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """Give each test GPU locks of its own and a machine without a driver."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "locks"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv(GPU_VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def folder(tmp_path):
    """Return the folder of the small problem."""
    save_problem(small_problem(), tmp_path / "cycle")
    return tmp_path / "cycle"


@pytest.fixture
def mumax3(tmp_path, monkeypatch):
    """Return a function that installs the stand-in, with its variables."""

    def put(misbehave: str = "", **variables: str) -> Path:
        settings = {"STAND_IN_FLUSH_S": "0.05", "STAND_IN_MISBEHAVE": misbehave, **variables}
        path = install(tmp_path / "bin", **settings)
        monkeypatch.setenv(VARIABLE, str(path))
        return path

    return put


@pytest.fixture
def mumax3_once(tmp_path, monkeypatch):
    """Return a function that installs a stand-in which misbehaves in its first run only."""

    def put(misbehave: str) -> None:
        bad = install(tmp_path / "bad", STAND_IN_FLUSH_S="0.05", STAND_IN_MISBEHAVE=misbehave)
        good = install(tmp_path / "good", STAND_IN_FLUSH_S="0.05")
        marker, path = tmp_path / "was started", tmp_path / "mumax3"
        path.write_text(
            f"#!/bin/sh\nif [ -e '{marker}' ]; then exec '{good}' \"$@\"; fi\n"
            f"touch '{marker}'\nexec '{bad}' \"$@\"\n"
        )
        path.chmod(0o755)
        monkeypatch.setenv(VARIABLE, str(path))

    return put


def events_of(folder, kind):
    """Return the events of one kind."""
    return [event for event in read_events(folder) if isinstance(event, kind)]


def fields_of(folder):
    """Return the fields of the accepted steps, whose numbers have to be without gaps."""
    steps = events_of(folder, FieldStep)
    assert [step.index for step in steps] == list(range(len(steps)))
    return [step.mu0_H_T for step in steps]


def failure_of(folder):
    """Solve a folder that fails, and return the kind and the attempts."""
    with pytest.raises(Mumax3Error) as caught:
        solve_folder(folder)
    (failed,) = events_of(folder, Failed)
    assert failed.message == str(caught.value)
    assert failed.error == "Mumax3Error"
    return caught.value, load_attempts(folder)


def test_half_cycle_gives_the_events_of_the_built_in_solver(folder, mumax3, tmp_path):
    mumax3()
    solve_folder(folder)
    save_problem(small_problem(), tmp_path / "builtin")
    solve_builtin(tmp_path / "builtin")
    assert fields_of(folder) == list(FIELDS)
    for ours, theirs in zip(
        events_of(folder, FieldStep), events_of(tmp_path / "builtin", FieldStep), strict=True
    ):
        assert ours.M_over_Ms == pytest.approx(theirs.M_over_Ms, abs=2e-3)
        assert (ours.mx, ours.my) == pytest.approx((theirs.mx, theirs.my), abs=2e-3)
        assert ours.energy_density_J_m3 == pytest.approx(theirs.energy_density_J_m3, rel=1e-3)
        assert (ours.progress, ours.jump) == (theirs.progress, theirs.jump)
        assert ours.iterations > 0
    (started,) = events_of(folder, Started)
    assert (started.solver, started.version, started.resumed_at_step) == ("mumax3", "3.11.1", 0)
    assert len(events_of(folder, Finished)) == 1
    shots, same = (events_of(each, Snapshot) for each in (folder, tmp_path / "builtin"))
    assert {(s.index, s.reason, s.path) for s in shots} == {
        (s.index, s.reason, s.path) for s in same
    }
    for shot in shots:
        m = read_ovf(folder / shot.path)
        assert m.cell_size == (2e-9, 2e-9, 2e-9)
        expected = read_ovf(tmp_path / "builtin" / shot.path).data
        np.testing.assert_allclose(m.data, expected, atol=5e-3)
    # Fields are stored once, as snapshots; script, table and log stay to be looked at.
    left = {path.suffix for path in (folder / "mumax3").rglob("*") if path.is_file()}
    assert left == {".mx3", ".txt", ".json"}
    (attempt,) = load_attempts(folder)
    assert (attempt.version, attempt.failure, attempt.repairs) == ("3.11.1", "", ())


@slow
def test_adaptive_half_cycle_narrows_the_drop(folder, mumax3):
    mumax3()
    save_problem(small_problem("adaptive"), folder)
    solve_folder(folder)
    last, before = events_of(folder, FieldStep)[:-3:-1]
    assert last.M_over_Ms <= 0 < before.M_over_Ms
    assert before.mu0_H_T - last.mu0_H_T == pytest.approx(0.05)
    reasons = [shot.reason for shot in events_of(folder, Snapshot)]
    assert reasons[0] == "remanence"
    assert {"before_Hc", "Hc"} <= set(reasons)


@slow
def test_finished_half_cycle_needs_no_mumax3(folder, mumax3, monkeypatch):
    mumax3()
    solve_folder(folder)
    before = (folder / EVENTS_FILE).read_bytes()
    monkeypatch.setenv(VARIABLE, "/not/there")
    solve_folder(folder)
    assert (folder / EVENTS_FILE).read_bytes() == before


@slow
def test_half_cycle_of_another_solver_is_not_mixed(folder, mumax3):
    mumax3()
    solve_folder(folder)
    with pytest.raises(RunFolderError, match="begun by the solver mumax3"):
        solve_builtin(folder)


@posix_only
@pytest.mark.parametrize(
    ("misbehave", "kind", "repairs", "steps"),
    [
        ("no-libcuda", "library_missing", (), 0),
        ("no-gpu", "no_gpu", (), 0),
        pytest.param("driver-too-old", "driver", (), 0, marks=slow),
        pytest.param("garbage", "missing", (), 0, marks=slow),
        pytest.param("crash", "crashed", ("retry", "sync"), 0, marks=slow),
        ("bad-script", "bad_script", (), 0),
        ("cuda-error:1", "cuda", ("retry", "sync"), 0),
        ("out-of-memory:2", "out_of_memory", (), 1),
        pytest.param("nan:1", "not_a_number", ("relax",), 0, marks=slow),
        pytest.param("nan-in-table:1", "not_a_number", ("relax",), 0, marks=slow),
        pytest.param("killed:1", "killed", ("retry", "retry"), 0, marks=slow),
        pytest.param("disk-full:3", "disk_full", (), 2, marks=slow),
        pytest.param("wrong-columns", "garbage", ("retry",), 0, marks=slow),
    ],
)
def test_failures_are_named_repaired_as_far_as_may_be_and_keep_the_steps(
    folder, mumax3, misbehave, kind, repairs, steps
):
    mumax3(misbehave)
    error, attempts = failure_of(folder)
    assert error.kind == kind
    assert attempts[-1].failure == kind
    assert attempts[-1].repairs == repairs
    assert [attempt.failure for attempt in attempts] == [kind] * (len(repairs) + 1)
    assert fields_of(folder) == list(FIELDS[:steps])


@posix_only
@pytest.mark.parametrize(
    ("misbehave", "begins_with"),
    [
        ("killed:3", "the process of MuMax3 was killed by signal 9"),
        pytest.param(
            "cuda-error:3", "MuMax3 ended with 'panic: CUDA_ERROR_LAUNCH_FAILED'", marks=slow
        ),
        pytest.param("partial-line:3", "the process of MuMax3 was killed by signal 9", marks=slow),
        pytest.param("nan-in-table:3", "MuMax3 wrote", marks=slow),
    ],
)
def test_failure_that_happens_once_costs_one_field_step(
    folder, mumax3_once, misbehave, begins_with
):
    mumax3_once(misbehave)
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)
    first, second = load_attempts(folder)
    assert first.message.startswith(begins_with)
    assert second.failure == ""
    assert second.resumed_from is not None
    efforts = [step.iterations for step in events_of(folder, FieldStep)]
    assert efforts == sorted(efforts)
    starts = events_of(folder, Started)
    assert [start.resumed_at_step for start in starts] == [0, second.resumed_from + 1]
    messages = [line.message for line in events_of(folder, LogLine)]
    assert any(message.startswith(begins_with) for message in messages)


@pytest.mark.parametrize("misbehave", ["slow-flush", pytest.param("restart:2", marks=slow)])
def test_late_and_restarted_tables_lose_nothing(folder, mumax3, misbehave):
    mumax3(misbehave)
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)


@slow
def test_smaller_field_step_and_relaxation_are_tried_in_an_adaptive_sweep(folder, mumax3):
    mumax3("nan:1")
    save_problem(small_problem("adaptive"), folder)
    error, attempts = failure_of(folder)
    assert error.kind == "not_a_number"
    assert [attempt.repairs for attempt in attempts] == [
        (),
        ("smaller_step",),
        ("smaller_step", "relax"),
    ]
    script = attempts[-1].folder(folder) / "half_cycle.mx3"
    assert "Relax()" in script.read_text()
    assert attempts[-1].halvings == 1


@slow
@posix_only
def test_descent_that_never_ends_is_ended_and_relaxed_instead(folder, mumax3_once):
    mumax3_once("hang:3")
    save_problem(small_problem(max_wall_s=4.0), folder)
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)
    first, second = load_attempts(folder)
    assert first.failure == "not_converged"
    assert second.method == "relax"


@slow
def test_program_that_says_nothing_is_given_up(folder, mumax3):
    mumax3("hang-at-start")
    save_problem(small_problem(max_wall_s=1.0), folder)
    error, attempts = failure_of(folder)
    assert error.kind == "missing"
    assert len(attempts) == 1


def test_endless_log_is_cut_off(folder, mumax3, monkeypatch):
    monkeypatch.setattr(follow, "_LONGEST_LOG", 1 << 20)
    mumax3("big-log:2")
    error, _ = failure_of(folder)
    assert error.kind == "garbage"
    assert "printed more than 1 MB" in str(error)


def test_what_is_no_program_is_told(folder, tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.write_bytes(b"\x7fELF\x00 no program")
    other.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(other))
    error, _ = failure_of(folder)
    assert error.kind == "missing"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(Mumax3Error, match="does not exist"):
        solve_folder(folder)


def test_version_with_the_other_exchange_rule_is_refused(folder, mumax3, capsys):
    mumax3(STAND_IN_VERSION="3.9.3")
    with pytest.raises(ProblemError, match=r"MuMax3 3\.9\.3 computes with mumax3_2014"):
        solve_folder(folder)
    assert fields_of(folder) == []
    assert main([str(folder)]) == 2
    assert fields_of(folder) == []
    assert "exchange_rule" in capsys.readouterr().err
    save_problem(small_problem(exchange_rule="mumax3_2014"), folder.with_name("old"))
    solve_folder(folder.with_name("old"))
    assert fields_of(folder.with_name("old")) == list(FIELDS)
    (attempt,) = load_attempts(folder.with_name("old"))
    assert (attempt.counting, attempt.repairs) == ("loop", ())


@posix_only
def test_version_without_arithmetic_of_quantities_counts_cells_one_by_one(folder, mumax3):
    mumax3(STAND_IN_LACKS="Normalized")
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)
    first, second = load_attempts(folder)
    assert (first.failure, first.counting) == ("no_arithmetic", "field")
    assert (second.failure, second.repairs) == ("", ("count_in_loop",))
    assert second.counting == "loop"
    messages = [line.message for line in events_of(folder, LogLine)]
    assert any("undefined: Normalized" in message for message in messages)
    assert messages[-1].endswith("flipped cells counted one by one")


@slow
def test_versions_are_not_mixed_within_a_half_cycle(folder, mumax3):
    mumax3("disk-full:3")
    failure_of(folder)
    mumax3(STAND_IN_VERSION="3.12")
    with pytest.raises(Mumax3Error, match=r"begun with MuMax3 3\.11\.1, and this is 3\.12"):
        solve_folder(folder)
    mumax3()
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)


def test_regions_that_come_back_wrong_end_the_attempt(folder, mumax3, monkeypatch):
    mumax3()
    real = follow.read_ovf

    def shifted(path):
        found = real(path)
        found.data[:, :, 0, 0] += 1
        return found

    monkeypatch.setattr(follow, "read_ovf", shifted)
    error, _ = failure_of(folder)
    assert error.kind == "wrong_regions"
    assert "1 cells in another region" in str(error)


@slow
@linux_only
def test_killed_follower_takes_mumax3_with_it_and_goes_on_later(
    folder, mumax3, checkout, wait_until
):
    mumax3("hang:4")
    child = subprocess.Popen(
        [sys.executable, "-m", "solver.mumax3", str(folder)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )
    wait_until(lambda: len(fields_of(folder)) >= 3, "steps", 60)
    (attempt,) = load_attempts(folder)
    assert processes_in(attempt.folder(folder))
    child.send_signal(signal.SIGKILL)
    child.wait()
    wait_until(lambda: not processes_in(attempt.folder(folder)), "end of MuMax3", 60)
    mumax3()
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)
    resumed = [start.resumed_at_step for start in events_of(folder, Started)]
    assert resumed == [0, 3]


@linux_only
def test_stop_ends_mumax3_and_keeps_the_steps(folder, mumax3, capsys):
    mumax3("hang:4")
    asked = time.monotonic() + 60
    with pytest.raises(CancelledError):
        solve_folder(folder, lambda: len(fields_of(folder)) >= 3 or time.monotonic() > asked)
    (attempt,) = load_attempts(folder)
    assert not processes_in(attempt.folder(folder))
    assert len(fields_of(folder)) == 3
    assert events_of(folder, Failed) == []


def test_half_written_state_is_not_gone_on_from(folder, mumax3):
    # of two states none is removed yet
    mumax3("disk-full:3")
    failure_of(folder)
    mesh = small_problem().mesh
    whole = find_resume_state(folder, mesh, 2)
    assert whole is not None
    assert whole.point.index == 1
    (state,) = (folder / "mumax3").rglob("state_000001.ovf")
    state.write_bytes(state.read_bytes()[:-200])
    earlier = find_resume_state(folder, mesh, 2)
    assert earlier is not None
    assert earlier.point.index == 0
    # The event of a step may be missing although its row is there.
    assert find_resume_state(folder, mesh, 1).point.index == 0
    assert find_resume_state(folder, mesh, 0) is None


@posix_only
def test_other_gpu_is_used_where_one_is_full(folder, mumax3, driver, monkeypatch):
    monkeypatch.setattr(gpu_choice, "_WAIT_S", 0.05)
    driver("0, GPU-aa, Small, 535.1, 8000, 100\n1, GPU-bb, Large, 535.1, 80000, 70000")
    mumax3()
    solve_folder(folder)
    first, second = load_attempts(folder)[-1:] * 2
    assert first.gpu == "GPU 1 (Large)"
    assert second.repairs == ("other_gpu",)
    messages = [line.message for line in events_of(folder, LogLine)]
    assert "of that of GPU 0 (Small) 0.1 GB are free" in messages[0]


@posix_only
def test_mesh_that_no_gpu_can_hold_is_refused_before_the_start(folder, mumax3, driver):
    driver("0, GPU-aa, Tiny, 535.1, 200, 190")
    mumax3()
    with pytest.raises(Mumax3Error, match=r"needs about 0\.4 GB .*GPU 0 \(Tiny\): 0\.2 GB"):
        solve_folder(folder)
    assert load_attempts(folder) == []


@posix_only
def test_gpu_is_shown_alone_to_the_process(folder, driver, tmp_path, monkeypatch):
    driver("0, GPU-aa, A, 535.1, 8000, 7000\n1, GPU-bb, B, 535.1, 8000, 7000")
    program = install(tmp_path / "bin", STAND_IN_MISBEHAVE="no-gpu")
    text = program.read_text().replace(
        "exec", f'echo "$CUDA_DEVICE_ORDER $CUDA_VISIBLE_DEVICES $*" > "{tmp_path}/seen"\nexec'
    )
    program.write_text(text)
    monkeypatch.setenv(VARIABLE, str(program))
    monkeypatch.setenv(GPU_VARIABLE, "1")
    failure_of(folder)
    seen = (tmp_path / "seen").read_text().split()
    assert seen[:2] == ["PCI_BUS_ID", "GPU-bb"]
    assert {"-http=", "-gpu=0", "-f=true", "-o=out"} <= set(seen)
    assert any(word.startswith("-cache=") and "GPU-bb" in word for word in seen)


@slow
def test_busy_gpu_is_waited_for(folder, mumax3):
    mumax3()
    looks = iter(range(30))
    with claim([ANY_GPU]), pytest.raises(CancelledError):
        solve_folder(folder, lambda: next(looks) > 5)
    (line, _) = events_of(folder, LogLine)
    assert line.message.startswith("waits for a GPU")
    solve_folder(folder)
    assert fields_of(folder) == list(FIELDS)


@slow
def test_two_half_cycles_share_one_gpu_in_turn(tmp_path, mumax3, checkout):
    mumax3("", STAND_IN_FLUSH_S="0.05")
    folders = [tmp_path / name for name in ("one", "two")]
    for each in folders:
        save_problem(small_problem(), each)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "solver.mumax3", str(each)],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout)},
        )
        for each in folders
    ]
    assert [child.wait(120) for child in children] == [0, 0]
    spans = []
    for each in folders:
        assert fields_of(each) == list(FIELDS)
        (attempt,) = load_attempts(each)
        script = attempt.folder(each) / "output.txt"
        spans.append((script.stat().st_mtime, attempt.wall_s))
    (first_end, _), (second_end, second_s) = sorted(spans)
    # The second one began when the first had ended.
    assert second_end - second_s > first_end - 0.5


def test_record_of_an_attempt_that_is_damaged_is_left_out(folder, mumax3):
    mumax3("no-gpu")
    failure_of(folder)
    (record,) = (folder / "mumax3").glob("attempt-*/attempt.json")
    facts = json.loads(record.read_text())
    assert facts["failure"] == "no_gpu"
    record.write_text(record.read_text()[:-10])
    assert load_attempts(folder) == []
    record.write_text(json.dumps({**facts, "number": "../../elsewhere"}))
    assert load_attempts(folder) == []
    # its folder is left alone
    with pytest.raises(Mumax3Error, match="NO_DEVICE"):
        solve_folder(folder)
    assert [attempt.number for attempt in load_attempts(folder)] == [2]


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """Return a function that puts an nvidia-smi with these lines on the path."""

    def put(lines: str) -> None:
        program = tmp_path / "driver" / "nvidia-smi"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

    return put


def processes_in(folder):
    """Return the processes whose working directory is that folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(path / "cwd")) == folder:
                found.append(int(path.name))
        except OSError:
            continue
    return found
