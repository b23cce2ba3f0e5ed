"""Questions of a sign-in on the terminal; what must not be seen is not echoed."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from smcogui.cli.output import write_log
from smcogui.errors import SignInCancelledError, SignInNeededError
from smcogui.runs.cluster.asker import NobodyToAsk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.runs.cluster.asker import HostKeyQuestion, Prompt


class TerminalAsker(NobodyToAsk):
    """Asks whoever sits at the terminal; where nobody does, it is refused in words.

    Parameters
    ----------
    fingerprint : str
        ``SHA256:…`` of a host key that is right, given with the command.
    """

    def __init__(self, fingerprint: str = "") -> None:
        self._fingerprint = fingerprint

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        """Return whether the key is the one that was given, or ask."""
        if self._fingerprint:
            return question.fingerprint == self._fingerprint
        if not is_interactive():
            raise SignInNeededError(
                f"the host key of {question.host} ({question.fingerprint}) is not confirmed yet. "
                "Where it is the one that the cluster publishes, give it with --host-key "
                f"{question.fingerprint}, or call this once at a terminal",
                key="host",
                given=question.fingerprint,
                allowed="a host key that somebody confirmed",
            )
        write_log(
            f"{question.host}, port {question.port} shows the {question.key_type} key "
            f"{question.fingerprint}. Compare it with what the cluster's documentation says."
        )
        return _ask("Is it the same? Type yes to trust it: ").strip().lower() == "yes"

    def answer_prompts(
        self, title: str, instructions: str, prompts: Sequence[Prompt]
    ) -> Sequence[str]:
        """Ask each prompt in turn."""
        if not is_interactive():
            return super().answer_prompts(title, instructions, prompts)
        for line in filter(None, (title, instructions)):
            write_log(line)
        return [_ask(each.text) if each.echo else _ask_secretly(each.text) for each in prompts]


def is_interactive() -> bool:
    """Tell whether somebody sits at the terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _ask(text: str) -> str:
    # Standard output is for the answer of the verb.
    sys.stderr.write(text)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise _gave_up()
    return line.rstrip("\n")


def _ask_secretly(text: str) -> str:
    try:
        return getpass.getpass(text, stream=sys.stderr)
    except EOFError as error:
        raise _gave_up() from error


def _gave_up() -> SignInCancelledError:
    return SignInCancelledError("the sign-in was given up: the terminal was closed", key="sign_in")
