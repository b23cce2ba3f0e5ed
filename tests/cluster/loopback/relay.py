"""The network between a client and a server, which can freeze, be cut and come back."""

from __future__ import annotations

import contextlib
import socket
import threading

_CHUNK = 65536


class Relay:
    """Passes a port of 127.0.0.1 on to another, until told otherwise.

    Frozen, it keeps every link open and passes nothing, as a network without a route does: no
    error ever reaches the client. Cut, it ends all links and every new one at once.
    """

    host = "127.0.0.1"

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]
        self.links = 0
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def freeze(self) -> None:
        """Pass nothing on, without any error."""
        self._flows.clear()

    def thaw(self) -> None:
        """Pass on what has waited and all that comes."""
        self._flows.set()

    def cut(self) -> None:
        """End all links, and new ones until `mend`."""
        self._is_cut = True
        self._drop_all()

    def mend(self) -> None:
        """Let new links through again."""
        self._is_cut = False

    def close(self) -> None:
        """End it with all its links."""
        self.cut()
        # A thread in accept() would hold a socket that is only closed.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flows.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.links += 1
            if self._is_cut:
                _drop(near)
                continue
            try:
                far = socket.create_connection((self.host, self._target_port), timeout=5)
            except OSError:
                _drop(near)
                continue
            far.settimeout(None)
            with self._lock:
                self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                self._flows.wait()
                target.sendall(data)
            self._flows.wait()
            target.shutdown(socket.SHUT_WR)

    def _drop_all(self) -> None:
        with self._lock:
            links, self._open = self._open, []
        for link in links:
            _drop(link)


def _drop(link: socket.socket) -> None:
    # Closing alone would wait for the thread that reads from it.
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()
