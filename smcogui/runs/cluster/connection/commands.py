"""Commands over a connection: a few channels at a time, each with a deadline."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Final

from smcogui.errors import ClusterError, LostContactError, NoAnswerInTimeError, RemoteCommandError
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.shell import Bracket, WrappedCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paramiko import Channel, Transport

MOST_CHANNELS: Final = 8
"""At a time; sshd refuses the 11th of a connection unless it was told otherwise."""
_REFUSALS: Final = 30
_AFTER_REFUSAL_S: Final = 0.1
_UNKNOWN: Final = "Unable to open channel"
_GRACE_S: Final = 5.0
_PIECE: Final = 64 * 1024
_TIMED_OUT: Final = (124, 137)
"""How ``timeout`` says that it ended a command."""


class Channels:
    """The channels of one connection, at most :data:`MOST_CHANNELS` at a time.

    Parameters
    ----------
    transport : Transport
    address : str
        Of the host, for messages.
    spare : callable
        Closes a channel that is open but not in use.
    give_up : callable
        Ends the connection without a word to the other side.
    """

    def __init__(
        self,
        transport: Transport,
        address: str,
        *,
        spare: Callable[[], None],
        give_up: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._address = address
        self._spare = spare
        self._give_up = give_up
        self._turn = threading.Condition()
        self._open = 0
        self._most = MOST_CHANNELS

    @contextlib.contextmanager
    def session(self, deadline_s: float) -> Iterator[Channel]:
        """Give a new channel, waiting for its turn, and close it in the end.

        Raises
        ------
        LostContactError
            If the host opens none by then.
        """
        channel = self.acquire(deadline_s)
        try:
            yield channel
        finally:
            self.release(channel)

    @contextlib.contextmanager
    def bounded(self, seconds: float) -> Iterator[None]:
        """Give up the connection where something takes longer than it ever should.

        paramiko waits without end for a peer that takes no more bytes, and for an answer to the
        request to run a command; whoever waits then hears that the connection broke.
        """
        watch = threading.Timer(seconds + _GRACE_S, self._give_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def acquire(self, deadline_s: float) -> Channel:
        """Return a new channel; :meth:`release` gives it back."""
        from paramiko import ChannelException, SSHException

        until = time.monotonic() + deadline_s
        refusals = 0
        while True:
            self._wait_for_turn(until)
            left = max(0.1, until - time.monotonic())
            try:
                with self.bounded(left):
                    return self._transport.open_session(timeout=left)
            except (SSHException, OSError, EOFError) as error:
                # of two refusals at once paramiko keeps only one as what it is
                is_refusal = isinstance(error, ChannelException) or _UNKNOWN in str(error)
                if is_refusal and self._transport.is_active():
                    refusals += 1
                    self._note_refusal(error, is_last=refusals > _REFUSALS)
                    continue
                self._leave()
                raise LostContactError(
                    f"{self._address} does not answer any more: {plain(str(error))}",
                    given=self._address,
                ) from error

    def release(self, channel: Channel) -> None:
        """Close a channel and let the next one have its turn."""
        with contextlib.suppress(OSError, EOFError), self.bounded(0):
            channel.close()
        self._leave()

    def _wait_for_turn(self, until: float) -> None:
        with self._turn:
            while self._open >= self._most:
                # The channel that is kept for files is nobody's turn, and nobody else ends it.
                self._spare()
                if self._open < self._most:
                    break
                left = until - time.monotonic()
                if left <= 0:
                    raise LostContactError(
                        f"{self._address} is busy with {self._open} commands of this program; "
                        "none of them ended in time",
                        given=self._address,
                    )
                self._turn.wait(min(left, _AFTER_REFUSAL_S))
            self._open += 1

    def _note_refusal(self, error: BaseException, *, is_last: bool) -> None:
        """Take it that the host wants fewer at a time, unless it grants none at all."""
        self._leave()
        self._spare()
        with self._turn:
            if self._open == 0 and is_last:
                raise ClusterError(
                    f"{self._address} lets us sign in but runs no commands: {plain(str(error))}",
                    key="host",
                    given=self._address,
                    allowed="an account that may run commands over SSH",
                ) from error
            self._most = max(1, self._open)
            # the host may still be busy with the end of one that we closed
            self._turn.wait(_AFTER_REFUSAL_S)

    def _leave(self) -> None:
        with self._turn:
            self._open -= 1
            self._turn.notify()


class Exchange:
    """One command that runs: its output as it comes, read beside its errors.

    Parameters
    ----------
    channels : Channels
    channel : Channel
        A new one of these.
    wrapped : WrappedCommand
    address : str
        Of the host, for messages.
    stdin : bytes
    deadline_s : float
    most : int
        How much of standard error is kept, in bytes.
    silence_s : float, optional
        How long it may say nothing, in s.
    """

    def __init__(
        self,
        channels: Channels,
        channel: Channel,
        wrapped: WrappedCommand,
        address: str,
        *,
        stdin: bytes,
        deadline_s: float,
        most: int,
        silence_s: float | None = None,
    ) -> None:
        self._channel = channel
        self._address = address
        self._deadline_s = deadline_s
        self._silence_s = deadline_s if silence_s is None else silence_s
        self._until = time.monotonic() + deadline_s
        self._out = Bracket(wrapped.token)
        self._err = Bracket(wrapped.token)
        self._most = most
        self._stderr = bytearray()
        self.stderr_cut = False
        channel.settimeout(deadline_s)
        with channels.bounded(self._silence_s):
            self._start(wrapped, stdin)

    @property
    def stderr(self) -> bytes:
        """What it wrote on standard error."""
        return bytes(self._stderr)

    @property
    def noise(self) -> bytes:
        """What login scripts printed before."""
        return self._out.noise

    def pieces(self) -> Iterator[bytes]:
        """Give its standard output as it comes, until it ends.

        Raises
        ------
        NoAnswerInTimeError
            If the deadline passes.
        """
        while self._out.exit_code is None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise self._too_late()
            self._channel.settimeout(min(left, self._silence_s))
            try:
                data = self._channel.recv(_PIECE)
            except TimeoutError:
                raise self._too_late() from None
            if not data:
                break
            piece = self._out.feed(data)
            if piece:
                yield piece

    def end(self) -> int:
        """Return its exit code, once :meth:`pieces` ended.

        Raises
        ------
        LostContactError
            If the connection broke before it ended.
        RemoteCommandError
            If the account does not run commands.
        """
        code = self._out.exit_code
        if code is not None:
            self._threads[1].join(max(0.0, min(5.0, self._until - time.monotonic())))
            return code
        left = max(0.0, min(5.0, self._until - time.monotonic()))
        if not self._channel.status_event.wait(left):
            raise self._broken()
        status = int(self._channel.exit_status)
        if status in _TIMED_OUT and self._out.begun:
            raise self._too_late()
        if status == -1:
            raise self._broken()
        said = plain(self._out.noise.decode("utf-8", "replace")).strip()[-500:]
        raise RemoteCommandError(
            f"{self._address} ended the command before it began or was done (exit code {status}). "
            f"It said: {said or 'nothing'}. Start-up files of the account (.bashrc, .cshrc) must "
            "neither exit nor read input",
            key="host",
            given=said,
            allowed="an account that runs commands over SSH",
        )

    def _start(self, wrapped: WrappedCommand, stdin: bytes) -> None:
        from paramiko import SSHException

        try:
            self._channel.exec_command(wrapped.line)
        except (SSHException, OSError, EOFError) as error:
            if not self._channel.get_transport().is_active():
                raise self._broken() from error
            raise ClusterError(
                f"{self._address} runs no commands: {plain(str(error))}",
                key="host",
                given=self._address,
                allowed="an account that may run commands over SSH",
            ) from error
        self._threads = (
            threading.Thread(target=self._send, args=(wrapped.head + stdin,), daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def _send(self, data: bytes) -> None:
        # a command may end without reading all of it
        with contextlib.suppress(OSError, EOFError):
            self._channel.sendall(data)
            self._channel.shutdown_write()

    def _read_errors(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            while self._err.exit_code is None:
                data = self._channel.recv_stderr(_PIECE)
                if not data:
                    return
                kept = self._err.feed(data)
                room = self._most - len(self._stderr)
                self.stderr_cut = self.stderr_cut or len(kept) > room
                self._stderr += kept[:room]

    def _too_late(self) -> NoAnswerInTimeError:
        return NoAnswerInTimeError(
            f"{self._address} did not answer within {self._silence_s:g} s; what was asked for may "
            "have happened all the same",
            may_have_happened=True,
            given=self._address,
        )

    def _broken(self) -> LostContactError:
        return LostContactError(
            f"the connection to {self._address} broke; what was asked for may have happened all "
            "the same",
            may_have_happened=True,
            given=self._address,
        )
