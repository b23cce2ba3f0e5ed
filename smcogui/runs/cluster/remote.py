"""What the rest of the program needs of a cluster: commands with a deadline, and files.

:func:`smcogui.runs.cluster.connection.connect` gives one over SSH. Paths are POSIX texts whatever
this computer runs; ``~`` at the beginning is the home folder there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

MARKER_FILE: Final = ".smco-studio-folder"
"""Lies in every folder that this program made on a cluster; only such folders are ever removed."""

ANSWER_BYTES: Final = 4 * 1024 * 1024
"""How much of each stream of a command is kept, unless said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command left behind.

    Attributes
    ----------
    exit_code : int
        As the command ended; 128 and the signal where a signal ended it.
    stdout, stderr : bytes
        Without what the login scripts of the account print.
    cut : bool
        Whether more came than was asked for, and the rest was dropped.
    noise : bytes
        What login scripts printed before.
    """

    exit_code: int
    stdout: bytes
    stderr: bytes
    cut: bool = False
    noise: bytes = b""

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.stdout.decode("utf-8", "replace")

    @property
    def error_text(self) -> str:
        """Standard error as text."""
        return self.stderr.decode("utf-8", "replace")


class Connection(Protocol):
    """One cluster that somebody signed in to; any thread may call, several at a time."""

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as this side knows."""

    @property
    def home(self) -> str:
        """Home folder of the account, absolute."""

    def run(
        self,
        command: Sequence[str] | str,
        *,
        deadline_s: float,
        stdin: bytes = b"",
        most: int = ANSWER_BYTES,
    ) -> Answer:
        """Run a command and wait for its end.

        Parameters
        ----------
        command : sequence of str, or str
            Program and arguments, which are quoted; or a script for ``sh``, which is not.
        deadline_s : float
            How long it may take, in s.
        stdin : bytes
            What it reads.
        most : int
            How much of each stream is kept, in bytes.

        Raises
        ------
        NoAnswerInTimeError
            If the deadline passed; the command may have had its effect.
        LostContactError
            If the connection broke.
        """

    def probe(self, *, deadline_s: float = 15.0) -> None:
        """Find out whether the other side still answers.

        Raises
        ------
        LostContactError
            If it does not; the connection is closed then.
        """

    def listing(self, folder: str) -> dict[str, int]:
        """Return names and sizes in bytes of the plain files in a folder; links are left out.

        Raises
        ------
        RemoteFileError
            If there is no such folder.
        UntrustedAnswerError
            If there are more names than any folder of ours has.
        """

    def read(self, path: str, offset: int = 0, most: int = 65_536) -> bytes:
        """Return bytes of a file from an offset on; fewer than asked for at its end.

        A negative offset counts from the end.
        """

    def write(self, path: str, content: bytes) -> None:
        """Write a file under a temporary name and rename it.

        Raises
        ------
        RemoteDiskError
            If the quota or the disk is full; nothing is left behind.
        """

    def put(
        self, local: Path, remote: str, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Copy a file there, as :meth:`write` does; ``progress`` hears bytes done and in all."""

    def fetch(
        self, remote: str, local: Path, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Copy a file here, going on where an earlier try left off."""

    def fetch_tar(
        self, folder: str, names: Collection[str], into: Path, *, most_bytes: int
    ) -> tuple[str, ...]:
        """Fetch many small files of a folder as one stream.

        Parameters
        ----------
        folder : str
            Folder there.
        names : collection of str
            What is expected, relative with ``/``; what else comes is an error, what is missing
            is not.
        into : Path
            Folder here; each file is written under a temporary name and renamed.
        most_bytes : int
            How much all of them may hold.

        Returns
        -------
        tuple of str
            The names that came.

        Raises
        ------
        UntrustedAnswerError
            If something else came: another name, a link, too much.
        """

    def make_folder(self, path: str) -> None:
        """Make a folder (0700) that carries our marker file, and the folders above it."""

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder, over a file that is there."""

    def remove_folder(self, path: str) -> None:
        """Remove a folder and all in it, if it carries our marker file.

        Raises
        ------
        RemoteFileError
            If it does not.
        """

    def environment(self) -> Mapping[str, str]:
        """Return where and as whom we are signed in: host, port, user, login shell."""

    def close(self) -> None:
        """End the connection; jobs go on."""
