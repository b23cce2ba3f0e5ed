"""Files over a connection: written whole or not at all, read by offset, removed only where ours."""

from __future__ import annotations

import contextlib
import posixpath
import secrets
import stat
import threading
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from smcogui.errors import (
    ClusterError,
    LostContactError,
    RemoteFileError,
    UntrustedAnswerError,
)
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.remote import MARKER_FILE
from smcogui.runs.cluster.remote_disk import (
    DISK_S,
    explain_failure,
    missing,
    parse_space,
    space_command,
    trial_command,
)
from smcogui.runs.cluster.shell import shell_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paramiko import SFTPClient

    from smcogui.runs.cluster.connection.commands import Channels
    from smcogui.runs.cluster.remote import Connection

MOST_NAMES: Final = 200_000
SILENCE_S: Final = 30.0
"""How long a file operation may say nothing, in s."""
_SMALL_S: Final = 120.0
"""How long anything with small files may take, however much is said meanwhile."""
_PIECE: Final = 256 * 1024
_AT_ONCE: Final = 64
_OVERLAP: Final = 64 * 1024
_NOT_OURS: Final = 41
_MAKE: Final = """\
p={path}
m="$p"/{marker}
if [ -e "$p" ] || [ -L "$p" ]; then
  [ -d "$p" ] && [ ! -L "$p" ] || exit {not_ours}
  [ -f "$m" ] && exit 0
  [ -z "$(ls -A -- "$p")" ] || exit {not_ours}
else
  mkdir -p -- "$(dirname -- "$p")" && mkdir -- "$p" || exit 1
fi
chmod 700 -- "$p" && printf 'made by SmCo Studio; it removes only folders with this file\\n' > "$m"
"""
_REMOVE: Final = """\
p={path}
[ -e "$p" ] || exit 0
[ -d "$p" ] && [ ! -L "$p" ] && [ -f "$p"/{marker} ] && [ ! -L "$p"/{marker} ] || exit {not_ours}
cd -P -- "$p" && find . -depth ! -name . ! -path ./{marker} -exec rm -rf -- {{}} + || exit 1
rm -f -- ./{marker} && cd / && rmdir -- "$p"
"""


class RemoteFiles:
    """The files of one connection.

    Parameters
    ----------
    channels : Channels
    commands : Connection
        Runs the commands that SFTP has no words for.
    address : str
        Of the host, for messages.
    on_silence : callable
        Told where the host says nothing for too long.
    """

    def __init__(
        self,
        channels: Channels,
        commands: Connection,
        address: str,
        *,
        on_silence: Callable[[], None],
    ) -> None:
        self._on_silence = on_silence
        self._channels = channels
        self._commands = commands
        self._address = address
        self._lock = threading.RLock()
        self._idle: tuple[Any, SFTPClient] | None = None

    def close_idle(self) -> None:
        """Close the channel that is kept for the next file, if nobody uses it right now."""
        if self._lock.acquire(blocking=False):
            try:
                self._drop()
            finally:
                self._lock.release()

    def listing(self, folder: str) -> dict[str, int]:
        """Return names and sizes of the plain files in a folder."""
        found: dict[str, int] = {}
        with self._shared(folder) as sftp:
            try:
                for number, entry in enumerate(sftp.listdir_iter(folder, read_aheads=8)):
                    if number >= MOST_NAMES:
                        raise _too_many(folder)
                    name = entry.filename
                    harmless = "/" not in name and plain(name) == name and "�" not in name
                    if harmless and stat.S_ISREG(entry.st_mode or 0):
                        found[name] = entry.st_size or 0
            except (UntrustedAnswerError, UnicodeDecodeError):
                # answers that nobody waits for are still on their way
                self._drop()
                raise
        return found

    def read(self, path: str, offset: int, most: int) -> bytes:
        """Return bytes of a file from an offset on; a negative one counts from the end."""
        with self._shared(path) as sftp, sftp.open(path, "rb") as stream:
            if offset < 0:
                offset = max(0, (stream.stat().st_size or 0) + offset)
            stream.seek(offset)
            return bytes(stream.read(most))[:most]

    def write(self, path: str, content: bytes) -> None:
        """Write a file under a temporary name and rename it."""
        with self._shared(path) as sftp:
            self._write(sftp, path, len(content), lambda stream: stream.write(content))

    def put(self, local: Path, remote: str, progress: Callable[[int, int], None] | None) -> None:
        """Copy a file there; on a channel of its own, so that small files need not wait."""
        size = local.stat().st_size
        with self._own(remote) as sftp, local.open("rb") as source:

            def copy(stream: Any) -> None:
                stream.set_pipelined(True)
                done = 0
                while piece := source.read(_PIECE):
                    with self._channels.bounded(SILENCE_S):
                        stream.write(piece)
                    done += len(piece)
                    if progress is not None:
                        progress(done, size)

            self._write(sftp, remote, size, copy)

    def fetch(self, remote: str, local: Path, progress: Callable[[int, int], None] | None) -> None:
        """Copy a file here, going on where an earlier try left off."""
        part = local.with_name(f"{local.name}.part")
        local.parent.mkdir(parents=True, exist_ok=True)
        with self._own(remote) as sftp, sftp.open(remote, "rb") as stream:
            size = stream.stat().st_size or 0
            with part.open("r+b" if part.exists() else "w+b") as target:
                done = _common_start(target, stream, size)
                target.truncate(done)
                target.seek(done)
                stream.seek(done)
                with self._channels.bounded(SILENCE_S):
                    stream.prefetch(size, _AT_ONCE)
                while done < size and (piece := stream.read(min(_PIECE, size - done))):
                    target.write(piece)
                    done += len(piece)
                    if progress is not None:
                        progress(done, size)
        if done != size:
            raise LostContactError(
                f"{plain(remote)} came only in part ({done} of {size} bytes); the rest is fetched "
                "the next time",
                given=f"{done} of {size} bytes",
            )
        part.replace(local)

    def make_folder(self, path: str) -> None:
        """Make a folder with our marker, and the folders above it."""
        self._do(_MAKE, path)

    def remove_folder(self, path: str) -> None:
        """Remove a folder that carries our marker; one that is gone already is fine."""
        self._do(_REMOVE, path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder, over a file that is there."""
        with self._shared(old) as sftp:
            self._rename(sftp, old, new)

    def _do(self, script: str, path: str) -> None:
        marker = shell_path(MARKER_FILE)
        text = script.format(path=shell_path(path), marker=marker, not_ours=_NOT_OURS)
        answer = self._commands.run(text, deadline_s=120)
        if answer.exit_code == 0:
            return
        if answer.exit_code == _NOT_OURS:
            raise RemoteFileError(
                f"{plain(path)} was not made by this program, so it is not touched. Choose "
                "another folder on the cluster, one that does not exist yet",
                key="scratch",
                given=plain(path),
                allowed=f"a new folder, or one with the file {MARKER_FILE}",
            )
        raise self._in_words(path, answer.error_text) or RemoteFileError(
            f"{plain(path)} cannot be changed: {plain(answer.error_text).strip()[:300]}",
            key="path",
            given=plain(path),
        )

    def _write(self, sftp: SFTPClient, path: str, size: int, fill: Callable[[Any], object]) -> None:
        temporary = f"{path}.{secrets.token_hex(4)}.tmp"
        try:
            # the mode before the content: nobody else reads it meanwhile
            with sftp.open(temporary, "wxb") as stream:
                stream.chmod(0o600)
                fill(stream)
            written = sftp.stat(temporary).st_size
            if written != size:
                raise OSError(f"{written} of {size} bytes were written")
            self._rename(sftp, temporary, path)
        except (FileNotFoundError, PermissionError, TimeoutError, EOFError):
            self._remove(sftp, temporary)
            raise
        except OSError as error:
            self._remove(sftp, temporary)
            raise self._explained(path, size, error) from error
        except BaseException:
            self._remove(sftp, temporary)
            raise

    def _explained(self, path: str, size: int, error: OSError) -> ClusterError:
        """Ask the cluster why a file could not be written."""
        folder = posixpath.dirname(path)
        trial = self._commands.run(trial_command(folder, size), deadline_s=DISK_S)
        known = self._in_words(path, trial.error_text) if trial.exit_code else None
        if known is not None:
            return known
        return RemoteFileError(
            f"{plain(path)} could not be written ({plain(str(error))}), though there seems to be "
            "space. Try again; if it stays so, ask the administrators",
            key="path",
            given=plain(path),
        )

    def _in_words(self, path: str, said: str) -> ClusterError | None:
        """Return what a command of the cluster complained of, with what is left on the disk."""
        folder = posixpath.dirname(path)
        space = self._commands.run(space_command(folder), deadline_s=DISK_S)
        return explain_failure(path, said, parse_space(space.text))

    def _rename(self, sftp: SFTPClient, old: str, new: str) -> None:
        try:
            sftp.posix_rename(old, new)
        except (FileNotFoundError, PermissionError):
            raise
        except OSError as error:
            # servers without that extension, or another file system
            script = f"mv -f -- {shell_path(old)} {shell_path(new)}"
            answer = self._commands.run(script, deadline_s=60)
            if answer.exit_code:
                raise self._in_words(new, answer.error_text) or RemoteFileError(
                    f"{plain(old)} cannot be renamed to {plain(new)}: "
                    f"{plain(answer.error_text).strip()[:300]}",
                    key="path",
                    given=plain(new),
                ) from error

    def _remove(self, sftp: SFTPClient, path: str) -> None:
        with contextlib.suppress(OSError, EOFError, ClusterError):
            sftp.remove(path)

    @contextlib.contextmanager
    def _shared(self, path: str) -> Iterator[SFTPClient]:
        """Give the channel that is kept open for small files, one user at a time."""
        with self._lock, self._translated(path):
            if self._idle is None or self._idle[0].closed:
                self._drop()
                self._idle = self._open()
            try:
                with self._channels.bounded(_SMALL_S):
                    yield self._idle[1]
            except (TimeoutError, EOFError):
                self._drop()
                raise

    @contextlib.contextmanager
    def _own(self, path: str) -> Iterator[SFTPClient]:
        """Give a channel for one file."""
        with self._translated(path):
            channel, sftp = self._open()
            try:
                yield sftp
            finally:
                self._channels.release(channel)

    def _open(self) -> tuple[Any, SFTPClient]:
        from paramiko import SFTPClient

        channel = self._channels.acquire(SILENCE_S)
        try:
            channel.settimeout(SILENCE_S)
            with self._channels.bounded(SILENCE_S):
                channel.invoke_subsystem("sftp")
                return channel, SFTPClient(channel)
        except BaseException:
            self._channels.release(channel)
            raise

    def _drop(self) -> None:
        if self._idle is not None:
            self._channels.release(self._idle[0])
            self._idle = None

    @contextlib.contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        from paramiko import SFTPError, SSHException

        try:
            yield
        except FileNotFoundError as error:
            raise missing(path) from error
        except PermissionError as error:
            raise RemoteFileError(
                f"{plain(path)} is closed to the account: permission denied",
                key="path",
                given=plain(path),
                allowed="a file of your own",
            ) from error
        except TimeoutError as error:
            self._on_silence()
            raise LostContactError(
                f"{self._address} said nothing for {SILENCE_S:g} s about {plain(path)}",
                may_have_happened=True,
                given=self._address,
            ) from error
        except UnicodeDecodeError as error:
            raise UntrustedAnswerError(
                f"{plain(path)} holds a name that is no text; this program makes none such. "
                "Remove or rename it on the cluster",
                key="path",
                given=plain(path),
                allowed="names in UTF-8",
            ) from error
        except SFTPError as error:
            raise UntrustedAnswerError(
                f"{self._address} answers file transfers with something else "
                f"({plain(str(error))[:200]}); start-up files of the account that print "
                "(.bashrc, .cshrc) do that: let them print in interactive shells only",
                key="host",
                given=self._address,
                allowed="an account with SFTP",
            ) from error
        except (EOFError, SSHException) as error:
            raise LostContactError(
                f"{self._address} closed the file transfer of {plain(path)}; it has no SFTP, or "
                "the connection broke",
                may_have_happened=True,
                given=self._address,
            ) from error
        except OSError as error:
            if error.filename is not None:
                raise  # a file on this computer
            raise RemoteFileError(
                f"{plain(path)} cannot be used: {plain(str(error)) or 'failure'}",
                key="path",
                given=plain(path),
            ) from error


def _common_start(target: BinaryIO, stream: Any, size: int) -> int:
    """Return how much of an earlier try can stay: all of it, or nothing where its end differs."""
    done = target.seek(0, 2)
    if not 0 < done <= size:
        return 0
    start = max(0, done - _OVERLAP)
    target.seek(start)
    stream.seek(start)
    mine = target.read(done - start)
    return done if bytes(stream.read(done - start)) == mine else 0


def _too_many(folder: str) -> UntrustedAnswerError:
    return UntrustedAnswerError(
        f"{plain(folder)} lists more than {MOST_NAMES} names, which no folder of ours has",
        key="path",
        given=plain(folder),
        allowed=f"at most {MOST_NAMES} names",
    )
