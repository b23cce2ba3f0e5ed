"""Commands for a shell that nobody knows beforehand.

The login shell of an account may be sh, bash, zsh, tcsh or fish, and its start-up files may print.
So what the login shell is given is one constant line that all of them read alike: it starts ``sh``
and lets it read the script proper from standard input, where no quoting is needed, no length is
limited and no list of processes shows it. What the script prints stands between two lines that
nobody can foresee; what comes before them is login output.
"""

from __future__ import annotations

import math
import re
import secrets
import shlex
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINE: Final = (
    "exec sh -c 'if command -v timeout >/dev/null 2>&1; "
    'then exec timeout -k 5 {seconds} sh -c "$0"; else exec sh -c "$0"; fi\' '
    "'eval \"$(dd bs=1 count={count} 2>/dev/null)\"'"
)
_SCRIPT: Final = """\
umask 077
LC_ALL=C; export LC_ALL
{search}{variables}printf '%s\\n' {begin}; printf '%s\\n' {begin} >&2
(
{body}
)
code=$?
printf '%s %s\\n' {end} "$code"; printf '%s %s\\n' {end} "$code" >&2
exit 0
"""
_KILL_AFTER_S: Final = 5
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_NOISE_BYTES: Final = 64 * 1024
_EXIT_CODE: Final = re.compile(rb" (\d{1,3})\n")
_LONGEST_CODE: Final = len(b" 255\n")


def shell_path(path: str) -> str:
    """Return a path for a script, quoted, and with ``./`` before what an option could be taken for.

    Raises
    ------
    InputError
        If the path holds a newline or NUL.
    """
    if "\n" in path or "\0" in path or not path:
        raise InputError(
            f"{plain(path)!r} is no path that this program uses on a cluster",
            key="path",
            given=plain(path),
            allowed="a path without newlines",
        )
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def shell_command(arguments: Sequence[str]) -> str:
    """Return a program and its arguments as one line of a script.

    Raises
    ------
    InputError
        If one holds NUL, which no program can be given.
    """
    if any("\0" in argument for argument in arguments) or not arguments:
        raise InputError(
            "a command for a cluster needs a program, and arguments without NUL",
            key="command",
            given=plain(" ".join(arguments)),
            allowed="texts without NUL",
        )
    return shlex.join(arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedCommand:
    """A script, ready for whatever the login shell is.

    Attributes
    ----------
    line : str
        What the login shell is given.
    head : bytes
        What has to come first on standard input.
    token : str
        What the brackets around its output carry.
    """

    line: str
    head: bytes
    token: str


def wrap(
    command: Sequence[str] | str,
    *,
    deadline_s: float,
    search: str = "",
    variables: Mapping[str, str] = _NONE,
) -> WrappedCommand:
    """Wrap a program with arguments, or a script for ``sh``.

    The other side ends it a second after the deadline, so that nothing that hangs is left there.
    Programs are looked for in ``search``, where it is given; ``variables`` are what it gets where
    it has them not.
    """
    body = command if isinstance(command, str) else shell_command(command)
    token = secrets.token_hex(16)
    path = f"PATH={shlex.quote(search)}; export PATH\n" if search else ""
    lacking = "".join(
        f'[ -n "${name}" ] || {name}={shlex.quote(value)}; export {name}\n'
        for name, value in variables.items()
    )
    script = _SCRIPT.format(
        begin=f"{token}-begin", end=f"{token}-end", body=body, search=path, variables=lacking
    )
    head = script.encode()
    line = _LINE.format(seconds=math.ceil(deadline_s) + 1, count=len(head))
    return WrappedCommand(line=line, head=head, token=token)


@dataclass(slots=True)
class Bracket:
    """Takes a stream apart as it comes: login output, what the script printed, its exit code.

    Parameters
    ----------
    token : str
        Of the wrapped command.

    Attributes
    ----------
    exit_code : int or None
        None until the script ended.
    """

    token: str
    exit_code: int | None = None
    _noise: bytes = field(default=b"", init=False)
    _held: bytes = field(default=b"", init=False)
    _begun: bool = field(default=False, init=False)

    @property
    def noise(self) -> bytes:
        """What came before the script; all that came where it did not start."""
        return self._noise if self._begun else (self._noise + self._held)[:_NOISE_BYTES]

    @property
    def begun(self) -> bool:
        """Whether the script has started."""
        return self._begun

    def feed(self, data: bytes) -> bytes:
        """Take what came and return what of it the script surely printed."""
        if self.exit_code is not None:
            return b""
        self._held += data
        if not self._begun and not self._find_begin():
            return b""
        return self._find_end()

    def _find_begin(self) -> bool:
        mark = f"{self.token}-begin\n".encode()
        before, found, after = self._held.partition(mark)
        if not found:
            keep = len(mark)
            self._noise = (self._noise + self._held[:-keep])[:_NOISE_BYTES]
            self._held = self._held[-keep:]
            return False
        self._noise = (self._noise + before)[:_NOISE_BYTES]
        self._held = after
        self._begun = True
        return True

    def _find_end(self) -> bytes:
        mark = f"{self.token}-end".encode()
        body, found, after = self._held.partition(mark)
        if found:
            code = _EXIT_CODE.match(after)
            if code is None and len(after) < _LONGEST_CODE:
                self._held = mark + after
                return body
            if code is None:
                # no end of ours: somebody repeats what we sent
                self._held = after
                return body + mark
            self.exit_code = int(code.group(1))
            self._held = b""
            return body
        # a mark may have come in part
        sure = max(0, len(self._held) - len(mark) + 1)
        body, self._held = self._held[:sure], self._held[sure:]
        return body
