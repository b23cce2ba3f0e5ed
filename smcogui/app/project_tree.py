"""The files that belong to a project, in an order that keeps copies of runs at work whole.

A run at work appends to ``events.jsonl`` and replaces its checkpoint. Read in this order, first the
checkpoint, then the events up to their last complete line, then the rest, a copy holds at least the
field steps that its checkpoint counts and every state that its events name: it can be resumed.

Where a run lies, and where a dataset came from, is a path of this machine: it stays here.
"""

from __future__ import annotations

import io
import json
import os
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final

from smcogui.campaigns.campaign_store import CAMPAIGNS_FOLDER, QUEUE_LOG
from smcogui.data.dataset_import import DATASETS_FOLDER, RECORD_FILE
from smcogui.data.run_index import INDEX_FILE
from smcogui.data.run_pack import packing
from smcogui.errors import InputError
from smcogui.runs.folder import CANCEL_FILE, EVENTS_FILE, HEARTBEAT_FILE, RESULT_FILE
from smcogui.runs.lock import LOCK_FILE
from smcogui.runs.pack_file import PACKS_FOLDER
from solver.problem import CHECKPOINT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

STAGING_SUFFIX: Final = ".partial"
_PACKING_S: Final = 120.0
"""How long a copy waits for the pack that is being written."""
_FIRST: Final = (CHECKPOINT_FILE, EVENTS_FILE)
_PASSING: Final = frozenset({LOCK_FILE, CANCEL_FILE, HEARTBEAT_FILE, QUEUE_LOG})
"""Say what a process does at the moment; a copy has none."""
_LEFT_OUT_AT_TOP: Final = frozenset({"trash"})
_PASSING_ENDINGS: Final = (".tmp", STAGING_SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEntry:
    """One file of a project: where it lies, and its place below the project's folder."""

    path: Path
    place: PurePosixPath


def project_entries(
    folder: Path, takes: Callable[[PurePosixPath], bool] = lambda _: True
) -> Iterator[ProjectEntry]:
    """Yield every file that belongs to a project; each folder is listed when its turn comes.

    Index, locks, half-written files, the trash, and the checkpoints of finished runs, from which
    nothing goes on, are left out; links are followed. ``takes`` says of the place of a file or
    folder whether it is wanted.
    """
    for entry in _entries(folder, PurePosixPath(), frozenset(), takes):
        if takes(entry.place):
            yield entry


def whole_runs(folder: Path) -> AbstractContextManager[None]:
    """Keep runs from being packed while a project is copied, where that could happen."""
    packs = folder / PACKS_FOLDER
    if (packs.is_dir() or (folder / CAMPAIGNS_FOLDER).is_dir()) and os.access(folder, os.W_OK):
        return packing(packs, patience_s=_PACKING_S)
    return nullcontext()


def project_size(
    folder: Path, takes: Callable[[PurePosixPath], bool] = lambda _: True
) -> tuple[int, int]:
    """Return the number of files of a project and their bytes, as they are now."""
    entries = project_entries(folder, takes)
    sizes = [size for entry in entries if (size := _size(entry.path)) is not None]
    return len(sizes), sum(sizes)


def open_entry(entry: ProjectEntry) -> IO[bytes]:
    """Open a file for reading, as it reads elsewhere.

    Of events that is what is accepted, complete lines; results and records of imported datasets
    name no folder of this machine.

    Raises
    ------
    InputError
        If the file went away meanwhile, or cannot be read.
    """
    try:
        local_path = _local_path(entry.place)
        if entry.place.name != EVENTS_FILE and not local_path:
            return entry.path.open("rb")
        content = entry.path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"{entry.path} went away while the project was being copied; nothing was written. "
            "Try again",
            key="project",
            given=str(entry.path),
        ) from error
    except OSError as error:
        raise InputError(
            f"{entry.path} cannot be read ({error.strerror}); nothing was written",
            key="project",
            given=str(entry.path),
        ) from error
    if local_path:
        return io.BytesIO(_elsewhere(content, local_path, entry.place))
    return io.BytesIO(content[: content.rfind(b"\n") + 1])


def _local_path(place: PurePosixPath) -> str:
    """Return the key of a JSON file that names a folder of this machine; empty for none."""
    if place.name == RESULT_FILE:
        return "run_dir"
    return "source" if place.name == RECORD_FILE and place.parts[0] == DATASETS_FOLDER else ""


def _elsewhere(content: bytes, key: str, place: PurePosixPath) -> bytes:
    """Return a JSON file that names the run's place in the project, or the file's name only."""
    try:
        data: Any = json.loads(content)
    except ValueError:
        # Damaged: it says nothing to anybody.
        return content
    if not isinstance(data, dict) or not isinstance(data.get(key), str):
        return content
    name = str(place.parent) if key == "run_dir" else data[key].replace("\\", "/").split("/")[-1]
    return json.dumps({**data, key: name}, indent=2).encode()


def _entries(
    folder: Path,
    place: PurePosixPath,
    above: frozenset[tuple[int, int]],
    takes: Callable[[PurePosixPath], bool],
) -> Iterator[ProjectEntry]:
    found = folder.stat()
    here = (found.st_dev, found.st_ino)
    if here in above:
        # A link that leads back to where it is reached from.
        return
    for name in _FIRST:
        is_over = name == CHECKPOINT_FILE and (folder.parent / RESULT_FILE).is_file()
        if (folder / name).is_file() and not is_over:
            yield ProjectEntry(path=folder / name, place=place / name)
    # Packs after the runs: what is packed meanwhile is copied twice rather than not at all.
    for name in sorted(os.listdir(folder), key=lambda name: (name == PACKS_FOLDER, name)):
        path = folder / name
        if name in _FIRST or _is_left_out(name, place):
            continue
        if path.is_dir():
            if takes(place / name):
                yield from _entries(path, place / name, above | {here}, takes)
        elif path.is_file():
            yield ProjectEntry(path=path, place=place / name)


def _is_left_out(name: str, place: PurePosixPath) -> bool:
    at_top = not place.parts
    return (
        name in _PASSING
        or name.endswith(_PASSING_ENDINGS)
        or (at_top and (name.startswith(INDEX_FILE) or name in _LEFT_OUT_AT_TOP))
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
