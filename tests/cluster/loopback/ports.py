"""Ports that no other worker, and nobody else on this machine, has."""

from __future__ import annotations

import os
import random
import socket
import tempfile
from pathlib import Path
from typing import TextIO

# Below the ports that the kernel hands out by itself (32768 and above).
_RANGE = range(20_000, 32_000)


class Ports:
    """Ports held by lock files until `release`, so that two workers never get the same one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.gettempdir()) / f"smco-test-ports-{os.getuid()}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._held: list[TextIO] = []

    def take(self) -> int:
        """Return a free port of 127.0.0.1."""
        # Windows has none, and no daemons either.
        import fcntl

        for port in random.sample(_RANGE, k=200):
            lock = (self._folder / str(port)).open("a")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            if _is_free(port):
                self._held.append(lock)
                return port
            lock.close()
        raise OSError(f"no free port found in {_RANGE.start} to {_RANGE.stop}")

    def release(self) -> None:
        """Give all ports back."""
        for lock in self._held:
            lock.close()
        self._held.clear()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
