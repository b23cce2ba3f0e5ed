"""What is left of a session that did not end properly: that it was there, and its last design.

Each session of the window has a marker ``<stamp>.json`` in the user's data folder, which goes away
when it ends well, and holds a lock beside it, which the system drops whatever happens. A marker
without a holder of its lock is the mark of a crash. The folder is the user's and not the project's,
so that a design is safe also where the project is read-only or its disk is full.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from smcogui.app.log_files import crash_file, log_file, tail_of
from smcogui.app.settings import user_data_folder
from smcogui.design.design_file import design_to_toml, parse_design_text
from smcogui.errors import SmCoError
from solver.file_lock import lock_stream
from solver.problem import write_atomically

if TYPE_CHECKING:
    from smcogui.design.design import Design

_FORMAT: Final = 1
_OLDEST_S: Final = 60 * 86_400.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """What a session left that did not end properly.

    Parameters
    ----------
    path : Path
        Its marker.
    project : Path
        Folder of the project that was open.
    pid : int
    began_s, edited_s : float
        When the session began and when the design was last edited, in seconds since 1970;
        ``edited_s`` is 0 where it was not edited.
    what : str
        The last edit in words.
    design : Design or None
        The design as it was last kept; None where it was not edited or cannot be read.
    reason : str
        Why it was left on purpose, in words; empty after a crash.
    """

    path: Path
    project: Path
    pid: int
    began_s: float
    edited_s: float
    what: str
    design: Design | None
    reason: str

    @property
    def stamp(self) -> str:
        """Name of the session."""
        return self.path.stem

    def crash_text(self) -> str:
        """Return the traceback that the crash left, where it left one."""
        return tail_of(crash_file(self.stamp), 400)

    def log_tail(self) -> str:
        """Return the last lines of the session's log."""
        return tail_of(log_file(self.stamp))

    def discard(self) -> None:
        """Forget the session.

        Raises
        ------
        OSError
            If its files cannot be removed.
        """
        for path in (self.path, self.path.with_suffix(".lock"), crash_file(self.stamp)):
            path.unlink(missing_ok=True)


class SessionMarker:
    """Marks a session of the window as being at work, and keeps the design that is edited in it.

    Parameters
    ----------
    stamp : str
        Name of the session.
    folder : Path, optional
        ``recovery`` in the user's data folder by default.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """

    def __init__(self, stamp: str, project: Path, folder: Path | None = None) -> None:
        self._folder = folder or recovery_folder()
        self._path = self._folder / f"{stamp}.json"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock: IO[bytes] = self._path.with_suffix(".lock").open("a+b")
        lock_stream(self._lock)
        self._thread_lock = threading.Lock()
        self._is_over = False
        self._facts: dict[str, Any] = {
            "format_version": _FORMAT,
            "pid": os.getpid(),
            "began_s": time.time(),
        }
        self.follow(project)

    def follow(self, project: Path) -> None:
        """Begin anew with a project: there is no edited design."""
        self._write(project=str(project), edited_s=0.0, what="", design=None)

    def keep(self, project: Path, design: Design, what: str) -> None:
        """Keep the design that is being edited; ``what`` is the last edit in words.

        Nothing is kept where the session went over to another project meanwhile, or ended.
        """
        if self._facts["project"] == str(project):
            self._write(edited_s=time.time(), what=what, design=design_to_toml(design))

    def end(self) -> None:
        """Take the marker away: the session ended well."""
        with self._thread_lock:
            self._is_over = True
            self._path.unlink(missing_ok=True)
            self._lock.close()
            with contextlib.suppress(OSError):
                self._path.with_suffix(".lock").unlink()

    def leave(self, reason: str) -> None:
        """End the session but leave the design to the next one, which is told the reason."""
        self._write(reason=reason)
        with self._thread_lock:
            self._is_over = True
            self._lock.close()

    def _write(self, **facts: Any) -> None:
        """Write changed facts; threads take turns, and nothing is written after the end."""
        with self._thread_lock:
            if not self._is_over:
                self._facts |= facts
                write_atomically(self._path, json.dumps(self._facts, indent=1).encode())


def recovery_folder() -> Path:
    """Return the folder of the markers."""
    return user_data_folder() / "recovery"


def find_leftovers(project: Path, folder: Path | None = None) -> list[Leftover]:
    """Return what sessions on a project left that did not end properly, the newest first.

    Markers of 60 days and more are removed.
    """
    found = []
    for path in sorted((folder or recovery_folder()).glob("*.json"), reverse=True):
        if _is_held(path.with_suffix(".lock")):
            continue
        left = _read(path)
        if left is None:
            continue
        if time.time() - max(left.began_s, left.edited_s) > _OLDEST_S:
            with contextlib.suppress(OSError):
                left.discard()
        elif left.project == project:
            found.append(left)
    return found


def _is_held(lock: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        with lock.open("a+b") as stream:
            lock_stream(stream)
    except OSError:
        return lock.exists()
    return False


def _read(path: Path) -> Leftover | None:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        left = Leftover(
            path=path,
            project=Path(facts["project"]),
            pid=int(facts["pid"]),
            began_s=float(facts["began_s"]),
            edited_s=float(facts["edited_s"]),
            what=str(facts["what"]),
            design=None,
            reason=str(facts.get("reason", "")),
        )
        text = facts["design"]
        return left if text is None else replace(left, design=parse_design_text(text, "design")[0])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, SmCoError) as error:
        _LOG.warning("%s cannot be read and is put aside: %s", path, error)
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
        return None
