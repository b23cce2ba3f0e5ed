"""A child process of the window that answers messages with messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from smcogui.rendering.messages import Message, Unpacker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOG = logging.getLogger(__name__)
_TAIL: Final = 2000
_END_MS: Final = 3000


class ChildProcess(QObject):
    """Starts and ends a process, and reads what it sends; what it is for, heirs know.

    Parameters
    ----------
    called : str
        The process in words, for the log.
    """

    def __init__(self, called: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._called = called
        self._process: QProcess | None = None
        self._unpacker = Unpacker()
        self._errors = b""

    def _take(self, message: Message) -> None:
        """Take a message of the process."""
        raise NotImplementedError

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        """Take note that the process has ended by itself, or was killed."""
        raise NotImplementedError

    def _not_started(self) -> None:
        """Take note that the process could not be started."""
        raise NotImplementedError

    @property
    def _said(self) -> str:
        """The end of what the process wrote to standard error."""
        return self._errors.decode(errors="replace")

    def _start(self, command: Sequence[str], extra: Mapping[str, str]) -> QProcess:
        """Start a process with more variables in its environment."""
        self._unpacker, self._errors = Unpacker(), b""
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in extra.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(command[0], list(command[1:]))
        return process

    def _forget(self) -> None:
        """Let go of a process that has ended."""
        if self._process is not None:
            self._process.deleteLater()
            self._process = None

    def _end(self) -> None:
        """End the process without telling anybody."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(_END_MS)
            process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            messages = self._unpacker.feed(bytes(self._process.readAllStandardOutput().data()))
        except ValueError as error:
            _LOG.warning("%s sent what is no message: %s", self._called, error)
            self._process.kill()
            return
        for message in messages:
            self._take(message)

    def _read_errors(self) -> None:
        if self._process is not None:
            arrived = bytes(self._process.readAllStandardError().data())
            self._errors = (self._errors + arrived)[-_TAIL:]

    def _failed(self, error: QProcess.ProcessError) -> None:
        # Every other error is followed by "finished".
        if error == QProcess.ProcessError.FailedToStart:
            self._not_started()
