"""An SSH server that does what no good one does, as far as a test tells it to.

Untouched it is honest: commands run in a shell in its home folder, files are read and written
there. Set its attributes before or between requests to change that; `replies` stands for commands,
`HostileFiles` says what can be done to files.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import paramiko
from hostile_files import HostileFiles, HostileSftp

# One round of questions: (text, whether the answer may be seen).
Round = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command answers in place of running.

    Parameters
    ----------
    stdout
        Pieces, sent as long as somebody takes them: an endless iterator is an endless output.
    exit_code
        None sends none and leaves the channel open: half closed after `stdout` with `ends`, or
        silent for ever without.
    ends
        Whether the end of the output is said.
    delay_s
        Wait before the first byte.
    """

    stdout: Iterable[bytes] = ()
    stderr: bytes = b""
    exit_code: int | None = 0
    ends: bool = True
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What it asks before it lets anybody in: all `methods`, in this order.

    Parameters
    ----------
    methods
        Of publickey, password and keyboard-interactive.
    rounds, answers
        What keyboard-interactive asks, and the answers that it takes.
    """

    methods: Sequence[str] = ("publickey",)
    password: str = ""
    instructions: str = ""
    rounds: Sequence[Round] = ()
    answers: Sequence[Sequence[str]] = ()


class HostileServer:
    """A server on a free port of 127.0.0.1; `with HostileServer(folder) as server:`.

    Attributes
    ----------
    host_keys
        Shown to the next connection; change them and the host has "changed".
    replies
        Regular expressions of commands and what they answer; the first that is found counts.
    files
        What is done to files.
    max_channels
        Channels of one connection beyond which it refuses more.
    commands, sign_ins, connections
        What it was asked: commands, (method, answers) of every try to sign in, number of links.
    """

    host = "127.0.0.1"
    user = "tester"

    def __init__(self, folder: Path, *, port: int = 0, sign_in: SignIn | None = None) -> None:
        self.files = HostileFiles(folder)
        self.sign_in = sign_in or SignIn()
        self.client_key = paramiko.ECDSAKey.generate()
        self.identity_file = folder.with_name(f"{folder.name}-key")
        self.client_key.write_private_key_file(str(self.identity_file))
        self.host_keys: list[paramiko.PKey] = [paramiko.ECDSAKey.generate()]
        self.banner = ""
        self.replies: dict[str, Reply] = {}
        self.max_channels = 10
        self.commands: list[str] = []
        self.sign_ins: list[tuple[str, tuple[str, ...]]] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._held: list[paramiko.Channel] = []
        self._transports: list[paramiko.Transport] = []
        self._listener = socket.create_server((self.host, port))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> HostileServer:
        threading.Thread(target=self._accept, name="hostile", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.files.thaw()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.disconnect()

    def disconnect(self) -> None:
        """End all connections, as a server that goes down does."""
        self._held.clear()
        transports, self._transports = self._transports, []
        for transport in transports:
            transport.close()
            transport.join(5)

    def known_hosts_lines(self, marker: str = "") -> str:
        """Return its lines for a known_hosts file; marker is such as '@revoked'."""
        host = f"[{self.host}]:{self.port}"
        keys = [f"{key.get_name()} {key.get_base64()}" for key in self.host_keys]
        return "".join(f"{marker} {host} {key}\n".lstrip() for key in keys)

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            transport = paramiko.Transport(link)
            for key in self.host_keys:
                transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, HostileSftp, self.files)
            self._transports.append(transport)
            # A client that leaves during the key exchange is no error here.
            with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
                transport.start_server(event=threading.Event(), server=_Session(self, transport))

    def answer(self, channel: paramiko.Channel, command: str) -> None:
        """Answer a command on its channel."""
        self.commands.append(command)
        # A channel that nobody holds is closed by paramiko.
        self._held.append(channel)
        reply = next((r for text, r in self.replies.items() if re.search(text, command)), None)
        # The client may hang up at any moment.
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            if reply is None:
                self._run(channel, command)
            else:
                self._pretend(channel, reply)

    def _pretend(self, channel: paramiko.Channel, reply: Reply) -> None:
        if self.stopped.wait(reply.delay_s):
            return
        if reply.stderr:
            channel.sendall_stderr(reply.stderr)
        for piece in reply.stdout:
            if self.stopped.is_set():
                return
            channel.sendall(piece)
        if reply.exit_code is not None:
            channel.send_exit_status(reply.exit_code)
            channel.close()
        elif reply.ends:
            channel.shutdown_write()

    def _run(self, channel: paramiko.Channel, command: str) -> None:
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                ["/bin/sh", "-c", command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.files.home,
                env={**os.environ, "HOME": str(self.files.home)},
            )
            threading.Thread(target=_feed, args=(channel, process), daemon=True).start()
            with process:
                assert process.stdout is not None
                while piece := process.stdout.read1():
                    channel.sendall(piece)
            errors.seek(0)
            channel.sendall_stderr(errors.read())
        channel.send_exit_status(process.returncode)
        channel.close()


def _feed(channel: paramiko.Channel, process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError, ValueError):
        while data := channel.recv(65536):
            process.stdin.write(data)
            process.stdin.flush()
        process.stdin.close()


class _Session(paramiko.ServerInterface):
    """One connection: who may come in, and what he may open."""

    def __init__(self, server: HostileServer, transport: paramiko.Transport) -> None:
        self._server = server
        self._transport = transport
        self._passed: list[str] = []
        self._round = 0

    def get_banner(self) -> tuple[str | None, str | None]:
        return (self._server.banner, "en-US") if self._server.banner else (None, None)

    def get_allowed_auths(self, username: str) -> str:
        left = self._server.sign_in.methods[len(self._passed) :]
        return ",".join(left[:1])

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._judge("publickey", (), key == self._server.client_key)

    def check_auth_password(self, username: str, password: str) -> int:
        good = password == self._server.sign_in.password
        return self._judge("password", (password,), good)

    def check_auth_interactive(
        self, username: str, submethods: str
    ) -> int | paramiko.InteractiveQuery:
        if not self._is_due("keyboard-interactive"):
            return paramiko.AUTH_FAILED
        self._round = 0
        return self._ask()

    def check_auth_interactive_response(
        self, responses: list[str]
    ) -> int | paramiko.InteractiveQuery:
        sign_in = self._server.sign_in
        good = tuple(responses) == tuple(sign_in.answers[self._round])
        self._round += 1
        if good and self._round < len(sign_in.rounds):
            self._server.sign_ins.append(("keyboard-interactive", tuple(responses)))
            return self._ask()
        return self._judge("keyboard-interactive", tuple(responses), good)

    def _ask(self) -> paramiko.InteractiveQuery:
        sign_in = self._server.sign_in
        prompts = sign_in.rounds[self._round]
        return paramiko.InteractiveQuery("", sign_in.instructions, *prompts)

    def _is_due(self, method: str) -> bool:
        left = self._server.sign_in.methods[len(self._passed) :]
        return bool(left) and left[0] == method

    def _judge(self, method: str, answers: tuple[str, ...], good: bool) -> int:
        self._server.sign_ins.append((method, answers))
        if not good or not self._is_due(method):
            return paramiko.AUTH_FAILED
        self._passed.append(method)
        done = len(self._passed) == len(self._server.sign_in.methods)
        return paramiko.AUTH_SUCCESSFUL if done else paramiko.AUTH_PARTIALLY_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        channels = self._transport._channels.values()
        count = sum(not channel.closed for channel in channels)
        if kind != "session" or count >= self._server.max_channels:
            return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        text = command.decode("utf-8", errors="surrogateescape")
        threading.Thread(
            target=self._server.answer, args=(channel, text), name="hostile command", daemon=True
        ).start()
        return True
