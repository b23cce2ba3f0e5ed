"""Runs that were given to a cluster: nothing here begins them, and their state is what is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from smcogui.design.design_file import load_designs
from smcogui.errors import FolderInUseError
from smcogui.runs.folder import prepare_folder
from smcogui.runs.in_process import run_in_process
from smcogui.runs.local import announce
from smcogui.runs.place import PLACE_FILE, RunPlace, read_place, remove_place, write_place
from smcogui.runs.record import record_state
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, current_state

PLACE = RunPlace(cluster="hpc", host="login1", token="smco-1", task=3, job_id="4711_3")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """Return a run folder that was prepared; copied, never changed."""
    design = load_designs(checkout / "tests" / "tiny.toml")[0]
    folder = tmp_path_factory.mktemp("prepared") / "run"
    prepare_folder(make_run_spec(design), folder)
    return folder


@pytest.fixture
def placed(prepared: Path, tmp_path: Path) -> Path:
    """Return the folder of a run that waits on a cluster."""
    folder = Path(shutil.copytree(prepared, tmp_path / "run"))
    write_place(folder, PLACE)
    record_state(folder, RunState.QUEUED, "on hpc")
    return folder


def test_place_is_read_as_it_was_written(placed: Path) -> None:
    assert read_place(placed) == PLACE
    assert PLACE.words == "hpc, job 4711_3"


@pytest.mark.parametrize("text", ["", "[]", '{"cluster": 1}', '{"cluster": "a", "x": 2}'])
def test_damaged_place_is_none(placed: Path, text: str) -> None:
    (placed / PLACE_FILE).write_text(text)
    assert read_place(placed) is None


def test_placed_run_is_queued_and_not_lost(placed: Path) -> None:
    assert current_state(placed).state is RunState.QUEUED
    assert FolderHandle(placed).state is RunState.QUEUED
    remove_place(placed)
    assert current_state(placed).state is RunState.LOST


def test_placed_run_is_not_begun_here(placed: Path) -> None:
    with pytest.raises(FolderInUseError, match="hpc, job 4711_3"):
        announce(placed)
    with pytest.raises(FolderInUseError, match="cancel it there"):
        run_in_process(placed, complete=lambda _: None)
    assert current_state(placed).state is RunState.QUEUED


def test_ended_run_forgets_the_place_when_it_is_begun_here(placed: Path) -> None:
    record_state(placed, RunState.FAILED, "the node went down")
    announce(placed)
    assert read_place(placed) is None
