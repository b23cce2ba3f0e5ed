"""The way to a cluster: hosts in between, and the host key of each before a word is said."""

from __future__ import annotations

import contextlib
import logging
import socket
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import (
    HostKeyChangedError,
    HostKeyRevokedError,
    HostUnknownError,
    LostContactError,
)
from smcogui.runs.cluster.asker import HostKeyQuestion
from smcogui.runs.cluster.host_keys import HostKeys, Verdict, fingerprint, host_key_name
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from paramiko import Transport

    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.ssh_config import HostSettings

REACH_S: Final = 20.0
"""How long a host may take to answer a connection, and again to agree on keys, in s."""
KEEP_ALIVE_S: Final = 30
"""Keeps routers from forgetting the connection; it does not notice a peer that froze."""
_RSA: Final = "ssh-rsa"


def open_route(
    route: Sequence[HostSettings],
    asker: Asker,
    own_keys: Path,
    sign_in: Callable[[Transport, HostSettings], None],
) -> list[Transport]:
    """Connect to each host of a route through the one before, and sign in to each.

    Parameters
    ----------
    route : sequence of HostSettings
        As :meth:`~smcogui.runs.cluster.ssh_config.SSHConfig.route` gives it.
    asker : Asker
        Asked about host keys that nobody confirmed yet.
    own_keys : Path
        The program's own file of known keys.
    sign_in : callable
        Signs in to one host.

    Returns
    -------
    list of Transport
        One for each host; to be closed from the last to the first.

    Raises
    ------
    ClusterError
        Everything that was opened is closed then.
    """
    quiet_paramiko()
    opened: list[Transport] = []
    try:
        for settings in route:
            link = _reach(settings, opened[-1] if opened else None)
            transport = _agree(link, settings, asker, own_keys, opened)
            sign_in(transport, settings)
            transport.set_keepalive(KEEP_ALIVE_S)
    except BaseException:
        close_all(opened)
        raise
    return opened


def close_all(transports: Sequence[Transport]) -> None:
    """Close transports, the last one first."""
    for transport in reversed(transports):
        with contextlib.suppress(OSError, EOFError):
            transport.close()


def quiet_paramiko() -> None:
    """Keep paramiko's own log lines out: they repeat what hosts send, control characters too."""
    logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


def _reach(settings: HostSettings, before: Transport | None) -> Any:
    from paramiko import SSHException

    try:
        if before is None:
            return socket.create_connection((settings.host, settings.port), REACH_S)
        place = (settings.host, settings.port)
        return before.open_channel("direct-tcpip", place, ("127.0.0.1", 0), timeout=REACH_S)
    except socket.gaierror as error:
        why = f"its name is not known here ({error.strerror}). Check the name and the network"
    except TimeoutError:
        why = f"it did not answer within {REACH_S:g} s. Check the network, a VPN perhaps"
    except OSError as error:
        why = f"{error.strerror or error}. Check host, port and network"
    except (SSHException, EOFError) as error:
        why = f"the host before it does not lead there ({plain(str(error))})"
    raise LostContactError(
        f"{settings.address} cannot be reached: {why}",
        given=settings.address,
        allowed="a host that answers",
    )


def _agree(
    link: Any, settings: HostSettings, asker: Asker, own_keys: Path, opened: list[Transport]
) -> Transport:
    from paramiko import SSHException, Transport

    try:
        transport = Transport(link)
    except (SSHException, OSError) as error:
        raise _no_talk(settings, error) from error
    opened.append(transport)
    transport.banner_timeout = transport.handshake_timeout = REACH_S
    name = host_key_name(settings.host_key_name, settings.port)
    keys = HostKeys(own_keys, (*settings.known_hosts, *settings.global_known_hosts))
    _prefer(transport, keys.types_for(name))
    try:
        transport.start_client(timeout=REACH_S)
        # raises where the time ran out before keys were agreed on
        shown = transport.get_remote_server_key()
    except (SSHException, OSError, EOFError) as error:
        raise _no_talk(settings, error) from error
    _judge(settings, keys, shown.get_name(), shown.asbytes(), asker, transport)
    return transport


def _prefer(transport: Transport, known: Sequence[str]) -> None:
    """Ask for keys of the types that are known first, or a known host looks like another one."""
    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda kind: _plain_type(kind) not in known)


def _plain_type(algorithm: str) -> str:
    return _RSA if algorithm.startswith("rsa-") else algorithm


def _judge(
    settings: HostSettings,
    keys: HostKeys,
    key_type: str,
    key: bytes,
    asker: Asker,
    transport: Transport,
) -> None:
    shown = fingerprint(key)
    name = host_key_name(settings.host_key_name, settings.port)
    askable = {_plain_type(kind) for kind in transport.get_security_options().key_types}
    judgement = keys.judge(name, key_type, key, askable)
    places = ", ".join(judgement.places)
    if judgement.verdict is Verdict.REVOKED:
        raise HostKeyRevokedError(
            f"{settings.address} shows the key {shown}, which was declared invalid ({places}). "
            "Somebody may listen in: nothing was sent. Ask the administrators of the cluster",
            key="host",
            given=shown,
            allowed="a key that is not revoked",
        )
    if judgement.verdict is Verdict.CHANGED:
        raise HostKeyChangedError(
            f"{settings.address} shows another host key than the known one: {shown} ({key_type}). "
            "Somebody may listen in: nothing was sent. Ask the administrators; if they replaced "
            f"the key, remove the old one by hand: {places}",
            key="host",
            given=shown,
            allowed=f"the key that is known: {places}",
        )
    if judgement.verdict is Verdict.UNKNOWN:
        question = HostKeyQuestion(
            host=settings.host,
            port=settings.port,
            key_type=key_type,
            fingerprint=shown,
            known_types=judgement.known_types,
        )
        if not asker.trust_host_key(question):
            raise HostUnknownError(
                f"the host key of {settings.address} was not confirmed: {shown}. Compare it with "
                "what the cluster publishes and connect again",
                fingerprint=shown,
                given=shown,
                allowed="a host key that somebody confirmed",
            )
        keys.add(name, key_type, key)


def _no_talk(settings: HostSettings, error: BaseException) -> LostContactError:
    said = plain(str(error))[:300] or type(error).__name__
    return LostContactError(
        f"{settings.address} does not answer as an SSH server: {said}. Check host and port",
        given=settings.address,
        allowed="an SSH server, version 2",
    )
