"""What only a person can answer while a connection opens: is this the host, what is the password.

The window answers with dialogs, the command line with the terminal; :class:`NobodyToAsk` serves
whatever happens in the background.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from smcogui.errors import SignInNeededError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Prompt(NamedTuple):
    """One question of the sign-in; ``echo`` tells whether the answer may be shown while typed."""

    text: str
    echo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKeyQuestion:
    """A host key that nobody has confirmed yet.

    Attributes
    ----------
    host, port : str, int
        Where the key came from; a host on the way there (ProxyJump) asks for itself.
    key_type : str
        Such as ``ssh-ed25519``.
    fingerprint : str
        ``SHA256:`` and the hash in base64, as ``ssh-keygen -l`` and administrators write it.
    known_types : tuple of str
        Types of other keys that are known for this host; mostly empty.
    """

    host: str
    port: int
    key_type: str
    fingerprint: str
    known_types: tuple[str, ...] = ()


class Asker(Protocol):
    """Whoever answers; called in the thread that connects, and may take as long as a person."""

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        """Return whether the key is the right one, compared with what the cluster publishes."""

    def answer_prompts(
        self, title: str, instructions: str, prompts: Sequence[Prompt]
    ) -> Sequence[str]:
        """Return one answer for each prompt.

        Texts come from the host and are already free of control characters.

        Raises
        ------
        SignInCancelledError
            If the person gave up.
        """


class NobodyToAsk:
    """Answers nothing: for connections that open in the background."""

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        """Say that a person has to confirm the key."""
        raise SignInNeededError(
            f"the host key of {question.host} ({question.fingerprint}) is not confirmed yet. "
            "Connect to the cluster by hand once",
            key="host",
            given=question.fingerprint,
            allowed="a host key that somebody confirmed",
        )

    def answer_prompts(
        self, title: str, instructions: str, prompts: Sequence[Prompt]
    ) -> Sequence[str]:
        """Say that a person has to answer."""
        asked = ", ".join(prompt.text.strip() for prompt in prompts) or instructions
        raise SignInNeededError(
            f"{title} asks for: {asked}. Sign in again by hand; jobs go on meanwhile",
            key="sign_in",
            given=asked,
            allowed="a way to sign in without questions, or somebody who answers",
        )
