"""Private keys to sign in with: of agents and of files, with their certificates."""

from __future__ import annotations

import contextlib
import logging
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import SignInError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paramiko import PKey
    from paramiko.agent import AgentSSH

    from smcogui.runs.cluster.ssh_config import HostSettings

_AGENT_S: Final = 120.0
"""A security key waits to be touched."""
_OTHER_FORMS: Final = {
    b"PuTTY-User-Key-File": "it is a key of PuTTY; load it into Pageant, or export it from "
    "PuTTYgen as an OpenSSH key",
    b"-----BEGIN ENCRYPTED PRIVATE KEY": "its form is PKCS#8; ssh-keygen -p -f and its name "
    "turn it into one of OpenSSH",
    b"-----BEGIN PRIVATE KEY": "its form is PKCS#8; ssh-keygen -p -f and its name turn it into "
    "one of OpenSSH",
}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A private key that can sign, and what it is called in messages."""

    label: str
    key: Any


@contextlib.contextmanager
def open_agent(settings: HostSettings) -> Iterator[list[Identity]]:
    """Give the keys of the agent, those named by the configuration first; none without agent."""
    agent = _agent(settings.identity_agent)
    if agent is None:
        yield []
        return
    try:
        wanted = _public_blobs(settings)
        keys = sorted(agent.get_keys(), key=lambda key: key.asbytes() not in wanted)
        if settings.identities_only:
            keys = [key for key in keys if key.asbytes() in wanted]
        yield [Identity(label=f"agent: {key.comment or key.name}", key=key) for key in keys]
    finally:
        agent.close()


def load_identity(
    path: str, settings: HostSettings, ask_passphrase: Callable[[str, bool], str | None]
) -> Identity | None:
    """Load a private key and its certificate.

    Parameters
    ----------
    path : str
    settings : HostSettings
    ask_passphrase : callable
        Gets the path and whether an answer before was wrong; None leaves the key out.

    Returns
    -------
    Identity or None

    Raises
    ------
    SignInError
        If the file holds no private key.
    """
    passphrase: str | None = None
    again = False
    while True:
        try:
            key = _load(path, passphrase)
        except _LockedError:
            passphrase = ask_passphrase(path, again)
            again = True
            if not passphrase:
                return None
            continue
        for certificate in settings.certificate_files:
            with contextlib.suppress(OSError, ValueError):
                key.load_certificate(certificate)
        return Identity(label=path, key=key)


class _LockedError(Exception):
    """The key needs a passphrase, or another one."""


def _load(path: str, passphrase: str | None) -> PKey:
    from paramiko import PKey, SSHException
    from paramiko.pkey import UnknownKeyType

    try:
        with Path(path).open("rb") as stream:
            beginning = stream.read(100)
        for other, why in _OTHER_FORMS.items():
            if beginning.startswith(other):
                raise _no_key(path, why)
        return PKey.from_path(path, None if passphrase is None else passphrase.encode())
    except FileNotFoundError as error:
        raise _no_key(path, "there is no such file") from error
    except OSError as error:
        raise _no_key(path, error.strerror or "it cannot be read") from error
    except TypeError as error:
        # cryptography's word for a passphrase that is missing
        raise _LockedError from error
    except UnknownKeyType as error:
        raise _no_key(path, "its type is not supported (Ed25519, ECDSA and RSA are)") from error
    except (ValueError, SSHException) as error:
        if passphrase is not None:
            raise _LockedError from error
        raise _no_key(path, "it holds no private key; a public key (.pub) is none") from error


def _no_key(path: str, why: str) -> SignInError:
    return SignInError(
        f"the private key {path} is not used: {why}. Choose another file, or leave it empty for "
        "the usual ones",
        key="identity_file",
        given=path,
        allowed="a private key of OpenSSH",
    )


def _agent(place: str) -> AgentSSH | None:
    from paramiko import SSHException
    from paramiko.agent import Agent, AgentSSH

    class SocketAgent(AgentSSH):  # type: ignore[misc]
        """An agent at a socket of its own (IdentityAgent)."""

        def __init__(self, link: socket.socket) -> None:
            super().__init__()
            self._connect(link)

        def close(self) -> None:
            """Close the socket."""
            self._close()

    if place == "none":
        return None
    link = None
    try:
        if not place or not hasattr(socket, "AF_UNIX"):
            return Agent()
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(_AGENT_S)
        link.connect(place)
        return SocketAgent(link)
    except (OSError, SSHException) as error:
        if link is not None:
            link.close()
        _LOG.warning("The agent %s does not answer: %s.", place or "of the session", error)
        return None


def _public_blobs(settings: HostSettings) -> set[bytes]:
    import base64
    import binascii

    found = set()
    for path in (*settings.identity_files, *settings.certificate_files):
        name = path if path.endswith(".pub") else f"{path}.pub"
        with contextlib.suppress(OSError, binascii.Error, ValueError, IndexError):
            found.add(base64.b64decode(Path(name).read_text("utf-8").split()[1]))
    return found
