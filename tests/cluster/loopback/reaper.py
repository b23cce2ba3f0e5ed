"""Ends all processes of a root folder and removes it, when its owner says so or has died.

`python reaper.py ROOT OWNER_PID` reads process ids and names of cgroups, one a line, from standard
input, and acts at the end of the file: a clean end closes it, and so does the kernel when the owner
is killed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import time
from pathlib import Path

STAMP = "SMCO_LOOPBACK_ROOT"
_PATIENCE_S = 10.0


def processes_of(root: Path, known: dict[int, str], spared: set[int]) -> set[int]:
    """Return the processes that belong to a root folder.

    Known ids count while they are still the same process. Others belong when their environment
    carries the folder's stamp, when they hold a file in it open (slurmstepd and sshd write their
    titles over their environment), or when they descend from one that does.
    """
    candidates = set(_parents()) - spared
    ours = {pid for pid in candidates if known.get(pid) == started(pid) or _belongs(pid, root)}
    return with_descendants(ours) - spared


def with_descendants(pids: set[int]) -> set[int]:
    """Return processes and all that descend from them."""
    parents = _parents()
    grown = set(pids)
    while children := {pid for pid, parent in parents.items() if parent in grown} - grown:
        grown |= children
    return grown


def started(pid: int) -> str:
    """Return when a process started, in the kernel's clock ticks; empty when it is gone."""
    fields = _stat(pid)
    return fields[19] if fields else ""


def holders(file: Path) -> set[int]:
    """Return the processes that hold a file open."""
    return {pid for pid in _parents() if str(file) in _open_files(pid)}


def kill_all(root: Path, known: dict[int, str], spared: set[int]) -> None:
    """Kill the processes of a root folder until none is left."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        ours = processes_of(root, known, spared)
        if not ours:
            return
        kill(ours)
        time.sleep(0.02)


def kill(pids: set[int]) -> None:
    """Kill processes, those that are gone already excepted."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        fields = _stat(int(entry.name)) if entry.name.isdigit() else []
        # A zombie is dead already; only its parent can remove it.
        if fields and fields[0] != "Z":
            parents[int(entry.name)] = int(fields[1])
    return parents


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _belongs(pid: int, root: Path) -> bool:
    stamp = f"{STAMP}={root}".encode()
    try:
        if stamp in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            return True
    except OSError:
        return False
    return any(link.startswith(f"{root}/") for link in _open_files(pid))


def _open_files(pid: int) -> list[str]:
    try:
        return [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []


def _remove_cgroup(name: str) -> None:
    for top in Path("/sys/fs/cgroup").glob(f"*/{name}"):
        # The files in it are the kernel's; only the folders can be removed, the innermost first.
        for folder, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def main() -> None:
    """Wait for the end of standard input, then clean up."""
    root, owner = Path(sys.argv[1]), int(sys.argv[2])
    # Ctrl-C in a terminal ends the tests, whose end then ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    known, cgroups = {}, []
    for line in map(str.strip, sys.stdin):
        if line.isdigit():
            known[int(line)] = started(int(line))
        else:
            cgroups.append(line)
    kill_all(root, known, {os.getpid(), owner})
    for name in cgroups:
        _remove_cgroup(name)
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
