"""Folders that may only be read, seen by a user whom permission bits hold back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

POWERLESS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
"""root without its capabilities: permission bits hold as for anybody."""

if os.name != "posix":
    pytest.skip("permission bits", allow_module_level=True)
IS_ROOT = os.geteuid() == 0
if IS_ROOT and shutil.which("setpriv") is None:
    pytest.skip("root without setpriv may write anywhere", allow_module_level=True)


@pytest.fixture
def powerless(checkout, tmp_path):
    """Return a function that runs a verb as a user without power; the working folder is locked."""
    folder = tmp_path / "locked"
    folder.mkdir()

    def run(*words):
        command = [sys.executable, str(checkout / "main.py"), *map(str, words), "--json"]
        folder.chmod(0o555)
        done = subprocess.run(
            [*(POWERLESS if IS_ROOT else ()), *command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)

    yield run
    folder.chmod(0o755)


@pytest.mark.parametrize(
    "words",
    [
        ("run", "FILE"),
        ("run", "FILE", "--out", "new/folder"),
        ("run", "FILE", "--out", "."),
        ("export", "FILE", "--ovf", "a.ovf"),
        ("export", "FILE", "--csv", "new/a.csv"),
        ("export", "FILE", "--mx3", "a.mx3"),
        ("export", "FILE", "--vti", "a.vti"),
    ],
)
def test_verb_that_cannot_write_says_so(powerless, small_file, words):
    code, value = powerless(*(small_file if word == "FILE" else word for word in words))
    assert code == 3
    assert "cannot be written (Permission denied)" in value["error"]["message"]
    assert value["error"]["key"] == "out"
    assert value["error"]["given"]


def test_finished_run_can_be_read_where_nothing_can_be_written(
    call, powerless, small_file, tmp_path
):
    run = tmp_path / "run"
    first = call("run", small_file, "--out", run, "--cycles", 1, "--json")
    assert first.code == 0, first.err
    folders = [run, *(path for path in run.rglob("*") if path.is_dir())]
    for path in run.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    run.chmod(0o555)
    try:
        code, value = powerless("run", small_file, "--out", run, "--cycles", 1)
        assert (code, value) == (0, first.value)
        code, value = powerless("solve", run / "cycle-00")
        assert code == 0
        assert len(value["mu0_H_T"]) > 3
    finally:
        for path in folders:
            path.chmod(0o755)


def test_problem_that_cannot_be_written_to_is_not_solved(call, powerless, small_file, tmp_path):
    run = tmp_path / "run"
    assert call("run", small_file, "--out", run, "--cycles", 1).code == 0
    problem = run / "cycle-00"
    (problem / "events.jsonl").unlink()
    (problem / "lock").chmod(0o444)
    problem.chmod(0o555)
    try:
        code, value = powerless("solve", problem)
    finally:
        problem.chmod(0o755)
    assert code == 3
    assert (
        "Permission denied; a solve needs a folder that can be written" in value["error"]["message"]
    )


def test_file_that_may_not_be_read_gives_2(powerless, small_file):
    small_file.chmod(0)
    code, value = powerless("design", small_file)
    assert code == 2
    assert "Permission denied" in value["error"]["message"]
