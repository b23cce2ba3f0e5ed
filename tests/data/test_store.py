"""Listing runs: what changed on disk is seen, what did not is not read again."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.app.session import Session
from smcogui.data import run_index, run_scan, store
from smcogui.data.run_scan import scan_run
from smcogui.data.store import RunStore
from smcogui.design.region_map import RegionMap
from smcogui.errors import InputError
from smcogui.runs.folder import RESULT_FILE, SPEC_FILE, prepare_folder
from smcogui.runs.lock import FolderLock
from smcogui.runs.spec import make_run_spec
from smcogui.runs.state import RunState


@pytest.fixture
def scans(monkeypatch):
    """Return the names of the folders that were read, in order."""
    read: list[str] = []

    def scan(folder: Path):
        read.append(folder.name)
        return scan_run(folder)

    monkeypatch.setattr(store, "scan_run", scan)
    return read


@pytest.fixture
def runs_folder(make_run, tmp_path):
    """Return the runs of a project: two done, one cancelled."""
    make_run(60)
    make_run(70)
    make_run(80, RunState.CANCELLED)
    return tmp_path / "project" / "runs"


def index_of(runs_folder: Path) -> Path:
    return runs_folder.parent / run_index.INDEX_FILE


def test_warm_index_gives_the_same_runs_without_reading_a_folder(runs_folder, scans):
    cold = RunStore(runs_folder).records()
    assert len(scans) == 3
    scans.clear()
    warm = RunStore(runs_folder)
    assert warm.records() == cold
    assert warm.records() == cold
    assert scans == []
    assert warm.notes == ()


def test_index_keeps_the_map_of_a_drawn_design(tmp_path, scans):
    base = Session.example("base")
    cells = np.random.default_rng(0).integers(0, 4, (90, 90)).astype(np.uint8)
    drawn = replace(
        base,
        mesh=replace(base.mesh, cell=1e-9),
        region_map=RegionMap.of(cells, 1e-9, "tem.png"),
    )
    spec = make_run_spec(drawn)
    prepare_folder(spec, tmp_path / "runs" / spec.run_id)
    RunStore(tmp_path / "runs").records()
    scans.clear()
    [run] = RunStore(tmp_path / "runs").records()
    assert run.design == drawn
    assert scans == []


def test_index_that_another_process_made_meanwhile_is_used(runs_folder, scans, monkeypatch):
    RunStore(runs_folder).records()
    scans.clear()
    has_our_form = run_index._has_our_form
    first_look = iter([False])
    monkeypatch.setattr(
        run_index,
        "_has_our_form",
        lambda index: next(first_look, None) is None and has_our_form(index),
    )
    opened = RunStore(runs_folder)
    assert len(opened.records()) == 3
    assert scans == []
    assert opened.notes == ()


def test_index_is_in_wal_mode_and_leaves_nothing_open(runs_folder):
    RunStore(runs_folder).records()
    with sqlite3.connect(index_of(runs_folder)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (3,)
    connection.close()
    assert [p.name for p in runs_folder.parent.glob("index*")] == ["index.sqlite"]


def test_new_changed_and_removed_folders_are_noticed(runs_folder, make_run, scans):
    RunStore(runs_folder).records()
    scans.clear()
    changed = next(r.folder for r in RunStore(runs_folder).records() if r.state is RunState.DONE)
    result = json.loads((changed / RESULT_FILE).read_text())
    (changed / RESULT_FILE).write_text(json.dumps({**result, "mu0_Hc_T": 77.25}))
    gone = next(r.folder for r in RunStore(runs_folder).records() if r.state is not RunState.DONE)
    shutil.rmtree(gone)
    new = make_run(90)
    records = {record.folder: record for record in RunStore(runs_folder).records()}
    assert gone not in records
    assert new in records
    assert records[changed].result["mu0_Hc_T"] == 77.25
    assert sorted(scans) == sorted([changed.name, new.name])
    with sqlite3.connect(index_of(runs_folder)) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (3,)
    connection.close()


def test_open_store_sees_what_another_program_writes(runs_folder, append_state):
    open_store = RunStore(runs_folder)
    folder = next(r.folder for r in open_store.records() if r.state is RunState.CANCELLED)
    append_state(folder, RunState.FAILED, "no disk")
    record = next(r for r in open_store.records() if r.folder == folder)
    assert (record.state, record.message) == (RunState.FAILED, "no disk")
    assert open_store.record(folder.name) == record


def test_run_at_work_is_lost_once_nobody_holds_its_lock(runs_folder, make_run):
    folder = make_run(100, RunState.RUNNING)
    RunStore(runs_folder).records()
    warm = RunStore(runs_folder)
    with FolderLock(folder):
        assert warm.record(folder.name).state is RunState.RUNNING
        assert {r.run_id: r.state for r in warm.records()}[folder.name] is RunState.RUNNING
    assert {r.run_id: r.state for r in warm.records()}[folder.name] is RunState.LOST
    assert "resume" in warm.record(folder.name).message


@pytest.mark.parametrize("damage", ["cut", "garbage", "page", "empty", "foreign", "older"])
def test_damaged_or_foreign_index_is_made_anew(runs_folder, scans, damage):
    cold = RunStore(runs_folder).records()
    index = index_of(runs_folder)
    content = index.read_bytes()
    if damage == "cut":
        index.write_bytes(content[: len(content) // 2])
    elif damage == "garbage":
        index.write_bytes(b"no database at all" * 300)
    elif damage == "page":
        index.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])
    elif damage == "empty":
        index.write_bytes(b"")
    else:
        connection = sqlite3.connect(index)
        if damage == "foreign":
            connection.execute("DROP TABLE runs")
            connection.execute("CREATE TABLE strangers (name)")
        else:
            connection.execute("UPDATE form SET fingerprint = 'another program'")
        connection.commit()
        connection.close()
    scans.clear()
    again = RunStore(runs_folder)
    assert again.records() == cold
    assert len(scans) == 3
    scans.clear()
    assert RunStore(runs_folder).records() == cold
    assert scans == []


def test_row_that_is_no_run_is_read_from_its_folder(runs_folder, scans, monkeypatch):
    cold = RunStore(runs_folder).records()
    connection = sqlite3.connect(index_of(runs_folder))
    first, second, _ = (record.run_id for record in cold)
    connection.execute("UPDATE runs SET state = 'strange' WHERE run_id = ?", (first,))
    connection.execute("UPDATE runs SET content = x'00' WHERE run_id = ?", (second,))
    connection.commit()
    connection.close()
    scans.clear()
    monkeypatch.setattr(run_scan, "scan_run", store.scan_run)
    assert RunStore(runs_folder).records() == cold
    assert scans == [first, second]


def test_listed_runs_are_read_when_somebody_asks(runs_folder, monkeypatch):
    cold = RunStore(runs_folder).records()
    warm = RunStore(runs_folder).records()
    with monkeypatch.context() as patch:
        patch.setattr(run_scan.RunContent, "_unpack", lambda _self: pytest.fail("it was read"))
        assert [record.has_result for record in warm] == [False, True, True]
        assert [record.name for record in warm] == [record.name for record in cold]
    assert [record.has_result for record in cold] == [r.result is not None for r in warm]
    assert [record.read() for record in warm] == cold
    with monkeypatch.context() as patch:
        patch.setattr(run_scan.RunContent, "_read", lambda _self: pytest.fail("it was read"))
        assert warm[0].design == cold[0].design


def test_results_are_columns_of_the_finished_runs(runs_folder):
    done = [record for record in RunStore(runs_folder).records() if record.result]
    found = RunStore(runs_folder).results()
    assert set(found["run_id"]) == {record.run_id for record in done}
    by_id = dict(zip(found["run_id"], found["mu0_Hc_T"], strict=True))
    assert by_id == {record.run_id: record.result["mu0_Hc_T"] for record in done}
    assert sorted(found["L_nm"]) == [60, 70]
    assert {len(values) for values in found.values()} == {2}
    index_of(runs_folder).unlink()
    index_of(runs_folder).mkdir()
    without = RunStore(runs_folder).results(("L_nm", "run_id"))
    assert list(without) == ["L_nm", "run_id"]
    assert dict(zip(without["run_id"], without["L_nm"], strict=True)) == dict(
        zip(found["run_id"], found["L_nm"], strict=True)
    )
    with pytest.raises(InputError, match="nearest is mu0_Hc_T"):
        RunStore(runs_folder).results(("Hc_T",))


def test_results_forget_a_run_that_is_gone_or_begun_again(runs_folder, append_state):
    first, second = (r.folder for r in RunStore(runs_folder).records() if r.result)
    shutil.rmtree(first)
    append_state(second, RunState.CANCELLED)
    opened = RunStore(runs_folder)
    opened.records()
    assert opened.results(("run_id",)) == {"run_id": []}


def test_index_that_cannot_be_opened_is_said_and_the_runs_are_shown(runs_folder, caplog):
    index_of(runs_folder).mkdir()
    opened = RunStore(runs_folder)
    assert len(opened.records()) == 3
    assert len(opened.records()) == 3
    (note,) = opened.notes
    assert "in memory only" in note
    assert "cannot be opened" in note
    assert note in caplog.text


def test_network_drive_gets_a_rollback_journal_and_a_note(runs_folder, monkeypatch):
    monkeypatch.setattr(run_index, "network_drive", lambda _path: "nfs4")
    opened = RunStore(runs_folder)
    assert len(opened.records()) == 3
    (note,) = opened.notes
    assert "nfs4" in note
    assert "rollback journal" in note
    with sqlite3.connect(index_of(runs_folder)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_locked_index_is_waited_for_and_then_done_without(runs_folder, monkeypatch):
    RunStore(runs_folder).records()
    monkeypatch.setattr(run_index, "_PATIENCE_S", 0.05)
    holder = sqlite3.connect(index_of(runs_folder), isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    opened = RunStore(runs_folder)
    assert len(opened.records()) == 3
    assert "locked" in opened.notes[0]
    holder.execute("ROLLBACK")
    holder.close()


def test_damaged_run_folder_is_left_out_and_logged(runs_folder, caplog):
    victim = RunStore(runs_folder).records()[0].folder
    (victim / SPEC_FILE).write_text("{")
    assert len(RunStore(runs_folder).records()) == 2
    assert str(victim) in caplog.text


def test_result_has_the_place_of_the_project_as_it_is_now(runs_folder, tmp_path, scans):
    RunStore(runs_folder).records()
    moved = tmp_path / "moved"
    runs_folder.parent.rename(moved)
    scans.clear()
    done = [r for r in RunStore(moved / "runs").records() if r.result]
    assert [r.result["run_dir"] for r in done] == [str(moved / "runs" / r.run_id) for r in done]
    assert scans == []


_LIST_RUNS = """
import logging, os, sys
from pathlib import Path
from smcogui.app.session import Session
logging.disable()
# Everything is loaded before the right to read it may be gone.
Session(Path(sys.argv[2])).runs()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
session = Session(Path(sys.argv[1]))
print(len(session.runs()), session.is_writable, "read-only" in " ".join(session.notes))
"""


@pytest.mark.skipif(os.name != "posix", reason="another user is needed to be refused")
def test_read_only_project_is_listed_and_said(runs_folder, tmp_path, checkout):
    project = Session(runs_folder.parent).project
    RunStore(runs_folder).records()
    folders = [project, *(path for path in project.rglob("*") if path.is_dir())]
    temporary = Path(tempfile.gettempdir()).resolve()
    above = [folder for folder in project.parents if temporary in folder.parents]
    modes = {folder: folder.stat().st_mode for folder in (*folders, *above)}
    for folder in above:
        folder.chmod(0o755)
    for folder in folders:
        folder.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", _LIST_RUNS, str(project), str(tmp_path / "other")],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    for folder, mode in modes.items():
        folder.chmod(mode)
    assert done.stdout == "3 False True\n", done.stderr
