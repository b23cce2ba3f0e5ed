"""A real sshd on loopback: commands, files, what is lost and what is found again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loopback.sshd import Sshd

from smcogui.errors import (
    InputError,
    LostContactError,
    NoAnswerInTimeError,
    RemoteDiskError,
    RemoteFileError,
    UntrustedAnswerError,
)
from smcogui.runs.cluster.connection import SSHConnection
from smcogui.runs.cluster.remote import MARKER_FILE

Join = Callable[..., SSHConnection]


@pytest.fixture
def place(server: Sshd, link: SSHConnection, tmp_path: Path) -> Path:
    folder = server.home / tmp_path.name
    folder.mkdir()
    return folder


def test_a_command_answers_with_output_errors_and_exit_code(link: SSHConnection) -> None:
    answer = link.run("echo out; echo err >&2; exit 3", deadline_s=20)
    assert (answer.stdout, answer.stderr, answer.exit_code) == (b"out\n", b"err\n", 3)


def test_the_other_side_is_known_after_the_greeting(link: SSHConnection, server: Sshd) -> None:
    told = link.environment()
    assert link.home == str(server.home)
    assert told["user"] == server.user
    assert told["shell"].startswith("/")
    assert "/usr/bin" in told["path"].split(":")


def test_large_output_and_errors_do_not_block_each_other(link: SSHConnection) -> None:
    script = "head -c 3000000 /dev/zero >&2; cat; head -c 3000000 /dev/zero"
    answer = link.run(script, deadline_s=60, stdin=b"x" * 3_000_000)
    assert (len(answer.stdout), len(answer.stderr)) == (4_194_304, 3_000_000)
    assert answer.cut


def test_more_than_asked_for_is_dropped_and_said(link: SSHConnection) -> None:
    answer = link.run("head -c 100000 /dev/zero; echo end", deadline_s=20, most=1000)
    assert (len(answer.stdout), answer.cut, answer.exit_code) == (1000, True, 0)


def test_a_command_that_hangs_ends_at_its_deadline_on_both_sides(
    link: SSHConnection, place: Path, wait_until: Callable[..., object]
) -> None:
    """M4: a stuck squeue."""
    with pytest.raises(NoAnswerInTimeError) as caught:
        link.run(f"echo $$ > {place}/pid; sleep 600", deadline_s=1)
    assert caught.value.may_have_happened
    assert link.is_open
    pid = int((place / "pid").read_text())
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the command is ended there")


def test_the_connection_is_reused_and_its_channels_are_few(link: SSHConnection) -> None:
    """M2: sshd refuses the 11th channel."""
    answers: list[bytes] = []

    def ask(number: int) -> None:
        answers.append(link.run(["echo", str(number)], deadline_s=60).stdout)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, answers)) == list(range(25))


def test_a_host_that_grants_one_channel_is_enough(
    start_sshd: Callable[..., Sshd], join: Join
) -> None:
    """M2: MaxSessions 1, a file and a command."""
    server = start_sshd(settings=["MaxSessions 1"])
    connection = join(server)
    for content in (b"one", b"two", b"three"):
        connection.write("~/file", content)
        assert connection.run(["cat", "file"], deadline_s=20).stdout == content
        assert connection.read("~/file") == content
    connection.close()


def test_files_are_private_and_whole(link: SSHConnection, place: Path) -> None:
    """M8, security 6."""
    link.write(f"{place}/file", b"one")
    link.write(f"{place}/file", b"two")
    assert (place / "file").read_bytes() == b"two"
    assert stat.S_IMODE((place / "file").stat().st_mode) == 0o600
    assert [path.name for path in place.iterdir()] == ["file"]


def test_a_tail_is_read_by_offset(link: SSHConnection, place: Path) -> None:
    """M17 stands on this."""
    (place / "log").write_bytes(bytes(range(256)) * 1000)
    assert link.read(f"{place}/log", 256_000 - 10) == bytes(range(246, 256))
    assert link.read(f"{place}/log", -5) == bytes(range(251, 256))
    assert link.read(f"{place}/log", -1_000_000, 2) == b"\x00\x01"
    assert link.read(f"{place}/log", 300_000) == b""
    with pytest.raises(RemoteFileError, match="is not there"):
        link.read(f"{place}/none")


def test_a_listing_leaves_out_what_is_no_plain_file_of_ours(
    link: SSHConnection, place: Path
) -> None:
    """Security 4."""
    (place / "a.csv").write_bytes(b"12")
    (place / "link").symlink_to("/etc/passwd")
    (place / "folder").mkdir()
    (place / "esc\x1b[31m").write_bytes(b"")
    (place / "new\nline").write_bytes(b"")
    os.mkfifo(place / "pipe")
    assert link.listing(str(place)) == {"a.csv": 2}
    with pytest.raises(RemoteFileError, match="is not there"):
        link.listing(f"{place}/none")


def test_a_name_that_is_no_text_is_said(link: SSHConnection, place: Path) -> None:
    Path(os.fsdecode(bytes(place) + b"/bad\xff")).write_bytes(b"")
    with pytest.raises(UntrustedAnswerError, match="no text"):
        link.listing(str(place))
    assert link.listing(link.home)


def test_a_large_file_goes_there_and_comes_back(
    link: SSHConnection, place: Path, tmp_path: Path
) -> None:
    content = os.urandom(1_500_000)
    (tmp_path / "local").write_bytes(content)
    heard: list[tuple[int, int]] = []
    link.put(tmp_path / "local", f"{place}/remote", lambda done, of: heard.append((done, of)))
    assert (place / "remote").read_bytes() == content
    assert heard[-1] == (1_500_000, 1_500_000)
    link.fetch(f"{place}/remote", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content
    assert not (tmp_path / "back.part").exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_a_fetch_goes_on_where_it_was_cut_off(
    link: SSHConnection, place: Path, tmp_path: Path, damaged: bool
) -> None:
    content = os.urandom(600_000)
    (place / "remote").write_bytes(content)
    part = content[:400_000] if not damaged else content[:399_999] + b"?"
    (tmp_path / "back.part").write_bytes(part)
    heard: list[int] = []
    link.fetch(f"{place}/remote", tmp_path / "back", lambda done, _of: heard.append(done))
    assert (tmp_path / "back").read_bytes() == content
    assert (heard[0] > 400_000) is not damaged


def test_a_stopped_upload_leaves_nothing(link: SSHConnection, place: Path, tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(bytes(600_000))

    def stop(done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link.put(tmp_path / "local", f"{place}/remote", stop)
    assert list(place.iterdir()) == []


def test_many_small_files_come_as_one_stream(
    link: SSHConnection, place: Path, tmp_path: Path
) -> None:
    names = [f"{number // 10}/curve {number}.csv" for number in range(60)]
    for name in names:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(name * 50)
    (place / "not asked for").write_text("")
    came = link.fetch_tar(str(place), [*names, "missing.csv"], tmp_path, most_bytes=10**6)
    assert sorted(came) == sorted(names)
    assert (tmp_path / names[7]).read_text() == names[7] * 50
    assert not (tmp_path / "not asked for").exists()


def test_a_stream_of_a_folder_that_is_not_there_is_said(
    link: SSHConnection, place: Path, tmp_path: Path
) -> None:
    with pytest.raises(RemoteFileError, match="is not there"):
        link.fetch_tar(f"{place}/none", ["a"], tmp_path, most_bytes=10)


def test_folders_are_ours_or_not_touched(link: SSHConnection, place: Path) -> None:
    """Security 6: 0700, and only what carries our marker is removed."""
    run = f"{place}/scratch space/run"
    link.make_folder(run)
    link.make_folder(run)
    assert stat.S_IMODE(Path(run).stat().st_mode) == 0o700
    link.write(f"{run}/-rf", b"")
    (Path(run) / "deep" / "er").mkdir(parents=True)
    (Path(run) / "out").symlink_to(place)
    (place / "data").mkdir()
    (place / "data" / "mine").write_text("precious")
    for foreign in (f"{place}/data", f"{place}/data/mine"):
        with pytest.raises(RemoteFileError, match="was not made by this program"):
            link.remove_folder(foreign)
        with pytest.raises(RemoteFileError, match="was not made by this program"):
            link.make_folder(foreign)
    link.remove_folder(run)
    link.remove_folder(run)
    assert not Path(run).exists()
    assert (place / "data" / "mine").read_text() == "precious"


def test_a_link_to_a_folder_of_ours_is_not_followed(link: SSHConnection, place: Path) -> None:
    link.make_folder(f"{place}/run")
    (place / "alias").symlink_to(place / "run")
    with pytest.raises(RemoteFileError, match="was not made by this program"):
        link.remove_folder(f"{place}/alias")
    assert (place / "run" / MARKER_FILE).exists()


@pytest.mark.parametrize("path", ["relative", "/a/../b", "~other/x", "/a\nb", "/", "~", "/tmp"])
def test_paths_that_could_lead_elsewhere_are_refused(link: SSHConnection, path: str) -> None:
    with pytest.raises(InputError):
        link.remove_folder(path)


def test_renaming_replaces(link: SSHConnection, place: Path) -> None:
    (place / "a").write_text("new")
    (place / "b").write_text("old")
    link.rename(f"{place}/a", f"{place}/b")
    assert (place / "b").read_text() == "new"


def test_a_stopped_login_node_is_lost_contact_and_comes_back(
    start_sshd: Callable[..., Sshd], join: Join
) -> None:
    """M4: the login node restarts."""
    server = start_sshd()
    connection = join(server)
    server.stop()
    with pytest.raises(LostContactError):
        connection.run(["true"], deadline_s=10)
    with pytest.raises(LostContactError):
        connection.probe(deadline_s=5)
    assert not connection.is_open
    with pytest.raises(LostContactError, match="Connection refused"):
        join(server)
    server.start()
    again = join(server)
    assert again.run(["echo", "back"], deadline_s=20).text == "back\n"
    again.close()


def test_start_up_files_that_print_spoil_no_answer(
    start_sshd: Callable[..., Sshd], join: Join
) -> None:
    """M12: a noisy .bashrc, on both streams, before and after it changes the folder."""
    server = start_sshd()
    for name in (".bashrc", ".zshenv"):
        file = server.home / name
        noise = "echo Welcome to the cluster\nprintf 'no end of line'; echo oops >&2\n"
        file.write_text(f"{noise}{file.read_text()}")
    connection = join(server)
    answer = connection.run("echo answer; echo error >&2", deadline_s=20)
    assert (answer.stdout, answer.stderr) == (b"answer\n", b"error\n")
    assert answer.noise == b"Welcome to the cluster\nno end of line"
    connection.write("~/file", b"content")
    assert connection.read("~/file") == b"content"
    assert connection.home == str(server.home)


def test_what_login_shells_tell_of_their_scheduler_is_known_to_commands(
    start_sshd: Callable[..., Sshd], join: Join
) -> None:
    """Site-wide files set SGE_ROOT and the like for login shells only."""
    server = start_sshd(variables={"SGE_CELL": "here"})
    told = "export SGE_ROOT='/opt/s ge' SGE_CELL=there PBS_SERVER=\"a'b\" EVIL=1\n"
    (server.home / ".profile").write_text(f"{told}echo Welcome\n")
    ask = 'printf "%s|%s|%s|%s" "$SGE_ROOT" "$SGE_CELL" "$PBS_SERVER" "$EVIL"'
    assert join(server).run(ask, deadline_s=20).stdout == b"/opt/s ge|here|a'b|"


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """Return a folder on a disk of 200 kB, where this user may make one."""
    disk = place / "small"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k,nr_inodes=20", "smco-test", str(disk)]
    mounted = shutil.which("mount") and subprocess.run(command, capture_output=True, check=False)
    if not mounted or mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full_is_said(
    link: SSHConnection, small_disk: Path, tmp_path: Path
) -> None:
    """M16 on a real file system: space first, then the number of files."""
    (tmp_path / "large").write_bytes(bytes(500_000))
    with pytest.raises(RemoteDiskError, match="the disk of the cluster is full"):
        link.put(tmp_path / "large", f"{small_disk}/wheel")
    with pytest.raises(RemoteDiskError, match="the disk of the cluster is full"):
        link.write(f"{small_disk}/table", bytes(500_000))
    assert list(small_disk.iterdir()) == []
    for number in range(19):
        (small_disk / str(number)).write_text("")
    with pytest.raises(RemoteDiskError, match="limit of files is reached"):
        link.write(f"{small_disk}/one more", b"x")
    with pytest.raises(RemoteDiskError, match="limit of files is reached"):
        link.make_folder(f"{small_disk}/run")
