"""The project's trash: what was deleted lies here until the trash is emptied.

``PROJECT/trash/<entry>/entry.json`` says what it was and where it was; ``content`` is the thing
itself, moved as a whole. Both are on one file system, so that moving is one rename.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from smcogui.data.exporters import write_file
from smcogui.errors import InputError
from smcogui.runs.folder import folder_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRASH_FOLDER: Final = "trash"
_ENTRY_FILE: Final = "entry.json"
_CONTENT: Final = "content"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashEntry:
    """Something that was deleted.

    Parameters
    ----------
    entry_id : str
    kind : str
        ``run``, ``design``, ``measured curve`` or ``series``.
    item_id, name : str
        What it was called.
    place : str
        Where it was, relative to the project's folder.
    deleted_s : float
        Seconds since 1970.
    """

    entry_id: str
    kind: str
    item_id: str
    name: str
    place: str
    deleted_s: float


class Trash:
    """The trash of a project.

    Parameters
    ----------
    project : Path
        The project's folder.
    clock : callable
        Returns seconds since 1970.
    """

    def __init__(self, project: Path, clock: Callable[[], float] = time.time) -> None:
        self._project = project
        self._folder = project / TRASH_FOLDER
        self._clock = clock

    def put(self, path: Path, *, kind: str, item_id: str, name: str) -> TrashEntry:
        """Move a file or folder of the project into the trash.

        Raises
        ------
        RunFolderError
            If it cannot be moved; it then stays where it is.
        """
        now = self._clock()
        try:
            entry = TrashEntry(
                entry_id=self._new_id(now),
                kind=kind,
                item_id=item_id,
                name=name,
                place=path.relative_to(self._project).as_posix(),
                deleted_s=now,
            )
            write_file(self._folder / entry.entry_id / _ENTRY_FILE, _to_json(entry))
            path.rename(self._folder / entry.entry_id / _CONTENT)
        except OSError as error:
            raise folder_error(path, error) from error
        return entry

    def entries(self) -> list[TrashEntry]:
        """Return what is in the trash, the newest first."""
        found = []
        for path in self._folder.glob(f"*/{_ENTRY_FILE}"):
            # Moved last: where it is missing, the program was killed before anything was deleted.
            if not (path.parent / _CONTENT).exists():
                continue
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
                found.append(TrashEntry(**{**data, "entry_id": path.parent.name}))
            except (OSError, ValueError, TypeError) as error:
                _LOG.warning("%s is left out: %s", path, error)
        return sorted(found, key=lambda entry: entry.deleted_s, reverse=True)

    def restore(self, entry_id: str) -> TrashEntry:
        """Move something back to where it was.

        Raises
        ------
        InputError
            If it is not in the trash, or something else stands in its place.
        RunFolderError
            If it cannot be moved.
        """
        entry = self._entry(entry_id)
        target = (self._project / entry.place).resolve()
        if not target.is_relative_to(self._project.resolve()):
            raise InputError(
                f"{entry.name} came from {entry.place}, which lies outside the project",
                key="place",
                given=entry.place,
                allowed="a place in the project",
            )
        if target.exists():
            raise InputError(
                f"{entry.name} cannot be put back: {entry.place} exists again. Delete or rename "
                "the one that is there first",
                key="place",
                given=entry.place,
                allowed="a place that is free",
            )
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._folder / entry_id / _CONTENT).rename(target)
            shutil.rmtree(self._folder / entry_id)
        except OSError as error:
            raise folder_error(target, error) from error
        return entry

    def remove(self, entry_id: str) -> TrashEntry:
        """Delete something in the trash for good."""
        entry = self._entry(entry_id)
        try:
            shutil.rmtree(self._folder / entry_id)
        except OSError as error:
            raise folder_error(self._folder / entry_id, error) from error
        return entry

    def _entry(self, entry_id: str) -> TrashEntry:
        entry = next((each for each in self.entries() if each.entry_id == entry_id), None)
        if entry is None:
            raise InputError(
                f"there is no {entry_id!r} in {self._folder}",
                key="entry",
                given=entry_id,
                allowed="what is in the trash",
            )
        return entry

    def _new_id(self, now: float) -> str:
        """Make a folder of its own."""
        stem = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
        number = 0
        while True:
            name = f"{stem}-{number}" if number else stem
            try:
                (self._folder / name).mkdir(parents=True)
            except FileExistsError:
                number += 1
            else:
                return name


def _to_json(entry: TrashEntry) -> bytes:
    content = asdict(entry)
    del content["entry_id"]
    return json.dumps(content, indent=1, ensure_ascii=False).encode()
