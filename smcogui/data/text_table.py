"""Text files of instruments as tables: delimiter, decimal mark and header lines are found.

Nothing is guessed silently: what was found is part of the table, may be overridden, and a number
that cannot be read is reported with its line.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LARGEST_FILE: Final = 50_000_000
"""Bytes; a loop of ten thousand points is below one million."""

DELIMITERS: Final = ("\t", ";", ",", " ")
DELIMITER_NAMES: Final = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "spaces"}
DECIMALS: Final = (".", ",")

_FEWEST_ROWS: Final = 3
_SNIFFED_LINES: Final = 4000
_NUMBER: Final = re.compile(r"[-+−]?(\d+([.,]\d*)?|[.,]\d+)([eEdD][-+]?\d+)?")
_UNIT_IN_NAME: Final = re.compile(r"[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*$")
_MISSING: Final = frozenset({"nan", "na", "n/a", "#n/a", "--", "---", "null", "none"})
_THOUSANDS: Final = re.compile(r'"?[-+−]?\d{1,3}([,.\' ])\d{3}(\1\d{3})*([.,]\d+)?"?')
_COMMENT_MARKS: Final = ("#", "%", "!", "//", "'")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of text cells with the lines that they come from.

    Parameters
    ----------
    path : Path
    names : tuple of str
        Head of each column, ``column 1`` where the file has none.
    units : tuple of str
        Unit in the head of each column as written; empty where there is none.
    rows : tuple of tuple of str
        Cells of each data line.
    lines : tuple of int
        Number of each data line in the file, from 1.
    delimiter, decimal : str
    header : tuple of str
        Lines above the data.
    metadata : dict
        What the header says as ``key, value`` or ``key: value``, keys in upper case.
    """

    path: Path
    names: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str
    decimal: str
    header: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)

    def number(self, row: int, column: int) -> float | None:
        """Return one cell as a number, or None where it is empty or no number."""
        return _to_number(self.rows[row][column], self.decimal)

    def numeric_columns(self) -> list[int]:
        """Return the columns whose first filled cell is a number."""
        found = []
        for column in range(len(self.names)):
            cells = (row[column] for row in self.rows)
            first = next((cell for cell in cells if cell.strip() and not _is_missing(cell)), "")
            if _to_number(first, self.decimal) is not None:
                found.append(column)
        return found

    def columns(self, *numbers: int) -> list[NDArray[np.float64]]:
        """Return columns as numbers, without the lines on which any of them is empty or NaN.

        Raises
        ------
        InputError
            If there is no such column, or a cell is no number; the message names the line.
        """
        for number in numbers:
            if not 0 <= number < len(self.names):
                raise InputError(
                    f"{self.path.name} has no column {number + 1}; it has {len(self.names)}",
                    key="column",
                    given=str(number + 1),
                    allowed=f"1 to {len(self.names)}",
                )
        values: list[list[float]] = [[] for _ in numbers]
        for row, line in zip(self.rows, self.lines, strict=True):
            cells = [row[number] for number in numbers]
            if any(not cell.strip() or _is_missing(cell) for cell in cells):
                continue
            for place, (number, cell) in enumerate(zip(numbers, cells, strict=True)):
                values[place].append(self._read(cell, number, line))
        return [np.array(column, dtype=float) for column in values]

    def lines_without(self, *numbers: int) -> list[int]:
        """Return the lines that say in one of these columns that there is no number: NaN, n/a."""
        return [
            line
            for row, line in zip(self.rows, self.lines, strict=True)
            if any(_is_missing(row[number]) for number in numbers)
        ]

    def _read(self, cell: str, column: int, line: int) -> float:
        value = _to_number(cell, self.decimal)
        if value is None or not math.isfinite(value):
            mark = "point" if self.decimal == "." else "comma"
            if _THOUSANDS.fullmatch(cell.strip()):
                raise _thousands_refused(f"{self.path.name}, line {line}", cell)
            raise InputError(
                f"{self.path.name}, line {line}: {cell.strip()[:40]!r} in column "
                f"{self.names[column]!r} is not a number with a decimal {mark}. Correct the file "
                "or choose another column, delimiter or decimal mark",
                key="file",
                given=cell.strip()[:40],
                allowed=f"a number with a decimal {mark}",
            )
        return value


def read_text_table(
    path: Path, *, delimiter: str | None = None, decimal: str | None = None
) -> TextTable:
    """Read a table from a text file.

    Parameters
    ----------
    path : Path
        CSV, TXT, DAT: UTF-8, UTF-16 or Latin-1.
    delimiter, decimal : str, optional
        Of :data:`DELIMITERS` and :data:`DECIMALS`; found by what gives the longest table where
        they are left out.

    Raises
    ------
    InputError
        If the file cannot be read, is no text, or holds no table; or a line has another number of
        cells than the others; the message names the line.
    """
    lines = _read_lines(path)
    begin = _section_start(lines)
    candidates = [
        (sep, mark)
        for sep in ((delimiter,) if delimiter else DELIMITERS)
        for mark in ((decimal,) if decimal else DECIMALS)
        if sep != mark
    ]
    best = max(candidates, key=lambda pair: _score(lines[begin:], *pair), default=None)
    if best is None or _score(lines[begin:], *best) < _FEWEST_ROWS:
        for number, line in enumerate(lines[begin:], start=begin + 1):
            quoted = (cell for cell in re.findall(r'"[^"]*"', line) if _THOUSANDS.fullmatch(cell))
            if (cell := next(quoted, None)) is not None:
                raise _thousands_refused(f"{path.name}, line {number}", cell)
        raise InputError(
            f"{path.name} holds no table of numbers: no {_FEWEST_ROWS} lines with two or more "
            "numbers each follow one another. Choose the delimiter and the decimal mark, or "
            "another file",
            key="file",
            given=path.name,
            allowed="lines with two or more numbers each",
        )
    return _make_table(path, lines, begin, *best)


def _read_lines(path: Path) -> list[str]:
    try:
        if path.exists() and not path.is_file():
            raise _unreadable(path, "it is not a file")
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if len(content) > LARGEST_FILE:
        raise _unreadable(path, f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    if not content.strip():
        raise _unreadable(path, "it is empty")
    return _decode(content, path).splitlines()


def _decode(content: bytes, path: Path) -> str:
    encodings = ["utf-8-sig", "latin-1"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings.insert(0, "utf-16")
    elif b"\0" in content:
        raise _unreadable(path, "it is a binary file, not text; export it as CSV or TXT")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "its text is in no known encoding")


def _unreadable(path: Path, reason: str) -> InputError:
    return InputError(
        f"{path} cannot be read: {reason}",
        key="file",
        given=str(path),
        allowed="a text file with a table of numbers",
    )


def _section_start(lines: list[str]) -> int:
    """Return where the data may begin: behind a line ``[Data]`` where there is one."""
    for number, line in enumerate(lines):
        if line.strip().casefold() == "[data]":
            return number + 1
    return 0


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    if '"' in line:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip() for cell in line.split(delimiter)]


def _to_number(cell: str, decimal: str) -> float | None:
    text = cell.strip().strip('"').strip()
    if not _NUMBER.fullmatch(text) or ("," if decimal == "." else ".") in text:
        return None
    return float(text.replace(",", ".").replace("−", "-").replace("d", "e").replace("D", "e"))


def _is_missing(cell: str) -> bool:
    """Whether a cell says that there is no number."""
    return cell.strip().strip('"').strip().casefold() in _MISSING


def _thousands_refused(where: str, cell: str) -> InputError:
    return InputError(
        f"{where}: {cell.strip()} is written with a separator of thousands, which can be confused "
        "with a decimal mark and is not read. Write the file without it",
        key="file",
        given=cell.strip(),
        allowed="numbers without a separator of thousands",
    )


def _is_data(cells: list[str], decimal: str) -> bool:
    numbers = sum(_to_number(cell, decimal) is not None for cell in cells)
    return numbers >= 2 or (numbers == 1 and any(_is_missing(cell) for cell in cells))


def _score(lines: list[str], delimiter: str, decimal: str) -> int:
    """Return the number of lines of the longest table: equal widths, two numbers or more each."""
    longest = length = width = 0
    for line in lines[:_SNIFFED_LINES]:
        cells = _split(line, delimiter)
        is_data = _is_data(cells, decimal)
        length = length + 1 if is_data and len(cells) == width else int(is_data)
        width = len(cells)
        longest = max(longest, length)
    return longest


def _make_table(
    path: Path, lines: list[str], begin: int, delimiter: str, decimal: str
) -> TextTable:
    first, width = _first_row(lines, begin, delimiter, decimal)
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines[first:], start=first + 1):
        cells = _split(line, delimiter)
        if not line.strip() or line.lstrip().startswith(_COMMENT_MARKS):
            continue
        # A sentence below the data (an operator's note) holds no number.
        if len(cells) != width and not any(_to_number(c, decimal) is not None for c in cells):
            continue
        if len(cells) != width:
            raise InputError(
                f"{path.name}, line {number}: {len(cells)} cells where the lines before have "
                f"{width} (delimiter: {DELIMITER_NAMES[delimiter]}). Correct the line or choose "
                "another delimiter",
                key="file",
                given=f"{len(cells)} cells",
                allowed=f"{width} cells",
            )
        rows.append(tuple(cells))
        numbers.append(number)
    names, units = _head(lines[begin:first], delimiter, width)
    header = tuple(lines[:first])
    return TextTable(
        path=path,
        names=names,
        units=units,
        rows=tuple(rows),
        lines=tuple(numbers),
        delimiter=delimiter,
        decimal=decimal,
        header=header,
        metadata=_metadata(header),
    )


def _first_row(lines: list[str], begin: int, delimiter: str, decimal: str) -> tuple[int, int]:
    """Return the first line of the first table that is long enough, and its width."""
    run = width = 0
    for number, line in enumerate(lines[begin:], start=begin):
        cells = _split(line, delimiter)
        is_data = _is_data(cells, decimal)
        run = run + 1 if is_data and len(cells) == width else int(is_data)
        width = len(cells)
        if run == _FEWEST_ROWS:
            return number - _FEWEST_ROWS + 1, width
    return begin, width


def _head(above: list[str], delimiter: str, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names and units from the lines above the data: one line, or names over units."""
    found = [
        cells
        for line in above
        if len(cells := _split(line.lstrip("".join(_COMMENT_MARKS)), delimiter)) == width
        and any(cell.strip() for cell in cells)
    ][-2:]
    if not found:
        return tuple(f"column {n + 1}" for n in range(width)), ("",) * width
    last = [_clean_unit(cell) for cell in found[-1]]
    if len(found) == 2 and all(unit == "" or is_unit(unit) for unit in last):
        names, units = found[0], last
    else:
        names = found[-1]
        units = [m[1] if (m := _UNIT_IN_NAME.search(cell)) else "" for cell in names]
    named = tuple(name.strip() or f"column {n + 1}" for n, name in enumerate(names))
    return named, tuple(units)


def _clean_unit(cell: str) -> str:
    return cell.strip().strip("()[]").strip()


def _metadata(header: tuple[str, ...]) -> dict[str, str]:
    """Return what the header tells; ``INFO,value,KEY`` is how Quantum Design writes it."""
    found: dict[str, str] = {}
    for line in header:
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) >= 3 and cells[0].upper() == "INFO":
            found[cells[2].upper()] = cells[1]
        elif match := re.match(r"\s*[#%!']*\s*([^:=,;\t]{2,60}?)\s*[:=,;\t]\s*(.+)", line):
            found.setdefault(match[1].upper(), match[2].strip(' ,;\t"'))
    return found


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit that instruments write (any unit, not only of field or M)."""
    return bool(_ANY_UNIT.fullmatch(text))


_ANY_UNIT: Final = re.compile(
    r"(k|m|μ|µ|u|M)?(Oe|Oersted|T|Tesla|G|Gauss|A/m|A m-1|emu|emu/g|emu/cm.?3|emu/cc|"
    r"A.?m.?2|A.?m.?2/kg|J/T|s|sec|K|°C|V|A|W|Hz|deg|°|g|mm|1|a\.u\.|%|-)"
    r"(\^?[-0-9²³]+)?"
)
