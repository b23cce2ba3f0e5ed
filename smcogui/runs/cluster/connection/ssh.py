"""A cluster over SSH, as the rest of the program sees it."""

from __future__ import annotations

import contextlib
import logging
import re
import secrets as random
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smcogui.errors import (
    ClusterError,
    InputError,
    LostContactError,
    NoAnswerInTimeError,
    RemoteCommandError,
)
from smcogui.runs.cluster.connection.commands import Channels, Exchange
from smcogui.runs.cluster.connection.files import RemoteFiles
from smcogui.runs.cluster.connection.sign_in import SignIn
from smcogui.runs.cluster.connection.transport import close_all, open_route
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.remote import ANSWER_BYTES, Answer
from smcogui.runs.cluster.secrets import Secrets
from smcogui.runs.cluster.shell import wrap
from smcogui.runs.cluster.ssh_config import SSHConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from paramiko import Transport

    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.ssh_config import HostSettings

GREETING_S: Final = 20.0
DOUBT_S: Final = 15.0
"""How long a host may be silent after a deadline has passed, until the connection is given up."""
_LOG = logging.getLogger(__name__)
_STREAM_S: Final = 3600.0
_SILENCE_S: Final = 60.0
_GREETING: Final = """\
printf '%s\\0' "$HOME" "${{SHELL:-}}" "$PATH" "$(id -un 2>/dev/null)"
{login}
"""
_LOGIN_PATH: Final = """\
timeout 10 sh -l -c 'printf "%s%s\\n" {mark} "$PATH"; env | grep -E "^({names})="' \
    </dev/null 2>/dev/null"""
"""Site-wide start-up files put schedulers into the PATH of login shells only."""
_VARIABLES: Final = (
    *("SGE_ROOT", "SGE_CELL", "SGE_CLUSTER_NAME", "SGE_QMASTER_PORT", "SGE_EXECD_PORT"),
    *("PBS_SERVER", "PBS_CONF_FILE", "SLURM_CONF"),
)
"""By which commands of schedulers find what they belong to; set by the same files."""
_VARIABLE: Final = re.compile(
    rf"^({'|'.join(_VARIABLES)})=([^\x00-\x1f\x7f]{{1,1024}})$", re.MULTILINE
)


def connect(
    profile: ClusterProfile,
    asker: Asker,
    *,
    known_hosts: Path,
    secrets: Secrets | None = None,
    ssh_config: SSHConfig | None = None,
) -> SSHConnection:
    """Sign in to a cluster.

    Parameters
    ----------
    profile : ClusterProfile
    asker : Asker
        Answers what only a person can.
    known_hosts : Path
        The program's own file of host keys that somebody confirmed.
    secrets : Secrets, optional
        What was typed before.
    ssh_config : SSHConfig, optional
        The user's by default.

    Returns
    -------
    SSHConnection

    Raises
    ------
    LostContactError
        If the host cannot be reached.
    HostUnknownError, HostKeyChangedError, HostKeyRevokedError
        If its key is not known, not the known one, or invalid.
    SignInError
        If it does not let us in.
    InputError
        If the ssh configuration leads nowhere.
    """
    config = ssh_config or SSHConfig()
    route = config.route(profile.host, user=profile.user, port=profile.port)
    vault = secrets or Secrets()

    def sign_in(transport: Transport, settings: HostSettings) -> None:
        SignIn(transport, settings, profile=profile, asker=asker, secrets=vault).run()

    transports = open_route(route, asker, known_hosts, sign_in)
    try:
        return SSHConnection(profile, route, transports)
    except BaseException:
        close_all(transports)
        raise


class SSHConnection:
    """A :class:`~smcogui.runs.cluster.remote.Connection` over SSH; made by :func:`connect`.

    Its agent is not forwarded. Any thread may call.
    """

    def __init__(
        self,
        profile: ClusterProfile,
        route: Sequence[HostSettings],
        transports: Sequence[Transport],
    ) -> None:
        self.profile = profile
        self.notes = tuple(note for settings in route for note in settings.notes)
        self._settings = route[-1]
        self._transports = tuple(transports)
        self._closing = threading.Lock()
        self._closed = False
        self._in_doubt = False
        self._home = ""
        self._search = ""
        self._variables: dict[str, str] = {}
        self._shell = ""
        self._user = ""
        self._channels = Channels(
            transports[-1], self._settings.address, spare=self._close_idle, give_up=self._give_up
        )
        self._files = RemoteFiles(
            self._channels, self, self._settings.address, on_silence=self._doubt
        )
        self._greet()

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as this side knows."""
        return not self._closed and all(each.is_active() for each in self._transports)

    @property
    def home(self) -> str:
        """Home folder of the account, absolute."""
        return self._home

    def environment(self) -> Mapping[str, str]:
        """Return host, port, user, shell and path of programs, as they are over there."""
        return MappingProxyType(
            {
                "host": self._settings.host,
                "port": str(self._settings.port),
                "user": self._user or self._settings.user,
                "shell": self._shell,
                "path": self._search,
                "home": self._home,
            }
        )

    def run(
        self,
        command: Sequence[str] | str,
        *,
        deadline_s: float,
        stdin: bytes = b"",
        most: int = ANSWER_BYTES,
    ) -> Answer:
        """Run a command and wait for its end."""
        with self._doubting():
            return self._run(command, deadline_s=deadline_s, stdin=stdin, most=most)

    def _run(
        self,
        command: Sequence[str] | str,
        *,
        deadline_s: float,
        stdin: bytes = b"",
        most: int = ANSWER_BYTES,
    ) -> Answer:
        kept = bytearray()
        cut = False
        with self._exchange(command, deadline_s=deadline_s, stdin=stdin, most=most) as exchange:
            for piece in exchange.pieces():
                room = most - len(kept)
                cut = cut or len(piece) > room
                kept += piece[:room]
            code = exchange.end()
            return Answer(
                exit_code=code,
                stdout=bytes(kept),
                stderr=exchange.stderr,
                cut=cut or exchange.stderr_cut,
                noise=exchange.noise,
            )

    def probe(self, *, deadline_s: float = 15.0) -> None:
        """Find out whether the other side still answers; the connection is closed if not."""
        try:
            self._run(["true"], deadline_s=deadline_s)
        except LostContactError as error:
            self.close()
            raise LostContactError(
                f"{self._settings.address} does not answer any more; jobs go on there",
                given=self._settings.address,
            ) from error

    def listing(self, folder: str) -> dict[str, int]:
        """Return names and sizes in bytes of the plain files in a folder."""
        return self._files.listing(self._absolute(folder))

    def read(self, path: str, offset: int = 0, most: int = 65_536) -> bytes:
        """Return bytes of a file from an offset on."""
        return self._files.read(self._absolute(path), offset, most)

    def write(self, path: str, content: bytes) -> None:
        """Write a file under a temporary name and rename it."""
        self._files.write(self._absolute(path), content)

    def put(
        self, local: Path, remote: str, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Copy a file there, under a temporary name until it is whole."""
        self._files.put(local, self._absolute(remote), progress)

    def fetch(
        self, remote: str, local: Path, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Copy a file here, going on where an earlier try left off."""
        self._files.fetch(self._absolute(remote), local, progress)

    def fetch_tar(
        self, folder: str, names: Collection[str], into: Path, *, most_bytes: int
    ) -> tuple[str, ...]:
        """Fetch many small files of a folder as one stream."""
        from smcogui.runs.cluster.remote_disk import missing
        from smcogui.runs.cluster.tar_stream import NO_FOLDER, tar_command, unpack

        if not names:
            return ()
        command, stdin = tar_command(self._absolute(folder), names)
        with (
            self._doubting(),
            self._exchange(
                command, deadline_s=_STREAM_S, stdin=stdin, most=65_536, silence_s=_SILENCE_S
            ) as exchange,
        ):
            came = unpack(exchange.pieces(), names, into, most_bytes=most_bytes)
            code = exchange.end()
            if code == NO_FOLDER:
                raise missing(folder)
            if code:
                raise RemoteCommandError(
                    f"the files of {plain(folder)} cannot be fetched: "
                    f"{plain(exchange.stderr.decode('utf-8', 'replace')).strip()[:300]}",
                    key="folder",
                    given=plain(folder),
                    allowed="a cluster with tar and gzip",
                )
            return came

    def make_folder(self, path: str) -> None:
        """Make a folder (0700) that carries our marker file, and the folders above it."""
        self._files.make_folder(self._absolute(path))

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder, over a file that is there."""
        self._files.rename(self._absolute(old), self._absolute(new))

    def remove_folder(self, path: str) -> None:
        """Remove a folder and all in it, if it carries our marker file."""
        absolute = self._absolute(path)
        if absolute.count("/") < 2 or absolute == self._home:
            raise InputError(
                f"{plain(path)} is no folder that this program removes",
                key="path",
                given=plain(path),
                allowed="a folder of a run",
            )
        self._files.remove_folder(absolute)

    def close(self) -> None:
        """End the connection; jobs go on."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        close_all(self._transports)

    def _give_up(self) -> None:
        """Close the sockets, the nearest first: a farther one could still wait for a nearer."""
        with self._closing:
            self._closed = True
        _LOG.warning("%s takes no more bytes; the connection is given up.", self._settings.address)
        close_all(self._transports[::-1])

    @contextlib.contextmanager
    def _doubting(self) -> Iterator[None]:
        try:
            yield
        except LostContactError:
            self._doubt()
            raise

    def _doubt(self) -> None:
        """Find out in the background whether the other side froze: nothing else would tell."""
        with self._closing:
            if self._closed or self._in_doubt:
                return
            self._in_doubt = True
        threading.Thread(target=self._probe_once, name="ssh probe", daemon=True).start()

    def _probe_once(self) -> None:
        try:
            self.probe(deadline_s=DOUBT_S)
        except ClusterError as error:
            _LOG.info("%s", error.message)
        finally:
            self._in_doubt = False

    def _close_idle(self) -> None:
        self._files.close_idle()

    @contextlib.contextmanager
    def _exchange(
        self,
        command: Sequence[str] | str,
        *,
        deadline_s: float,
        stdin: bytes,
        most: int,
        silence_s: float | None = None,
    ) -> Iterator[Exchange]:
        wrapped = wrap(
            command, deadline_s=deadline_s, search=self._search, variables=self._variables
        )
        with self._channels.session(deadline_s) as channel:
            yield Exchange(
                self._channels,
                channel,
                wrapped,
                self._settings.address,
                stdin=stdin,
                deadline_s=deadline_s,
                most=most,
                silence_s=silence_s,
            )

    def _absolute(self, path: str) -> str:
        whole = self._home + path[1:] if path == "~" or path.startswith("~/") else path
        if not whole.startswith("/") or ".." in whole.split("/") or re.search(r"[\0\n]", whole):
            raise InputError(
                f"{plain(path)!r} is no path that this program uses on a cluster",
                key="path",
                given=plain(path),
                allowed="a path that begins with / or ~/, without .. and newlines",
            )
        return whole.rstrip("/") or "/"

    def _greet(self) -> None:
        mark = random.token_hex(8)
        try:
            login = _LOGIN_PATH.format(mark=mark, names="|".join(_VARIABLES))
            answer = self.run(_GREETING.format(login=login), deadline_s=GREETING_S)
        except NoAnswerInTimeError:
            # start-up files of login shells can be slow; the rest need not wait for them
            answer = self.run(_GREETING.format(login=""), deadline_s=GREETING_S)
        parts = answer.text.split("\0")
        if len(parts) < 5 or not parts[0].startswith("/") or "\n" in parts[0]:
            raise RemoteCommandError(
                f"{self._settings.address} does not tell the home folder of the account; it said: "
                f"{plain(answer.text)[:300]} {plain(answer.error_text)[:300]}",
                key="host",
                given=self._settings.address,
                allowed="an account with a home folder",
            )
        self._home, self._shell, search, self._user = parts[0].rstrip("/"), *parts[1:4]
        found = re.search(rf"{mark}(\S[^\n\0]*)\n", parts[4])
        login_search = found[1].split(":") if found else []
        folders = dict.fromkeys((*search.split(":"), *login_search))
        self._search = ":".join(folder for folder in folders if folder)
        told = parts[4].partition(mark)[2]
        self._variables = dict(_VARIABLE.findall(told))
