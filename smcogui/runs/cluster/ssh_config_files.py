"""The lines of the user's ssh configuration, each with the conditions under which it holds.

``Include`` is followed. ``Match exec`` would run programs and so never holds.
"""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEEPEST_INCLUDE: Final = 16
_MOST_BYTES: Final = 1024 * 1024

Conditions = tuple[tuple[str, ...], ...]
"""Host and Match lines that all have to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLine:
    """One option, and all it stands under, in the files that include it too."""

    keyword: str
    values: tuple[str, ...]
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class AskedHost:
    """What a Match line can ask for, as far as it is known by then."""

    alias: str
    user: str
    host: str
    local_user: str
    is_final: bool = False


def read_config(path: Path, notes: list[str]) -> Iterator[ConfigLine]:
    """Return the lines of a file and of those that it includes; what cannot be read is noted."""
    return _read(path, (), _Reading(path.parent, notes, 0))


@dataclass(frozen=True, slots=True)
class _Reading:
    base: Path
    notes: list[str]
    depth: int


def _read(path: Path, above: Conditions, reading: _Reading) -> Iterator[ConfigLine]:
    conditions = above
    for number, raw in enumerate(_text(path, reading.notes).splitlines(), 1):
        keyword, values = _split(raw)
        if values is None:
            reading.notes.append(f"{path} line {number} is not used: its quotes do not end.")
        elif keyword in ("host", "match"):
            conditions = (*above, (keyword, *values))
            # a host without options is an alias all the same
            yield ConfigLine(keyword="", values=(), conditions=conditions)
        elif keyword == "include":
            yield from _included(values, conditions, reading)
        elif keyword and values:
            yield ConfigLine(keyword=keyword, values=values, conditions=conditions)


def _included(
    patterns: Iterable[str], conditions: Conditions, reading: _Reading
) -> Iterator[ConfigLine]:
    if reading.depth >= _DEEPEST_INCLUDE:
        reading.notes.append("Include leads deeper than 16 files; the rest is not read.")
        return
    deeper = _Reading(reading.base, reading.notes, reading.depth + 1)
    for pattern in patterns:
        place = reading.base / Path(os.path.expandvars(pattern)).expanduser()
        for path in sorted(Path(place.anchor).glob(str(place.relative_to(place.anchor)))):
            if path.is_file():
                yield from _read(path, conditions, deeper)


def _text(path: Path, notes: list[str]) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        notes.append(f"{path} cannot be read: {error.strerror}.")
        return ""


def default_files() -> tuple[Path, ...]:
    """Return the configuration of this user and that of the computer."""
    own = Path.home() / ".ssh" / "config"
    if os.name == "nt":
        return own, Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "ssh" / "ssh_config"
    return own, Path("/etc/ssh/ssh_config")


def host_pattern_matches(patterns: Iterable[str], name: str) -> bool:
    """Return whether a name is among patterns with ``*``, ``?`` and a ``!`` that excludes."""
    hit = False
    for pattern in patterns:
        if _wildcard(pattern.removeprefix("!"), name):
            if pattern.startswith("!"):
                return False
            hit = True
    return hit


def _wildcard(pattern: str, name: str) -> bool:
    # brackets are part of a name here, not a set of characters
    regex = translate(pattern.replace("[", "[[]"))
    return re.match(regex, name, re.IGNORECASE) is not None


def condition_holds(condition: tuple[str, ...], asked: AskedHost, notes: list[str]) -> bool:
    """Return whether a Host or Match line holds; what is not evaluated is noted."""
    if condition[0] == "host":
        return host_pattern_matches(condition[1:], asked.alias)
    words = list(condition[1:])
    while words:
        word = words.pop(0)
        negated, word = word.startswith("!"), word.removeprefix("!").casefold()
        word, _, value = word.partition("=")
        if word in ("all", "final", "canonical"):
            holds = word == "all" or (word == "final" and asked.is_final)
        elif not value and not words:
            notes.append(f"Match {word} lacks a value and never holds.")
            return False
        else:
            value = value or words.pop(0)
            subject = {
                "host": asked.host,
                "originalhost": asked.alias,
                "user": asked.user,
                "localuser": asked.local_user,
            }.get(word)
            if subject is None:
                notes.append(f"Match {plain(word)} is not evaluated and never holds.")
                return False
            holds = host_pattern_matches(value.split(","), subject)
        if holds == negated:
            return False
    return True


def is_final(line: ConfigLine) -> bool:
    """Return whether a line holds only once the name of the host is final."""
    return any(
        condition[0] == "match" and "final" in map(str.casefold, condition)
        for condition in line.conditions
    )


def _split(raw: str) -> tuple[str, tuple[str, ...] | None]:
    line = raw.strip()
    if not line or line.startswith("#"):
        return "", ()
    found = re.match(r"([A-Za-z0-9]+)\s*[=\s]\s*(.*)", line)
    if not found:
        return "", ()
    keyword, rest = found.group(1).casefold(), found.group(2)
    if keyword == "proxycommand":
        return keyword, (rest,)
    lexer = shlex.shlex(rest, posix=True)
    lexer.whitespace_split = True
    lexer.escape = ""
    lexer.commenters = "#" if keyword != "match" else ""
    try:
        return keyword, tuple(lexer)
    except ValueError:
        return keyword, None
