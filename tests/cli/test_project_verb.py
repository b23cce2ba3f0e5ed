"""``project``: the same that the File menu does."""

from __future__ import annotations

import json

import pytest

from smcogui.app.samples import provide_sample_project


@pytest.fixture
def project(tmp_path):
    """Return a project with the three sample runs."""
    folder = tmp_path / "a project"
    assert provide_sample_project(folder)
    return folder


def test_project_is_listed_exported_imported_and_copied(call, project, tmp_path):
    listed = call("project", "--list", project, "--json")
    assert listed.code == 0
    runs = {run["run_id"]: run["state"] for run in listed.value["runs"]}
    assert list(runs.values()) == ["DONE"] * 3
    packed = call("project", "--export", project, tmp_path / "p.smco", "--json")
    assert packed.value["file"] == str(tmp_path / "p.smco")
    assert (tmp_path / "p.smco").stat().st_size == pytest.approx(
        1e6 * packed.value["size_MB"], 1e-3
    )
    again = call("project", "--import", tmp_path / "p.smco", tmp_path / "again", "--json")
    assert {run["run_id"]: run["state"] for run in again.value["runs"]} == runs
    copied = call("project", "--copy", tmp_path / "again", "copy")
    assert copied.code == 0
    for run_id in runs:
        assert run_id in copied.out
        assert (tmp_path / "working directory" / "copy" / "runs" / run_id).is_dir()


def test_folder_that_is_no_project_is_refused_and_does_not_become_one(call, tmp_path):
    answer = call("project", "--list", tmp_path / "none", "--json")
    assert answer.code == 2
    assert json.loads(answer.out)["error"]["key"] == "project"
    assert not (tmp_path / "none").exists()


def test_bad_archive_gives_the_sentence_of_the_window(call, tmp_path):
    (tmp_path / "bad.smco").write_bytes(b"x")
    answer = call("project", "--import", tmp_path / "bad.smco", tmp_path / "new")
    assert answer.code == 2
    assert "is not imported" in answer.err


@pytest.mark.parametrize("words", [[], ["--copy", "a"], ["--list", "a", "--export", "a", "b"]])
def test_wrong_words_are_refused(call, words):
    assert call("project", *words).code == 2
