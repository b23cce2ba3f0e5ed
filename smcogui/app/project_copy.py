"""Saving a project under another place, also while runs are at work."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from smcogui.app.project_file import read_project_file, write_project_file
from smcogui.app.project_tree import open_entry, project_entries, project_size, whole_runs
from smcogui.app.staging import staged_folder
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path, PurePosixPath

    from smcogui.app.jobs import ReportProgress

_SPARE_BYTES: Final = 10_000_000


def copy_project(
    source: Path,
    target: Path,
    progress: ReportProgress,
    takes: Callable[[PurePosixPath], bool] = lambda _: True,
) -> Path:
    """Copy a whole project into a new folder, which appears at once when all of it is there.

    Runs at work go on in the old place; the copy holds the field steps that were accepted so far
    and can resume from there. The copy is named after its folder.

    Parameters
    ----------
    source, target : Path
        Folder of the project; a folder that is new or empty.
    progress : callable
        Told the share of the files; what it raises ends the copying, and nothing is left.
    takes : callable
        Whether a file or folder is wanted, by its place below the project's folder; all by default.

    Raises
    ------
    InputError
        If the target holds something or lies inside the project, or a file cannot be read.
    RunFolderError
        If the target cannot be written, or its disk is full.
    """
    _check_apart(source, target)
    with whole_runs(source):
        return _copy(source, target, progress, takes)


def _copy(
    source: Path, target: Path, progress: ReportProgress, takes: Callable[[PurePosixPath], bool]
) -> Path:
    files, size = project_size(source, takes)
    file, _ = read_project_file(source)
    with staged_folder(target, size + _SPARE_BYTES) as partial:
        for number, entry in enumerate(project_entries(source, takes)):
            progress(min(number / max(files, 1), 1.0))
            place = partial / entry.place
            place.parent.mkdir(parents=True, exist_ok=True)
            with open_entry(entry) as content, place.open("wb") as copy:
                shutil.copyfileobj(content, copy)
        write_project_file(partial, file.model_copy(update={"name": target.name}))
    return target


def _check_apart(source: Path, target: Path) -> None:
    old, new = source.resolve(), target.resolve()
    if new == old or new.is_relative_to(old):
        raise InputError(
            f"{target} lies inside the project {source} itself; choose a folder outside",
            key="project",
            given=str(target),
            allowed=f"a folder outside {source}",
        )
