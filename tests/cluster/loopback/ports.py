"""Ports that no other worker, and nobody else on this machine, has."""

from __future__ import annotations

import random
import socket

# Below the ports that the kernel hands out by itself (32768 and above).
_RANGE = range(20_000, 32_000)


class Ports:
    """Ports that are held until `release`, so that two workers never get the same one.

    Between the choice and the daemon that binds it a port is free. What tells other workers that
    it is taken is a Unix socket of its number in Linux's abstract namespace, which ends with this
    process.
    """

    def __init__(self) -> None:
        self._held: list[socket.socket] = []

    def take(self) -> int:
        """Return a free port of 127.0.0.1."""
        for port in random.sample(_RANGE, k=200):
            claim = socket.socket(socket.AF_UNIX)
            try:
                claim.bind(f"\0smco-loopback-port-{port}")
            except OSError:
                claim.close()
                continue
            if _is_free(port):
                self._held.append(claim)
                return port
            claim.close()
        raise OSError(f"no free port found in {_RANGE.start} to {_RANGE.stop}")

    def release(self) -> None:
        """Give all ports back."""
        for claim in self._held:
            claim.close()
        self._held.clear()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
