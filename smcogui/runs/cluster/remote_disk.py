"""Why a file could not be written: SFTP says only "Failure", so the cluster is asked in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from smcogui.errors import ClusterError, RemoteDiskError, RemoteFileError
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.shell import shell_path

DISK_S: Final = 20.0
_MOST_TRIED: Final = 64
"""Blocks of 64 KiB that are written to find out what the cluster says."""
_BLOCK: Final = 65_536
_FULL: Final = re.compile(r"no space left|disk full", re.IGNORECASE)
_QUOTA: Final = re.compile(r"quota", re.IGNORECASE)
_TOO_LARGE: Final = re.compile(r"file too large|file size limit", re.IGNORECASE)
_DENIED: Final = re.compile(r"permission denied|read-only file system", re.IGNORECASE)
_MISSING: Final = re.compile(r"no such file|not a directory", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSpace:
    """What is left of a folder's disk, as ``df`` tells; None where it does not.

    Attributes
    ----------
    free_kB, free_files : int or None
        Space in units of 1024 bytes, and how many files more there may be.
    """

    free_kB: int | None = None
    free_files: int | None = None


def space_command(folder: str) -> str:
    """Return the script that asks for the space of a folder, which need not exist yet."""
    return (
        f"d={shell_path(folder)}\n"
        'while [ ! -d "$d" ] && [ "$d" != / ]; do d=$(dirname -- "$d"); done\n'
        'df -Pk -- "$d"; echo; df -Pi -- "$d"'
    )


def parse_space(text: str) -> DiskSpace:
    """Return what :func:`space_command` printed."""
    blocks = re.split(r"^Filesystem.*$", text, flags=re.MULTILINE)[1:]
    values: list[int | None] = [None, None]
    for number, block in enumerate(blocks[:2]):
        words = block.split()
        if len(words) >= 4 and words[3].isdecimal():
            values[number] = int(words[3])
    # file systems that count no files print zeros for all of them
    if len(blocks) > 1 and blocks[1].split()[1:2] == ["0"]:
        values[1] = None
    return DiskSpace(free_kB=values[0], free_files=values[1])


def trial_command(folder: str, size: int) -> str:
    """Return the script that writes as much as was wanted, and says why it cannot."""
    blocks = max(1, min(_MOST_TRIED, -(-size // _BLOCK)))
    trial = shell_path(f"{folder}/.smco-studio-space-")
    return (
        f"t={trial}$$\n"
        f'dd if=/dev/zero of="$t" bs={_BLOCK} count={blocks}\n'
        'code=$?; rm -f -- "$t"; exit $code'
    )


def explain_failure(path: str, said: str, space: DiskSpace | None = None) -> ClusterError | None:
    """Return the error for what a command of the cluster said, or None where it says nothing.

    Parameters
    ----------
    path : str
        File or folder that was to be written.
    said : str
        Its standard error.
    space : DiskSpace, optional
        What is left.
    """
    shown = plain(path)
    if _QUOTA.search(said):
        return _full(shown, "your quota on the cluster is used up", space)
    if _FULL.search(said):
        what = "no file more can be made: the limit of files is reached"
        no_files = space is not None and space.free_files == 0
        return _full(shown, what if no_files else "the disk of the cluster is full", space)
    if _TOO_LARGE.search(said):
        return _full(shown, "the cluster limits how large a file may be", space)
    if _DENIED.search(said):
        return RemoteFileError(
            f"{shown} cannot be written: the account has no permission there. Choose another "
            "folder on the cluster",
            key="scratch",
            given=shown,
            allowed="a folder of your own",
        )
    if _MISSING.search(said):
        return missing(path)
    return None


def missing(path: str) -> RemoteFileError:
    """Return the error for a file or folder that is not there."""
    return RemoteFileError(
        f"{plain(path)} is not there on the cluster; it was removed, perhaps by a clean-up of old "
        "files",
        key="path",
        given=plain(path),
        allowed="a file or folder that exists",
    )


def _full(shown: str, why: str, space: DiskSpace | None) -> RemoteDiskError:
    left = ""
    if space is not None and space.free_kB is not None:
        left = f" ({space.free_kB / 1024:.0f} MB are left on its disk)"
    return RemoteDiskError(
        f"{shown} cannot be written: {why}{left}. Remove what is not needed any more there, or "
        "choose another folder on the cluster; what was written in part is removed",
        key="scratch",
        given=shown,
        allowed="a folder with space left",
    )
