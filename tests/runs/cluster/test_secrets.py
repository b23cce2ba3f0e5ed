"""Security 3: secrets live in the keyring of the operating system or in memory."""

from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked

from smcogui.errors import UnavailableError
from smcogui.runs.cluster import secrets
from smcogui.runs.cluster.secrets import Secrets, keyring_name

CANARY = "canary-7c1f"


class GuardedKeyring(KeyringBackend):
    """Stands for the keyring of the operating system."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class PlaintextKeyring(GuardedKeyring):
    """As keyrings.alt has them: a file that anybody can read."""


PlaintextKeyring.__module__ = "keyrings.alt.file"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(secrets, "_TRUSTED", (*secrets._TRUSTED, GuardedKeyring.__module__))

    def use(backend: KeyringBackend) -> KeyringBackend:
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        return backend

    return use


def test_a_secret_is_kept_in_the_guarded_keyring(use) -> None:
    backend = use(GuardedKeyring())
    Secrets().keep("hpc", "password", CANARY)
    assert Secrets().get("hpc", "password") == CANARY
    assert Secrets().get("other", "password") is None
    Secrets().forget("hpc", "password")
    assert backend.kept == {}


@pytest.mark.parametrize("backend", [PlaintextKeyring, null.Keyring, fail.Keyring])
def test_a_keyring_that_guards_nothing_is_refused(use, backend: type[KeyringBackend]) -> None:
    use(backend())
    book = Secrets()
    with pytest.raises(UnavailableError, match="no keyring that guards"):
        book.keep("hpc", "password", CANARY)
    assert keyring_name() is None
    assert book.get("hpc", "password") == CANARY
    assert Secrets().get("hpc", "password") is None


def test_of_several_keyrings_the_guarded_one_is_taken(use, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, guarded = PlaintextKeyring(), GuardedKeyring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [plain, guarded])
    use(chainer.ChainerBackend())
    Secrets().keep("hpc", "password", CANARY)
    assert plain.kept == {}
    assert CANARY in guarded.kept.values()


def test_a_locked_keyring_is_said_and_asked_no_more(use) -> None:
    backend = use(GuardedKeyring())
    backend.locked = True
    assert Secrets().get("hpc", "password") is None
    with pytest.raises(UnavailableError, match="did not take the password"):
        Secrets().keep("hpc", "password", CANARY)


def test_what_is_held_in_memory_is_shown_nowhere(use) -> None:
    use(null.Keyring())
    book = Secrets()
    book.hold("hpc", "password", CANARY)
    assert CANARY not in repr(book)
    assert CANARY not in str(book)
    book.forget("hpc", "password")
    assert book.get("hpc", "password") is None


def test_all_secrets_of_a_cluster_are_forgotten_and_those_of_others_stay(use) -> None:
    backend = use(GuardedKeyring())
    before = Secrets()
    before.keep("hpc", "password of ana@login", CANARY)
    before.keep("hpc", "passphrase of /home/ana/id", CANARY)
    before.keep("other", "password of ana@other", CANARY)
    # Another start of the program holds nothing in memory.
    now = Secrets()
    now.hold("hpc", "password of ana@jump", CANARY)
    now.forget_cluster("hpc")
    assert {service for service, _ in backend.kept} == {"SmCo Studio: other"}
    assert now.get("hpc", "password of ana@jump") is None
    assert now.get("other", "password of ana@other") == CANARY


def test_a_damaged_list_of_names_forgets_what_is_known(use) -> None:
    backend = use(GuardedKeyring())
    vault = Secrets()
    vault.keep("hpc", "password of ana@login", CANARY)
    backend.kept["SmCo Studio: hpc", "names of what is kept"] = "{"
    vault.forget_cluster("hpc")
    assert not backend.kept
