"""A project as one ``.smco`` file: a zip of its folder with a description behind."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import smcogui
from smcogui.app.archive_checks import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST_FILE,
    check_archive,
    refusal,
)
from smcogui.app.file_names import find_clash, why_unfit
from smcogui.app.project_file import read_project_file, write_project_file
from smcogui.app.project_tree import (
    ProjectEntry,
    open_entry,
    project_entries,
    project_size,
    whole_runs,
)
from smcogui.app.staging import staged_folder
from smcogui.errors import InputError, RunFolderError
from smcogui.runs.folder import folder_error

if TYPE_CHECKING:
    from pathlib import Path

    from smcogui.app.jobs import ReportProgress

ARCHIVE_SUFFIX: Final = ".smco"
_PACKED_ALREADY: Final = frozenset({".npz", ".png", ".pdf", ".xlsx", ".parquet", ".gif", ".mp4"})
_SPARE_BYTES: Final = 10_000_000
_CHUNK: Final = 1 << 20


def export_project(folder: Path, path: Path, progress: ReportProgress) -> Path:
    """Pack a project into one file, which appears at once when it is complete.

    Runs at work go on; what they accepted so far is packed and can be resumed elsewhere.

    Parameters
    ----------
    folder : Path
    path : Path
        Ends in .smco; a file that is there is replaced.
    progress : callable
        Told the share of the bytes; what it raises ends the packing, and nothing is left.

    Raises
    ------
    InputError
        If the suffix is another one, a file cannot be read, or has a name that not every system
        can hold.
    RunFolderError
        If the file cannot be written.
    """
    if path.suffix.lower() != ARCHIVE_SUFFIX:
        raise InputError(
            f"a project is exported into a file that ends in {ARCHIVE_SUFFIX}, not {path.name!r}",
            key="path",
            given=path.suffix,
            allowed=ARCHIVE_SUFFIX,
        )
    temporary = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_runs(folder):
            _pack(folder, temporary, progress)
        temporary.replace(path)
    except OSError as error:
        raise folder_error(path, error) from error
    finally:
        _remove(temporary)
    return path


def import_project(path: Path, target: Path, progress: ReportProgress) -> Path:
    """Unpack an exported project into a new folder, which appears at once and complete.

    Raises
    ------
    InputError
        If the file is no packed project, is damaged, newer or unsafe (see
        :mod:`smcogui.app.archive_checks`), or the target holds something.
    RunFolderError
        If the target cannot be written or has too little space.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = check_archive(archive, path)
            total = sum(member.file_size for member in members)
            with staged_folder(target, total + _SPARE_BYTES) as partial:
                _unpack(archive, members, partial, progress)
                _rename_project(partial, target.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise refusal(path, f"it is no zip file, or damaged or cut short ({error})") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}",
            key="archive",
            given=str(path),
        ) from error
    return target


def _pack(folder: Path, path: Path, progress: ReportProgress) -> None:
    file, _ = read_project_file(folder)
    entries = list(project_entries(folder))
    _check_names([str(entry.place) for entry in entries])
    _, total = project_size(folder)
    done, count = 0, 0
    with zipfile.ZipFile(path, "w") as archive:
        # The entries are asked for once more: each folder is listed when its turn comes.
        for entry in project_entries(folder):
            progress(min(done / max(total, 1), 1.0))
            done += _pack_file(archive, entry)
            count += 1
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "written_by": f"SmCo Studio {smcogui.__version__}",
            "exported": datetime.now(UTC).isoformat(timespec="seconds"),
            "name": file.name,
            "files": count,
            "bytes": done,
        }
        archive.writestr(MANIFEST_FILE, json.dumps(manifest, indent=2), zipfile.ZIP_STORED)


def _pack_file(archive: zipfile.ZipFile, entry: ProjectEntry) -> int:
    """Add one file and return its bytes."""
    member = zipfile.ZipInfo(str(entry.place), time.localtime()[:6])
    packed = entry.path.suffix.lower() in _PACKED_ALREADY
    member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    with open_entry(entry) as content:
        member.file_size = content.seek(0, os.SEEK_END)
        content.seek(0)
        with archive.open(member, "w") as target:
            shutil.copyfileobj(content, target, _CHUNK)
    return member.file_size


def _check_names(places: list[str]) -> None:
    for place in places:
        reason = why_unfit(place)
        if reason:
            raise InputError(
                f"the project's file {place} cannot be packed, as not every system can hold its "
                f"name: {reason}. Rename it",
                key="project",
                given=place,
            )
    clash = find_clash(places)
    if clash is not None:
        raise InputError(
            f"the project's files {clash[0]} and {clash[1]} cannot be packed, as they are one file "
            "on systems that do not tell upper from lower case. Rename one of them",
            key="project",
            given=clash[1],
        )


def _unpack(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    folder: Path,
    progress: ReportProgress,
) -> None:
    total = max(sum(member.file_size for member in members), 1)
    done = 0
    for member in members:
        place = folder / member.filename
        place.parent.mkdir(parents=True, exist_ok=True)
        # Opened as new: whatever the checks overlooked, nothing is written over.
        with archive.open(member) as source, place.open("xb") as target:
            while chunk := source.read(_CHUNK):
                progress(min(done / total, 1.0))
                target.write(chunk)
                done += len(chunk)


def _rename_project(folder: Path, name: str) -> None:
    file, _ = read_project_file(folder)
    write_project_file(folder, file.model_copy(update={"name": name}))


def _remove(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError as error:
        raise RunFolderError(f"{temporary} cannot be removed ({error.strerror})") from error
