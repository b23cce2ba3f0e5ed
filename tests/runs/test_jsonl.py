"""Following files that another process writes."""

from __future__ import annotations

from smcogui.runs.jsonl import LineFollower, append_line


def test_follower_waits_for_a_line_to_be_complete(tmp_path):
    path = tmp_path / "events.jsonl"
    follower = LineFollower(path)
    assert follower.read() == []
    path.write_bytes(b'{"a": 1}\n{"b"')
    assert follower.read() == ['{"a": 1}']
    with path.open("ab") as stream:
        stream.write(b": 2}\n")
    assert follower.read() == ['{"b": 2}']
    assert follower.read() == []


def test_follower_reads_a_file_that_was_written_anew_from_its_beginning(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("first line\nsecond line\n")
    follower = LineFollower(path)
    follower.read()
    path.write_text("new\n")
    assert follower.read() == ["new"]


def test_append_closes_the_line_that_a_killed_writer_left_half(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"half')
    append_line(path, '{"whole": 1}')
    assert path.read_text() == '{"half\n{"whole": 1}\n'


def test_follower_notices_a_file_that_was_replaced_by_a_longer_one(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("a\nb\n")
    follower = LineFollower(path)
    assert follower.read() == ["a", "b"]
    other = tmp_path / "other"
    other.write_text("a\nc\nd\ne\n")
    other.replace(path)
    assert follower.read() == ["a", "c", "d", "e"]
