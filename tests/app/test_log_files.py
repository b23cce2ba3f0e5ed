"""Logs of sessions and what a crash leaves."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from smcogui.app.log_files import KEPT_SESSIONS, LARGEST_LOG, SessionLog, log_folder, tail_of


@pytest.fixture
def log(tmp_path):
    session = SessionLog("20260102T030405-7", tmp_path / "log")
    session.open()
    yield session
    session.close()


def test_log_lies_in_the_folder_of_the_user():
    assert log_folder().is_relative_to(Path.home())


def test_messages_are_written_and_the_end_is_read_back(log):
    logging.getLogger("smcogui.test").info("the first")
    logging.getLogger("elsewhere").warning("the last")
    lines = log.tail(1).splitlines()
    assert len(lines) == 1
    assert "WARNING elsewhere [MainThread] the last" in lines[0]
    assert "the first" in log.tail()


def test_session_that_ends_well_leaves_its_log_only(log):
    assert log.crash_path.exists()
    log.close()
    assert os.listdir(log.folder) == [log.path.name]


def test_log_never_grows_beyond_two_files(log):
    line = "x" * 10_000
    for _ in range(3 * LARGEST_LOG // len(line)):
        logging.getLogger("smcogui.test").info(line)
    sizes = [path.stat().st_size for path in log.folder.glob("session-*")]
    assert len(sizes) == 2
    assert max(sizes) <= LARGEST_LOG


def test_logs_of_the_last_sessions_are_kept(tmp_path):
    for number in range(KEPT_SESSIONS + 5):
        session = SessionLog(f"202601{number:02d}T000000-1", tmp_path)
        session.open()
        session.close()
    names = sorted(os.listdir(tmp_path))
    assert len(names) == KEPT_SESSIONS + 1
    assert names[-1] == f"session-202601{KEPT_SESSIONS + 4:02d}T000000-1.log"


def test_folder_that_cannot_be_used_is_noted_and_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    session = SessionLog("20260102T030405-7", tmp_path / "file" / "log")
    session.open()
    logging.getLogger("smcogui.test").info("lost")
    session.close()
    assert "cannot be used (Not a directory)" in session.note
    assert session.tail() == ""


def test_tail_of_a_file_that_is_not_there_is_empty(tmp_path):
    assert tail_of(tmp_path / "none") == ""
