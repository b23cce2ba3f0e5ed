"""``project.json``: what is written, older files, newer ones, damaged ones."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime

import pytest

import smcogui
from smcogui.app import project_file
from smcogui.app.project_file import (
    SCHEMA_VERSION,
    new_project_file,
    read_project_file,
    write_project_file,
)
from smcogui.app.session import Session
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.state import RunState

OLD = b'{\n  "schema_version": 1\n}'


@pytest.fixture
def old_project(tmp_path, finished_run):
    """Return a project as version 0.1.0 first made them: schema 1, with a finished run."""
    folder = tmp_path / "öld project"
    (folder / "runs").mkdir(parents=True)
    finished_run.copy_to(folder / "runs")
    (folder / "project.json").write_bytes(OLD)
    os.utime(folder / "project.json", (1_750_000_000, 1_750_000_000))
    return folder


def test_new_project_says_its_name_time_and_program(tmp_path):
    session = Session(tmp_path / "a b")
    data = json.loads((session.project / "project.json").read_text(encoding="utf-8"))
    assert data["schema_version"] == SCHEMA_VERSION
    assert data["name"] == session.project_name == "a b"
    assert data["written_by"] == f"SmCo Studio {smcogui.__version__}"
    age = datetime.now(UTC) - datetime.fromisoformat(data["created"])
    assert 0 <= age.total_seconds() < 60


def test_schema_1_is_migrated_and_its_file_kept(old_project, finished_run):
    session = Session(old_project)
    assert (old_project / "project.schema-1.json").read_bytes() == OLD
    data = json.loads((old_project / "project.json").read_text(encoding="utf-8"))
    assert data["schema_version"] == SCHEMA_VERSION
    assert data["name"] == "öld project"
    assert datetime.fromisoformat(data["created"]).timestamp() == 1_750_000_000
    (record,) = session.runs()
    assert record.run_id == finished_run.run_id
    assert record.state is RunState.DONE
    before = (old_project / "project.json").read_bytes()
    Session(old_project)
    assert (old_project / "project.json").read_bytes() == before


def test_older_project_that_cannot_be_rewritten_is_read_all_the_same(old_project, monkeypatch):
    def refuse(path, content):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(project_file, "write_atomically", refuse)
    content, note = read_project_file(old_project)
    assert content.name == "öld project"
    assert "Read-only file system" in note
    assert (old_project / "project.json").read_bytes() == OLD


def test_newer_project_is_refused_naming_the_version_that_made_it(tmp_path):
    folder = tmp_path / "new"
    folder.mkdir()
    text = json.dumps({"schema_version": 7, "written_by": "SmCo Studio 3.1", "name": 5})
    (folder / "project.json").write_text(text)
    expected = f"SmCo Studio 3.1 .*schema_version 7.*{re.escape(smcogui.__version__)}.*up to 2"
    with pytest.raises(InputError, match=expected) as caught:
        Session(folder)
    assert caught.value.given == "7"
    assert (folder / "project.json").read_text() == text
    assert [each.name for each in folder.iterdir()] == ["project.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b'{"schema_version": 2, "na', "no JSON"),
        (b"[1]", "no JSON object"),
        (b"{}", "schema_version is None"),
        (b'{"schema_version": true}', "schema_version is True"),
        (b'{"schema_version": "2"}', "schema_version is '2'"),
        (b'{"schema_version": 0}', "schema_version is 0"),
        (b'{"schema_version": 2, "name": "x"}', "created"),
        (b'{"schema_version": 2, "name": "", "created": "2026-01-01T00:00:00Z"}', "name"),
        (b'{"schema_version": 2, "name": "x", "created": "2026-01-01T00:00:00"}', "created"),
    ],
)
def test_damaged_project_file_is_said_with_the_way_out(tmp_path, content, said):
    (tmp_path / "runs").mkdir()
    marker = tmp_path / "project.json"
    marker.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        Session(tmp_path)
    assert "move project.json away" in str(caught.value)
    assert marker.read_bytes() == content
    marker.rename(tmp_path / "aside.json")
    assert Session(tmp_path).project == tmp_path


def test_keys_of_others_survive_rewriting(tmp_path):
    session = Session(tmp_path / "p")
    path = session.project / "project.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "note of mine": [1, 2]}))
    content, _ = read_project_file(session.project)
    write_project_file(session.project, content)
    assert json.loads(path.read_text())["note of mine"] == [1, 2]


def test_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(RunFolderError, match="cannot be used"):
        write_project_file(tmp_path / "file", new_project_file("x"))
