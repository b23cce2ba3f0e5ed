"""M16: why a file could not be written, in words."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from smcogui.errors import RemoteDiskError, RemoteFileError
from smcogui.runs.cluster.remote_disk import (
    DiskSpace,
    explain_failure,
    parse_space,
    space_command,
    trial_command,
)

DF = """\
Filesystem     1024-blocks      Used Available Capacity Mounted on
/dev/sda1        102400000 100000000   2400000      98% /scratch

Filesystem       Inodes   IUsed    IFree IUse% Mounted on
/dev/sda1       6553600 6553600        0  100% /scratch
"""
LONG_NAME = """\
Filesystem     1024-blocks      Used Available Capacity Mounted on
server.example.org:/export/very/long/name
                 102400000 100000000   2400000      98% /home
"""
UNCOUNTED = "Filesystem Inodes IUsed IFree IUse% Mounted on\n"


def test_free_space_and_files_are_read() -> None:
    assert parse_space(DF) == DiskSpace(free_kB=2_400_000, free_files=0)
    assert parse_space(LONG_NAME) == DiskSpace(free_kB=2_400_000)
    assert parse_space("df: no such thing") == DiskSpace()
    btrfs = DF.split("\n\n")[0] + "\n\n" + UNCOUNTED + "/dev/sdb 0 0 0 - /scratch\n"
    assert parse_space(btrfs) == DiskSpace(free_kB=2_400_000)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("dd: writing '/x': No space left on device", "no file more can be made"),
        ("dd: writing '/x': Disk quota exceeded", "quota on the cluster is used up"),
        ("dd: writing '/x': File too large", "how large a file may be"),
        ("dd: failed to open '/x': Permission denied", "no permission"),
        ("mkdir: cannot create directory: Read-only file system", "no permission"),
        ("dd: failed to open '/x/y': No such file or directory", "is not there"),
    ],
)
def test_each_reason_has_its_words(said: str, words: str) -> None:
    error = explain_failure("/x", said, parse_space(DF))
    assert isinstance(error, RemoteFileError)
    assert words in error.message


def test_what_says_nothing_explains_nothing() -> None:
    assert explain_failure("/x", "64+0 records in") is None


def test_a_full_disk_tells_what_is_left() -> None:
    error = explain_failure("/x", "No space left on device", DiskSpace(free_kB=2048, free_files=9))
    assert isinstance(error, RemoteDiskError)
    assert "the disk of the cluster is full (2 MB are left on its disk)" in error.message


@pytest.mark.skipif(shutil.which("df") is None, reason="needs df")
def test_the_scripts_run_here(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    folder.mkdir()
    done = subprocess.run(["sh", "-c", trial_command(str(folder), 200_000)], check=True)
    assert done.returncode == 0
    assert list(folder.iterdir()) == []
    told = subprocess.run(
        ["sh", "-c", space_command(f"{folder}/not/yet")], check=True, capture_output=True, text=True
    )
    assert (parse_space(told.stdout).free_kB or 0) > 0
