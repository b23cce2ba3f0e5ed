"""Problems solved in a batch on the processor, against the compiled kernels that solve one."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs torch: pip install -r requirements-train.lock")

import torch

from solver.batch import device as device_module
from solver.batch.device import open_device
from solver.batch.engine import Orders, solve_arriving, solve_folders
from solver.errors import (
    CancelledError,
    DeviceError,
    IterationLimitError,
    NotFiniteError,
    ProblemError,
    RunFolderError,
)
from solver.events import Failed, FieldStep, Finished, LogLine, Snapshot, Started
from solver.problem import CHECKPOINT_FILE, load_problem, save_problem
from solver.run_folder import EVENTS_FILE, FolderLock, read_events
from solver.solve import solve_folder

DESIGNS = range(8)
EARLY = 3
STEP = 0.1
AT_ONCE = 4


def _steps(folder):
    return [event for event in read_events(folder) if isinstance(event, FieldStep)]


def _reading(folder):
    """Return Hc, Hp and M at the first field, fields where there are some."""
    steps = _steps(folder)
    Hc = next((step.mu0_H_T for step in steps if step.M_over_Ms <= 0), None)
    Hp = next((step.mu0_H_T for step in steps if step.jump), None)
    return Hc, Hp, steps[0].M_over_Ms


def _reasons(folder):
    return [event.reason for event in read_events(folder) if isinstance(event, Snapshot)]


class _Record:
    """Notes what the engine tells."""

    def __init__(self):
        self.errors = {}
        self.order = []
        self.at_work = set()
        self.most = 0

    def begins(self, folder):
        self.at_work.add(folder)
        self.most = max(self.most, len(self.at_work))
        return True

    def ended(self, folder, error):
        self.at_work.discard(folder)
        self.order.append(folder)
        self.errors[folder] = error

    def orders(self, **more):
        return Orders(begins=self.begins, ended=self.ended, **more)


@pytest.fixture(scope="module")
def cpu():
    """Return the processor as the device of a batch."""
    return open_device("cpu")


@pytest.fixture(scope="module")
def solved(tmp_path_factory, cpu, make_design):
    """Return the eight designs solved by the kernels and in a batch of four, and its record."""
    root, record = tmp_path_factory.mktemp("designs"), _Record()
    folders = {name: [root / name / str(k) for k in DESIGNS] for name in ("kernels", "batch")}
    for members in folders.values():
        for number, folder in enumerate(members):
            save_problem(make_design(number), folder)
    for folder in folders["kernels"]:
        solve_folder(folder)
    solve_folders(folders["batch"], cpu, record.orders(), most=AT_ONCE)
    return folders["kernels"], folders["batch"], record


@pytest.mark.parametrize("number", DESIGNS)
def test_batch_equals_the_kernels_within_one_field_step(number, solved):
    kernels, batch, _ = solved
    expected, found = _reading(kernels[number]), _reading(batch[number])
    assert found[2] == pytest.approx(expected[2], abs=1e-4)
    for value, reference in zip(found[:2], expected[:2], strict=True):
        if reference is None:
            assert value is None
        else:
            assert value == pytest.approx(reference, abs=STEP + 1e-9)


@pytest.mark.parametrize("number", DESIGNS)
def test_first_states_are_the_same_to_the_accuracy_of_the_minimiser(number, solved):
    kernels, batch, _ = solved
    first, other = _steps(kernels[number])[0], _steps(batch[number])[0]
    assert other.energy_density_J_m3 == pytest.approx(first.energy_density_J_m3, rel=1e-5)
    assert (other.mx, other.my, other.mz) == pytest.approx((first.mx, first.my, first.mz), abs=1e-3)
    assert other.max_torque_T < 1e-2


def test_every_half_cycle_ends_and_ended_ones_are_replaced(solved):
    kernels, batch, record = solved
    assert record.most == AT_ONCE
    assert record.errors == dict.fromkeys(batch)
    assert len(record.order) == len(kernels)
    # the early one made room for another while the three beside it were at work
    assert record.order.index(batch[EARLY]) == 0
    assert _steps(batch[EARLY])[-1].mu0_H_T == -1.0


def test_folders_hold_the_same_kinds_of_files_and_events(solved):
    kernels, batch, _ = solved
    for one, other in zip(kernels, batch, strict=True):
        assert {p.name for p in one.iterdir()} == {p.name for p in other.iterdir()}
        events = read_events(other)
        assert isinstance(events[0], Started)
        assert events[0].solver == "builtin"
        assert events[0].device.startswith("cpu (processor, torch ")
        assert isinstance(events[-1], Finished)
        assert events[-1].iterations == _steps(other)[-1].iterations > 0
        reasons = [_reasons(one), _reasons(other)]
        assert reasons[0] == reasons[1]
        assert not list(other.rglob("*.tmp"))


def test_time_of_the_process_is_shared(solved):
    _, batch, _ = solved
    finished = [read_events(folder)[-1] for folder in batch]
    assert sum(event.cpu_s for event in finished) < sum(event.wall_s for event in finished)
    assert all(event.cpu_s > 0 for event in finished)


def test_finished_folder_is_left_alone(solved, cpu):
    _, batch, _ = solved
    record = _Record()
    before = (batch[EARLY] / EVENTS_FILE).read_bytes()
    solve_folders([batch[EARLY]], cpu, record.orders())
    assert record.errors == {batch[EARLY]: None}
    assert (batch[EARLY] / EVENTS_FILE).read_bytes() == before


def _spoilt(problem, **changes):
    first, *others = problem.materials
    return dataclasses.replace(problem, materials=(dataclasses.replace(first, **changes), *others))


def test_problem_that_is_no_number_fails_alone(design_folder, cpu, make_design):
    good = design_folder(EARLY, "good")
    # beyond what float32 holds
    bad = design_folder(0, "bad", problem=_spoilt(make_design(0), Ku1=1e40))
    record = _Record()
    solve_folders([bad, good], cpu, record.orders(), store_states=False)
    assert isinstance(record.errors[bad], NotFiniteError)
    assert "is not a number at cell (x, y, z) =" in str(record.errors[bad])
    failed = read_events(bad)[-1]
    assert isinstance(failed, Failed)
    assert failed.error == "NotFiniteError"
    assert record.errors[good] is None
    alone = design_folder(EARLY, "alone")
    solve_folders([alone], cpu, store_states=False)
    assert _reading(good) == pytest.approx(_reading(alone), abs=1e-5)


def test_slot_of_a_failed_problem_is_clean_for_the_next(design_folder, cpu, make_design):
    bad = design_folder(0, "bad", problem=_spoilt(make_design(0), Ku1=1e40))
    good = design_folder(EARLY, "good")
    record = _Record()
    solve_folders([bad, good], cpu, record.orders(), most=1)
    assert record.most == 1
    assert record.errors[good] is None
    assert isinstance(read_events(good)[-1], Finished)


def test_watchdog_ends_one_problem(design_folder, cpu, make_design):
    short = make_design(1, max_iterations=5, demag_interval=1)
    folders = [design_folder(1, "short", problem=short), design_folder(EARLY)]
    record = _Record()
    solve_folders(folders, cpu, record.orders())
    assert isinstance(record.errors[folders[0]], IterationLimitError)
    assert record.errors[folders[1]] is None


def _stop_after(rounds):
    count = iter(range(rounds))
    return lambda: next(count, None) is None


@pytest.mark.parametrize("goes_on_in_batch", [True, False], ids=["in a batch", "by the kernels"])
def test_stopped_batch_goes_on_from_its_field_steps(goes_on_in_batch, design_folder, solved, cpu):
    folders = [design_folder(number) for number in (2, EARLY)]
    record = _Record()
    orders = record.orders(should_stop=_stop_after(20))
    with pytest.raises(CancelledError, match="asked to stop"):
        solve_folders(folders, cpu, orders)
    before = {folder: _steps(folder) for folder in folders}
    for folder in folders:
        assert isinstance(record.errors[folder], CancelledError)
        assert (folder / CHECKPOINT_FILE).exists()
        assert before[folder]
        assert isinstance(read_events(folder)[-1], LogLine)
    if goes_on_in_batch:
        solve_folders(folders, cpu)
    else:
        for folder in folders:
            solve_folder(folder)
    for folder in folders:
        events = read_events(folder)
        started = [event for event in events if isinstance(event, Started)]
        assert started[-1].resumed_at_step == len(before[folder])
        assert _steps(folder)[: len(before[folder])] == before[folder]
        assert [step.index for step in _steps(folder)] == list(range(len(_steps(folder))))
        assert isinstance(events[-1], Finished)
    found, expected = _reading(folders[0]), _reading(solved[1][2])
    assert found[:2] == pytest.approx(expected[:2], abs=STEP + 1e-9)


def test_unwanted_folder_is_ended_and_the_others_go_on(design_folder, cpu):
    unwanted, wanted = design_folder(2), design_folder(EARLY)
    record = _Record()
    solve_folders(
        [unwanted, wanted], cpu, record.orders(is_unwanted=lambda folder: folder == unwanted)
    )
    assert isinstance(record.errors[unwanted], CancelledError)
    assert isinstance(read_events(wanted)[-1], Finished)


def test_folder_in_use_is_told_and_the_others_go_on(design_folder, cpu):
    used, free = design_folder(2), design_folder(EARLY)
    record = _Record()
    with FolderLock(used):
        solve_folders([used, free], cpu, record.orders())
    assert isinstance(record.errors[used], RunFolderError)
    assert record.errors[free] is None


def test_folders_of_other_meshes_have_batches_of_their_own(design_folder, cpu, make_design):
    problem = make_design(EARLY)
    mesh = dataclasses.replace(problem.mesh, cells=(20, 22, 1))
    regions = np.ascontiguousarray(problem.regions[:, :22, :20])
    smaller = dataclasses.replace(problem, mesh=mesh, regions=regions)
    double = problem.with_options(precision="float64")
    folders = [
        design_folder(0, "smaller", problem=smaller),
        design_folder(0, "double", problem=double),
        design_folder(EARLY),
    ]
    solve_folders(folders, cpu)
    for folder in folders:
        assert isinstance(read_events(folder)[-1], Finished)
    assert _reading(folders[1]) == pytest.approx(_reading(folders[2]), abs=1e-3)


def test_folders_that_arrive_share_the_batch_at_work(design_folder, cpu):
    first, second = design_folder(EARLY, "first"), design_folder(EARLY, "second")
    coming, record = [[first], [second]], _Record()

    def arrive():
        # once for the batch, once while it is at work, and nothing later
        return coming.pop(0) if coming else []

    solve_arriving(arrive, cpu, record.orders(), most=2, store_states=False)
    assert record.errors == {first: None, second: None}
    assert record.most == 2


def test_problem_that_is_not_flat_is_refused(design_folder, make_problem, cpu):
    stack = design_folder(0, "stack", problem=make_problem((4, 4, 3), (0, 0, 0)))
    tilted = _spoilt(make_problem((6, 5, 1)), easy_axis=(1.0, 0.0, 0.0))
    axes = design_folder(0, "axes", problem=tilted)
    record = _Record()
    solve_folders([stack, axes], cpu, record.orders())
    assert all(isinstance(error, ProblemError) for error in record.errors.values())
    assert "cross-sections only" in str(record.errors[stack])
    assert "easy axes that differ" in str(record.errors[axes])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
def test_card_equals_the_kernels_within_one_field_step(design_folder, solved):
    folders = [design_folder(number) for number in DESIGNS]
    solve_folders(folders, open_device("cuda"), most=AT_ONCE)
    for folder, reference in zip(folders, solved[0], strict=True):
        for value, expected in zip(_reading(folder)[:2], _reading(reference)[:2], strict=True):
            if expected is None:
                assert value is None
            else:
                assert value == pytest.approx(expected, abs=STEP + 1e-9)
        assert read_events(folder)[0].device.startswith("cuda (")


# --- the device --------------------------------------------------------------------------


def test_batch_is_sized_to_the_free_memory(solved, cpu, monkeypatch):
    from solver.batch.shape import BatchShape

    shape = BatchShape.of(load_problem(solved[0][0]))
    each = shape.problem_bytes(is_fused=False)
    monkeypatch.setattr(device_module, "free_memory", lambda _: None)
    assert device_module.batch_size(shape, cpu, 8) == 8
    free = (3.5 * each + shape.refresh_bytes(4)) / device_module.SHARE_OF_FREE
    monkeypatch.setattr(device_module, "free_memory", lambda _: int(free))
    assert device_module.batch_size(shape, cpu, 8) == 3
    assert device_module.batch_size(shape, cpu, 2) == 2


def test_problem_that_cannot_fit_is_refused(design_folder, cpu, monkeypatch):
    folder, record = design_folder(EARLY), _Record()
    monkeypatch.setattr(device_module, "free_memory", lambda _: 100_000)
    solve_folders([folder], cpu, record.orders())
    error = record.errors[folder]
    assert isinstance(error, DeviceError)
    assert "24 x 24 cells takes about" in str(error)
    assert not (folder / EVENTS_FILE).exists()


def test_estimate_of_memory_holds_what_a_batch_takes(solved, cpu):
    from solver.batch.minimizer import BatchMinimizer
    from solver.batch.shape import BatchShape

    shape = BatchShape.of(load_problem(solved[0][0]))
    batch = BatchMinimizer(shape, 5, cpu)._pass
    held = [batch._m, batch._t, batch._demag, batch.regions]
    names = ("link_x", "link_y", "weight", "strength", "moment")
    held += [getattr(batch._coefficients, name) for name in names]
    size = sum(array.numel() * array.element_size() for array in held)
    assert size < 5 * shape.problem_bytes(is_fused=False) < 5 * size


def test_memory_that_runs_out_is_told_in_words(design_folder, cpu, monkeypatch):
    from solver.batch.minimizer import BatchMinimizer

    def run_out(_self):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(BatchMinimizer, "advance", run_out)
    record = _Record()
    with pytest.raises(DeviceError, match="take fewer at once"):
        solve_folders([design_folder(EARLY)], cpu, record.orders())
    assert not record.at_work


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_missing_card_is_told_in_words():
    with pytest.raises(DeviceError, match=r"built without CUDA|finds no NVIDIA card") as caught:
        open_device("cuda")
    assert caught.value.allowed == "cpu"


def test_missing_torch_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setattr(device_module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(DeviceError, match=r"pip install -r requirements-train\.lock"):
        open_device("cuda")


def test_unknown_device_is_refused():
    with pytest.raises(DeviceError, match="allowed are cuda and cpu"):
        open_device("tpu")


# --- the program -------------------------------------------------------------------------


def _run(checkout, *arguments):
    command = [sys.executable, "-m", "solver.batch", "--device", "cpu", *map(str, arguments)]
    return subprocess.run(
        command, cwd=checkout, env=dict(os.environ), capture_output=True, text=True, check=False
    )


def test_program_takes_a_list_and_names_what_failed(design_folder, tmp_path, checkout, make_design):
    good = design_folder(EARLY)
    bad = design_folder(0, "bad", problem=_spoilt(make_design(0), Ku1=1e40))
    listing = tmp_path / "folders.txt"
    listing.write_text(f"{good}\n{bad}\n", encoding="utf-8")
    result = _run(checkout, f"@{listing}")
    assert result.returncode == 3
    assert f"{bad}: the field at mu0 H" in result.stderr
    assert str(good) not in result.stderr
    assert json.loads((good / EVENTS_FILE).read_text(encoding="utf-8").splitlines()[-1])
    assert isinstance(read_events(good)[-1], Finished)
