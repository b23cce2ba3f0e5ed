"""What comes from a cluster: landed where it is right, refused in words where it is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.cluster_landing import RefusedResultError, expected_files, land_run
from smcogui.app.results import wall_time_s, write_results
from smcogui.design.design import Design
from smcogui.runs.events import StateChanged, to_json
from smcogui.runs.folder import EVENTS_FILE, RESULT_FILE, prepare_folder, read_info
from smcogui.runs.in_process import run_in_process
from smcogui.runs.place import RunPlace, read_place, write_place
from smcogui.runs.record import record_state
from smcogui.runs.spec import RunSpec, make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import current_state, state_changes

PLACE = RunPlace(cluster="hpc", host="login1", token="smco-1", task=3, job_id="4711_3", node="n1")


@pytest.fixture(scope="module")
def spec(tiny_design: Design) -> RunSpec:
    """Return a run of 12 x 12 cells and one half-cycle."""
    return make_run_spec(replace(tiny_design, mesh=replace(tiny_design.mesh, domain=12e-9)))


@pytest.fixture(scope="module")
def computed(spec: RunSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of that run as a cluster computed it; copied, never changed."""
    folder = tmp_path_factory.mktemp("there") / spec.run_id
    prepare_folder(spec, folder)
    assert run_in_process(folder, complete=write_results) is RunState.DONE
    return folder


@pytest.fixture
def incoming(computed: Path, tmp_path: Path) -> Path:
    """Return a folder with what is fetched of it."""
    folder = tmp_path / "incoming"
    for name in expected_files(read_info(computed)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(computed / name, folder / name)
    return folder


@pytest.fixture
def run(spec: RunSpec, tmp_path: Path) -> Path:
    """Return the folder of the run in the project, which waits for the cluster."""
    folder = tmp_path / spec.run_id
    prepare_folder(spec, folder)
    write_place(folder, PLACE)
    record_state(folder, RunState.QUEUED)
    return folder


def readings(folder: Path) -> dict[str, object]:
    """Return a result without what differs by place and time."""
    result = json.loads((folder / RESULT_FILE).read_text())
    differs = ("run_dir", "wall_s", "computed_on", "name")
    return {key: value for key, value in result.items() if key not in differs}


def test_run_lands_as_if_it_had_been_computed_here(
    incoming: Path, run: Path, computed: Path
) -> None:
    assert land_run(incoming, run, PLACE) is RunState.DONE
    assert current_state(run).state is RunState.DONE
    assert readings(run) == readings(computed)
    assert (run / "curve.csv").read_bytes() == (computed / "curve.csv").read_bytes()
    assert read_place(run) == PLACE
    assert json.loads((run / RESULT_FILE).read_text())["computed_on"]["node"] == "n1"
    assert wall_time_s(run) == pytest.approx(wall_time_s(computed))


def test_run_that_landed_is_left_as_it_is(incoming: Path, run: Path) -> None:
    land_run(incoming, run, PLACE)
    before = (run / EVENTS_FILE).read_bytes()
    assert land_run(incoming, run, PLACE) is RunState.DONE
    assert (run / EVENTS_FILE).read_bytes() == before


def test_run_that_failed_there_is_failed_here_with_its_reason(incoming: Path, run: Path) -> None:
    lines = (incoming / EVENTS_FILE).read_text().splitlines()[:-1]
    end = StateChanged(state=RunState.FAILED, time_s=1e9, message="half-cycle 1 failed: x")
    (incoming / EVENTS_FILE).write_text("\n".join([*lines, to_json(end)]) + "\n")
    assert land_run(incoming, run, PLACE) is RunState.FAILED
    assert current_state(run).message == "half-cycle 1 failed: x"
    assert state_changes(run)[-2].state is RunState.FETCHING


def _changed(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def _value(key: str, value: object) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines()
        place = next(n for n, line in enumerate(lines) if f'"{key}"' in line)
        lines[place] = json.dumps({**json.loads(lines[place]), key: value})
        return "\n".join(lines) + "\n"

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_value("problem_hash", "0" * 64), "another problem"),
        (_value("version", "9.9"), "version '9.9'"),
        (_value("M_over_Ms", 1.5), "no event that is possible"),
        (_value("M_over_Ms", float("nan")), "no event that is possible"),
        (_value("mu0_H_T", 40.0), "no event that is possible"),
        (_value("index", 7), "field step 0 is missing"),
        (_value("index", -1), "no event that is possible"),
        (_value("iterations", True), "no event that is possible"),
        (_changed('"type": "Started"', '"type": "Stopped"'), "no event that is possible"),
        (lambda text: text[:-40], "cut off in its last line"),
        (lambda text: "\n".join(text.splitlines()[:-1]) + "\n", "its end is missing"),
        (lambda _: "", "does not say what it is of"),
    ],
)
def test_damaged_half_cycle_is_refused(
    incoming: Path, run: Path, change: Callable[[str], str], words: str
) -> None:
    path = incoming / "cycle-00" / EVENTS_FILE
    path.write_text(change(path.read_text()))
    with pytest.raises(RefusedResultError, match=words):
        land_run(incoming, run, PLACE)
    assert current_state(run).state is RunState.QUEUED
    assert not (run / RESULT_FILE).exists()


@pytest.mark.parametrize("text", ["", '{"type": "StateChanged"}\n', "[]\n", '"x"\n'])
def test_run_that_does_not_say_its_end_is_refused(incoming: Path, run: Path, text: str) -> None:
    (incoming / EVENTS_FILE).write_text(text)
    with pytest.raises(RefusedResultError):
        land_run(incoming, run, PLACE)


def test_run_without_a_half_cycle_is_refused(incoming: Path, run: Path) -> None:
    (incoming / "cycle-00" / EVENTS_FILE).unlink()
    with pytest.raises(RefusedResultError, match="is missing"):
        land_run(incoming, run, PLACE)


def test_file_that_is_no_text_is_refused(incoming: Path, run: Path) -> None:
    (incoming / "cycle-00" / EVENTS_FILE).write_bytes(b"\xff\xfe\n")
    with pytest.raises(RefusedResultError, match="no text"):
        land_run(incoming, run, PLACE)
