"""Opening and making projects, and the design that a project keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcogui.app.session import Session
from smcogui.errors import InputError


def test_folder_of_somebody_else_does_not_become_a_project(tmp_path):
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(InputError, match=r"thesis\.docx"):
        Session(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.docx"]


def test_file_is_no_project(tmp_path):
    path = tmp_path / "a file"
    path.write_text("x")
    with pytest.raises(InputError, match="is no folder"):
        Session(path)


def test_runs_without_a_project_file_become_a_project_again(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    assert Session(tmp_path).project == tmp_path


def test_kept_design_comes_back_when_the_project_is_opened_again(tmp_path):
    session = Session(tmp_path / "p")
    assert session.kept_design() == (None, "")
    design = replace(session.example("table1_row2"), name="=1+1 ünï")
    session.keep_design(design)
    assert Session(tmp_path / "p").kept_design() == (design, "")
    assert not list(session.project.glob("*.tmp"))


@pytest.mark.parametrize("content", [b"", b"name = ", b"\xff\x00", b"[nanostructure]\nL_nm = -1"])
def test_kept_design_that_cannot_be_read_is_put_aside(tmp_path, content):
    session = Session(tmp_path / "p")
    (session.project / "design.toml").write_bytes(content)
    design, note = session.kept_design()
    assert design is None
    assert "design.unreadable.toml" in note
    assert (session.project / "design.unreadable.toml").read_bytes() == content
    assert session.kept_design() == (None, "")


def test_opening_another_project_leaves_the_session_where_it_is_if_that_fails(tmp_path):
    session = Session(tmp_path / "p")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError):
        session.open_project(tmp_path / "file")
    assert session.project == tmp_path / "p"
    assert session.runs() == []
