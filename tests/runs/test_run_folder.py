"""The folder of a run: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from smcogui.errors import RunFolderError
from smcogui.runs import folder as run_folder_module
from smcogui.runs.folder import REGIONS_FILE, SPEC_FILE, folder_error, prepare_folder, read_info
from smcogui.runs.spec import make_run_spec
from solver.problem import load_problem

LONG = "l" * 200


def test_prepared_folder_describes_the_run(small_spec, run_folder):
    info = read_info(run_folder)
    assert info.run_id == small_spec.run_id
    assert [row.folder for row in info.cycles] == ["cycle-00", "cycle-01"]
    for row, cycle in zip(info.cycles, small_spec.cycles, strict=True):
        stored = load_problem(run_folder / row.folder)
        assert stored.content_hash() == cycle.problem.content_hash() == row.problem_hash
    with np.load(run_folder / REGIONS_FILE) as regions:
        assert np.array_equal(regions["cycle-01"], small_spec.cycles[1].problem.regions)


def test_preparing_twice_changes_nothing(small_spec, run_folder):
    before = (run_folder / SPEC_FILE).read_bytes()
    prepare_folder(small_spec, run_folder)
    assert (run_folder / SPEC_FILE).read_bytes() == before


def test_preparing_completes_what_a_killed_submission_left(small_spec, run_folder):
    shutil.rmtree(run_folder / "cycle-01")
    (run_folder / REGIONS_FILE).unlink()
    prepare_folder(small_spec, run_folder)
    assert load_problem(run_folder / "cycle-01")
    assert (run_folder / REGIONS_FILE).exists()


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "with 'quotes' and \"more\"",
        "ünïcödé 测试",
        LONG,
        "-dash",
        "a;b&c$d",
    ],
)
def test_folder_may_have_any_name(small_spec, tmp_path, name):
    folder = tmp_path / name
    prepare_folder(small_spec, folder)
    assert read_info(folder).run_id == small_spec.run_id


def test_folder_of_another_run_is_refused_and_kept(small_design, small_spec, run_folder):
    other = make_run_spec(replace(small_design, alpha=0.5))
    with pytest.raises(RunFolderError, match=r"another content.*Choose another folder") as caught:
        prepare_folder(other, run_folder)
    assert small_spec.run_id in str(caught.value)
    assert str(run_folder) in str(caught.value)
    assert read_info(run_folder).run_id == small_spec.run_id


def test_folder_of_another_solver_version_is_refused_in_those_words(small_spec, run_folder):
    newer = replace(small_spec, solver_version="99.0")
    with pytest.raises(RunFolderError, match=r"this is builtin 99\.0"):
        prepare_folder(newer, run_folder)


def test_folder_with_foreign_files_is_refused_and_kept(small_spec, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match=r"thesis\.txt"):
        prepare_folder(small_spec, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_changed_problem_is_noticed(small_spec, run_folder):
    path = run_folder / "cycle-00" / "problem.json"
    data = json.loads(path.read_text())
    data["options"]["seed"] += 1
    path.write_text(json.dumps(data))
    with pytest.raises(RunFolderError, match="changed or damaged"):
        prepare_folder(small_spec, run_folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format_version": 1}', "\x00\x01"])
def test_damaged_description_is_named(run_folder, content):
    (run_folder / SPEC_FILE).write_text(content)
    with pytest.raises(RunFolderError, match="damaged"):
        read_info(run_folder)


def test_newer_format_is_named(run_folder):
    (run_folder / SPEC_FILE).write_text('{"format_version": 2}')
    with pytest.raises(RunFolderError, match="this program reads 1"):
        read_info(run_folder)


def test_folder_that_is_no_run_folder_is_named(tmp_path):
    with pytest.raises(RunFolderError, match="is no run folder"):
        read_info(tmp_path)


def test_path_below_a_file_is_refused(small_spec, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="choose another folder"):
        prepare_folder(small_spec, tmp_path / "file" / "run")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_refused(small_spec, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunFolderError, match="cannot be written"):
        prepare_folder(small_spec, tmp_path / "run")
    tmp_path.chmod(0o700)


def test_full_disk_is_noticed_before_the_run(small_spec, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(run_folder_module.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(RunFolderError, match=r"is full: 0\.0 MB are free"):
        prepare_folder(small_spec, tmp_path / "run")


@pytest.fixture
def tiny_disk(tmp_path):
    """Return a file system of 8 kB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_disk_that_fills_while_submitting_is_named(small_spec, tiny_disk, monkeypatch):
    monkeypatch.setattr(run_folder_module, "_check_space", lambda *_: None)
    (tiny_disk / "ballast").write_bytes(b"0" * 4096)
    (tiny_disk / "run").mkdir()
    with pytest.raises(RunFolderError, match="is full; free some space"):
        prepare_folder(small_spec, tiny_disk / "run")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EACCES, "cannot be written"),
        (errno.EROFS, "cannot be written"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_folder_error_says_what_to_do(number, words):
    error = folder_error(Path("x"), OSError(number, os.strerror(number)))
    assert words in str(error)
    assert "choose" in str(error)
