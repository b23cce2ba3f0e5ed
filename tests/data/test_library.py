"""Designs by name, names and tags of runs, the trash: what is on disk is what counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smcogui.app.session import Session
from smcogui.data.labels import Labels, parse_tags
from smcogui.data.library import Library
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.folder import prepare_folder
from smcogui.runs.lock import FolderLock
from smcogui.runs.spec import make_run_spec

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.design.design import Design


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path / "pröject")


@pytest.fixture
def library(session: Session) -> Library:
    return session.library


@pytest.fixture
def design(session: Session) -> Design:
    return session.example("base")


@pytest.fixture
def run_id(session: Session) -> str:
    """Return a run that was described and never started, so that it is interrupted."""
    design = session.example("base")
    coarse = replace(design, mesh=replace(design.mesh, cell=2e-9, domain=64e-9))
    spec = make_run_spec(replace(coarse, run=replace(coarse.run, cycles=1)))
    prepare_folder(spec, session.runs_folder / spec.run_id)
    return spec.run_id


def _own(library: Library) -> list[str]:
    return [entry.name for entry in library.designs() if not entry.is_shipped]


def test_shipped_designs_are_listed_and_stay(library: Library) -> None:
    shipped = {entry.design_id: entry for entry in library.designs() if entry.is_shipped}
    assert "shipped:base" in shipped
    assert "shipped:fig2a#5" in shipped
    assert all(entry.is_fixed and entry.design is not None for entry in shipped.values())
    with pytest.raises(InputError, match="ships with the program"):
        library.trash_design("shipped:base")
    with pytest.raises(InputError, match="duplicate it"):
        library.rename_design("shipped:base", "mine")


def test_saved_design_is_read_back_under_its_name(library: Library, design: Design) -> None:
    design_id = library.save_design(design, "  Größe  90 nm ")
    (entry,) = [each for each in library.designs() if not each.is_shipped]
    assert (entry.design_id, entry.name) == (design_id, "Größe 90 nm")
    assert entry.design == replace(design, name="Größe 90 nm")
    assert entry.path.parent.name == "designs"


def test_taken_name_is_refused_or_the_old_one_goes_to_the_trash(
    library: Library, design: Design
) -> None:
    library.save_design(design, "a")
    assert library.is_name_taken("A")
    with pytest.raises(InputError, match="already has a design"):
        library.save_design(design, "A")
    library.save_design(replace(design, alpha=0.5), "a", overwrite=True)
    assert _own(library) == ["a"]
    assert [entry.name for entry in library.trash()] == ["a"]


@pytest.mark.parametrize("name", ["", "   ", "///", "x" * 200])
def test_name_that_no_file_can_have_is_explained(
    library: Library, design: Design, name: str
) -> None:
    with pytest.raises(InputError, match="name"):
        library.save_design(design, name)
    assert _own(library) == []


def test_name_cannot_leave_the_folder(library: Library, design: Design, session: Session) -> None:
    library.save_design(design, "../../escape")
    (entry,) = [each for each in library.designs() if not each.is_shipped]
    assert entry.path.parent == session.project / "designs"


def test_rename_moves_file_and_tags(library: Library, design: Design) -> None:
    old_id = library.save_design(design, "old")
    library.tag("designs", old_id, ("good",))
    new_id = library.rename_design(old_id, "new")
    (entry,) = [each for each in library.designs() if not each.is_shipped]
    assert (entry.design_id, entry.name, entry.tags) == (new_id, "new", ("good",))
    assert not entry.path.with_name("old.toml").exists()


def test_duplicates_get_names_of_their_own(library: Library) -> None:
    library.duplicate_design("shipped:base")
    library.duplicate_design("shipped:base")
    assert _own(library) == ["base copy", "base copy 2"]


def test_damaged_design_is_listed_with_the_reason(library: Library, session: Session) -> None:
    folder = session.project / "designs"
    folder.mkdir()
    (folder / "broken.toml").write_text("[nanostructure", encoding="utf-8")
    (entry,) = [each for each in library.designs() if not each.is_shipped]
    assert (entry.name, entry.design) == ("broken", None)
    assert "not valid TOML" in entry.problem
    with pytest.raises(InputError, match="not valid TOML"):
        library.duplicate_design("broken")


def test_file_with_several_designs_is_read_only(
    library: Library, session: Session, checkout: Path
) -> None:
    folder = session.project / "designs"
    folder.mkdir()
    text = (checkout / "resources" / "examples" / "fig2a.toml").read_text(encoding="utf-8")
    (folder / "several.toml").write_text(text, encoding="utf-8")
    assert len(_own(library)) == 5
    with pytest.raises(InputError, match="shares its file"):
        library.trash_design("several#1")


def test_run_keeps_name_tags_and_note_between_starts(session: Session, run_id: str) -> None:
    session.library.rename_run(run_id, "my best")
    session.library.tag("runs", run_id, ("good", "Fig. 2"))
    session.library.write_note("runs", run_id, "see page 4\n")
    record = Session(session.project).run(run_id)
    assert (record.name, record.design.name) == ("my best", "my best")
    assert (record.tags, record.note) == (("good", "Fig. 2"), "see page 4")
    assert record.info.name == "base"
    assert session.library.known_tags() == ["Fig. 2", "good"]
    session.library.rename_run(run_id, "")
    assert session.run(run_id).name == "base"


def test_tags_are_split_and_cleaned() -> None:
    assert parse_tags(" good,  Fig.  2 ,,GOOD") == ("good", "Fig. 2")
    with pytest.raises(InputError, match="at most 40"):
        parse_tags("x" * 41)
    with pytest.raises(InputError, match="note"):
        Labels(note="x" * 10_001)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema_version": 9}', '{"runs": 3}'])
def test_damaged_label_file_is_kept_and_explained(
    session: Session, run_id: str, content: str
) -> None:
    path = session.project / "library.json"
    path.write_text(content, encoding="utf-8")
    assert session.run(run_id).name == "base"
    assert "damaged" in session.library.problem
    with pytest.raises(InputError, match="move it away"):
        session.library.tag("runs", run_id, ("a",))
    assert path.read_text(encoding="utf-8") == content


def test_labels_changed_by_another_program_are_seen(session: Session, run_id: str) -> None:
    session.library.tag("runs", run_id, ("a",))
    path = session.project / "library.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["runs"][run_id]["tags"] = ["b", "c"]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert session.run(run_id).tags == ("b", "c")


def test_trashed_run_comes_back_whole(session: Session, run_id: str) -> None:
    session.library.tag("runs", run_id, ("good",))
    files = sorted(path.name for path in (session.runs_folder / run_id).iterdir())
    entry = session.library.trash_run(run_id)
    assert session.runs() == []
    assert [each.name for each in session.library.trash()] == ["base"]
    session.library.restore(entry.entry_id)
    assert session.library.trash() == []
    assert sorted(path.name for path in (session.runs_folder / run_id).iterdir()) == files
    assert session.run(run_id).tags == ("good",)


def test_restore_never_overwrites(session: Session, run_id: str) -> None:
    entry = session.library.trash_run(run_id)
    (session.runs_folder / run_id).mkdir()
    with pytest.raises(InputError, match="exists again"):
        session.library.restore(entry.entry_id)
    assert len(session.library.trash()) == 1


def test_run_at_work_is_refused(session: Session, run_id: str) -> None:
    with FolderLock(session.runs_folder / run_id), pytest.raises(RunFolderError, match="at work"):
        session.library.trash_run(run_id)
    assert session.run(run_id).run_id == run_id


def test_emptied_trash_takes_the_labels_with_it(session: Session, run_id: str) -> None:
    session.library.tag("runs", run_id, ("good",))
    session.library.trash_run(run_id)
    assert session.library.empty_trash() == 1
    assert session.library.trash() == []
    assert session.library.known_tags() == []


def test_trash_that_was_tampered_with_stays_inside_the_project(
    session: Session, run_id: str, tmp_path: Path
) -> None:
    entry = session.library.trash_run(run_id)
    path = session.project / "trash" / entry.entry_id / "entry.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "place": "../../outside"}), encoding="utf-8")
    with pytest.raises(InputError, match="outside the project"):
        session.library.restore(entry.entry_id)
    assert not (tmp_path.parent / "outside").exists()


def test_rerun_puts_the_old_run_back_where_the_new_one_cannot_start(
    session: Session, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise RunFolderError("the disk is full")

    monkeypatch.setattr(session.engines.builtin, "submit", refuse)
    with pytest.raises(RunFolderError, match="disk is full"):
        session.rerun(run_id)
    assert session.run(run_id).run_id == run_id
    assert session.library.trash() == []
