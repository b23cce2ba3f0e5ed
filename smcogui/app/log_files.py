"""The log of a session of the window, and where a crash leaves its last words.

Each session writes files of its own, so that two windows never rename each other's:
``session-<stamp>.log`` by :mod:`logging`, which begins a second one when it grows too large, and
``crash-<stamp>.txt`` by :mod:`faulthandler`, empty unless the process died by a signal.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from smcogui.app.settings import APPLICATION

LARGEST_LOG: Final = 1_000_000
KEPT_SESSIONS: Final = 10
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"
_TAIL_BYTES: Final = 64_000


def log_folder() -> Path:
    """Return the folder of this user's logs, as the operating system has it."""
    import platformdirs

    return Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))


def new_stamp() -> str:
    """Return the name of a session: when it began and its process, 20261125T071300-123456-42.

    To the microsecond, because a process may have one session after the other.
    """
    return f"{datetime.now().astimezone():%Y%m%dT%H%M%S-%f}-{os.getpid()}"


class SessionLog:
    """The files of one session, from :meth:`open` to :meth:`close`.

    Parameters
    ----------
    stamp : str
        Of :func:`new_stamp`.
    folder : Path, optional
        The user's log folder by default.

    Attributes
    ----------
    path, crash_path : Path
        The two files.
    note : str
        Why nothing is logged, in words; empty where all is well.
    """

    def __init__(self, stamp: str, folder: Path | None = None) -> None:
        self.stamp = stamp
        self.folder = folder or log_folder()
        self.path = log_file(stamp, self.folder)
        self.crash_path = crash_file(stamp, self.folder)
        self.note = ""
        self._handler: logging.Handler | None = None
        self._crash: IO[str] | None = None
        self._was_enabled = False

    def open(self) -> None:
        """Begin to log, and let a crash leave its traceback; never fails, see :attr:`note`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _remove_old(self.folder)
            self._handler = RotatingFileHandler(
                self.path, maxBytes=LARGEST_LOG, backupCount=1, encoding="utf-8"
            )
            self._crash = self.crash_path.open("w", encoding="utf-8")
        except OSError as error:
            self.note = f"Nothing is logged: {self.folder} cannot be used ({error.strerror})"
        if self._handler is not None:
            self._handler.setFormatter(logging.Formatter(_FORMAT))
            logging.getLogger().addHandler(self._handler)
            logging.getLogger("smcogui").setLevel(logging.INFO)
        if self._crash is not None:
            self._was_enabled = faulthandler.is_enabled()
            faulthandler.enable(self._crash, all_threads=True)

    def close(self) -> None:
        """End the log of a session that ended well."""
        if self._crash is not None:
            faulthandler.disable()
            if self._was_enabled and sys.__stderr__ is not None:
                # Whoever asked for tracebacks before gets them again, as far as can be told.
                faulthandler.enable(sys.__stderr__)
            self._crash.close()
            with contextlib.suppress(OSError):
                self.crash_path.unlink()
            self._crash = None
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def tail(self, lines: int = 60) -> str:
        """Return the last lines of the log."""
        return tail_of(self.path, lines)


def log_file(stamp: str, folder: Path | None = None) -> Path:
    """Return the log of a session."""
    return (folder or log_folder()) / f"session-{stamp}.log"


def crash_file(stamp: str, folder: Path | None = None) -> Path:
    """Return the file in which a crash of a session leaves its traceback."""
    return (folder or log_folder()) / f"crash-{stamp}.txt"


def tail_of(path: Path, lines: int = 60) -> str:
    """Return the last lines of a text file; nothing where it cannot be read."""
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL_BYTES))
            text = stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _remove_old(folder: Path) -> None:
    """Remove the files of all but the last sessions."""
    for pattern in ("session-*", "crash-*"):
        # The names begin with the time.
        for path in sorted(folder.glob(pattern))[:-KEPT_SESSIONS]:
            with contextlib.suppress(OSError):
                path.unlink()
