"""The projects that were opened lately, and which of them are pinned."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.app.projects import is_project
from smcogui.app.settings import user_data_folder
from smcogui.errors import SmCoError
from smcogui.runs.lock import FolderLock
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RECENT_FILE: Final = "recent-projects.json"
MOST_RECENT: Final = 15
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentProject:
    """A project that was opened; ``is_missing`` where there is none any more (or not now)."""

    folder: Path
    is_pinned: bool = False
    is_missing: bool = False


class RecentProjects:
    """The list, in a file of the user. A file that cannot be read or written never gets in the way.

    Parameters
    ----------
    folder : Path, optional
        Where the file lies; the user's data folder by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = user_data_folder() if folder is None else folder

    def all(self) -> list[RecentProject]:
        """Return the projects, pinned ones first, then the last opened first.

        Looks at every folder, which takes long where a network drive does not answer.
        """
        entries = sorted(self._read(), key=lambda entry: not entry.is_pinned)
        return [replace(entry, is_missing=not is_project(entry.folder)) for entry in entries]

    def opened(self, folder: Path) -> None:
        """Put a project in front."""

        def change(entries: list[RecentProject]) -> Iterable[RecentProject]:
            old = next((entry for entry in entries if entry.folder == folder), None)
            first = old or RecentProject(folder=folder)
            return [first, *(entry for entry in entries if entry.folder != folder)]

        self._change(change)

    def pin(self, folder: Path, on: bool) -> None:
        """Keep a project in the list, in front of the others, or let it go with time."""
        self._change(
            lambda entries: [
                replace(entry, is_pinned=on) if entry.folder == folder else entry
                for entry in entries
            ]
        )

    def forget(self, folder: Path) -> None:
        """Take a project off the list; its folder stays."""
        self._change(lambda entries: [entry for entry in entries if entry.folder != folder])

    def clear(self) -> None:
        """Take all projects off the list but the pinned ones."""
        self._change(lambda entries: [entry for entry in entries if entry.is_pinned])

    def _change(self, change: Callable[[list[RecentProject]], Iterable[RecentProject]]) -> None:
        path = self._folder / RECENT_FILE
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Two windows may change it at the same time.
            with FolderLock(self._folder):
                entries = list(change(self._read()))
                pinned = sum(entry.is_pinned for entry in entries)
                room = max(MOST_RECENT - pinned, 0)
                loose = [entry for entry in entries if not entry.is_pinned][:room]
                kept = [entry for entry in entries if entry.is_pinned or entry in loose]
                content = {
                    "format_version": 1,
                    "projects": [
                        {"folder": str(entry.folder), "pinned": entry.is_pinned} for entry in kept
                    ],
                }
                write_atomically(path, json.dumps(content, indent=2).encode())
        except (OSError, SmCoError) as error:
            _LOG.warning("the list of recent projects cannot be kept in %s: %s", path, error)

    def _read(self) -> list[RecentProject]:
        path = self._folder / RECENT_FILE
        try:
            data: Any = json.loads(path.read_text(encoding="utf-8"))
            return [
                RecentProject(folder=Path(row["folder"]), is_pinned=bool(row["pinned"]))
                for row in data["projects"]
            ]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            _LOG.warning("the list of recent projects, %s, cannot be read: %r", path, error)
            return []
