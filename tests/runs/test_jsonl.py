"""Appending to files that others follow."""

from __future__ import annotations

from smcogui.runs.jsonl import append_line


def test_append_closes_the_line_that_a_killed_writer_left_half(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"half')
    append_line(path, '{"whole": 1}')
    assert path.read_text() == '{"half\n{"whole": 1}\n'
