"""One writer per folder."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from smcogui.errors import RunFolderError
from smcogui.runs.lock import FolderLock, holder_of, is_locked

HOLD = """
import sys, time
from pathlib import Path
from smcogui.runs.lock import FolderLock
with FolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_lock_tells_the_second_program_which_process_holds_it(tmp_path):
    with FolderLock(tmp_path):
        assert is_locked(tmp_path)
        assert holder_of(tmp_path)["pid"] == os.getpid()
        with pytest.raises(RunFolderError, match=f"in use by process {os.getpid()}"):
            FolderLock(tmp_path, patience_s=0.1).__enter__()
    assert not is_locked(tmp_path)


def test_lock_is_free_after_its_holder_was_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert is_locked(tmp_path)
        holder.kill()
    with FolderLock(tmp_path, patience_s=5.0):
        pass


def test_lock_of_a_folder_that_never_had_one_is_free(tmp_path):
    assert not is_locked(tmp_path)
    assert holder_of(tmp_path) == {}
