"""One writer per folder: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from typing import IO, TYPE_CHECKING, Any, Self

from smcogui.errors import FolderInUseError
from solver.file_lock import lock_stream, unlock_stream

if TYPE_CHECKING:
    from pathlib import Path

LOCK_FILE = "lock"
_POLL_S = 0.05


class FolderLock:
    """The right to write into a folder, held from ``__enter__`` to ``__exit__``.

    Parameters
    ----------
    folder : Path
        An existing folder; the lock is its file ``lock``.
    patience_s : float
        How long to wait for a holder that may just be leaving.
    """

    def __init__(self, folder: Path, *, patience_s: float = 1.0) -> None:
        self._path = folder / LOCK_FILE
        self._patience_s = patience_s
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> Self:
        stream = self._path.open("a+b")
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                lock_stream(stream)
                break
            except OSError:
                if time.monotonic() > deadline:
                    stream.close()
                    raise _in_use(self._path) from None
                time.sleep(_POLL_S)
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "time_s": time.time()}
        stream.truncate(0)
        stream.write(json.dumps(holder).encode())
        stream.flush()
        self._stream = stream
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            with contextlib.suppress(OSError):
                unlock_stream(self._stream)
            self._stream.close()
            self._stream = None


def is_locked(folder: Path) -> bool:
    """Tell whether a living process holds the folder's lock."""
    try:
        stream = (folder / LOCK_FILE).open("rb")
    except OSError:
        return False
    with stream:
        try:
            # Shared, so that two watchers never take each other for a holder.
            lock_stream(stream, shared=True)
        except OSError:
            return True
        unlock_stream(stream)
    return False


def holder_of(folder: Path) -> dict[str, Any]:
    """Return pid, host and time_s of who took the lock last; empty where unknown."""
    try:
        data = json.loads((folder / LOCK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _in_use(path: Path) -> FolderInUseError:
    holder = holder_of(path.parent)
    who = f"process {holder.get('pid', '?')} on {holder.get('host', 'this machine')}"
    return FolderInUseError(
        f"{path.parent} is in use by {who}; wait for it, stop it, or choose another folder",
        key="out",
        given=str(path.parent),
        allowed="a folder that no other program works on",
    )
