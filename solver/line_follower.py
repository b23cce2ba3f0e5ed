"""Following a file that another process appends lines to."""

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
    most : int, optional
        Bytes that are read at one look; all of them by default.

    Attributes
    ----------
    beginnings : int
        How often the file was read from its beginning: once more where it was replaced.
    unfinished : int
        Bytes behind the last complete line, as far as they were read.
    """

    def __init__(self, path: Path, *, most: int = -1) -> None:
        self._path = path
        self._most = most
        self._offset = 0
        self._file = 0
        self.beginnings = 0
        self.unfinished = 0

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
                content = stream.read(self._most)
        except FileNotFoundError:
            return []
        complete = content[: content.rfind(b"\n") + 1]
        self._offset += len(complete)
        self.unfinished = len(content) - len(complete)
        return [line for line in complete.decode("utf-8", "replace").split("\n") if line.strip()]
