"""Runs solved in a batch: their folders, states and results, and what is refused."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import pytest

from smcogui.app import running
from smcogui.errors import InputError, RunCancelledError, RunFolderError, UnavailableError
from smcogui.runs import batch as batch_module
from smcogui.runs.batch import require_batch, require_device, run_batch
from smcogui.runs.folder import CANCEL_FILE, RESULT_FILE, prepare_folder, read_info
from smcogui.runs.lock import FolderLock, is_locked
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, current_state
from solver.errors import DeviceError
from solver.events import Finished, Started
from solver.run_folder import read_events

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="needs torch: pip install -r requirements-train.lock",
)


@pytest.fixture
def quick_design(small_design):
    """Return a design whose two half-cycles end within a second, before anything reverses."""
    return replace(small_design, field=replace(small_design.field, start_T=0.5, stop_T=-0.5))


@pytest.fixture
def folders(quick_design, tmp_path):
    """Return two prepared runs of two half-cycles."""
    made = []
    for seed in (1, 2):
        folder = tmp_path / f"run {seed}"
        design = replace(quick_design, run=replace(quick_design.run, seed=seed))
        prepare_folder(make_run_spec(design), folder)
        made.append(folder)
    return made


def _complete(folder):
    (folder / RESULT_FILE).write_text("{}", encoding="utf-8")


@needs_torch
def test_runs_are_done_with_their_results(folders):
    states = run_batch(folders, device="cpu", complete=_complete)
    assert states == dict.fromkeys(folders, RunState.DONE)
    for folder in folders:
        assert current_state(folder).state is RunState.DONE
        assert (folder / RESULT_FILE).exists()
        assert not is_locked(folder)
        for row in read_info(folder).cycles:
            events = read_events(folder / row.folder)
            assert isinstance(events[0], Started)
            assert isinstance(events[-1], Finished)
    assert FolderHandle(folders[0]).poll()


@needs_torch
def test_run_that_is_to_stop_is_cancelled_and_the_other_done(folders):
    (folders[0] / CANCEL_FILE).touch()
    states = run_batch(folders, device="cpu", complete=_complete)
    assert states == {folders[0]: RunState.CANCELLED, folders[1]: RunState.DONE}
    assert not (folders[0] / CANCEL_FILE).exists()
    assert run_batch(folders, device="cpu", complete=_complete) == dict.fromkeys(
        folders, RunState.DONE
    )


@needs_torch
def test_stop_of_all_is_recorded_in_every_run(folders):
    count = iter(range(6))
    with pytest.raises(RunCancelledError):
        run_batch(
            folders,
            device="cpu",
            complete=_complete,
            should_stop=lambda: next(count, None) is None,
        )
    assert {current_state(folder).state for folder in folders} == {RunState.CANCELLED}
    assert not any(is_locked(folder) for folder in folders)


@needs_torch
def test_failed_half_cycle_is_named(small_spec, tmp_path):
    cycles = [
        replace(cycle, problem=cycle.problem.with_options(max_iterations=1, demag_interval=1))
        for cycle in small_spec.cycles
    ]
    folder = tmp_path / "short"
    prepare_folder(replace(small_spec, cycles=tuple(cycles)), folder)
    assert run_batch([folder], device="cpu", complete=_complete) == {folder: RunState.FAILED}
    message = current_state(folder).message
    assert "half-cycle 1 failed" in message
    assert "half-cycle 2 failed" in message
    assert not (folder / RESULT_FILE).exists()


@needs_torch
def test_run_in_use_leaves_no_other_at_work(folders, monkeypatch):
    monkeypatch.setattr(batch_module, "FolderLock", lambda folder: FolderLock(folder, patience_s=0))
    with FolderLock(folders[1]), pytest.raises(RunFolderError, match="in use"):
        run_batch(folders, device="cpu", complete=_complete)
    assert current_state(folders[0]).state is RunState.CANCELLED


@needs_torch
def test_designs_run_in_a_batch_have_results_like_any(quick_design, tmp_path):
    other = replace(quick_design, name="other", run=replace(quick_design.run, seed=5))
    designs = [quick_design, other]
    seen = []
    results = running.run_here_in_batch(
        designs,
        [tmp_path / "a", tmp_path / "b"],
        device="cpu",
        on_events=lambda design, events: seen.append((design.name, events)),
    )
    assert [result["run_dir"] for result in results] == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert all(len(result["cycles"]) == 2 for result in results)
    # the same design twice is one run, and what is done is read, not run again
    twice = running.run_here_in_batch([other, other], [tmp_path / "c"] * 2, device="cpu")
    assert twice[0] == twice[1]
    before = (tmp_path / "a" / RESULT_FILE).stat().st_mtime_ns
    again = running.run_here_in_batch(designs[:1], [tmp_path / "a"], device="cpu")
    assert again[0]["run_dir"] == results[0]["run_dir"]
    assert (tmp_path / "a" / RESULT_FILE).stat().st_mtime_ns == before


def test_three_dimensions_are_refused(small_design):
    deep = replace(small_design, mesh=replace(small_design.mesh, dimension="3d", thickness=4e-9))
    with pytest.raises(InputError, match="cross-sections only") as caught:
        require_batch(make_run_spec(deep), "cuda")
    assert caught.value.allowed == "cpu"


def test_packaged_program_has_no_batch_engine(monkeypatch):
    monkeypatch.setattr(batch_module, "is_frozen", lambda: True)
    with pytest.raises(UnavailableError, match="packaged program brings no torch"):
        require_device("cuda")


def test_device_that_is_missing_is_refused_in_words(monkeypatch):
    def fail(name):
        raise DeviceError(f"no {name} here; install one", allowed="cpu")

    monkeypatch.setattr(batch_module, "open_device", fail)
    with pytest.raises(UnavailableError, match="no cuda here; install one") as caught:
        require_device("cuda")
    assert (caught.value.key, caught.value.given, caught.value.allowed) == ("device", "cuda", "cpu")
