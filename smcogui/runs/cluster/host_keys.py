"""Which host keys are known: the user's files, the computer's, and one of this program's own.

A key is known, unknown (then a person compares its SHA256), changed or revoked; the last two are
hard stops that nobody can click away.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.errors import ClusterError
from smcogui.runs.cluster.ssh_config import DEFAULT_PORT
from smcogui.runs.cluster.ssh_config_files import host_pattern_matches
from solver.problem import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LOG = logging.getLogger(__name__)
_REVOKED: Final = "@revoked"
_MARKERS: Final = (_REVOKED, "@cert-authority")
_MOST_BYTES: Final = 16 * 1024 * 1024
_WRITING = threading.Lock()


class Verdict(Enum):
    """What the files say of a key that a host shows."""

    KNOWN = auto()
    UNKNOWN = auto()
    CHANGED = auto()
    REVOKED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """One line of a file of known keys.

    Attributes
    ----------
    patterns : tuple of str
        Names of hosts, with wildcards, or one hashed name.
    key_type : str
        Such as ``ssh-ed25519``.
    key : bytes
        The public key.
    marker : str
        ``@revoked``, ``@cert-authority`` or nothing.
    place : str
        File and line, for messages.
    """

    patterns: tuple[str, ...]
    key_type: str
    key: bytes
    marker: str
    place: str

    def is_for(self, name: str) -> bool:
        """Return whether the line speaks of a host, as :func:`host_key_name` writes it."""
        if len(self.patterns) == 1 and self.patterns[0].startswith("|1|"):
            return _is_hash_of(self.patterns[0], name)
        return host_pattern_matches(self.patterns, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the files say of a key, and where."""

    verdict: Verdict
    places: tuple[str, ...] = ()
    known_types: tuple[str, ...] = ()


@dataclass(slots=True)
class HostKeys:
    """The files of known keys.

    Parameters
    ----------
    own : Path
        File of this program's own, where keys that somebody confirmed are added.
    others : sequence of str or Path
        Files that are read only: those of ``ssh``.

    Attributes
    ----------
    notes : list of str
        What could not be read.
    """

    own: Path
    others: Sequence[str | Path] = ()
    notes: list[str] = field(default_factory=list, init=False)
    _keys: list[KnownKey] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for path in (self.own, *map(Path, self.others)):
            self._keys += self._read(path)

    def types_for(self, name: str) -> tuple[str, ...]:
        """Return the types of the keys that are known for a host: it is asked for these first."""
        return tuple(dict.fromkeys(key.key_type for key in self._plain(name)))

    def judge(self, name: str, key_type: str, key: bytes, askable: Iterable[str]) -> Judgement:
        """Return what is known of a key.

        Parameters
        ----------
        name : str
            Host, as :func:`host_key_name` writes it.
        key_type, key : str, bytes
            What the host shows.
        askable : iterable of str
            Types that the host was asked for. Where a key of such a type is known and the host
            shows another one instead, it does not have the known key any more.
        """
        revoked = [
            line.place
            for line in self._keys
            if line.marker == _REVOKED and line.key == key and line.is_for(name)
        ]
        if revoked:
            return Judgement(verdict=Verdict.REVOKED, places=tuple(revoked))
        known = self._plain(name)
        types = self.types_for(name)
        same = [line.place for line in known if line.key_type == key_type and line.key == key]
        if same:
            return Judgement(verdict=Verdict.KNOWN, places=tuple(same), known_types=types)
        expected = [line.place for line in known if line.key_type in {key_type, *askable}]
        if expected:
            return Judgement(verdict=Verdict.CHANGED, places=tuple(expected), known_types=types)
        return Judgement(verdict=Verdict.UNKNOWN, known_types=types)

    def add(self, name: str, key_type: str, key: bytes) -> None:
        """Add a key that somebody confirmed to the program's own file.

        Raises
        ------
        ClusterError
            If the file cannot be written; the key is not taken then.
        """
        line = f"{name} {key_type} {base64.b64encode(key).decode()}\n"
        try:
            with _WRITING:
                self.own.parent.mkdir(parents=True, exist_ok=True)
                before = self.own.read_text("utf-8") if self.own.exists() else ""
                if before and not before.endswith("\n"):
                    before += "\n"
                write_atomically(self.own, (before + line).encode())
        except (OSError, UnicodeDecodeError) as error:
            raise ClusterError(
                f"the host key cannot be kept in {self.own}: {error}. Nothing was sent to the "
                "host; make the file writable and connect again",
                key="host",
                given=str(self.own),
                allowed="a file that can be written",
            ) from error
        self._keys += _parse(line, str(self.own))

    def _plain(self, name: str) -> list[KnownKey]:
        return [line for line in self._keys if not line.marker and line.is_for(name)]

    def _read(self, path: Path) -> Iterator[KnownKey]:
        try:
            with path.open("rb") as stream:
                text = stream.read(_MOST_BYTES).decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self.notes.append(f"{path} cannot be read: {error.strerror}.")
            _LOG.warning("%s cannot be read: %s", path, error.strerror)
            return
        yield from _parse(text, str(path))


def host_key_name(host: str, port: int) -> str:
    """Return a host as files of known keys write it: ``[host]:port`` but for port 22."""
    return host.lower() if port == DEFAULT_PORT else f"[{host.lower()}]:{port}"


def fingerprint(key: bytes) -> str:
    """Return the SHA256 of a key as ``ssh-keygen -l`` writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _parse(text: str, place: str) -> Iterator[KnownKey]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        marker = words.pop(0) if words[0].startswith("@") else ""
        # an unknown marker could mean anything, so its line means nothing
        if len(words) < 3 or (marker and marker not in _MARKERS):
            continue
        try:
            key = base64.b64decode(words[2], validate=True)
        except (binascii.Error, ValueError):
            continue
        yield KnownKey(
            patterns=tuple(words[0].split(",")),
            key_type=words[1],
            key=key,
            marker=marker,
            place=f"{place} line {number}",
        )


def _is_hash_of(hashed: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in hashed[3:].split("|"))
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)
