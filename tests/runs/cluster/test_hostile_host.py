"""Security 4, M4, M16: a host that lies, floods, freezes or has no space left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import HostileServer, Reply
from loopback.relay import Relay

from smcogui.errors import (
    ClusterError,
    LostContactError,
    NoAnswerInTimeError,
    RemoteCommandError,
    RemoteDiskError,
    RemoteFileError,
    UntrustedAnswerError,
)
from smcogui.runs.cluster.connection import commands as commands_module
from smcogui.runs.cluster.connection import files as files_module
from smcogui.runs.cluster.connection import ssh as ssh_module
from smcogui.runs.cluster.connection import transport as transport_module

EVERYTHING = "."


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[HostileServer]:
    with HostileServer(tmp_path / "home") as server:
        yield server


@pytest.fixture
def relay(hostile: HostileServer) -> Iterator[Relay]:
    relay = Relay(hostile.port)
    yield relay
    relay.close()


def test_names_that_lead_elsewhere_are_left_out(hostile, join) -> None:
    connection = join(hostile)
    (hostile.files.home / "good.csv").write_text("1")
    hostile.files.extra_names = ["../../x", "/etc/passwd", "a\x1b[2Jb", "new\nline", ".."]
    assert connection.listing(str(hostile.files.home)) == {"good.csv": 1}


def test_a_listing_without_end_is_refused(hostile, join, monkeypatch) -> None:
    monkeypatch.setattr(files_module, "MOST_NAMES", 1000)
    connection = join(hostile)
    hostile.files.extra_names = [str(number) for number in range(5000)]
    with pytest.raises(UntrustedAnswerError, match="more than 1000 names"):
        connection.listing("~")
    hostile.files.extra_names = ()
    assert connection.listing("~") == {}


def test_a_file_without_end_gives_no_more_than_was_asked_for(hostile, join) -> None:
    connection = join(hostile)
    (hostile.files.home / "log").write_text("short")
    hostile.files.endless.add("log")
    hostile.files.false_sizes["log"] = 2**62
    assert len(connection.read("~/log", 0, 1000)) == 1000
    assert len(connection.read("~/log", -1000, 1000)) == 1000


def test_output_without_end_is_cut_at_the_deadline(hostile, join) -> None:
    connection = join(hostile)
    hostile.replies[EVERYTHING] = Reply(stdout=itertools.repeat(b"x" * 30_000), exit_code=None)
    with pytest.raises(NoAnswerInTimeError):
        connection.run(["true"], deadline_s=1)


def test_an_answer_without_our_brackets_is_no_answer(hostile, join) -> None:
    connection = join(hostile)
    said = b"This account is \x1b[31mnot available"
    hostile.replies[EVERYTHING] = Reply(stdout=[said], exit_code=1, delay_s=0.05)
    with pytest.raises(RemoteCommandError, match=r"not available") as caught:
        connection.run(["squeue"], deadline_s=10)
    assert "\x1b" not in caught.value.message
    assert not isinstance(caught.value, LostContactError)


def test_an_account_without_home_is_said(hostile, join) -> None:
    hostile.replies[EVERYTHING] = Reply(stdout=[b"no shell for you"], exit_code=1, delay_s=0.05)
    with pytest.raises(RemoteCommandError, match="no shell for you"):
        join(hostile)


def test_an_account_that_may_run_nothing_is_said(hostile, join, monkeypatch) -> None:
    monkeypatch.setattr("smcogui.runs.cluster.connection.commands._AFTER_REFUSAL_S", 0.001)
    hostile.max_channels = 0
    with pytest.raises(ClusterError, match="runs no commands"):
        join(hostile)


def test_a_host_that_grants_two_channels_serves_many_threads(hostile, join) -> None:
    """M2."""
    from concurrent.futures import ThreadPoolExecutor

    hostile.max_channels = 2
    connection = join(hostile)
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda number: connection.run(["echo", str(number)], deadline_s=60).text, range(16)
        )
        assert [int(answer) for answer in answers] == list(range(16))
    assert hostile.connections == 1


def test_a_peer_that_froze_is_noticed_by_its_silence(hostile, relay, join) -> None:
    """M4: keep-alive alone does not notice it."""
    lines = hostile.known_hosts_lines().replace(str(hostile.port), str(relay.port))
    connection = join(hostile, port=relay.port, known=lines)
    relay.freeze()
    with pytest.raises(LostContactError) as caught:
        connection.run(["sbatch", "x"], deadline_s=0.3)
    assert not caught.value.may_have_happened
    with pytest.raises(LostContactError, match="does not answer any more"):
        connection.probe(deadline_s=0.3)
    assert not connection.is_open
    relay.thaw()
    again = join(hostile, port=relay.port, known=lines)
    assert again.run(["echo", "back"], deadline_s=20).text == "back\n"


def test_a_frozen_connection_is_given_up_without_being_asked(
    hostile, relay, join, monkeypatch, wait_until
) -> None:
    """M4: a laptop that slept; the next one to ask gets a new connection."""
    lines = hostile.known_hosts_lines().replace(str(hostile.port), str(relay.port))
    connection = join(hostile, port=relay.port, known=lines)
    with pytest.raises(NoAnswerInTimeError):
        connection.run(["sleep", "60"], deadline_s=1)
    wait_until(lambda: not connection._in_doubt, "the host was asked")
    assert connection.is_open
    monkeypatch.setattr(ssh_module, "DOUBT_S", 0.2)
    relay.freeze()
    with pytest.raises(LostContactError):
        connection.run(["true"], deadline_s=0.2)
    wait_until(lambda: not connection.is_open, "the connection is given up")


def test_a_peer_that_takes_no_more_bytes_blocks_nobody_for_ever(
    hostile, relay, join, monkeypatch, tmp_path, wait_until
) -> None:
    """M4: paramiko alone would wait without end once the buffers of the network are full."""
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr(files_module, "SILENCE_S", 0.3)
    monkeypatch.setattr(commands_module, "_GRACE_S", 0.3)
    monkeypatch.setattr(ssh_module, "DOUBT_S", 0.3)
    lines = hostile.known_hosts_lines().replace(str(hostile.port), str(relay.port))
    connection = join(hostile, port=relay.port, known=lines)
    (tmp_path / "large").write_bytes(bytes(3_000_000))

    def freeze(_done: int, _of: int) -> None:
        relay.freeze()

    def put(number: int) -> None:
        with pytest.raises(LostContactError):
            connection.put(tmp_path / "large", f"~/{number}", freeze)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(put, range(6)))
    wait_until(lambda: not connection.is_open, "the connection is given up")


def test_a_network_that_is_cut_is_lost_contact(hostile, relay, join) -> None:
    lines = hostile.known_hosts_lines().replace(str(hostile.port), str(relay.port))
    connection = join(hostile, port=relay.port, known=lines)
    relay.cut()
    with pytest.raises(LostContactError):
        connection.run(["true"], deadline_s=10)
    with pytest.raises(LostContactError):
        connection.read("~/file")
    assert not connection.is_open
    with pytest.raises(LostContactError, match="SSH server"):
        join(hostile, port=relay.port, known=lines)


def test_a_host_that_says_nothing_is_given_up(hostile, relay, join, monkeypatch) -> None:
    monkeypatch.setattr(transport_module, "REACH_S", 0.4)
    relay.freeze()
    lines = hostile.known_hosts_lines().replace(str(hostile.port), str(relay.port))
    with pytest.raises(LostContactError):
        join(hostile, port=relay.port, known=lines)


def test_files_that_freeze_are_given_up(hostile, join, monkeypatch) -> None:
    connection = join(hostile)
    hostile.files.freeze()
    with monkeypatch.context() as patch:
        patch.setattr(files_module, "SILENCE_S", 1)
        with pytest.raises(LostContactError, match="said nothing"):
            connection.read("~/file")
    hostile.files.thaw()
    connection.write("~/file", b"x")
    assert connection.read("~/file") == b"x"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("dd: error writing 'x': No space left on device", "the disk of the cluster is full"),
        ("dd: error writing 'x': Disk quota exceeded", "your quota on the cluster is used up"),
    ],
)
def test_a_full_disk_is_said_in_words_and_nothing_is_left(
    hostile, join, monkeypatch, said: str, words: str
) -> None:
    """M16: SFTP says only "Failure"."""
    connection = join(hostile)
    programs = hostile.files.home / "bin"
    programs.mkdir()
    (programs / "dd").write_text(
        f'#!/bin/sh\n[ "${{1#bs}}" = "$1" ] || exec /bin/dd "$@"\necho "{said}" >&2\nexit 1\n'
    )
    (programs / "dd").chmod(0o700)
    monkeypatch.setattr(connection, "_search", f"{programs}:{connection._search}")
    hostile.files.free_bytes = 1000
    with pytest.raises(RemoteDiskError, match=words):
        connection.write("~/table.csv", b"x" * 5000)
    hostile.files.free_bytes = 1000
    large = hostile.files.home.parent / "large"
    large.write_bytes(b"x" * 400_000)
    with pytest.raises(RemoteDiskError, match=words):
        connection.put(large, "~/wheel.whl")
    assert [path.name for path in hostile.files.home.iterdir()] == ["bin"]


def test_a_failure_without_a_reason_is_said_as_such(hostile, join) -> None:
    connection = join(hostile)
    hostile.files.refused.add("write")
    with pytest.raises(RemoteFileError, match="though there seems to be space") as caught:
        connection.write("~/file", b"x")
    assert not isinstance(caught.value, RemoteDiskError)
    assert list(hostile.files.home.iterdir()) == []


def test_a_host_that_cannot_replace_by_renaming_is_served_all_the_same(hostile, join) -> None:
    connection = join(hostile)
    connection.write("~/file", b"old")
    hostile.files.refused.add("rename")
    connection.write("~/file", b"new")
    assert connection.read("~/file") == b"new"
    assert [path.name for path in hostile.files.home.iterdir()] == ["file"]
