"""What this computer knows of hosts and secrets: the ssh configuration and the keyring."""

from __future__ import annotations

from smcogui.runs.cluster.secrets import keyring_name
from smcogui.runs.cluster.ssh_config import SSHConfig


def ssh_aliases() -> tuple[str, ...]:
    """Return the hosts that the user's ssh configuration names."""
    return SSHConfig().aliases()


def describe_host(host: str, user: str = "", port: int | None = None) -> str:
    """Return in sentences where a host leads to, as the ssh configuration has it.

    Parameters
    ----------
    host : str
        A name, an address or an alias.
    user : str
        Empty for that of the configuration.
    port : int, optional

    Raises
    ------
    InputError
        If the way there (ProxyJump) makes no sense.
    """
    config = SSHConfig()
    *jumps, target = config.route(host, user=user, port=port)
    through = f" through {', then '.join(each.address for each in jumps)}" if jumps else ""
    notes = [*config.notes, *(note for each in (*jumps, target) for note in each.notes)]
    more = "".join(f" {note}." for note in dict.fromkeys(notes))
    return f"Connects to {target.address} as {target.user}{through}.{more}"


def keyring_words() -> str:
    """Return what becomes of a password that is to be remembered."""
    name = keyring_name()
    if name is None:
        return (
            "This computer has no keyring that guards a password: it is kept in memory until the "
            "program is closed."
        )
    return f"In {name}, the keyring of the operating system; one-time codes never."
