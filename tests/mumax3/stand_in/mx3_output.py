"""What a run writes: standard output, log.txt and table.txt, flushed as MuMax3 flushes them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

FLUSH_S = 5.0
"""Period in s at which the table goes to the disk; STAND_IN_FLUSH_S sets another one."""


class FatalError(Exception):
    """MuMax3 ends with a sentence and exit code 1."""


def go_float(value: float, kind: type[np.floating] = np.float64) -> str:
    """Return a number as Go's Fprint writes it: the shortest text that reads back the same."""
    number = kind(value)
    if np.isnan(number):
        return "NaN"
    if np.isinf(number):
        return "+Inf" if number > 0 else "-Inf"
    if number == 0:
        return "-0" if np.signbit(number) else "0"
    exponent = int(np.format_float_scientific(number, unique=True).partition("e")[2])
    if -5 < exponent < 21:
        return np.format_float_positional(number, unique=True, trim="-")
    return np.format_float_scientific(number, unique=True, trim="-", exp_digits=2)


@dataclass(slots=True)
class Log:
    """Standard output and, as soon as there is a folder, log.txt."""

    _history: list[str] = field(default_factory=list)
    _stream: TextIO | None = None

    def open(self, folder: Path) -> None:
        self._stream = (folder / "log.txt").open("w", encoding="utf-8")
        for line in self._history:
            print(line, file=self._stream, flush=True)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def script(self, text: str) -> None:
        """Log a line of the script before it runs."""
        self._write(text)

    def say(self, text: str) -> None:
        self._write("//" + text)

    def error(self, text: str) -> None:
        print("//" + text, file=sys.stderr, flush=True)

    def _write(self, text: str) -> None:
        print(text, flush=True)
        self._history.append(text)
        if self._stream is not None:
            print(text, file=self._stream, flush=True)


@dataclass(slots=True)
class Table:
    """table.txt: the header goes to the disk at once, rows every few seconds and at the end."""

    folder: Path
    columns: list[tuple[str, Callable[[], Sequence[float]]]] = field(default_factory=list)
    after_row: Callable[[Table], None] = lambda table: None
    is_slow: bool = False
    renamed: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    """All rows so far."""
    _on_disk: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)

    @property
    def rows(self) -> int:
        return len(self.lines)

    @property
    def path(self) -> Path:
        return self.folder / "table.txt"

    def add(
        self, name: str, unit: str, components: int, averages: Callable[[], Sequence[float]]
    ) -> None:
        if self.rows:
            raise FatalError(
                f"data table add {name}: need to add quantity before table is output the first time"
            )
        suffixes = "xyz"[:components] if components > 1 else [""]
        header = "\t".join(f"{name}{suffix} ({unit})" for suffix in suffixes)
        self.columns.append((header, averages))

    def save(self, time: float) -> None:
        if not self.rows:
            self._begin()
        numbers = [value for _, averages in self.columns for value in averages()]
        words = [go_float(time), *(go_float(value, np.float32) for value in numbers)]
        with self._lock:
            self.lines.append("\t".join(words) + "\n")
        self.after_row(self)

    def header(self) -> str:
        text = "# t (s)\t" + "\t".join(header for header, _ in self.columns) + "\n"
        for name, other in self.renamed.items():
            text = text.replace(name, other)
        return text

    def _begin(self) -> None:
        self.path.write_text(self.header(), encoding="utf-8")
        threading.Thread(target=self._flush_forever, daemon=True).start()

    def _flush_forever(self) -> None:
        period = float(os.environ.get("STAND_IN_FLUSH_S", FLUSH_S))
        while not self._closed.wait(period):
            if not self.is_slow:
                self.flush()

    def flush(self) -> None:
        """Append the rows that are not on the disk yet."""
        with self._lock:
            if self._on_disk < len(self.lines):
                with self.path.open("a", encoding="utf-8") as stream:
                    stream.write("".join(self.lines[self._on_disk :]))
                self._on_disk = len(self.lines)

    def close(self) -> None:
        """Write what is left, as MuMax3 does on every exit of its own."""
        self.flush()
        self._closed.set()

    def begin_again(self) -> None:
        """Leave only the header on the disk; all rows come again with the next flush."""
        with self._lock:
            self.path.write_text(self.header(), encoding="utf-8")
            self._on_disk = 0
