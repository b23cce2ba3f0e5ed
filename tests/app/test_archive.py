"""Export and import of projects, with archives that somebody made to do harm."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from smcogui.app import archive_checks
from smcogui.app.archive import export_project, import_project
from smcogui.app.session import Session
from smcogui.errors import InputError, RunFolderError, TaskStoppedError
from smcogui.runs.lock import FolderLock
from smcogui.runs.state import RunState

HEAD = {
    "project.json": json.dumps(
        {"schema_version": 2, "name": "x", "created": "2026-01-01T00:00:00Z"}
    ).encode()
}


def no_progress(fraction: float | None, message: str = "") -> None:
    assert fraction is None or 0 <= fraction <= 1


def craft(path: Path, content: dict[str, bytes], **manifest) -> Path:
    """Write an archive with these files, whatever they are called."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        content = HEAD | content
        for name, data in content.items():
            member = zipfile.ZipInfo("x")
            # What the constructor would mend.
            member.filename = member.orig_filename = name
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
        says = {"format": "smco", "format_version": 1, "files": len(content)} | manifest
        archive.writestr("smco.json", json.dumps(says))
    return path


@pytest.fixture
def project(tmp_path, finished_run):
    """Return a project with a finished run, a kept design and a design put aside."""
    session = Session(tmp_path / "pröject")
    finished_run.copy_to(session.runs_folder)
    session.keep_design(session.example("base"))
    (session.project / "designs").mkdir()
    session.save_design(session.example("table1_row2"), session.project / "designs" / "row 2.toml")
    session.runs()
    return session.project


@pytest.fixture
def target(tmp_path):
    """Return a folder for imports that does not exist, in a folder of its own."""
    return tmp_path / "imports" / "new"


def assert_nothing_written(target: Path) -> None:
    assert not target.exists()
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


def refuse(path: Path, target: Path) -> str:
    with pytest.raises(InputError) as caught:
        import_project(path, target, no_progress)
    assert_nothing_written(target)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_export_and_import_give_the_same_project(project, target, tmp_path):
    path = export_project(project, tmp_path / "out" / "a b.smco", no_progress)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert not [n for n in names if "lock" in n or "index" in n or "heartbeat" in n]
        manifest = json.loads(archive.read("smco.json"))
    assert manifest["files"] == len(names) - 1
    import_project(path, target, no_progress)
    old, new = Session(project), Session(target)
    assert new.project_name == "new"
    assert new.kept_design() == old.kept_design()
    assert (target / "designs" / "row 2.toml").is_file()
    (before,), (after,) = old.runs(), new.runs()
    assert after.state is RunState.DONE
    assert after.result == before.result | {"run_dir": str(after.folder)}
    shot = new.snapshots(after.run_id)[0]
    m, _ = new.load_snapshot(after.run_id, shot.cycle, shot.index)
    assert (m == old.load_snapshot(after.run_id, shot.cycle, shot.index)[0]).all()
    assert [each.name for each in target.parent.iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.txt", "another folder"),
        ("runs/../../evil.txt", "another folder"),
        ("/etc/evil.txt", "absolute"),
        ("\\\\server\\share\\evil", "absolute"),
        ("C:/evil.txt", "drive letter"),
        ("c:evil.txt", "drive letter"),
        ("runs\\..\\..\\evil.txt", "backslash"),
        ("runs//evil.txt", "empty part"),
        ("./evil.txt", "empty part"),
        ("runs/CON", "device of Windows"),
        ("runs/lpt1.txt", "device of Windows"),
        ("Nul .tar.gz", "device of Windows"),
        ("runs/a?.txt", "does not allow"),
        ("runs/a:stream", "does not allow"),
        ("runs/bell\x07", "does not allow"),
        ("runs/point.", "ends in a point"),
        ("runs/space ", "ends in a point"),
        ("runs/" + "x" * 256, "longer than 255"),
        ("runs/" + "x/" * 600 + "x", "longer than 1000"),
    ],
)
def test_name_that_leads_elsewhere_or_fits_no_system_is_refused(tmp_path, target, name, said):
    path = craft(tmp_path / "bad.smco", {name: b"evil"})
    message = refuse(path, target)
    assert said in message
    assert "Nothing was written" in message
    assert not list(tmp_path.rglob("evil*"))


def test_name_with_a_zero_byte_is_refused(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {"runs/aXb.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"aXb.txt", b"a\x00b.txt"))
    assert "does not allow" in refuse(path, target)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_link_or_device_is_refused(tmp_path, target, kind):
    path = tmp_path / "bad.smco"
    craft(path, {})
    with zipfile.ZipFile(path, "a") as archive:
        member = zipfile.ZipInfo("runs")
        member.external_attr = (kind | 0o777) << 16
        archive.writestr(member, "/etc")
    assert "link" in refuse(path, target) or kind != stat.S_IFLNK


@pytest.mark.parametrize(
    "names",
    [("runs/A.txt", "runs/a.TXT"), ("ünï.txt", "u\u0308ni\u0308.txt"), ("runs", "runs/a.txt")],
)
def test_names_that_are_one_file_elsewhere_are_refused(tmp_path, target, names):
    path = craft(tmp_path / "bad.smco", dict.fromkeys(names, b"x"))
    assert "one file" in refuse(path, target)


def test_small_bomb_is_refused_by_its_ratio(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {"runs/zeros": bytes(150_000_000)})
    assert path.stat().st_size < 1_000_000
    message = refuse(path, target)
    assert "150 MB" in message
    assert "at most 200 times" in message


def test_uniform_state_is_no_bomb(tmp_path, target):
    path = craft(tmp_path / "good.smco", {"runs/zeros": bytes(5_000_000)})
    assert import_project(path, target, no_progress) == target


def test_bomb_of_many_bytes_is_refused_with_the_limit(tmp_path, target, monkeypatch):
    path = craft(tmp_path / "bad.smco", {"runs/zeros": bytes(1_000_000)})
    monkeypatch.setattr(archive_checks, "MOST_BYTES", 500_000)
    assert "at most 0.0005 GB" in refuse(path, target)


def test_bomb_of_many_files_is_refused_with_the_limit(tmp_path, target, monkeypatch):
    path = craft(tmp_path / "bad.smco", {f"runs/{k}": b"" for k in range(40)})
    monkeypatch.setattr(archive_checks, "MOST_FILES", 30)
    assert "holds 42 files; at most 30" in refuse(path, target)


def test_files_that_lie_over_each_other_are_refused(tmp_path, target):
    """The trick of small archives that unpack to petabytes: one block, listed many times."""
    path = craft(tmp_path / "bad.smco", {"runs/a": bytes(range(256)) * 400})
    with zipfile.ZipFile(path, "a") as archive:
        first = archive.getinfo("runs/a")
        for number in range(500):
            copy = zipfile.ZipInfo(f"runs/{number}")
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, key, getattr(first, key))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        archive._didModify = True
    assert "over each other" in refuse(path, target)


def test_size_that_is_a_lie_is_found_while_unpacking(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {"runs/a": bytes(100_000)})
    content = path.read_bytes()
    # 100,000 bytes, said to be 1,000, both in front of the file and in the list at the end.
    path.write_bytes(content.replace((100_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert "damaged" in refuse(path, target)


def test_encrypted_file_is_refused(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {"runs/a": b"secret"})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)
    assert "encrypted" in refuse(path, target)


def test_other_packing_is_refused(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("runs/a", b"x" * 100)
    assert "deflate" in refuse(path, target)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all" * 100, bytes(5000)])
def test_file_that_is_no_zip_is_refused(tmp_path, target, content):
    path = tmp_path / "bad.smco"
    path.write_bytes(content)
    assert "no zip file" in refuse(path, target)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_truncated_archive_is_refused(project, tmp_path, target, share):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert "cut short" in refuse(path, target)


def test_changed_byte_is_noticed(project, tmp_path, target):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda member: member.compress_size)
    content = bytearray(path.read_bytes())
    content[largest.header_offset + largest.compress_size // 2] ^= 0x55
    path.write_bytes(content)
    assert "damaged" in refuse(path, target)


def test_missing_file_is_noticed_by_the_count(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {}, files=7)
    assert "should hold 7 files and holds 1" in refuse(path, target)


@pytest.mark.parametrize("left_out", ["smco.json", "project.json"])
def test_zip_without_a_project_is_refused(tmp_path, target, left_out):
    path = tmp_path / "bad.smco"
    head = {"smco.json": json.dumps({"format": "smco"}), "project.json": HEAD["project.json"]}
    with zipfile.ZipFile(path, "w") as archive:
        for name in head.keys() - {left_out}:
            archive.writestr(name, head[name])
    assert f"it has no {left_out}" in refuse(path, target)


def test_newer_archive_is_refused_naming_its_program(tmp_path, target):
    path = craft(tmp_path / "new.smco", {}, format_version=2, written_by="SmCo Studio 9.0")
    message = refuse(path, target)
    assert "SmCo Studio 9.0" in message
    assert "reads up to 1" in message


def test_newer_project_in_an_archive_is_refused_naming_its_program(tmp_path, target):
    newer = json.dumps({"schema_version": 3, "written_by": "SmCo Studio 9.0"}).encode()
    path = craft(tmp_path / "new.smco", {"project.json": newer})
    assert "written by SmCo Studio 9.0 and has schema_version 3" in refuse(path, target)


def test_archive_of_an_older_project_is_migrated(tmp_path, target):
    path = craft(tmp_path / "old.smco", {"project.json": b'{"schema_version": 1}'})
    import_project(path, target, no_progress)
    assert Session(target).project_name == "new"
    assert (target / "project.schema-1.json").is_file()


def test_description_that_would_fill_the_memory_is_not_read(tmp_path, target):
    path = craft(tmp_path / "bad.smco", {"project.json": b" " * 2_000_000})
    assert "larger than 1 MB" in refuse(path, target)


def test_missing_archive_is_named(tmp_path, target):
    assert "No such file" in refuse(tmp_path / "none.smco", target)


def test_import_never_writes_into_a_folder_that_holds_something(project, tmp_path, target):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    target.mkdir(parents=True)
    (target / "mine").write_text("x")
    with pytest.raises(InputError, match="already holds something"):
        import_project(path, target, no_progress)
    assert [each.name for each in target.iterdir()] == ["mine"]


@pytest.mark.parametrize("last", [0.0, 0.5])
def test_stopped_import_leaves_nothing(project, tmp_path, target, last):
    path = export_project(project, tmp_path / "a.smco", no_progress)

    def stop(fraction, message=""):
        if fraction >= last:
            raise TaskStoppedError("stopped")

    with pytest.raises(TaskStoppedError):
        import_project(path, target, stop)
    assert_nothing_written(target)


def test_stopped_export_leaves_the_old_file_and_nothing_half(project, tmp_path):
    path = tmp_path / "out" / "a.smco"
    export_project(project, path, no_progress)
    before = path.read_bytes()

    def stop(fraction, message=""):
        if fraction > 0:
            raise TaskStoppedError("stopped")

    with pytest.raises(TaskStoppedError):
        export_project(project, path, stop)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["a.smco"]


def test_what_a_killed_import_left_is_replaced(project, tmp_path, target):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    left = target.parent / ".new.partial"
    (left / "runs").mkdir(parents=True)
    (left / "runs" / "old").write_text("x")
    import_project(path, target, no_progress)
    assert not (target / "runs" / "old").exists()
    assert not left.exists()


def test_two_imports_into_one_folder_do_not_mix(project, tmp_path, target):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    other = target.parent / ".new.partial"
    other.mkdir(parents=True)
    with FolderLock(other), pytest.raises(RunFolderError, match="in use"):
        import_project(path, target, no_progress)
    assert other.is_dir()


def test_export_names_the_file_that_no_windows_can_hold(project, tmp_path):
    (project / "designs" / "a:b.toml").write_text("x")
    with pytest.raises(InputError, match=r"a:b\.toml.*Rename"):
        export_project(project, tmp_path / "a.smco", no_progress)
    assert not list(tmp_path.glob("a.smco*"))


@pytest.mark.parametrize("name", ["a.zip", "a", "a.smco.txt"])
def test_export_under_another_ending_is_refused(project, tmp_path, name):
    with pytest.raises(InputError, match=r"ends in \.smco"):
        export_project(project, tmp_path / name, no_progress)


def test_archive_is_readable_by_any_zip_program(project, tmp_path):
    path = export_project(project, tmp_path / "a.smco", no_progress)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        design = archive.read("design.toml").decode()
    assert "L_nm" in design
