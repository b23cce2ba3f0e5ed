"""The hostile server does what it is told to, and is honest otherwise."""

from __future__ import annotations

import contextlib
import itertools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest
from hostile import HostileServer, Reply, SignIn
from loopback.relay import Relay

Connect = Callable[[HostileServer], paramiko.SSHClient]
WaitUntil = Callable[..., Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    clients: list[paramiko.SSHClient] = []

    def open_client(server: HostileServer) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        clients.append(client)
        known = client.get_host_keys()
        for key in server.host_keys:
            known.add(f"[{server.host}]:{server.port}", key.get_name(), key)
        client.connect(
            server.host,
            server.port,
            server.user,
            pkey=server.client_key,
            allow_agent=False,
            look_for_keys=False,
        )
        return client

    yield open_client
    for client in clients:
        client.close()


def test_untouched_server_runs_commands_in_its_home(
    hostile_server: HostileServer, connect: Connect
) -> None:
    client = connect(hostile_server)
    stdin, stdout, stderr = client.exec_command("cat; pwd; echo oops >&2; exit 3")
    stdin.write("from the client\n")
    stdin.channel.shutdown_write()
    assert stdout.read().decode().split("\n")[:2] == [
        "from the client",
        str(hostile_server.files.home),
    ]
    assert stderr.read() == b"oops\n"
    assert stdout.channel.recv_exit_status() == 3
    assert hostile_server.connections == 1


def test_untouched_server_keeps_files(hostile_server: HostileServer, connect: Connect) -> None:
    sftp = connect(hostile_server).open_sftp()
    sftp.mkdir("runs")
    with sftp.open("runs/a.tmp", "wb") as file:
        file.write(b"x" * 100_000)
    sftp.posix_rename("runs/a.tmp", "runs/a")
    assert sftp.stat("runs/a").st_size == 100_000
    with sftp.open("runs/a", "rb") as file:
        assert file.read() == b"x" * 100_000
    assert sftp.listdir("runs") == ["a"]
    with pytest.raises(FileNotFoundError):
        sftp.stat("runs/b")


def test_path_outside_of_the_home_is_refused_and_noted(
    hostile_server: HostileServer, connect: Connect
) -> None:
    sftp = connect(hostile_server).open_sftp()
    with pytest.raises(PermissionError):
        sftp.stat("/etc/passwd")
    assert hostile_server.files.outside == ["/etc/passwd"]


def test_listing_has_the_names_that_it_was_given(
    hostile_server: HostileServer, connect: Connect
) -> None:
    names = ["../../x", "a\nb", "\x1b[2J", "", "/etc/passwd"]
    hostile_server.files.extra_names = names
    assert connect(hostile_server).open_sftp().listdir(".") == names


def test_huge_listing_arrives_whole(hostile_server: HostileServer, connect: Connect) -> None:
    hostile_server.files.extra_names = [f"file{number}" for number in range(3000)]
    assert len(connect(hostile_server).open_sftp().listdir(".")) == 3000


def test_full_disk_says_failure_and_keeps_a_part(
    hostile_server: HostileServer, connect: Connect
) -> None:
    hostile_server.files.free_bytes = 1000
    sftp = connect(hostile_server).open_sftp()
    with pytest.raises(OSError, match="Failure"), sftp.open("big", "wb") as file:
        file.write(b"x" * 1500)
    assert (hostile_server.files.home / "big").stat().st_size == 1000


def test_file_lies_about_its_size_and_never_ends(
    hostile_server: HostileServer, connect: Connect
) -> None:
    (hostile_server.files.home / "log").write_bytes(b"short")
    hostile_server.files.endless.add("log")
    hostile_server.files.false_sizes["log"] = 7
    sftp = connect(hostile_server).open_sftp()
    assert sftp.stat("log").st_size == 7
    with sftp.open("log", "rb") as file:
        assert len(file.read(100_000)) == 100_000


def test_frozen_files_answer_after_the_thaw(
    hostile_server: HostileServer, connect: Connect
) -> None:
    sftp = connect(hostile_server).open_sftp()
    sftp.get_channel().settimeout(0.2)
    hostile_server.files.freeze()
    with pytest.raises(TimeoutError):
        sftp.listdir(".")
    hostile_server.files.thaw()


def test_endless_output_goes_on_until_the_client_leaves(
    hostile_server: HostileServer, connect: Connect
) -> None:
    hostile_server.replies["squeue"] = Reply(stdout=itertools.repeat(b"x" * 1000))
    _, stdout, _ = connect(hostile_server).exec_command("squeue")
    assert len(stdout.read(200_000)) == 200_000


@pytest.mark.parametrize(("ends", "reads"), [(True, b"part"), (False, b"part")])
def test_channel_without_an_exit_status_stays_open(
    hostile_server: HostileServer, connect: Connect, ends: bool, reads: bytes
) -> None:
    hostile_server.replies["squeue"] = Reply(stdout=[b"part"], exit_code=None, ends=ends)
    _, stdout, _ = connect(hostile_server).exec_command("squeue", timeout=0.3)
    assert stdout.read(4) == reads
    if ends:
        assert stdout.read() == b""
    else:
        with pytest.raises(TimeoutError):
            stdout.read(1)
    assert not stdout.channel.exit_status_ready()


def test_more_channels_than_allowed_are_refused(
    hostile_server: HostileServer, connect: Connect
) -> None:
    hostile_server.max_channels = 2
    hostile_server.replies["wait"] = Reply(exit_code=None, ends=False)
    client = connect(hostile_server)
    held = [client.exec_command("wait") for _ in range(2)]
    with pytest.raises(paramiko.ChannelException, match="Administratively prohibited"):
        client.exec_command("wait")
    assert len(held) == 2


def test_channels_that_ended_make_room(
    hostile_server: HostileServer, connect: Connect, wait_until: WaitUntil
) -> None:
    hostile_server.max_channels = 1
    client = connect(hostile_server)
    for _ in range(3):
        _, stdout, _ = client.exec_command("true")
        wait_until(lambda out=stdout: out.channel.closed)


def test_changed_host_key_is_shown_to_the_next_connection(
    hostile_server: HostileServer, connect: Connect
) -> None:
    client = connect(hostile_server)
    old = hostile_server.known_hosts_lines()
    hostile_server.host_keys = [paramiko.ECDSAKey.generate()]
    assert hostile_server.known_hosts_lines("@revoked").startswith("@revoked [127.0.0.1]:")
    assert old != hostile_server.known_hosts_lines()
    with pytest.raises(paramiko.BadHostKeyException):
        client.connect(hostile_server.host, hostile_server.port, hostile_server.user)


def test_key_and_then_two_rounds_of_questions_are_asked(tmp_path: Path) -> None:
    sign_in = SignIn(
        methods=("publickey", "keyboard-interactive"),
        rounds=([("Password: ", False), ("Code: ", True)], [("Really? ", True)]),
        answers=(["secret", "123"], ["yes"]),
    )
    asked: list[tuple[str, bool]] = []

    def answer(title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        asked.extend(prompts)
        return ["yes"] if len(prompts) == 1 else ["secret", "123"]

    with HostileServer(tmp_path / "home", sign_in=sign_in) as server:
        transport = paramiko.Transport((server.host, server.port))
        try:
            transport.start_client(timeout=10)
            assert transport.auth_publickey("tester", server.client_key) == ["keyboard-interactive"]
            assert transport.auth_interactive("tester", answer) == []
            assert transport.is_authenticated()
        finally:
            transport.close()
        assert asked == [("Password: ", False), ("Code: ", True), ("Really? ", True)]
        assert [method for method, _ in server.sign_ins][-2:] == ["keyboard-interactive"] * 2


def test_relay_freezes_cuts_and_comes_back(
    hostile_server: HostileServer, start_relay: Callable[[int], Relay]
) -> None:
    relay = start_relay(hostile_server.port)
    with socket.create_connection((relay.host, relay.port), timeout=5) as link:
        assert link.recv(4) == b"SSH-"
        relay.cut()
        with contextlib.suppress(ConnectionResetError):
            drain(link)
    relay.mend()
    relay.freeze()
    with socket.create_connection((relay.host, relay.port), timeout=0.3) as link:
        with pytest.raises(TimeoutError):
            link.recv(4)
        relay.thaw()
        link.settimeout(5)
        assert link.recv(4) == b"SSH-"


def drain(link: socket.socket) -> None:
    while link.recv(4096):
        pass
