"""Catches what nobody caught, in any thread, logs it and tells it once."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from types import TracebackType

    from PySide6.QtCore import QMessageLogContext

_LOG = logging.getLogger(__name__)
_QT_LOG = logging.getLogger("smcogui.qt")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtError:
    """An error that nobody foresaw.

    Parameters
    ----------
    summary : str
        Its kind and message in one line.
    details : str
        The traceback.
    count : int
        How often it has happened in this session.
    """

    summary: str
    details: str
    count: int


class ErrorWatch(QObject):
    """Takes the place of Python's hooks for exceptions that nobody caught.

    Signals
    -------
    caught : Signal(object)
        A :class:`CaughtError`, in the window's thread: each error when it first happens.
    repeated : Signal(object)
        The same when it happens again.
    """

    caught = Signal(object)
    repeated = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._old_hooks: tuple[Any, Any, Any] | None = None
        # Queued also within the window's thread: whoever is being painted is let finish.
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Watch for errors of the window, of threads, of destructors, and messages of Qt."""
        self._old_hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread
        sys.unraisablehook = self._log_unraisable
        qInstallMessageHandler(_log_qt)

    def remove(self) -> None:
        """Give the hooks back."""
        if self._old_hooks is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._old_hooks
            self._old_hooks = None
            qInstallMessageHandler(None)

    def take(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log an error and tell it; may be called in any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        summary = traceback.format_exception_only(kind, error)[-1].strip()
        place = _place(kind, trace)
        with self._lock:
            count = self._counts[place] = self._counts.get(place, 0) + 1
        if count == 1:
            _LOG.error("unexpected error\n%s", details)
            if sys.stderr is not None:
                sys.stderr.write(details)
        elif count & (count - 1) == 0:
            # Whatever fails at every repaint is not to fill the log.
            _LOG.error("unexpected error, %d times by now: %s", count, summary)
        self._arrived.emit(CaughtError(summary=summary, details=details, count=count))

    def take_error(self, error: BaseException) -> None:
        """Take an error that somebody caught and has no words for."""
        self.take(type(error), error, error.__traceback__)

    def _take_from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if not issubclass(arguments.exc_type, SystemExit):
            self.take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _log_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        """Log an error of a destructor, which harms nothing that is going on."""
        error = arguments.exc_value
        text = "".join(traceback.format_exception(error)) if error is not None else ""
        _LOG.warning("%s %r\n%s", arguments.err_msg or "ignored in", arguments.object, text)

    def _tell(self, error: CaughtError) -> None:
        if error.count == 1:
            self.caught.emit(error)
        else:
            self.repeated.emit(error)


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return what an error and its repetitions have in common: its kind and where it arose."""
    frames = traceback.extract_tb(trace)
    last = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{kind.__qualname__} {last}"


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    _QT_LOG.log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
