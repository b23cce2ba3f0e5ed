"""Commands survive any login shell and any noise."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smcogui.errors import InputError
from smcogui.runs.cluster.shell import Bracket, shell_path, wrap

SHELLS = [
    name for name in ("sh", "bash", "dash", "zsh", "tcsh", "fish", "ksh") if shutil.which(name)
]
pytestmark = pytest.mark.skipif("sh" not in SHELLS, reason="needs a POSIX shell")

NASTY = [
    "a b",
    "it's",
    'say "x"',
    "$HOME",
    "`id`",
    "!!",
    "back\\slash",
    "new\nline",
    "*",
    "-n",
    "é",
]


def run_in(
    shell: str, command: list[str] | str, home: Path, stdin: bytes = b"", prefix: str = ""
) -> tuple[bytes, bytes, Bracket]:
    """Run a wrapped command as sshd does: the login shell gets the line with ``-c``."""
    wrapped = wrap(command, deadline_s=20)
    done = subprocess.run(
        [shell, "-c", prefix + wrapped.line],
        input=wrapped.head + stdin,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        check=False,
    )
    out, err = Bracket(wrapped.token), Bracket(wrapped.token)
    return out.feed(done.stdout), err.feed(done.stderr), out


@pytest.mark.parametrize("shell", SHELLS)
def test_arguments_arrive_as_they_are_in_every_login_shell(shell: str, tmp_path: Path) -> None:
    out, err, bracket = run_in(shell, ["printf", "%s\\0", *NASTY], tmp_path)
    assert out.decode().split("\0")[:-1] == NASTY
    assert err == b""
    assert bracket.exit_code == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_reads_what_is_sent_after_it(shell: str, tmp_path: Path) -> None:
    payload = bytes(range(256)) * 300
    out, _, bracket = run_in(shell, "cat\nexit 7", tmp_path, stdin=payload)
    assert out == payload
    assert bracket.exit_code == 7


def test_login_output_is_cut_off_and_kept_apart(tmp_path: Path) -> None:
    """M12: noisy start-up files."""
    prefix = "echo Welcome; echo trouble >&2; printf 'no newline'; "
    out, err, bracket = run_in("bash", ["echo", "answer"], tmp_path, prefix=prefix)
    assert (out, err) == (b"answer\n", b"")
    assert bracket.noise == b"Welcome\nno newline"


def test_nothing_of_a_script_is_seen_in_the_list_of_processes() -> None:
    wrapped = wrap(["echo", "canary"], deadline_s=5)
    assert "canary" not in wrapped.line
    assert wrapped.token not in wrapped.line


def test_files_are_private(tmp_path: Path) -> None:
    """Security 6: umask 077."""
    run_in("sh", f"echo x > {shell_path(str(tmp_path / 'file'))}", tmp_path)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_brackets_cannot_be_foreseen() -> None:
    assert len({wrap(["true"], deadline_s=1).token for _ in range(50)}) == 50


@given(st.binary(max_size=400), st.binary(max_size=100), st.integers(1, 60))
def test_a_stream_is_taken_apart_however_it_is_cut(body: bytes, noise: bytes, piece: int) -> None:
    bracket = Bracket("0123456789abcdef")
    stream = noise + b"0123456789abcdef-begin\n" + body + b"0123456789abcdef-end 3\n" + b"logout"
    got = b"".join(bracket.feed(stream[i : i + piece]) for i in range(0, len(stream), piece))
    assert (got, bracket.noise, bracket.exit_code) == (body, noise, 3)


def test_a_stream_without_end_keeps_what_came() -> None:
    bracket = Bracket("token")
    bracket.feed(b"Your password has expired\n" * 3)
    assert not bracket.begun
    assert bracket.exit_code is None
    assert bracket.noise == b"Your password has expired\n" * 3


def test_endless_login_output_is_cut() -> None:
    bracket = Bracket("token")
    for _ in range(100):
        bracket.feed(b"x" * 10_000)
    assert len(bracket.noise) <= 64 * 1024


@pytest.mark.parametrize(("path", "quoted"), [("a b", "'a b'"), ("-rf", "./-rf"), ("~x", "'~x'")])
def test_paths_are_quoted(path: str, quoted: str) -> None:
    """Security 1: no path is an option."""
    assert shell_path(path) == quoted


@pytest.mark.parametrize("path", ["a\nb", "a\0b", ""])
def test_paths_that_no_file_of_ours_has_are_refused(path: str) -> None:
    with pytest.raises(InputError, match="no path"):
        shell_path(path)


def test_a_command_with_nul_is_refused() -> None:
    with pytest.raises(InputError, match="NUL"):
        wrap(["a\0b"], deadline_s=1)
