"""What the user's ssh configuration says of a host, and the way there (ProxyJump).

The first value of an option counts, as ssh_config(5) has it. Nothing is run: neither ProxyCommand
nor Match exec.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smcogui.errors import InputError
from smcogui.runs.cluster.plain_text import plain
from smcogui.runs.cluster.ssh_config_files import (
    AskedHost,
    ConfigLine,
    condition_holds,
    default_files,
    is_final,
    read_config,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_JUMPS: Final = 8
DEFAULT_PORT: Final = 22
_LISTS: Final = frozenset({"identityfile", "certificatefile"})
_IGNORED: Final = {
    "proxycommand": "ProxyCommand would run a program and is not used; use ProxyJump",
    "hostkeyalgorithms": "HostKeyAlgorithms is not used; known keys decide",
    "pkcs11provider": "PKCS11Provider is not used; put the key into an agent",
    "canonicalizehostname": "CanonicalizeHostname is not used; write the whole name",
}
_JUMP_BY_COMMAND: Final = re.compile(
    r"(?:\S*/)?ssh\s+(?:-q\s+)?(?:-W\s*(?:%h:%p|\[%h\]:%p)\s+(?P<after>\S+)|"
    r"(?P<before>[^-\s]\S*)\s+-W\s*(?:%h:%p|\[%h\]:%p))$"
)
_JUMP: Final = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s]+)@)?(?P<host>\[[^\]]+\]|[^:@/\s]+)(?::(?P<port>\d{1,5}))?/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """One host on the way, as the ssh configuration has it.

    Attributes
    ----------
    alias : str
        As somebody called it.
    host, port, user : str, int, str
        Where to connect to, and as whom.
    host_key_name : str
        Under which name its key is known: HostKeyAlias, or the host.
    identity_files, certificate_files : tuple of str
        Paths on this computer; without IdentityFile those that ``ssh`` tries.
    identities_only : bool
        Whether an agent may offer only those keys.
    identity_agent : str
        Socket of the agent; empty for the usual one, ``none`` for no agent.
    proxy_jump : tuple of str
        Hosts on the way, the first one first.
    known_hosts, global_known_hosts : tuple of str
        Files of known keys.
    notes : tuple of str
        What the configuration says and this program does not do.
    """

    alias: str
    host: str
    port: int
    user: str
    host_key_name: str
    identity_files: tuple[str, ...] = ()
    certificate_files: tuple[str, ...] = ()
    identities_only: bool = False
    identity_agent: str = ""
    proxy_jump: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = ()
    global_known_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Name and port, for messages."""
        return self.host if self.port == DEFAULT_PORT else f"{self.host} port {self.port}"


@dataclass(slots=True)
class SSHConfig:
    """The configuration files of this user.

    Parameters
    ----------
    files : iterable of Path, optional
        In the order of their weight; by default ``~/.ssh/config`` and the system's.

    Attributes
    ----------
    notes : list of str
        What could not be read.
    """

    files: tuple[Path, ...] = ()
    notes: list[str] = field(default_factory=list, init=False)
    _lines: list[ConfigLine] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.files = self.files or default_files()
        for path in self.files:
            self._lines += read_config(path, self.notes)

    def aliases(self) -> tuple[str, ...]:
        """Return the names of hosts without wildcards, as they come."""
        names = (
            name
            for line in self._lines
            for condition in line.conditions
            if condition[0] == "host"
            for name in condition[1:]
            if not re.search(r"[*?!]", name)
        )
        return tuple(dict.fromkeys(names))

    def resolve(self, alias: str, *, user: str = "", port: int | None = None) -> HostSettings:
        """Return what holds for a host; user and port that are given outweigh the files."""
        alias = alias.strip("[]")
        found, notes = self._options(alias, user)
        host = _expanded(_first(found, "hostname", alias), {"h": alias, "n": alias})
        name = user or _first(found, "user", _local_user())
        number = port or _port(_first(found, "port", ""), notes)
        tokens = {"h": host, "n": alias, "p": str(number), "r": name} | _local_tokens()
        jump = _jumps(_first(found, "proxyjump", ""), found.get("proxycommand", ()), notes)
        identities = tuple(_path(value, tokens) for value in found.get("identityfile", ()))
        return HostSettings(
            alias=alias,
            host=host,
            port=number,
            user=name,
            host_key_name=_expanded(_first(found, "hostkeyalias", host), tokens),
            identity_files=identities or default_identities(),
            certificate_files=tuple(_path(v, tokens) for v in found.get("certificatefile", ())),
            identities_only=_first(found, "identitiesonly", "no").casefold() in ("yes", "true"),
            identity_agent=_agent(_first(found, "identityagent", ""), tokens),
            proxy_jump=jump,
            known_hosts=_paths(
                found.get("userknownhostsfile", ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")),
                tokens,
            ),
            global_known_hosts=_paths(
                found.get("globalknownhostsfile", default_global_known_hosts()), tokens
            ),
            notes=tuple(notes),
        )

    def route(
        self, alias: str, *, user: str = "", port: int | None = None
    ) -> tuple[HostSettings, ...]:
        """Return the hosts on the way to a host, which comes last.

        Raises
        ------
        InputError
            If the way leads in a circle, over too many hosts, or a hop is none.
        """
        return self._way(self.resolve(alias, user=user, port=port), ())

    def _way(self, target: HostSettings, above: tuple[str, ...]) -> tuple[HostSettings, ...]:
        above = (*above, target.alias)
        if len(above) > MOST_JUMPS + 1:
            raise _bad_jump(target.alias, f"leads over more than {MOST_JUMPS} hosts")
        way: tuple[HostSettings, ...] = ()
        for number, hop in enumerate(target.proxy_jump):
            name, user, port = _hop(hop, target.alias)
            if name in above:
                raise _bad_jump(target.alias, f"leads in a circle, back to {plain(name)}")
            settings = self.resolve(name, user=user, port=port)
            # the hops before this one are the way to it, as ssh -J has it
            way = (*way, settings) if number else self._way(settings, above)
            if len(way) > MOST_JUMPS:
                raise _bad_jump(target.alias, f"leads over more than {MOST_JUMPS} hosts")
        return (*way, target)

    def _options(self, alias: str, user: str) -> tuple[dict[str, tuple[str, ...]], list[str]]:
        found: dict[str, tuple[str, ...]] = {}
        notes = list(self.notes)
        passes = (False, True) if any(is_final(line) for line in self._lines) else (False,)
        for final in passes:
            for line in self._lines:
                host = _expanded(_first(found, "hostname", alias), {"h": alias, "n": alias})
                name = user or _first(found, "user", _local_user())
                asked = AskedHost(alias, name, host, _local_user(), final)
                if all(condition_holds(condition, asked, notes) for condition in line.conditions):
                    _take(found, line)
        for keyword, note in _IGNORED.items():
            value = _first(found, keyword, "no").casefold()
            jumps_by_command = keyword == "proxycommand" and _JUMP_BY_COMMAND.match(value)
            if value not in ("no", "none") and not jumps_by_command:
                notes.append(f"{alias}: {note}.")
        return found, list(dict.fromkeys(notes))


def default_identities() -> tuple[str, ...]:
    """Return the private keys that ``ssh`` tries of itself, where they exist."""
    folder = Path.home() / ".ssh"
    names = ("id_ed25519", "id_ecdsa", "id_rsa")
    return tuple(str(folder / name) for name in names if (folder / name).is_file())


def default_global_known_hosts() -> tuple[str, ...]:
    """Return the computer's files of known keys."""
    if os.name == "nt":
        folder = os.environ.get("PROGRAMDATA", r"C:\ProgramData").replace("\\", "/")
        return (f"{folder}/ssh/ssh_known_hosts",)
    return ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")


def _take(found: dict[str, tuple[str, ...]], line: ConfigLine) -> None:
    if line.keyword in _LISTS:
        earlier = found.get(line.keyword, ())
        found[line.keyword] = tuple(dict.fromkeys((*earlier, line.values[0])))
    elif line.keyword:
        found.setdefault(line.keyword, line.values)


def _first(found: dict[str, tuple[str, ...]], keyword: str, default: str) -> str:
    values = found.get(keyword)
    return values[0] if values else default


def _port(text: str, notes: list[str]) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65_535:
        return int(text)
    if text:
        notes.append(f"Port {plain(text)} is none; {DEFAULT_PORT} is used.")
    return DEFAULT_PORT


def _jumps(text: str, command: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    if not text and command:
        found = _JUMP_BY_COMMAND.match(command[0].strip())
        text = (found.group("after") or found.group("before")) if found else ""
    if not text or text.casefold() == "none":
        return ()
    return tuple(hop.strip() for hop in text.split(","))


def _hop(text: str, alias: str) -> tuple[str, str, int | None]:
    found = _JUMP.fullmatch(text)
    if not found or found.group("host").startswith("-"):
        raise _bad_jump(alias, f"names {plain(text)!r}, which is no host")
    port = found.group("port")
    return found.group("host").strip("[]"), found.group("user") or "", int(port) if port else None


def _bad_jump(alias: str, why: str) -> InputError:
    return InputError(
        f"ProxyJump of {plain(alias)} {why}. Correct your ssh configuration",
        key="host",
        given=alias,
        allowed=f"at most {MOST_JUMPS} hosts on the way, each once, as user@host:port",
    )


def _agent(text: str, tokens: dict[str, str]) -> str:
    if text == "SSH_AUTH_SOCK":
        return ""
    if text.startswith("$"):
        return os.environ.get(text.strip("${}"), "")
    return "none" if text.casefold() == "none" else _path(text, tokens) if text else ""


def _paths(values: Iterable[str], tokens: dict[str, str]) -> tuple[str, ...]:
    return tuple(_path(value, tokens) for value in values if value.casefold() != "none")


def _path(text: str, tokens: dict[str, str]) -> str:
    return str(Path(os.path.expandvars(_expanded(text, tokens))).expanduser())


def _expanded(text: str, tokens: dict[str, str]) -> str:
    known = {"%": "%"} | tokens
    return re.sub(r"%(.)", lambda found: known.get(found.group(1), found.group()), text)


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _local_tokens() -> dict[str, str]:
    name = socket.gethostname()
    return {"d": str(Path.home()), "u": _local_user(), "l": name, "L": name.split(".")[0]}
