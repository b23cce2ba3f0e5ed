"""Security 4: of a stream only what was asked for becomes a file."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from smcogui.errors import InputError, LostContactError, UntrustedAnswerError
from smcogui.runs.cluster.tar_stream import tar_command, unpack

Change = Callable[[tarfile.TarInfo], None]


def member(name: str, content: bytes = b"x", **changes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for attribute, value in changes.items():
        setattr(info, attribute, value)
    return info, content


def stream(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def pieces(data: bytes, size: int = 1000) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_expected_files_are_written(tmp_path: Path, size: int) -> None:
    data = stream(member("./a/b.csv", b"1,2"), member("c.csv", b""))
    came = unpack(pieces(data, size), ["a/b.csv", "c.csv", "d"], tmp_path, most_bytes=100)
    assert came == ("a/b.csv", "c.csv")
    assert (tmp_path / "a" / "b.csv").read_bytes() == b"1,2"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b.csv", "c.csv"]


@pytest.mark.parametrize(
    "bad",
    [
        member("../../x"),
        member("/etc/x"),
        member("other"),
        member("name\x1b[2J"),
        member("a", type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0),
        member("a", type=tarfile.LNKTYPE, linkname="b", size=0),
        member("a", type=tarfile.DIRTYPE, size=0),
        member("a", type=tarfile.FIFOTYPE, size=0),
        member("a", type=tarfile.CHRTYPE, size=0),
        member("a", type=tarfile.GNUTYPE_SPARSE),
        member("a", b"x" * 101),
    ],
)
def test_everything_else_is_refused_and_shown_harmlessly(
    tmp_path: Path, bad: tuple[tarfile.TarInfo, bytes]
) -> None:
    data = stream(member("first", b"kept"), bad)
    with pytest.raises(UntrustedAnswerError, match="It is not taken") as caught:
        unpack(pieces(data), ["first", "a"], tmp_path / "in", most_bytes=100)
    assert "\x1b" not in caught.value.message
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    data = stream(member("a", b"one"), member("a", b"two"))
    with pytest.raises(UntrustedAnswerError, match="came already"):
        unpack(pieces(data), ["a"], tmp_path, most_bytes=100)
    assert (tmp_path / "a").read_bytes() == b"one"


def test_all_files_together_have_a_limit(tmp_path: Path) -> None:
    data = stream(member("a", b"x" * 60), member("b", b"x" * 60))
    with pytest.raises(UntrustedAnswerError, match="60 bytes"):
        unpack(pieces(data), ["a", "b"], tmp_path, most_bytes=100)


def test_a_stream_that_grows_without_measure_is_cut(tmp_path: Path) -> None:
    bomb = stream(member("a", bytes(60_000_000)))
    assert len(bomb) < 100_000
    with pytest.raises(UntrustedAnswerError, match="more than was asked for"):
        unpack(pieces(bomb), ["a"], tmp_path, most_bytes=10**9)
    assert list(tmp_path.iterdir()) == []


def test_what_follows_the_archive_has_a_limit_too(tmp_path: Path) -> None:
    data = gzip.compress(gzip.decompress(stream(member("a"))) + bytes(1_000_000))
    with pytest.raises(UntrustedAnswerError, match="more than was asked for"):
        unpack(pieces(data), ["a"], tmp_path, most_bytes=100)


def test_a_stream_that_ends_in_the_middle_keeps_what_was_whole(tmp_path: Path) -> None:
    import os

    data = stream(member("a", os.urandom(5000)), member("b", os.urandom(50_000)))
    with pytest.raises(LostContactError, match="1 are here"):
        unpack(pieces(data[:-20_000]), ["a", "b"], tmp_path, most_bytes=10**6)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_garbage_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(LostContactError, match="did not come whole"):
        unpack([b"Welcome to the cluster"], ["a"], tmp_path, most_bytes=100)


def test_an_empty_answer_brings_nothing(tmp_path: Path) -> None:
    assert unpack([], ["a"], tmp_path, most_bytes=100) == ()
    assert unpack(pieces(stream()), ["a"], tmp_path, most_bytes=100) == ()


@pytest.mark.parametrize(
    "name", ["../a", "/a", "", "a\nb", "a/../b", "a//b", "./a", "a\\b", "c:a", "a\x1bb"]
)
def test_only_names_inside_the_folder_are_asked_for(name: str) -> None:
    with pytest.raises(InputError, match="cannot be fetched"):
        tar_command("/scratch", ["good", name])


def test_names_are_read_from_standard_input(tmp_path: Path) -> None:
    script, names = tar_command("/a b", ["-rf", "x/y z"])
    assert names == b"./-rf\n./x/y z\n"
    assert "rf" not in script
    assert "cd -- '/a b'" in script
