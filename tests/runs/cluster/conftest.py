"""What tests of connections share: a way to join a server, and somebody who answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hostile import HostileServer
from loopback.programs import UnavailableError
from loopback.root import Root
from loopback.sshd import Sshd

from smcogui.errors import SignInCancelledError
from smcogui.runs.cluster.asker import Asker, HostKeyQuestion, NobodyToAsk, Prompt
from smcogui.runs.cluster.connection import SSHConnection, connect
from smcogui.runs.cluster.profile import make_profile
from smcogui.runs.cluster.secrets import Secrets
from smcogui.runs.cluster.ssh_config import SSHConfig

Join = Callable[..., SSHConnection]


class Person:
    """Answers prompts from a list, and remembers what was asked.

    Parameters
    ----------
    answers
        One list of answers for each time that somebody asks; then the person gives up.
    trusts
        Whether an unknown host key is taken.
    """

    def __init__(self, *answers: Sequence[str], trusts: bool = False) -> None:
        self.answers = list(answers)
        self.trusts = trusts
        self.asked: list[tuple[str, str, tuple[Prompt, ...]]] = []
        self.questions: list[HostKeyQuestion] = []

    def trust_host_key(self, question: HostKeyQuestion) -> bool:
        self.questions.append(question)
        return self.trusts

    def answer_prompts(
        self, title: str, instructions: str, prompts: Sequence[Prompt]
    ) -> Sequence[str]:
        self.asked.append((title, instructions, tuple(prompts)))
        if not self.answers:
            raise SignInCancelledError("given up", key="sign_in")
        return self.answers.pop(0)


@pytest.fixture
def person() -> type[Person]:
    """Return the class of people who answer."""
    return Person


@pytest.fixture(scope="session")
def join(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Join]:
    """Return a function that connects to a server of a test, whose key is known."""
    folder = tmp_path_factory.mktemp("join")
    opened: list[SSHConnection] = []

    def join(
        server: Sshd | HostileServer,
        asker: Asker | None = None,
        *,
        known: str | None = None,
        config: str = "",
        secrets: Secrets | None = None,
        known_hosts: Path | None = None,
        **values: object,
    ) -> SSHConnection:
        keys = known_hosts or folder / f"known_hosts_{len(opened)}"
        if known_hosts is None:
            lines = (
                server.host_key_line() if isinstance(server, Sshd) else (server.known_hosts_lines())
            )
            keys.write_text(lines if known is None else known)
        (folder / "config").write_text(config)
        profile = {
            "name": "loopback",
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "identity_file": str(server.identity_file),
            "sign_in": ["key", "keyboard_interactive", "password"],
        }
        connection = connect(
            make_profile(**(profile | values)),
            asker or NobodyToAsk(),
            known_hosts=keys,
            secrets=secrets,
            ssh_config=SSHConfig((folder / "config",)),
        )
        opened.append(connection)
        return connection

    yield join
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Sshd]:
    """Return an sshd that no test changes."""
    root = Root()
    try:
        sshd = Sshd(root)
    except UnavailableError as reason:
        root.close()
        pytest.skip(str(reason))
    sshd.start()
    yield sshd
    root.close()


@pytest.fixture(scope="session")
def link(server: Sshd, join: Join) -> SSHConnection:
    """Return a connection to it that no test closes."""
    return join(server)
