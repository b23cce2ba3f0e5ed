"""Files of one JSON object a line that one process appends to and others follow.

:class:`solver.line_follower.LineFollower` follows them.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from solver.line_follower import LineFollower

if TYPE_CHECKING:
    from pathlib import Path


def append_line(path: Path, line: str) -> None:
    """Append one line; a line that a killed writer left half is closed first."""
    with path.open("a+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        torn = False
        if end:
            stream.seek(end - 1)
            torn = stream.read(1) != b"\n"
        stream.write((b"\n" if torn else b"") + line.encode() + b"\n")


def read_objects(path: Path) -> list[dict[str, Any]]:
    """Return the objects of all lines, the oldest first; none where the file is missing.

    A line that is no object, such as half a one of a program that was killed, is left out.
    """
    found = []
    for line in LineFollower(path).read():
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict):
            found.append(data)
    return found
