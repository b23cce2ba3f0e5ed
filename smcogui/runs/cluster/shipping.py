"""The built-in solver brought to a cluster: our code and wheels, published under their hash.

``SCRATCH/software/code-HASH`` and ``SCRATCH/software/wheels-HASH`` are there as a whole or not at
all: archives are copied, their SHA-256 is compared there, they are unpacked under another name, and
that is renamed. Nothing there is ever changed, so that jobs which wait keep what they were
submitted with.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import resources
from smcogui.errors import RemoteCommandError, RemoteDiskError
from smcogui.runs.children import CHECKOUT, is_frozen
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.shell import shell_command
from smcogui.runs.cluster.wheels import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smcogui.runs.cluster.remote import Connection

BUNDLE_RESOURCE: Final = "cluster/runner.zip"
"""Where the packaged program, which has no sources, keeps the bundle."""
SOFTWARE_FOLDER: Final = "software"
_SHIPPED: Final = ("solver", "smcogui", "resources")
_LEFT_OUT: Final = (
    *("smcogui/ui", "smcogui/cli", "smcogui/rendering", "smcogui/analysis", "smcogui/surrogates"),
    *("resources/icons", "resources/samples", "resources/styles", "resources/cluster"),
)
_SUFFIXES: Final = frozenset({".py", ".toml", ".json", ".csv", ".bib"})
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_HASH_DIGITS: Final = 16
_PUBLISH_S: Final = 300.0
_OTHER_PYTHONS: Final = ("python3", "python", "/usr/libexec/platform-python")
_DISK_FULL: Final = ("no space left", "quota exceeded")

PUBLISH_SCRIPT: Final = """\
import hashlib, os, shutil, sys, tempfile, zipfile
target, archives = sys.argv[1], sys.argv[2:]
if os.path.isdir(target):
    print("there")
    sys.exit(0)
os.umask(0o077)
new = tempfile.mkdtemp(prefix=".new-", dir=os.path.dirname(target))
try:
    for path, wanted in zip(archives[::2], archives[1::2]):
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            for piece in iter(lambda: stream.read(1 << 20), b""):
                digest.update(piece)
        if digest.hexdigest() != wanted:
            sys.exit("damaged on its way: " + path)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(new)
    try:
        os.rename(new, target)
    except OSError:
        if not os.path.isdir(target):
            raise
    print("published")
finally:
    shutil.rmtree(new, ignore_errors=True)
    for path in archives[::2]:
        if os.path.exists(path):
            os.remove(path)
"""
"""What the Python there does with archives that were copied; any Python 3 understands it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A zip archive here, as a file or in memory, and its SHA-256."""

    sha256: str
    path: Path | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Archives that become one folder on the cluster.

    Parameters
    ----------
    kind : {"code", "wheels"}
    archives : tuple of Archive
    """

    kind: str
    archives: tuple[Archive, ...]

    @property
    def name(self) -> str:
        """Name of the folder there: the kind and the hash of all that is in it."""
        digests = "".join(sorted(archive.sha256 for archive in self.archives))
        digest = hashlib.sha256(digests.encode()).hexdigest()
        return f"{self.kind}-{digest[:_HASH_DIGITS]}"

    def folder(self, scratch: str) -> str:
        """Return the folder there."""
        return str(PurePosixPath(scratch) / SOFTWARE_FOLDER / self.name)

    def install(
        self,
        connection: Connection,
        scratch: str,
        python: str,
        progress: Callable[[float, str], None] = lambda *_: None,
    ) -> str:
        """Copy, check and publish it where it is not there yet; return the folder.

        Raises
        ------
        RemoteDiskError
            If the quota or the disk is full; nothing half stays behind.
        RemoteCommandError
            If the Python there cannot unpack it.
        LostContactError
            If the connection breaks; what was copied is copied again then.
        """
        target = self.folder(scratch)
        if connection.run(("test", "-d", target), deadline_s=30.0).exit_code == 0:
            progress(1.0, f"{self.name} is there")
            return target
        parent = str(PurePosixPath(target).parent)
        connection.make_folder(parent)
        copied: list[str] = []
        for number, archive in enumerate(self.archives):
            name = self.kind if archive.path is None else archive.path.name
            progress(number / len(self.archives) * 0.95, f"copying {name}")
            there = f"{parent}/{self.name}.{number}.zip"
            if archive.path is None:
                connection.write(there, archive.content)
            else:
                connection.put(archive.path, there)
            copied += [there, archive.sha256]
        progress(0.95, f"unpacking {self.name}")
        answer = connection.run(_unpacking(python, target, copied), deadline_s=_PUBLISH_S)
        if answer.exit_code:
            raise _not_published(target, answer.error_text)
        return target


def _unpacking(python: str, target: str, archives: Sequence[str]) -> str:
    """Return shell lines that unpack, with any Python: the module of ours is not loaded here."""
    arguments = shell_command(("-c", PUBLISH_SCRIPT, target, *archives))
    programs = shell_command((python, *_OTHER_PYTHONS))
    return (
        f"for program in {programs}; do\n"
        '    if command -v "$program" >/dev/null 2>&1; then\n'
        f'        exec "$program" {arguments}\n'
        "    fi\n"
        "done\n"
        "echo there is no Python on the login node >&2; exit 127"
    )


def _not_published(target: str, said: str) -> RemoteCommandError | RemoteDiskError:
    words = plain(" ".join(said.split()))[-300:]
    if any(word in words.lower() for word in _DISK_FULL):
        return RemoteDiskError(
            f"the quota or the disk of {target} is full; free some space there, or choose another "
            "folder in the profile",
            key="scratch",
            given=target,
        )
    return RemoteCommandError(
        f"the solver cannot be unpacked into {target}: {words or 'no reason was given'}",
        key="scratch",
        given=target,
    )


def code_shipment() -> Shipment:
    """Return our code as a node needs it."""
    content = runner_bundle()
    archive = Archive(sha256=hashlib.sha256(content).hexdigest(), content=content)
    return Shipment(kind="code", archives=(archive,))


def wheels_shipment(wheels: Sequence[Path]) -> Shipment:
    """Return libraries as a node needs them."""
    archives = (Archive(sha256=file_sha256(path), path=path) for path in sorted(wheels))
    return Shipment(kind="wheels", archives=tuple(archives))


@cache
def runner_bundle() -> bytes:
    """Return the archive of our code; the same sources give the same bytes on every system."""
    if is_frozen():
        return resources.path(BUNDLE_RESOURCE).read_bytes()
    return make_bundle(CHECKOUT)


def make_bundle(checkout: Path) -> bytes:
    """Return solver, smcogui and resources of a checkout, without windows and pictures."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(_sources(checkout)):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            content = (checkout / name).read_bytes().replace(b"\r\n", b"\n")
            archive.writestr(entry, content)
    return buffer.getvalue()


def _sources(checkout: Path) -> Iterator[str]:
    for package in _SHIPPED:
        for path in (checkout / package).rglob("*"):
            name = path.relative_to(checkout).as_posix()
            is_ours = path.suffix in _SUFFIXES and "__pycache__" not in path.parts
            if (
                is_ours
                and path.is_file()
                and not name.startswith(tuple(f"{n}/" for n in _LEFT_OUT))
            ):
                yield name
