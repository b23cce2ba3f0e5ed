"""The versions of a dataset: a number for each content that was written, a line of a file each."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.exporters import file_to_write
from smcogui.runs.jsonl import append_line, read_objects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

VERSIONS_FILE: Final = "datasets.jsonl"


def content_sha256(table: Sequence[Mapping[str, Any]], curves: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of what a dataset says, whatever its files are called."""
    digest = hashlib.sha256()
    for rows in (table, curves):
        for row in rows:
            digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def known_versions(path: Path) -> list[dict[str, Any]]:
    """Return what was written so far, the oldest first; lines that are no JSON are left out."""
    return [each for each in read_objects(path) if isinstance(each.get("version"), int)]


def version_of(known: Sequence[Mapping[str, Any]], sha256: str) -> int:
    """Return the number of a content: that of the same one before, or the next."""
    same = next((each["version"] for each in known if each.get("content_sha256") == sha256), None)
    return int(same) if same is not None else max((e["version"] for e in known), default=0) + 1


def keep_version(path: Path, facts: Mapping[str, Any]) -> None:
    """Append what was written to the list of versions; raises RunFolderError where it cannot be."""
    with file_to_write(path):
        append_line(path, json.dumps({**facts, "time_s": time.time()}, ensure_ascii=False))
