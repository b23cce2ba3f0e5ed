"""Packed runs: few files, nothing lost, whatever happens in between."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.app.campaign_packs import QueuePacker
from smcogui.app.results import write_results
from smcogui.app.session import Session
from smcogui.data import run_pack
from smcogui.data.run_pack import is_unpacked, pack_runs, packing, sweep_packs, unpack_run
from smcogui.design.design import Design
from smcogui.errors import InputError, RunFolderError
from smcogui.runs import pack_file
from smcogui.runs.events import CycleStep
from smcogui.runs.events import LogLine as RunLogLine
from smcogui.runs.folder import prepare_folder, read_info
from smcogui.runs.in_process import run_in_process
from smcogui.runs.lock import FolderLock
from smcogui.runs.pack_file import PACKS_FOLDER, list_packs, pack_runs_in
from smcogui.runs.pack_mark import pack_mark
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState
from smcogui.runs.watch import FolderHandle, read_cycle

KEPT = ["events.jsonl", "result.json", "spec.json"]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory, tiny_design: Design) -> Path:
    """Return a project with three runs as a campaign computes them; copied, never changed."""
    project = Session(tmp_path_factory.mktemp("computed") / "project").project
    for seed in range(3):
        small = replace(
            tiny_design,
            mesh=replace(tiny_design.mesh, domain=12e-9),
            run=replace(tiny_design.run, cycles=2, seed=seed),
        )
        spec = make_run_spec(small)
        folder = project / "runs" / spec.run_id
        prepare_folder(spec, folder)
        assert run_in_process(folder, complete=write_results) is RunState.DONE
    return project


@pytest.fixture
def project(computed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(computed, tmp_path / "project"))


def folders_of(project: Path) -> list[Path]:
    return sorted((project / "runs").iterdir())


def told_by(folder: Path) -> list[object]:
    return [event for row in read_info(folder).cycles for event in read_cycle(folder / row.folder)]


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a run but those of a process at work."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_finished_run_of_a_campaign_keeps_no_checkpoint(project: Path) -> None:
    assert not list(project.rglob("checkpoint.npz"))


def test_packed_run_keeps_few_files_and_is_as_before(project: Path) -> None:
    session = Session(project)
    runs = session.runs()
    before = {
        run.run_id: (
            session.load_steps(run.run_id),
            session.load_curves(run.run_id),
            session.load_summary(run.run_id),
            told_by(run.folder),
        )
        for run in runs
    }
    report = pack_runs([run.folder for run in runs])
    assert (report.packed, len(report.packs), not report.left) == (3, 1, True)
    assert [sorted(path.name for path in folder.iterdir()) for folder in folders_of(project)] == [
        KEPT
    ] * 3
    again = Session(project)
    assert again.runs() == runs
    for run in again.runs():
        found = (
            again.load_steps(run.run_id),
            again.load_curves(run.run_id),
            again.load_summary(run.run_id),
            told_by(run.folder),
        )
        assert repr(found) == repr(before[run.run_id])


def test_packed_run_is_watched_like_any_other(project: Path) -> None:
    folder = folders_of(project)[0]
    steps = [e for e in FolderHandle(folder).poll() if isinstance(e, CycleStep)]
    pack_runs([folder])
    handle = FolderHandle(folder)
    assert [e for e in handle.poll() if isinstance(e, CycleStep)] == steps
    assert handle.poll() == []
    assert handle.state is RunState.DONE


def test_unpacked_run_has_the_files_that_it_had(project: Path) -> None:
    session = Session(project)
    session.campaigns.create("first")
    folder = folders_of(project)[0]
    before = files_in(folder)
    pack_runs([folder])
    assert unpack_run(folder)
    assert not unpack_run(folder)
    from smcogui.app.results import write_curve

    write_curve(folder)
    after = files_in(folder)
    assert set(after) == set(before)
    # The times in an archive are those of its making.
    assert {k: v for k, v in after.items() if not k.endswith(".npz")} == {
        k: v for k, v in before.items() if not k.endswith(".npz")
    }
    assert sweep_packs(project) == 1
    assert list_packs(project / PACKS_FOLDER) == []


def test_regions_that_the_design_does_not_give_are_kept(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders_of(project)[0]
    monkeypatch.setattr(run_pack, "_regions_match", lambda *_: False)
    arrays = (folder / "cycle-00" / "arrays.npz").read_bytes()
    pack_runs([folder])
    monkeypatch.undo()
    unpack_run(folder)
    assert (folder / "cycle-00" / "arrays.npz").read_bytes() == arrays


@pytest.mark.parametrize("point", ["mark", "files", "some files"])
def test_crash_at_any_point_loses_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """What is written and deleted is cut off where a kill would do that."""
    before = {folder: told_by(folder) for folder in folders_of(project)}

    def die(*_: object) -> None:
        if point == "some files":
            (folders_of(project)[0] / "cycle-00" / "events.jsonl").unlink()
        raise KeyboardInterrupt

    cut = {"mark": "write_mark", "files": "_remove_files", "some files": "_remove_files"}[point]
    monkeypatch.setattr(run_pack, cut, die)
    with pytest.raises(KeyboardInterrupt):
        pack_runs(folders_of(project))
    monkeypatch.undo()
    assert {folder: told_by(folder) for folder in folders_of(project)} == before
    pack_runs(folders_of(project))
    assert not any(is_unpacked(folder) for folder in folders_of(project))
    assert {folder: told_by(folder) for folder in folders_of(project)} == before


def test_line_that_a_crash_cut_off_hides_no_mark(project: Path) -> None:
    folder = folders_of(project)[0]
    before = told_by(folder)
    with (folder / "events.jsonl").open("a") as stream:
        stream.write('{"type": "Packed", "run_')
    assert pack_runs([folder]).packed == 1
    assert pack_mark(folder) is not None
    assert told_by(folder) == before


def test_mark_that_cannot_be_read_back_deletes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folders_of(project)[0]
    monkeypatch.setattr(run_pack, "write_mark", lambda *_: None)
    assert pack_runs([folder]).packed == 0
    assert is_unpacked(folder)


def test_files_of_a_packed_run_stay_where_the_pack_is_gone(project: Path) -> None:
    """Somebody deleted the pack of a run whose files a crash left behind."""
    folder = folders_of(project)[0]
    whole = shutil.copytree(folder / "cycle-00", project.parent / "cycle-00")
    (path,) = pack_runs([folder]).packs
    shutil.copytree(whole, folder / "cycle-00")
    path.unlink()
    assert pack_runs([folder]).left == {"damaged": 1}
    assert is_unpacked(folder)


def test_run_in_use_is_left_and_told_of(project: Path) -> None:
    folder = folders_of(project)[0]
    with FolderLock(folder):
        report = pack_runs([folder])
    assert (report.packed, report.left) == (0, {"in use": 1})
    assert is_unpacked(folder)


def test_packs_in_use_are_swept_by_nobody(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pack, "_PATIENCE_S", 0.1)
    pack_runs(folders_of(project))
    with packing(project / PACKS_FOLDER):
        with pytest.raises(RunFolderError, match="in use"):
            sweep_packs(project)
        with pytest.raises(RunFolderError, match="in use"):
            unpack_run(folders_of(project)[0])
    assert sweep_packs(project) == 0


def test_pack_that_reads_back_otherwise_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_file, "_read_all", lambda _path: [])
    with pytest.raises(RunFolderError, match="does not hold what was written"):
        pack_runs(folders_of(project))
    assert all(is_unpacked(folder) for folder in folders_of(project))
    assert list_packs(project / PACKS_FOLDER) == []


def test_run_that_is_not_done_or_stores_states_is_left(project: Path) -> None:
    first, second, third = folders_of(project)
    (first / "cycle-00" / "snapshots").mkdir()
    (second / "result.json").unlink()
    events = (third / "cycle-01" / "events.jsonl").read_text().splitlines(keepends=True)
    (third / "cycle-01" / "events.jsonl").write_text("".join(events[:-1]))
    report = pack_runs([first, second, third])
    assert report.left == {"with stored states or other files": 1, "not done": 1, "damaged": 1}
    assert report.packed == 0
    assert all(is_unpacked(folder) for folder in (first, second, third))


def test_packed_run_says_that_it_has_no_states(project: Path) -> None:
    folder = folders_of(project)[0]
    pack_runs([folder])
    session = Session(project)
    assert session.snapshots(folder.name) == []
    with pytest.raises(InputError, match="packed and holds no magnetisation"):
        session.load_snapshot(folder.name, 0, 1)


def test_missing_and_damaged_packs_are_said(project: Path) -> None:
    folder = folders_of(project)[0]
    pack_runs([folder])
    (path,) = list_packs(project / PACKS_FOLDER)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(RunFolderError, match="cannot be read"):
        Session(project).load_steps(folder.name)
    path.unlink()
    with pytest.raises(RunFolderError, match=f"copy the folder {PACKS_FOLDER}"):
        Session(project).load_steps(folder.name)
    said = [e.message for e in FolderHandle(folder).poll() if isinstance(e, RunLogLine)]
    assert any(path.name in message for message in said)


def test_lost_result_of_a_packed_run_is_written_again(project: Path) -> None:
    folder = folders_of(project)[0]
    result = json.loads((folder / "result.json").read_text())
    pack_runs([folder])
    (folder / "result.json").write_text("{")
    (mended,) = [run for run in Session(project).runs() if run.run_id == folder.name]
    assert mended.result is not None
    same = result.keys() - {"wall_s", "run_dir"}
    assert {key: mended.result[key] for key in same} == {key: result[key] for key in same}


def test_copies_archives_and_the_trash_hold_packed_runs(project: Path, tmp_path: Path) -> None:
    session = Session(project)
    steps = {folder.name: session.load_steps(folder.name) for folder in folders_of(project)}
    pack_runs(folders_of(project))
    copy = Session(session.copy_project(tmp_path / "copy", lambda _: None))
    packed = session.export_project(tmp_path / "packed.smco", lambda _: None)
    unpacked = Session(Session.import_project(packed, tmp_path / "unpacked", lambda _: None))
    for other in (copy, unpacked):
        assert {name: other.load_steps(name) for name in steps} == steps
    first = folders_of(project)[0].name
    entry = session.library.trash_run(first)
    assert sweep_packs(project) == 0
    session.library.restore(entry.entry_id)
    assert session.load_steps(first) == steps[first]


def test_copy_keeps_runs_from_being_packed(project: Path, tmp_path: Path) -> None:
    session = Session(project)
    session.campaigns.create("first")
    refused = []

    def pack_meanwhile(_fraction: float) -> None:
        if not refused:
            with pytest.raises(RunFolderError, match="in use") as caught:
                pack_runs(folders_of(project))
            refused.append(caught)

    session.copy_project(tmp_path / "copy", pack_meanwhile)
    assert refused
    with packing(project / PACKS_FOLDER):
        pass


def test_packed_run_started_again_is_done_at_once(project: Path) -> None:
    folder = folders_of(project)[0]
    design = Session(project).run(folder.name).design
    pack_runs([folder])
    handle = Session(project).start_run(design)
    assert handle.state is RunState.DONE
    assert sorted(path.name for path in folder.iterdir()) == KEPT
    assert pack_mark(folder) is not None


def test_packs_have_row_groups_of_few_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet

    monkeypatch.setattr(pack_file, "RUNS_PER_GROUP", 2)
    before = {folder: told_by(folder) for folder in folders_of(project)}
    (path,) = pack_runs(folders_of(project)).packs
    assert parquet.ParquetFile(path).num_row_groups == 2
    assert pack_runs_in(path) == {folder.name for folder in before}
    assert {folder: told_by(folder) for folder in before} == before


def test_runs_that_could_not_be_packed_are_packed_with_the_next(project: Path) -> None:
    *first, last = folders_of(project)
    packer = QueuePacker()
    packer.add(first)
    with FolderLock(packs_of_project(project)):
        packer.go_on(least=1)
        packer.wait()
    assert all(is_unpacked(folder) for folder in first)
    packer.add([last])
    packer.go_on(least=1)
    packer.wait()
    assert not any(is_unpacked(folder) for folder in folders_of(project))


def packs_of_project(project: Path) -> Path:
    packs = project / PACKS_FOLDER
    packs.mkdir(exist_ok=True)
    return packs
