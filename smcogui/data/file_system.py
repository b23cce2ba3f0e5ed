"""On what kind of drive a folder lies: SQLite's write-ahead log does not work over a network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/self/mountinfo")
_NETWORK_TYPES: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.sshfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_WINDOWS_REMOTE: Final = 4


def network_drive(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network drive that a path lies on, such as ``nfs4``, or None.

    Parameters
    ----------
    path : Path
        Need not exist.
    mounts : Path
        The system's list of mounts (Linux).
    """
    if sys.platform == "win32":
        return _windows_drive(path)
    kind = _mount_type(path, mounts)
    return kind if kind in _NETWORK_TYPES else None


def _windows_drive(path: Path) -> str | None:
    anchor = path.absolute().anchor
    if anchor.startswith("\\\\"):
        return "network share"
    if sys.platform == "win32":
        import ctypes

        if ctypes.windll.kernel32.GetDriveTypeW(anchor) == _WINDOWS_REMOTE:
            return "network drive"
    return None


def _mount_type(path: Path, mounts: Path) -> str | None:
    """Return the type of the mount with the longest path above ``path``; None where unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    place = path.expanduser().resolve()
    best: tuple[int, str] | None = None
    for line in lines:
        # "36 35 98:0 / /mnt/a\040b rw,noatime master:1 - ext4 /dev/root rw" (proc_pid_mountinfo(5))
        fields, separator, rest = line.partition(" - ")
        words = fields.split(" ")
        if not separator or len(words) < 5 or not rest:
            continue
        mount = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), words[4]))
        depth = len(mount.parts)
        # Of two mounts on one place, the later one hides the earlier.
        if place.is_relative_to(mount) and (best is None or depth >= best[0]):
            best = (depth, rest.split(" ")[0])
    return None if best is None else best[1]
