"""Names, tags and notes that people give to runs and designs: ``PROJECT/library.json``.

A run's description never changes, so that a name given later is kept here, beside it.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from smcogui.data.exporters import write_file
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["runs", "designs"]

LABEL_FILE: Final = "library.json"
SCHEMA_VERSION: Final = 1
LONGEST_NAME: Final = 120
LONGEST_TAG: Final = 40
LONGEST_NOTE: Final = 10_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people call a run or a design; an empty name stands for its own."""

    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        check_length("name", self.name, LONGEST_NAME)
        check_length("note", self.note, LONGEST_NOTE)
        for tag in self.tags:
            check_length("tag", tag, LONGEST_TAG)


def parse_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a text with commas between them, each once, in their order.

    Raises
    ------
    InputError
        If one of them is too long.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        tag = " ".join(part.split())
        if tag:
            check_length("tag", tag, LONGEST_TAG)
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


class LabelFile:
    """The labels of a project; every change reads the file anew and replaces it as a whole.

    Parameters
    ----------
    path : Path
        Need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._read_at: tuple[int, int] | None = None
        self._labels: dict[Kind, dict[str, Labels]] = _nothing()
        self._problem = ""

    @property
    def problem(self) -> str:
        """Why the file is not used, in words; empty where all is well."""
        with self._lock:
            self._refresh()
            return self._problem

    def all_of(self, kind: Kind) -> dict[str, Labels]:
        """Return the labels of all runs or designs that have any."""
        with self._lock:
            self._refresh()
            return dict(self._labels[kind])

    def set(self, kind: Kind, item_id: str, labels: Labels) -> None:
        """Give labels to a run or a design; empty ones take them away.

        Raises
        ------
        InputError
            If the file there is damaged: what it holds is not overwritten.
        RunFolderError
            If it cannot be written.
        """
        with self._lock:
            self._refresh()
            if self._problem:
                raise InputError(self._problem, key="library", given=str(self._path))
            self._labels[kind].pop(item_id, None)
            if labels != Labels():
                self._labels[kind][item_id] = labels
            write_file(self._path, _to_json(self._labels))
            self._read_at = None

    def move(self, kind: Kind, old_id: str, new_id: str) -> None:
        """Give the labels of one to another that takes its place."""
        labels = self.all_of(kind).get(old_id)
        if labels is not None and old_id != new_id:
            self.set(kind, new_id, labels)
            self.set(kind, old_id, Labels())

    def _refresh(self) -> None:
        """Read the file again where it was changed."""
        try:
            status = self._path.stat()
        except OSError:
            self._labels, self._problem, self._read_at = _nothing(), "", None
            return
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp == self._read_at:
            return
        self._read_at, self._problem = stamp, ""
        try:
            self._labels = _from_json(json.loads(self._path.read_text(encoding="utf-8")))
        except OSError as error:
            self._labels = _nothing()
            self._problem = f"{self._path} cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
            self._labels = _nothing()
            self._problem = (
                f"{self._path} is damaged ({error}); names, tags and notes are not shown. "
                "Repair it, or move it away to begin with none"
            )
        if self._problem:
            _LOG.warning("%s", self._problem)


def _nothing() -> dict[Kind, dict[str, Labels]]:
    return {"runs": {}, "designs": {}}


def _to_json(labels: dict[Kind, dict[str, Labels]]) -> bytes:
    content: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for kind, of in labels.items():
        content[kind] = {key: asdict(each) for key, each in of.items()}
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def _from_json(data: dict[str, Any]) -> dict[Kind, dict[str, Labels]]:
    version = data["schema_version"]
    if version != SCHEMA_VERSION:
        raise ValueError(f"schema_version is {version!r}; this program reads {SCHEMA_VERSION}")
    found = _nothing()
    for kind in found:
        for key, row in data.get(kind, {}).items():
            found[kind][key] = Labels(
                name=str(row.get("name", "")),
                tags=tuple(str(tag) for tag in row.get("tags", ())),
                note=str(row.get("note", "")),
            )
    return found


def check_length(what: str, text: str, longest: int) -> None:
    """Raise InputError where a text is longer than allowed."""
    if len(text) > longest:
        raise InputError(
            f"the {what} {text[:30]!r}… has {len(text)} characters; at most {longest} are allowed",
            key=what,
            given=f"{len(text)} characters",
            allowed=f"at most {longest} characters",
        )
