"""The files of the hostile server: a real folder, and what a test does to what is said of it."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from paramiko import (
    SFTP_FAILURE,
    SFTP_NO_SUCH_FILE,
    SFTP_OK,
    SFTP_PERMISSION_DENIED,
    ServerInterface,
    SFTPAttributes,
    SFTPHandle,
    SFTPServer,
    SFTPServerInterface,
)

ENDLESS = b"0123456789abcdef" * 4096


class HostileFiles:
    """What a test can do to the files of a server.

    Attributes
    ----------
    home
        The folder; whatever lies outside is refused and noted in `outside`.
    extra_names
        Names that every listing has besides, such as '../../x', or a million of them.
    false_sizes
        Sizes that are told of files, by name.
    endless
        Names of files whose reading never comes to an end.
    free_bytes
        How much can still be written before the disk is full, which SFTP only calls "Failure".
    refused
        Operations that fail: open, stat, list, remove, rename, mkdir, rmdir, write, read.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home.resolve()
        self.extra_names: Sequence[str] = ()
        self.false_sizes: dict[str, int] = {}
        self.endless: set[str] = set()
        self.free_bytes: int | None = None
        self.refused: set[str] = set()
        self.outside: list[str] = []
        self._flows = threading.Event()
        self._flows.set()

    def freeze(self) -> None:
        """Answer no request any more; the connection stays."""
        self._flows.clear()

    def thaw(self) -> None:
        """Answer again, what has waited first."""
        self._flows.set()

    def check(self, operation: str) -> None:
        """Wait while frozen; raise OSError where the operation is refused."""
        self._flows.wait()
        if operation in self.refused:
            raise OSError(errno.EIO, operation)

    def place(self, path: str) -> Path:
        """Return where a path is; raise OSError for one outside of the home folder."""
        found = Path(os.path.normpath(self.home / path))
        if not found.is_relative_to(self.home):
            self.outside.append(path)
            raise OSError(errno.EACCES, path)
        return found

    def room_for(self, size: int) -> int:
        """Return how many of `size` bytes still fit on the disk, and count them."""
        if self.free_bytes is None:
            return size
        room = min(size, self.free_bytes)
        self.free_bytes -= room
        return room

    def attributes(self, place: Path, *, follow: bool = True) -> SFTPAttributes:
        """Return what is told of a file."""
        attributes = SFTPAttributes.from_stat(place.stat(follow_symlinks=follow), place.name)
        attributes.st_size = self.false_sizes.get(place.name, attributes.st_size)
        return attributes


class HostileSftp(SFTPServerInterface):
    """Answers paramiko's SFTP server out of a `HostileFiles`."""

    def __init__(self, server: ServerInterface, files: HostileFiles) -> None:
        super().__init__(server)
        self._files = files

    def canonicalize(self, path: str) -> str:
        return os.path.normpath(self._files.home / path)

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        files = self._files
        try:
            files.check("list")
            found = [files.attributes(entry, follow=False) for entry in files.place(path).iterdir()]
        except OSError as error:
            return _code(error)
        return [*found, *(_invented(name) for name in files.extra_names)]

    def stat(self, path: str) -> SFTPAttributes | int:
        return self._told(path, follow=True)

    def lstat(self, path: str) -> SFTPAttributes | int:
        return self._told(path, follow=False)

    def _told(self, path: str, *, follow: bool) -> SFTPAttributes | int:
        try:
            self._files.check("stat")
            return self._files.attributes(self._files.place(path), follow=follow)
        except OSError as error:
            return _code(error)

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        try:
            self._files.check("open")
            place = self._files.place(path)
            descriptor = os.open(place, flags, attr.st_mode or 0o600)
        except OSError as error:
            return _code(error)
        return _File(self._files, place, descriptor, flags)

    def remove(self, path: str) -> int:
        return self._do("remove", lambda: self._files.place(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        def act() -> None:
            target = self._files.place(newpath)
            if target.exists():
                raise OSError(errno.EEXIST, newpath)
            self._files.place(oldpath).rename(target)

        return self._do("rename", act)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        files = self._files
        return self._do("rename", lambda: files.place(oldpath).replace(files.place(newpath)))

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        mode = 0o777 if attr.st_mode is None else attr.st_mode
        return self._do("mkdir", lambda: self._files.place(path).mkdir(mode=mode))

    def rmdir(self, path: str) -> int:
        return self._do("rmdir", lambda: self._files.place(path).rmdir())

    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        return self._do(
            "chattr", lambda: SFTPServer.set_file_attr(str(self._files.place(path)), attr)
        )

    def readlink(self, path: str) -> str | int:
        try:
            return os.readlink(self._files.place(path))
        except OSError as error:
            return _code(error)

    def _do(self, operation: str, act: Callable[[], object]) -> int:
        try:
            self._files.check(operation)
            act()
        except OSError as error:
            return _code(error)
        return SFTP_OK


class _File(SFTPHandle):
    """An open file that may never end or not take all that is written."""

    def __init__(self, files: HostileFiles, place: Path, descriptor: int, flags: int) -> None:
        super().__init__(flags)
        self._files = files
        self._place = place
        self._descriptor = descriptor

    def close(self) -> None:
        os.close(self._descriptor)

    def read(self, offset: int, length: int) -> bytes | int:
        try:
            self._files.check("read")
            if self._place.name in self._files.endless:
                return ENDLESS[:length]
            return os.pread(self._descriptor, length, offset)
        except OSError as error:
            return _code(error)

    def write(self, offset: int, data: bytes) -> int:
        try:
            self._files.check("write")
            room = self._files.room_for(len(data))
            os.pwrite(self._descriptor, data[:room], offset)
        except OSError as error:
            return _code(error)
        return SFTP_OK if room == len(data) else SFTP_FAILURE

    def stat(self) -> SFTPAttributes | int:
        return self._files.attributes(self._place)

    def chattr(self, attr: SFTPAttributes) -> int:
        SFTPServer.set_file_attr(str(self._place), attr)
        return SFTP_OK


def _invented(name: str) -> SFTPAttributes:
    attributes = SFTPAttributes()
    attributes.filename = name
    attributes.st_size = 10
    attributes.st_mode = stat.S_IFREG | 0o600
    return attributes


def _code(error: OSError) -> int:
    known = {errno.EACCES: SFTP_PERMISSION_DENIED, errno.ENOENT: SFTP_NO_SUCH_FILE}
    return known.get(error.errno or 0, SFTP_FAILURE)
