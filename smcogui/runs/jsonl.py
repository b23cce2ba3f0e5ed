"""Files of one JSON object a line that one process appends to and others follow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LineFollower:
    """Reads what was appended to a file since the last look.

    Parameters
    ----------
    path : Path
        Need not exist yet.

    Attributes
    ----------
    beginnings : int
        How often the file was read from its beginning: once more where it was replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._file = 0
        self.beginnings = 0

    def read(self) -> list[str]:
        """Return the new complete lines; a line that is still being written waits.

        A file that was replaced or became shorter is read from its beginning.
        """
        try:
            with self._path.open("rb") as stream:
                size = stream.seek(0, os.SEEK_END)
                file = os.fstat(stream.fileno()).st_ino
                if size < self._offset or file != self._file:
                    self._offset = 0
                    self.beginnings += 1
                self._file = file
                stream.seek(self._offset)
                content = stream.read()
        except FileNotFoundError:
            return []
        complete = content[: content.rfind(b"\n") + 1]
        self._offset += len(complete)
        return [line for line in complete.decode("utf-8", "replace").split("\n") if line.strip()]


def append_line(path: Path, line: str) -> None:
    """Append one line; a line that a killed writer left half is closed first."""
    with path.open("a+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        torn = False
        if end:
            stream.seek(end - 1)
            torn = stream.read(1) != b"\n"
        stream.write((b"\n" if torn else b"") + line.encode() + b"\n")
