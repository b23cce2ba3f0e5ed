"""The environment of the packaged program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from smcogui.app import provenance
from smcogui.app.frozen import adapt_environment
from smcogui.app.replay import command_of, python_of
from smcogui.app.session import Session
from smcogui.runs.children import program, program_name


@pytest.fixture
def frozen(monkeypatch, tmp_path):
    """Look like the packaged program."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "smco studio" / "smco-studio"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LD_LIBRARY_PATH": "/ours:/theirs", "LD_LIBRARY_PATH_ORIG": "/theirs"}, "/theirs"),
        ({"LD_LIBRARY_PATH": "/ours"}, None),
        ({}, None),
    ],
)
def test_other_programs_get_their_own_libraries_back(given, expected):
    environment = {**given, "OTHER": "1"}
    adapt_environment(environment)
    assert environment.get("LD_LIBRARY_PATH") == expected
    assert "LD_LIBRARY_PATH_ORIG" not in environment
    assert environment["OTHER"] == "1"


def test_kernels_are_cached_for_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    environment: dict[str, str] = {}
    adapt_environment(environment)
    folder = Path(environment["NUMBA_CACHE_DIR"])
    assert folder.is_dir()
    assert folder.is_relative_to(tmp_path) or os.name != "posix"


def test_cache_that_was_named_is_kept():
    environment = {"NUMBA_CACHE_DIR": "/elsewhere"}
    adapt_environment(environment)
    assert environment["NUMBA_CACHE_DIR"] == "/elsewhere"


def test_kernels_are_cached_even_where_the_user_has_no_folder(tmp_path, monkeypatch):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way))
    monkeypatch.setenv("LOCALAPPDATA", str(in_the_way))
    environment: dict[str, str] = {}
    adapt_environment(environment)
    folder = Path(environment["NUMBA_CACHE_DIR"])
    assert folder.is_dir()
    assert not folder.is_relative_to(tmp_path)
    folder.rmdir()


def test_frozen_program_starts_its_parts_by_itself(frozen):
    assert program("solver", "--solve") == [sys.executable, "--solve"]
    assert program_name() == "smco-studio"


def test_frozen_program_knows_its_commit(frozen, monkeypatch, tmp_path):
    monkeypatch.setattr(provenance, "_ROOT", tmp_path)
    provenance.git_commit.cache_clear()
    assert provenance.git_commit() is None
    (tmp_path / provenance.COMMIT_FILE).write_text("abc-dirty\n")
    provenance.git_commit.cache_clear()
    assert provenance.git_commit() == "abc-dirty"
    provenance.git_commit.cache_clear()


def test_copied_lines_name_the_frozen_program(frozen, finished_run):
    session = Session(finished_run.folder.parents[1])
    record = session.run(finished_run.run_id)
    quoted = f"'{sys.executable}'"
    assert f'{quoted} run "$design"' in command_of(record)
    assert f"# Run this by: {quoted} script FILE.py" in python_of(record)
