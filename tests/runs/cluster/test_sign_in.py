"""M1, M14, M15: who is let in and how, and which host keys are believed."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest
from hostile import HostileServer, SignIn
from loopback.sshd import Sshd

from smcogui.errors import (
    HostKeyChangedError,
    HostKeyRevokedError,
    HostUnknownError,
    LostContactError,
    SignInCancelledError,
    SignInError,
    SignInNeededError,
)
from smcogui.runs.cluster.secrets import Secrets

CANARY = "canary-51f0"
CODE = [("Verification code: ", False)]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[SignIn], HostileServer]]:
    with contextlib.ExitStack() as stack:

        def serve(sign_in: SignIn) -> HostileServer:
            return stack.enter_context(HostileServer(tmp_path / "home", sign_in=sign_in))

        yield serve


# ---------------------------------------------------------------- prompts (M1)
def test_a_key_and_then_a_code_let_us_in(serve, join, person) -> None:
    server = serve(
        SignIn(
            methods=("publickey", "keyboard-interactive"),
            instructions="Look at\nyour phone \x1b[31m",
            rounds=[CODE],
            answers=[["123456"]],
        )
    )
    somebody = person(["123456"])
    assert join(server, somebody).run(["echo", "in"], deadline_s=20).text == "in\n"
    ((title, instructions, prompts),) = somebody.asked
    assert title == f"Sign in to {server.user}@{server.host}"
    assert instructions == "Look at\nyour phone \\x1b[31m"
    assert [tuple(prompt) for prompt in prompts] == CODE


def test_any_number_of_prompts_with_their_echo_is_answered(serve, join, person) -> None:
    rounds = [
        [("Project: ", True), ("Card: ", True), ("PIN: ", False)],
        [],
        [("Second code: ", False)],
    ]
    answers = [["p1", "c2", "1234"], [], ["99"]]
    server = serve(SignIn(methods=("keyboard-interactive",), rounds=rounds, answers=answers))
    somebody = person(*filter(None, answers))
    assert join(server, somebody, sign_in=["keyboard_interactive"]).is_open
    assert [list(map(tuple, asked[2])) for asked in somebody.asked] == list(filter(None, rounds))


def test_a_wrong_code_is_never_tried_again(serve, join, person) -> None:
    server = serve(
        SignIn(methods=("publickey", "keyboard-interactive"), rounds=[CODE], answers=[["123456"]])
    )
    somebody = person(["000000"], ["123456"])
    with pytest.raises(SignInError, match=r"Tried: .*keyboard-interactive"):
        join(server, somebody)
    assert len(somebody.asked) == 1
    assert [each for each in server.sign_ins if each[0] == "keyboard-interactive"] == [
        ("keyboard-interactive", ("000000",))
    ]


def test_a_code_is_asked_anew_by_every_connection(serve, join, person) -> None:
    server = serve(SignIn(methods=("keyboard-interactive",), rounds=[CODE], answers=[["123456"]]))
    secrets = Secrets()
    for _ in range(2):
        somebody = person(["123456"])
        join(server, somebody, secrets=secrets, sign_in=["keyboard_interactive"])
        assert len(somebody.asked) == 1


def test_nobody_there_to_answer_is_said(serve, join) -> None:
    server = serve(SignIn(methods=("keyboard-interactive",), rounds=[CODE], answers=[["123456"]]))
    with pytest.raises(SignInNeededError, match="Verification code"):
        join(server, sign_in=["keyboard_interactive"])
    assert all(answers != ("123456",) for _, answers in server.sign_ins)


def test_a_question_that_is_closed_ends_the_sign_in(serve, join, person) -> None:
    server = serve(SignIn(methods=("keyboard-interactive",), rounds=[CODE], answers=[["123456"]]))
    with pytest.raises(SignInCancelledError):
        join(server, person(), sign_in=["keyboard_interactive"])


def test_hundreds_of_prompts_are_no_sign_in(serve, join, person) -> None:
    server = serve(
        SignIn(methods=("keyboard-interactive",), rounds=[CODE * 300], answers=[["1"] * 300])
    )
    somebody = person(["1"] * 300)
    with pytest.raises(SignInError, match="300 questions"):
        join(server, somebody, sign_in=["keyboard_interactive"])
    assert somebody.asked == []


# ---------------------------------------------------------------- passwords
def test_a_password_is_asked_until_it_is_right_and_then_known(serve, join, person) -> None:
    server = serve(SignIn(methods=("password",), password=CANARY))
    secrets = Secrets()
    somebody = person(["wrong"], [CANARY])
    join(server, somebody, secrets=secrets)
    assert "did not take it" in somebody.asked[1][1]
    assert join(server, secrets=secrets).is_open


def test_a_password_is_not_asked_for_ever(serve, join, person) -> None:
    server = serve(SignIn(methods=("password",), password=CANARY))
    somebody = person(*[["wrong"]] * 10)
    with pytest.raises(SignInError, match="Tried: password"):
        join(server, somebody)
    assert len(somebody.asked) == 3


def test_a_prompt_for_the_password_is_answered_again_but_a_code_is_not(serve, join, person) -> None:
    """Most clusters ask for both by keyboard-interactive."""
    server = serve(
        SignIn(
            methods=("keyboard-interactive",),
            rounds=[[("Password: ", False)], CODE],
            answers=[[CANARY], ["123456"]],
        )
    )
    secrets = Secrets()
    join(server, person([CANARY], ["123456"]), secrets=secrets, sign_in=["keyboard_interactive"])
    somebody = person(["123456"])
    join(server, somebody, secrets=secrets, sign_in=["keyboard_interactive"])
    assert [asked[2][0].text for asked in somebody.asked] == ["Verification code: "]


def test_a_canary_password_is_nowhere_but_on_the_line(
    serve, join, person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Security 3."""
    caplog.set_level(logging.DEBUG)
    server = serve(SignIn(methods=("password",), password=CANARY))
    connection = join(server, person([CANARY]))
    connection.write("~/file", b"content")
    connection.run(["true"], deadline_s=20)
    connection.close()
    with pytest.raises(SignInError) as caught:
        join(server, person(*[[f"{CANARY}-wrong"]] * 3))
    assert CANARY not in caplog.text
    assert CANARY not in str(caught.value.as_dict()) + repr(caught.value)
    assert all(CANARY not in command for command in server.commands)
    for folder in (tmp_path, Path(os.environ["HOME"]), tmp_path.parent):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert not [path for path in files if CANARY.encode() in path.read_bytes()]


# ---------------------------------------------------------------- keys (M14)
def test_what_was_tried_and_what_is_taken_is_said(server, join, tmp_path: Path) -> None:
    key = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    with pytest.raises(SignInError, match=f"Tried: {key}. It takes: publickey"):
        join(server, identity_file=str(key))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_key_with_a_passphrase_asks_for_it(
    server: Sshd, join, person, tmp_path: Path, kind: str
) -> None:
    key = _new_key(server, tmp_path, kind, "open sesame")
    secrets = Secrets()
    somebody = person(["wrong"], ["open sesame"])
    assert join(server, somebody, identity_file=str(key), secrets=secrets).is_open
    assert [asked[2][0] for asked in somebody.asked] == [(f"Passphrase of {key}", False)] * 2
    assert join(server, identity_file=str(key), secrets=secrets).is_open


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such file"),
        ("ssh-ed25519 AAAA me\n", "no private key"),
        ("", "no private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "Pageant"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "ssh-keygen -p"),
    ],
)
def test_a_file_that_is_no_key_is_said(
    server, join, tmp_path: Path, content: str | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)
    with pytest.raises(SignInError, match=why):
        join(server, identity_file=str(tmp_path / "key"))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Path]:
    if shutil.which("ssh-agent") is None:
        pytest.skip("needs ssh-agent")
    place = Path(os.path.relpath(tmp_path)) / "agent"
    if len(str(place)) > 100:
        pytest.skip("the temporary folder has too long a name for a socket")
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        with socket.socket(socket.AF_UNIX) as link, contextlib.suppress(OSError):
            link.connect(str(place))
            break
    yield place.absolute()
    process.kill()
    process.wait()


def test_an_agent_of_its_own_signs(server: Sshd, join, agent: Path, tmp_path: Path) -> None:
    """IdentityAgent; the configuration's key first of several."""
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    environment = os.environ | {"SSH_AUTH_SOCK": str(agent)}
    for key in (other, server.identity_file):
        subprocess.run(["ssh-add", "-q", str(key)], check=True, env=environment)
    config = f"IdentityAgent {agent}\nIdentityFile {server.identity_file}\nIdentitiesOnly yes\n"
    assert join(server, config=config, sign_in=["agent"], identity_file="").is_open
    config = f"IdentityAgent {agent}\nIdentityFile {tmp_path / 'none'}\nIdentitiesOnly yes\n"
    with pytest.raises(SignInError, match="Tried: nothing"):
        join(server, config=config, sign_in=["agent"], identity_file="")


def test_an_agent_that_is_gone_is_no_agent(server, join, tmp_path: Path) -> None:
    config = f"IdentityAgent {tmp_path / 'gone'}\n"
    assert join(server, config=config, sign_in=["agent", "key"]).is_open


@pytest.mark.parametrize("by_config", [True, False])
def test_a_certificate_lets_us_in(
    start_sshd, join, agent: Path, tmp_path: Path, by_config: bool
) -> None:
    for name in ("authority", "mine"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(command, check=True)
    server = start_sshd(settings=[f"TrustedUserCAKeys {tmp_path / 'authority.pub'}"])
    subprocess.run(
        [
            *("ssh-keygen", "-q", "-s", str(tmp_path / "authority"), "-I", "me"),
            *("-n", server.user, str(tmp_path / "mine.pub")),
        ],
        check=True,
    )
    certificate = tmp_path / "mine-cert.pub"
    config = ""
    if by_config:
        certificate = certificate.rename(tmp_path / "elsewhere.pub")
        config = f"CertificateFile {certificate}\n"
    assert join(server, config=config, identity_file=str(tmp_path / "mine")).is_open


def test_a_chain_of_jumps_leads_there(start_sshd, join, person) -> None:
    """M14: ProxyJump over two hosts, each with its own key to confirm."""
    hops = [start_sshd() for _ in range(3)]
    options = [
        f"Host hop{number}\n HostName {hop.host}\n Port {hop.port}\n User {hop.user}\n"
        f" IdentityFile {hop.identity_file}\n"
        for number, hop in enumerate(hops)
    ]
    config = "".join(options) + "Host hop2\n ProxyJump hop1\nHost hop1\n ProxyJump hop0\n"
    somebody = person(trusts=True)
    connection = join(
        hops[2], somebody, known="", config=config, host="hop2", port=None, identity_file=""
    )
    assert connection.run("echo $HOME", deadline_s=20).text == f"{hops[2].home}\n"
    assert [question.port for question in somebody.questions] == [hop.port for hop in hops]
    hops[0].stop()
    with pytest.raises(LostContactError):
        connection.run(["true"], deadline_s=10)


def test_the_agent_is_not_forwarded(link) -> None:
    """Security 6."""
    assert link.run("echo ${SSH_AUTH_SOCK:-none}", deadline_s=20).text == "none\n"


# ---------------------------------------------------------------- host keys (M15)
def test_an_unknown_key_is_confirmed_once(server: Sshd, join, person, tmp_path: Path) -> None:
    told = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{server.host_key_file}.pub"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    keys = tmp_path / "folder" / "known_hosts"
    somebody = person(trusts=True)
    join(server, somebody, known_hosts=keys)
    (question,) = somebody.questions
    assert question.fingerprint == told.split()[1]
    assert (question.host, question.port) == (server.host, server.port)
    assert keys.read_text() == server.host_key_line()
    assert join(server, person(), known_hosts=keys).is_open


def test_a_key_that_nobody_confirms_ends_it(server: Sshd, join, person, tmp_path: Path) -> None:
    keys = tmp_path / "known_hosts"
    with pytest.raises(HostUnknownError, match="was not confirmed: SHA256:"):
        join(server, person(), known_hosts=keys)
    with pytest.raises(SignInNeededError, match="not confirmed yet"):
        join(server, known_hosts=keys)
    assert not keys.exists()


def test_a_changed_key_is_a_hard_stop(serve, join, person) -> None:
    server = serve(SignIn(methods=("password",), password=CANARY))
    before = server.known_hosts_lines()
    server.host_keys = [paramiko.ECDSAKey.generate()]
    somebody = person([CANARY], trusts=True)
    with pytest.raises(HostKeyChangedError, match=r"known_hosts_.* line 1"):
        join(server, somebody, known=before)
    assert (somebody.questions, somebody.asked, server.sign_ins) == ([], [], [])


def test_a_key_of_another_type_is_a_hard_stop_too(serve, join, person) -> None:
    server = serve(SignIn())
    before = server.known_hosts_lines()
    server.host_keys = [paramiko.RSAKey.generate(2048)]
    somebody = person(trusts=True)
    with pytest.raises(HostKeyChangedError):
        join(server, somebody, known=before)
    assert somebody.questions == []


def test_a_revoked_key_is_a_hard_stop(serve, join, person) -> None:
    server = serve(SignIn())
    lines = server.known_hosts_lines() + server.known_hosts_lines("@revoked")
    somebody = person(trusts=True)
    with pytest.raises(HostKeyRevokedError, match="line 2"):
        join(server, somebody, known=lines)
    assert somebody.questions == []


def test_of_several_keys_the_known_one_is_asked_for(serve, join) -> None:
    """A host with two keys of which we know the one that it would not show by itself."""
    server = serve(SignIn())
    rsa = paramiko.RSAKey.generate(2048)
    server.host_keys = [rsa, *server.host_keys]
    line = f"[{server.host}]:{server.port} {rsa.get_name()} {rsa.get_base64()}\n"
    assert join(server, known=line).is_open


def test_a_name_for_the_key_is_obeyed(server: Sshd, join) -> None:
    """HostKeyAlias."""
    kind, key = server.host_key_line().split()[1:]
    config = "Host *\n HostKeyAlias mycluster\n"
    line = f"[mycluster]:{server.port} {kind} {key}\n"
    assert join(server, known=line, config=config).is_open


# ---------------------------------------------------------------- no way there
def test_hosts_that_do_not_answer_are_said(join, server: Sshd) -> None:
    with pytest.raises(LostContactError, match="name is not known here"):
        join(server, host="no-such-host.invalid", port=22)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(LostContactError, match="Connection refused"):
        join(server, port=port)


def _new_key(server: Sshd, folder: Path, kind: str, passphrase: str) -> Path:
    path = folder / f"id_{kind}"
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-a", "1", "-f", str(path)]
    subprocess.run(command, check=True)
    authorized = server.root.path / "sshd-authorized"
    with authorized.open("a") as stream:
        stream.write(path.with_suffix(".pub").read_text())
    return path
