"""A folder that appears at once and complete, or not at all."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from smcogui.app.project_tree import STAGING_SUFFIX
from smcogui.app.projects import check_new
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error
from smcogui.runs.lock import LOCK_FILE, FolderLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def staged_folder(target: Path, needed_bytes: int) -> Iterator[Path]:
    """Give a folder beside ``target`` that takes its name when the block ends well.

    Otherwise it is removed. One that a killed program left behind is removed too.

    Parameters
    ----------
    target : Path
        Does not exist yet, or is an empty folder.
    needed_bytes : int
        What will be written; asked of the disk beforehand.

    Raises
    ------
    InputError
        If ``target`` holds something.
    RunFolderError
        If it cannot be made, its disk has too little space, or another program is making it.
    """
    check_new(target)
    partial = target.with_name(f".{target.name}{STAGING_SUFFIX}")
    is_ours = False
    try:
        partial.mkdir(parents=True, exist_ok=True)
        with FolderLock(partial, patience_s=0.0):
            is_ours = True
            _empty(partial)
            _check_space(partial, needed_bytes)
            yield partial
        (partial / LOCK_FILE).unlink()
        if target.is_dir():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        raise folder_error(target, error) from error
    finally:
        if is_ours:
            shutil.rmtree(partial, ignore_errors=True)


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != LOCK_FILE:
            each.unlink()


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise InputError(
            f"the disk of {folder.parent} has {free / 1e6:.0f} MB free and {needed / 1e6:.0f} MB "
            "are needed; free some space or choose another folder",
            key="folder",
            given=f"{free / 1e6:.0f} MB",
            allowed=f">= {needed / 1e6:.0f} MB",
        )
