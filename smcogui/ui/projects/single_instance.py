"""One window per project and user: the second one calls the first to the front.

The lock of a file is the truth, as the system drops it when its holder dies, however that happens.
The socket only carries the call; one that a killed program left behind is taken over.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
import os
import time
from typing import IO, TYPE_CHECKING, Final

from PySide6.QtCore import QDeadlineTimer, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from smcogui.app.settings import user_data_folder
from solver.file_lock import lock_stream, unlock_stream

if TYPE_CHECKING:
    from pathlib import Path

_RAISE: Final = "raise"
_ANSWER: Final = b"raised\n"
_PATIENCE_MS: Final = 5000
_CONNECT_MS: Final = 200
_RETRY_S: Final = 0.05
_LOG = logging.getLogger(__name__)


class SingleInstance(QObject):
    """The claim of a window on a project.

    Signals
    -------
    called : Signal(str)
        Another program was started on the project: come to the front. The text is the path of a
        packed project that it was given, or empty.
    """

    called = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stream: IO[bytes] | None = None
        self._server: QLocalServer | None = None
        self._project: Path | None = None

    @property
    def project(self) -> Path | None:
        """The project that is claimed."""
        return self._project

    def claim(self, project: Path) -> bool:
        """Claim a project and give up the one before; false where another window has it.

        Where the claim cannot be kept at all (a full disk, no folder of one's own) the project is
        opened all the same, and the log says that a second window would not be noticed.
        """
        if project == self._project:
            return True
        path = _lock_path(project)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("a+b")
        except OSError as error:
            _LOG.warning("a second window on %s would not be noticed: %s", project, error)
            self.release()
            return True
        try:
            lock_stream(stream)
        except OSError:
            stream.close()
            return False
        self.release()
        self._stream, self._project = stream, project
        self._listen(project, stream)
        return True

    def release(self) -> None:
        """Give the project up."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if self._stream is not None:
            unlock_stream(self._stream)
            self._stream.close()
            self._stream = None
        self._project = None

    def _listen(self, project: Path, stream: IO[bytes]) -> None:
        name = server_name(project)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # The lock is ours: whoever listened under this name is dead.
        QLocalServer.removeServer(name)
        if not server.listen(name):
            _LOG.warning(
                "a second window on %s cannot call this one: %s", project, server.errorString()
            )
        server.newConnection.connect(self._answer)
        holder = {"pid": os.getpid(), "server": server.fullServerName()}
        stream.truncate(0)
        stream.write(json.dumps(holder).encode())
        stream.flush()
        self._server = server

    def _answer(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda caller=socket: self._take(caller))
            socket.disconnected.connect(socket.deleteLater)
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        line = bytes(socket.readLine().data())
        try:
            call = json.loads(line)
        except ValueError:
            return
        if isinstance(call, dict) and call.get("do") == _RAISE:
            socket.write(_ANSWER)
            socket.flush()
            self.called.emit(str(call.get("archive") or ""))


def call_other(project: Path, archive: str = "", patience_ms: int = _PATIENCE_MS) -> bool:
    """Call the window that has a project to the front; waits, so only before a window is there.

    Returns
    -------
    bool
        Whether it answered. It may still be starting: then it is asked again until the patience
        ends.
    """
    deadline = QDeadlineTimer(patience_ms)
    while not deadline.hasExpired():
        socket = QLocalSocket()
        socket.connectToServer(_server_of(project))
        if socket.waitForConnected(_CONNECT_MS):
            socket.write(_call(archive))
            socket.flush()
            if socket.waitForReadyRead(deadline.remainingTime()):
                return bytes(socket.readAll().data()) == _ANSWER
        time.sleep(_RETRY_S)
    return False


def call_other_later(project: Path, parent: QObject) -> None:
    """Call the window that has a project, without waiting for its answer."""
    socket = QLocalSocket(parent)
    socket.connected.connect(lambda: socket.write(_call()))
    socket.readyRead.connect(socket.disconnectFromServer)
    socket.disconnected.connect(socket.deleteLater)
    socket.errorOccurred.connect(lambda _error: socket.deleteLater())
    socket.connectToServer(_server_of(project))


def other_process(project: Path) -> int | None:
    """Return the process id of the window that claimed a project last."""
    pid = _holder(project).get("pid")
    return pid if isinstance(pid, int) else None


def server_name(project: Path) -> str:
    """Return the name of the socket of a project and user."""
    return f"smco-studio-{_digest(project)}"


def _call(archive: str = "") -> bytes:
    return json.dumps({"do": _RAISE, "archive": archive}).encode() + b"\n"


def _server_of(project: Path) -> str:
    # Programs with another folder for temporary files would look elsewhere.
    server = _holder(project).get("server")
    return server if isinstance(server, str) and server else server_name(project)


def _holder(project: Path) -> dict[str, object]:
    try:
        data = json.loads(_lock_path(project).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _lock_path(project: Path) -> Path:
    return user_data_folder() / "windows" / f"{_digest(project)}.lock"


def _digest(project: Path) -> str:
    content = f"{_user()}\n{os.path.normcase(project.resolve())}"
    return hashlib.sha256(content.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # A process of a number without a name, as in containers.
        return str(os.getuid()) if hasattr(os, "getuid") else "user"
