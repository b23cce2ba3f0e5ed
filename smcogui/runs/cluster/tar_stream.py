"""Many small files as one stream: what is asked for, and what of the answer is taken.

The other side may be hostile: only names that were asked for become files, links and everything
else that is no plain file is an error, and so is more than was agreed on.
"""

from __future__ import annotations

import contextlib
import tarfile
import zlib
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Final, cast

from smcogui.errors import InputError, LostContactError, UntrustedAnswerError
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.shell import shell_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

MOST_FILES: Final = 100_000
NO_FOLDER: Final = 3
"""Exit code of the script where the folder is not there."""
MOST_RATIO: Final = 200
"""Tables of numbers shrink to a tenth; what grows more than this is made to."""
_FREE_BYTES: Final = 8 * 1024 * 1024
"""So much may come whatever its ratio."""
_PIECE: Final = 256 * 1024
_HEADERS: Final = 4096
"""What tar itself may need for one file, in bytes."""


def tar_command(folder: str, names: Collection[str]) -> tuple[str, bytes]:
    """Return the script that streams files of a folder, and what it reads.

    Raises
    ------
    InputError
        If a name leads out of the folder, or there are too many.
    """
    bad = next((name for name in names if not _is_inside(name)), None)
    if bad is not None or len(names) > MOST_FILES:
        given = plain(bad) if bad is not None else f"{len(names)} files"
        raise InputError(
            f"{given!r} cannot be fetched",
            key="names",
            given=given,
            allowed=f"at most {MOST_FILES} names inside the folder, without .. and newlines",
        )
    script = (
        f"cd -- {shell_path(folder)} || exit {NO_FOLDER}\n"
        "for each in tar gzip; do command -v $each >&2 || exit 4; done\n"
        "tar --no-recursion -c -f - -T - 2>/dev/null | gzip -1 -c"
    )
    return script, "".join(f"./{name}\n" for name in names).encode()


def unpack(
    pieces: Iterable[bytes], names: Collection[str], into: Path, *, most_bytes: int
) -> tuple[str, ...]:
    """Write the files of a compressed stream, each under a temporary name until it is whole.

    Parameters
    ----------
    pieces : iterable of bytes
        As they come.
    names : collection of str
        What may come, each once.
    into : Path
    most_bytes : int
        How much all files may hold.

    Returns
    -------
    tuple of str
        The names that came.

    Raises
    ------
    UntrustedAnswerError
        If something else came; files that were whole before are kept.
    LostContactError
        If the stream ends in the middle; likewise.
    """
    expected = dict.fromkeys(names)
    stream = _Inflated(pieces, most_bytes + _HEADERS * (len(expected) + 8))
    came: list[str] = []
    left = most_bytes
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|", bufsize=_PIECE) as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                _check(member, name, expected, into, left)
                left -= member.size
                _write(archive, member, into / name)
                del expected[name]
                came.append(name)
        stream.read_rest()
    except (tarfile.TarError, zlib.error, EOFError) as error:
        if not came and stream.is_empty:
            return ()
        raise LostContactError(
            f"the files did not come whole ({plain(str(error))}); {len(came)} are here, the others "
            "are fetched again",
            given=f"{len(came)} of {len(names)} files",
        ) from error
    return tuple(came)


class _Inflated:
    """Reads a gzip stream as tarfile wants it, and stops where it grows without measure."""

    def __init__(self, pieces: Iterable[bytes], most: int) -> None:
        self._pieces = iter(pieces)
        self._inflate = zlib.decompressobj(wbits=31)
        self._ready = bytearray()
        self._most = most
        self._came = 0
        self._grown = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing came at all."""
        return self._came == 0

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._inflate.eof:
            if not self._more():
                break
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def read_rest(self) -> None:
        """Read what follows the archive, so that its sender can end."""
        while self._more():
            self._ready.clear()

    def _more(self) -> bool:
        data = self._inflate.unconsumed_tail
        if not data:
            data = next(self._pieces, b"")
            self._came += len(data)
            if not data:
                return False
        grown = b"" if self._inflate.eof else self._inflate.decompress(data, _PIECE)
        self._grown += len(grown)
        self._ready += grown
        allowed = max(_FREE_BYTES, MOST_RATIO * self._came)
        if self._grown > self._most or self._grown > allowed:
            raise UntrustedAnswerError(
                f"the cluster sends more than was asked for ({self._grown} bytes so far); nothing "
                "of the rest is taken",
                key="names",
                given=f"{self._grown} bytes",
                allowed=f"{min(self._most, allowed)} bytes",
            )
        return True


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    clean = bool(name) and plain(name) == name and "\\" not in name and ":" not in name
    return clean and not path.is_absolute() and ".." not in path.parts and str(path) == name


def _check(
    member: tarfile.TarInfo, name: str, expected: Collection[str], into: Path, left: int
) -> None:
    why = ""
    if name not in expected:
        why = "nobody asked for it, or it came already"
    elif not member.isreg() or member.issparse():
        why = "it is no plain file"
    elif not 0 <= member.size <= left:
        why = f"it holds {member.size} bytes, more than was agreed on"
    elif not _is_inside(name) or not (into / name).resolve().is_relative_to(into.resolve()):
        # As tarfile.data_filter has it, which Python before 3.11.4 lacks.
        why = "it leads out of its folder"
    if why:
        raise UntrustedAnswerError(
            f"the cluster sends {plain(name)[:200]!r}: {plain(why)}. It is not taken",
            key="names",
            given=plain(name)[:200],
            allowed="the files that were asked for",
        )


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.tmp")
    source = archive.extractfile(member)
    try:
        with temporary.open("wb") as stream:
            written = 0
            while source is not None and (piece := source.read(_PIECE)):
                written += stream.write(piece)
        if written != member.size:
            raise EOFError(f"{target.name} holds {written} of {member.size} bytes")
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
