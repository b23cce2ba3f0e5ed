"""``table.txt`` of MuMax3, read while it grows.

MuMax3 flushes it every five seconds, so that the last line may be half of one. The header names
each column with its unit, ``B_exty (T)``; which columns there are is up to the script and the
version. TableSave writes a row, TablePrint any text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from solver.errors import Mumax3Error
from solver.line_follower import LineFollower
from solver.mumax3.failures import FailureKind

if TYPE_CHECKING:
    from pathlib import Path

_HEADER: Final = re.compile(r"^#\s*t\s*\(s\)", re.IGNORECASE)
_COLUMN: Final = re.compile(r"^(?P<name>[^()\s]+)\s*(?:\((?P<unit>[^()]*)\))?$")
_OLD_COLUMN: Final = re.compile(r"[^()\s]+\s*\([^()]*\)|[^()\s]+")
_LONGEST_LINE: Final = 1 << 16
_MOST_AT_ONCE: Final = 1 << 22


Row = dict[str, float]
"""The values of one row by the words of the header, such as ``m_fullx (A/m)``."""


def value_of(row: Row, column: str) -> float:
    """Return a value that must be there and finite.

    Raises
    ------
    Mumax3Error
        Also where the column is there in another unit.
    """
    if column not in row:
        raise _bad(f"it has no column {column!r}; its columns are {', '.join(row) or 'none'}")
    number = row[column]
    if not math.isfinite(number):
        raise Mumax3Error(
            f"MuMax3 wrote {column} = {number} into its table: the magnetisation is no number any "
            "more",
            kind=FailureKind.NOT_A_NUMBER,
        )
    return number


def parse_header(line: str) -> list[str]:
    """Return the columns of a header line as ``name (unit)``, whatever its version.

    Raises
    ------
    Mumax3Error
        If it is no header.
    """
    text = line.lstrip("# ").rstrip("\r\n")
    cells = text.split("\t") if "\t" in text else _OLD_COLUMN.findall(text)
    columns = []
    for cell in cells:
        found = _COLUMN.match(cell.strip())
        if found is None:
            raise _bad(f"its header has a column {cell.strip()!r}")
        columns.append(f"{found['name']} ({(found['unit'] or '').strip()})")
    return columns


@dataclass(slots=True)
class TableFollower:
    """Reads the rows that were added to a table since the last look.

    Parameters
    ----------
    path : Path
        Need not exist yet. A file that became shorter, or was replaced, is read anew.
    """

    path: Path
    _lines: LineFollower = field(init=False)
    _beginnings: int = 0
    _columns: list[str] = field(default_factory=list)
    _error: Mumax3Error | None = None

    def __post_init__(self) -> None:
        self._lines = LineFollower(self.path, most=_MOST_AT_ONCE)

    @property
    def restarts(self) -> int:
        """How often the table was begun anew while it was followed."""
        return max(0, self._lines.beginnings - 1)

    def read(self) -> list[Row]:
        """Return the new complete rows; half a line waits for its end.

        Raises
        ------
        Mumax3Error
            If what is written there is no table of MuMax3; the rows before it come first.
        """
        if self._error is not None:
            raise self._error
        rows: list[Row] = []
        try:
            for line in self._new_lines():
                self._take(line, rows)
        except Mumax3Error as error:
            self._error = error
            if not rows:
                raise
        return rows

    def _take(self, line: str, rows: list[Row]) -> None:
        if line.startswith("#"):
            # TablePrint may write remarks; only a header begins with the time.
            if _HEADER.match(line):
                self._columns = parse_header(line)
        else:
            rows.append(self._row(line))

    def _row(self, line: str) -> Row:
        cells = line.split("\t") if "\t" in line else line.split()
        if not self._columns:
            raise _bad(f"it begins with {line[:60]!r} instead of a header")
        if len(cells) != len(self._columns):
            raise _bad(f"it has a row of {len(cells)} values under {len(self._columns)} columns")
        try:
            numbers = [float(cell) for cell in cells]
        except ValueError as error:
            raise _bad(f"it has a row that is no numbers: {line[:60]!r}") from error
        return dict(zip(self._columns, numbers, strict=True))

    def _new_lines(self) -> list[str]:
        lines = self._lines.read()
        if self._lines.beginnings != self._beginnings:
            self._beginnings, self._columns = self._lines.beginnings, []
        if not lines and self._lines.unfinished > _LONGEST_LINE:
            raise _bad(f"it has a line of more than {_LONGEST_LINE} characters")
        return lines


def _bad(why: str) -> Mumax3Error:
    return Mumax3Error(f"table.txt of MuMax3 cannot be understood: {why}", kind=FailureKind.GARBAGE)
