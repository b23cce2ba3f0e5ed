"""Following files that another process writes."""

from __future__ import annotations

from solver.line_follower import LineFollower


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


def test_follower_notices_a_file_that_was_replaced_by_a_longer_one(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("a\nb\n")
    follower = LineFollower(path)
    assert follower.read() == ["a", "b"]
    other = tmp_path / "other"
    other.write_text("a\nc\nd\ne\n")
    other.replace(path)
    assert follower.read() == ["a", "c", "d", "e"]


def test_follower_reads_a_long_file_in_several_looks(tmp_path):
    path = tmp_path / "table.txt"
    path.write_text("first\nsecond\nhalf")
    follower = LineFollower(path, most=8)
    assert follower.read() == ["first"]
    assert follower.unfinished == 2
    assert follower.read() == ["second"]
    assert follower.read() == []
    assert (follower.unfinished, follower.beginnings) == (4, 1)
