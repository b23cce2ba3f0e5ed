"""Passwords and passphrases: in the keyring of the operating system or in memory, nowhere else.

One-time codes never come here.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import UnavailableError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "SmCo Studio"
_LOG = logging.getLogger(__name__)
_TRUSTED: Final = (
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""Backends that the operating system guards; those that write files of their own are refused."""
_NAMES: Final = "names of what is kept"
"""Entry of a cluster that lists the others: a keyring does not tell what it has."""


class Secrets:
    """What was typed, for as long as the program runs, and the keyring for longer.

    Any thread may call.
    """

    def __init__(self) -> None:
        self._memory: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Return a text without any secret: it may land in a log."""
        return f"Secrets({len(self._memory)} in memory)"

    def get(self, cluster: str, what: str) -> str | None:
        """Return a secret, or None.

        Parameters
        ----------
        cluster : str
            Name of the profile.
        what : str
            Such as ``password of ana@login`` or ``passphrase of /home/ana/.ssh/id``.
        """
        with self._lock:
            known = self._memory.get((cluster, what))
        if known is not None:
            return known
        keyring = _keyring()
        return None if keyring is None else _asked(keyring, "get_password", cluster, what)

    def hold(self, cluster: str, what: str, secret: str) -> None:
        """Keep a secret in memory until the program ends."""
        with self._lock:
            self._memory[cluster, what] = secret

    def keep(self, cluster: str, what: str, secret: str) -> None:
        """Keep a secret in the keyring too.

        Raises
        ------
        UnavailableError
            If there is no keyring that guards it; it stays in memory.
        """
        self.hold(cluster, what, secret)
        keyring = _keyring()
        if keyring is None:
            raise UnavailableError(
                "this computer has no keyring that guards a password, so it is not kept beyond "
                "this session. Unlock or install one (GNOME Keyring, KWallet), or use a key",
                key="remember_secrets",
                given="no keyring",
                allowed="the keyring of the operating system",
            )
        try:
            keyring.set_password(_service(cluster), what, secret)
            names = sorted(_names_in(keyring, cluster) | {what})
            keyring.set_password(_service(cluster), _NAMES, json.dumps(names))
        except _keyring_errors() as error:
            raise UnavailableError(
                f"the keyring did not take the password ({type(error).__name__}). It is used for "
                "this session only",
                key="remember_secrets",
                given="a keyring that is locked",
                allowed="the keyring of the operating system, unlocked",
            ) from error

    def forget(self, cluster: str, what: str) -> None:
        """Forget a secret everywhere; one that is not there is no error."""
        with self._lock:
            self._memory.pop((cluster, what), None)
        keyring = _keyring()
        if keyring is None or _asked(keyring, "get_password", cluster, what) is None:
            return
        _asked(keyring, "delete_password", cluster, what)
        left = _names_in(keyring, cluster) - {what}
        if left:
            _asked(keyring, "set_password", cluster, _NAMES, json.dumps(sorted(left)))
        elif what != _NAMES:
            self.forget(cluster, _NAMES)

    def forget_cluster(self, cluster: str) -> None:
        """Forget all secrets of a cluster everywhere."""
        with self._lock:
            held = {what for name, what in self._memory if name == cluster}
        keyring = _keyring()
        kept = set() if keyring is None else _names_in(keyring, cluster)
        for what in (*sorted(held | kept), _NAMES):
            self.forget(cluster, what)


def keyring_name() -> str | None:
    """Return the name of the keyring that secrets go to; None where none guards them."""
    keyring = _keyring()
    return None if keyring is None else str(keyring.name)


def _keyring() -> KeyringBackend | None:
    import keyring

    backend: KeyringBackend = keyring.get_keyring()
    # several at once: the first that can be trusted
    candidates: tuple[KeyringBackend, ...] = (backend, *getattr(backend, "backends", ()))
    for candidate in candidates:
        if type(candidate).__module__ in _TRUSTED:
            return candidate
    return None


def _asked(keyring: KeyringBackend, method: str, cluster: str, *what: str) -> Any:
    try:
        return getattr(keyring, method)(_service(cluster), *what)
    except _keyring_errors() as error:
        # a locked keyring is as good as an empty one: the person is asked instead
        _LOG.warning("The keyring does not answer: %s.", type(error).__name__)
        return None


def _names_in(keyring: KeyringBackend, cluster: str) -> set[str]:
    """Return what the keyring keeps of a cluster, by name."""
    try:
        names = json.loads(_asked(keyring, "get_password", cluster, _NAMES) or "[]")
    except ValueError:
        return set()
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _keyring_errors() -> tuple[type[Exception], ...]:
    from keyring.errors import KeyringError

    return KeyringError, RuntimeError, OSError


def _service(cluster: str) -> str:
    return f"{SERVICE}: {cluster}"
