"""Signing in to a host: what it offers, in the order of the profile, several steps where it wants.

A key is tried once. A password that is remembered is tried once, then a person is asked. Whatever
else a host asks by keyboard-interactive may be a one-time code: that goes to a person each time, is
kept nowhere and is never tried again by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from smcogui.errors import (
    LostContactError,
    SignInCancelledError,
    SignInError,
    SmCoError,
    UnavailableError,
)
from smcogui.runs.cluster.asker import Prompt
from smcogui.runs.cluster.connection.identities import Identity, load_identity, open_agent
from smcogui.runs.cluster.plain_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paramiko import Transport

    from smcogui.runs.cluster.asker import Asker
    from smcogui.runs.cluster.profile import ClusterProfile
    from smcogui.runs.cluster.secrets import Secrets
    from smcogui.runs.cluster.ssh_config import HostSettings

_PERSON_S: Final = 600.0
"""How long a person may look for a code; hosts mostly give up sooner."""
_HOST_S: Final = 120.0
_PASSWORD_TRIES: Final = 3
_MOST_STEPS: Final = 8
_MOST_PROMPTS: Final = 20
_ALLOWED_BY: Final = {
    "agent": "publickey",
    "key": "publickey",
    "keyboard_interactive": "keyboard-interactive",
    "password": "password",
}


_PASSWORD: Final = re.compile(r"passw(or)?d|kennwort|mot de passe|contraseña", re.IGNORECASE)
_CODE: Final = re.compile(
    r"one.?time|code|token|otp|verification|factor|passcode|duo|new|current|\bpin\b", re.IGNORECASE
)
"""What speaks of something that must not be sent twice."""


class SignIn:
    """Signs in to one host.

    Parameters
    ----------
    transport : Transport
        Whose host key was found right.
    settings : HostSettings
    profile : ClusterProfile
    asker : Asker
    secrets : Secrets
    """

    def __init__(
        self,
        transport: Transport,
        settings: HostSettings,
        *,
        profile: ClusterProfile,
        asker: Asker,
        secrets: Secrets,
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._profile = profile
        self._asker = asker
        self._secrets = secrets
        self._account = f"{settings.user}@{settings.host}"
        self._tried: list[str] = []
        self._notes: list[str] = []
        self._typed_password = ""

    def run(self) -> None:
        """Sign in.

        Raises
        ------
        SignInError
            If the host refuses; the message says what was tried and what it takes.
        LostContactError
            If the host hangs up.
        """
        allowed = self._ask_what_is_allowed()
        for _ in range(_MOST_STEPS):
            if not allowed:
                return
            allowed = self._step(allowed)
        raise self._refused(allowed)

    def _ask_what_is_allowed(self) -> Sequence[str]:
        from paramiko import BadAuthenticationType

        try:
            return self._attempt(self._transport.auth_none, self._settings.user) or ()
        except BadAuthenticationType as error:
            return tuple(error.allowed_types)

    def _step(self, allowed: Sequence[str]) -> Sequence[str]:
        """Take one step; return what the host wants next, nothing once it lets us in."""
        ways: dict[str, Callable[[], Sequence[str] | None]] = {
            "agent": self._by_agent,
            "key": self._by_key,
            "keyboard_interactive": self._by_prompts,
            "password": self._by_password,
        }
        for method in self._profile.sign_in:
            if _ALLOWED_BY[method] in allowed:
                following = ways[method]()
                if following is not None:
                    return following
        raise self._refused(allowed)

    def _by_agent(self) -> Sequence[str] | None:
        with open_agent(self._settings) as identities:
            for identity in identities:
                following = self._by_identity(identity)
                if following is not None:
                    return following
        return None

    def _by_key(self) -> Sequence[str] | None:
        chosen = self._profile.identity_file
        if chosen and self._is_target():
            from pathlib import Path

            paths: tuple[str, ...] = (str(Path(chosen).expanduser()),)
        else:
            paths = self._settings.identity_files
        for path in paths:
            try:
                identity = load_identity(path, self._settings, self._ask_passphrase)
            except SignInError as error:
                self._notes.append(error.message)
                continue
            following = self._by_identity(identity) if identity else None
            if following is not None:
                return following
        return None

    @property
    def _password_name(self) -> str:
        return f"password of {self._account}"

    def _is_target(self) -> bool:
        return self._settings.alias == self._profile.host.strip("[]")

    def _by_identity(self, identity: Identity) -> Sequence[str] | None:
        self._tried.append(identity.label)
        return self._attempt(self._transport.auth_publickey, self._settings.user, identity.key)

    def _by_password(self) -> Sequence[str] | None:
        what = self._password_name
        self._tried.append("password")
        known = self._secrets.get(self._profile.name, what)
        for number in range(_PASSWORD_TRIES + bool(known)):
            password, known = known or self._ask_password(again=number > 0), None
            following = self._attempt(
                self._transport.auth_password, self._settings.user, password, fallback=False
            )
            if following is not None:
                self._remember(what, password)
                return following
            self._secrets.forget(self._profile.name, what)
        return None

    def _ask_password(self, *, again: bool) -> str:
        said = "The host did not take it. " if again else ""
        prompt = Prompt(f"Password of {self._account}", echo=False)
        return self._ask(f"Sign in to {self._account}", said, [prompt])[0]

    def _ask_passphrase(self, path: str, again: bool) -> str | None:
        what = f"passphrase of {path}"
        if not again:
            known = self._secrets.get(self._profile.name, what)
            if known is not None:
                return known
        self._secrets.forget(self._profile.name, what)
        said = "That did not open the key. " if again else ""
        prompt = Prompt(f"Passphrase of {path}", echo=False)
        typed = self._ask(
            f"Sign in to {self._account}", f"{said}Empty leaves this key out.", [prompt]
        )[0]
        if typed:
            self._remember(what, typed)
        return typed

    def _by_prompts(self) -> Sequence[str] | None:
        self._tried.append("keyboard-interactive")
        stopped: list[SmCoError] = []

        def answer(title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
            # called in paramiko's thread, which an exception would end without a word
            try:
                return list(self._answer(title, instructions, prompts))
            except SmCoError as error:
                stopped.append(error)
                self._transport.close()
                return []

        self._typed_password = ""
        try:
            following = self._attempt(self._transport.auth_interactive, self._settings.user, answer)
        except (LostContactError, SignInError):
            if stopped:
                raise stopped[0] from None
            raise
        if following is None:
            self._secrets.forget(self._profile.name, self._password_name)
        elif self._typed_password:
            self._remember(self._password_name, self._typed_password)
        return following

    def _answer(
        self, title: str, instructions: str, prompts: list[tuple[str, bool]]
    ) -> Sequence[str]:
        if len(prompts) > _MOST_PROMPTS:
            raise SignInError(
                f"{self._account} asks {len(prompts)} questions at once; that is no sign-in",
                key="sign_in",
                given=f"{len(prompts)} questions",
                allowed=f"at most {_MOST_PROMPTS}",
            )
        if not prompts and not instructions.strip():
            return []
        shown = [Prompt(plain(text)[:500], bool(echo)) for text, echo in prompts]
        said = "\n".join(filter(None, (plain(title), plain(instructions, "\n")[:4000])))
        if not prompts:
            # something to be read only
            self._notes.append(said)
            return []
        if len(shown) == 1 and _asks_for_password(shown[0]):
            return [self._prompted_password(said, shown[0])]
        return self._ask(f"Sign in to {self._account}", said, shown)

    def _prompted_password(self, said: str, prompt: Prompt) -> str:
        """Answer a prompt for the password, with the remembered one the first time."""
        known = None
        if not self._typed_password:
            known = self._secrets.get(self._profile.name, self._password_name)
        typed = known or self._ask(f"Sign in to {self._account}", said, [prompt])[0]
        self._typed_password = typed
        return typed

    def _ask(self, title: str, instructions: str, prompts: Sequence[Prompt]) -> Sequence[str]:
        answers = self._asker.answer_prompts(title, instructions, prompts)
        if len(answers) != len(prompts):
            raise SignInCancelledError(
                f"the sign-in to {self._account} was given up", key="sign_in"
            )
        return answers

    def _remember(self, what: str, secret: str) -> None:
        self._secrets.hold(self._profile.name, what, secret)
        if self._profile.remember_secrets:
            try:
                self._secrets.keep(self._profile.name, what, secret)
            except UnavailableError as error:
                self._notes.append(error.message)

    def _attempt(
        self, method: Callable[..., Any], *arguments: Any, **named: Any
    ) -> Sequence[str] | None:
        """Call one of paramiko's; None where the host refuses, else what it wants next."""
        from paramiko import AuthenticationException, BadAuthenticationType, SSHException

        # an agent may wait for a key to be touched, and prompts for a person
        by_person = method == self._transport.auth_interactive
        self._transport.auth_timeout = _PERSON_S if by_person else _HOST_S
        try:
            return list(method(*arguments, **named))
        except BadAuthenticationType:
            if method == self._transport.auth_none:
                raise
            return None
        except (AuthenticationException, SSHException, OSError, EOFError) as error:
            if self._transport.is_active():
                return None
            raise self._hung_up(error) from error

    def _hung_up(self, error: BaseException) -> LostContactError | SignInError:
        said = plain(str(error))[:300]
        if "too many" in said.lower():
            return SignInError(
                f"{self._account} takes no more attempts after {', '.join(self._tried)}. Choose "
                "one private key, or have the agent offer fewer",
                key="sign_in",
                given=", ".join(self._tried),
                allowed="few keys",
            )
        return LostContactError(
            f"{self._account} hung up while signing in ({said}); it may have waited too long for "
            "an answer, or taken too many wrong ones",
            given=self._account,
        )

    def _refused(self, allowed: Sequence[str]) -> SignInError:
        ways = ", ".join(plain(way) for way in allowed) or "nothing"
        tried = ", ".join(self._tried) or "nothing: no key, and no way that the host offers"
        notes = f" {' '.join(self._notes)}" if self._notes else ""
        return SignInError(
            f"{self._account} did not let us in. Tried: {tried}. It takes: {ways}.{notes}",
            key="sign_in",
            given=tried,
            allowed=ways,
        )


def _asks_for_password(prompt: Prompt) -> bool:
    is_password = _PASSWORD.search(prompt.text) and not _CODE.search(prompt.text)
    return bool(is_password) and not prompt.echo
