"""The list of recent projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcogui.app.recent import MOST_RECENT, RECENT_FILE, RecentProjects
from smcogui.app.session import Session


@pytest.fixture
def recent(tmp_path):
    """Return an empty list."""
    return RecentProjects(tmp_path / "data")


def folders(recent: RecentProjects) -> list[Path]:
    return [entry.folder for entry in recent.all()]


def test_last_opened_comes_first_and_once(recent, tmp_path):
    a, b = (Session(tmp_path / name).project for name in "ab")
    for folder in (a, b, a):
        recent.opened(folder)
    assert folders(recent) == [a, b]
    assert folders(RecentProjects(tmp_path / "data")) == [a, b]
    assert not any(entry.is_missing for entry in recent.all())


def test_missing_project_stays_and_is_shown_as_missing(recent, tmp_path):
    recent.opened(tmp_path / "usb stick")
    (entry,) = recent.all()
    assert entry.is_missing
    recent.forget(tmp_path / "usb stick")
    assert recent.all() == []


def test_pinned_projects_come_first_and_outlive_the_others(recent, tmp_path):
    recent.opened(tmp_path / "pinned")
    recent.pin(tmp_path / "pinned", True)
    for number in range(MOST_RECENT + 5):
        recent.opened(tmp_path / f"{number}")
    shown = folders(recent)
    assert len(shown) == MOST_RECENT
    assert shown[:2] == [tmp_path / "pinned", tmp_path / f"{MOST_RECENT + 4}"]
    recent.clear()
    assert folders(recent) == [tmp_path / "pinned"]
    recent.pin(tmp_path / "pinned", False)
    recent.clear()
    assert folders(recent) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"projects": [{"folder": 3}]}', "null"])
def test_damaged_list_warns_and_begins_anew(recent, tmp_path, content, caplog):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / RECENT_FILE).write_text(content)
    assert recent.all() == []
    assert "cannot be read" in caplog.text
    recent.opened(tmp_path)
    assert folders(recent) == [tmp_path]


def test_list_that_cannot_be_kept_warns_only(tmp_path, caplog):
    (tmp_path / "file").write_text("x")
    recent = RecentProjects(tmp_path / "file")
    recent.opened(tmp_path)
    assert recent.all() == []
    assert "cannot be kept" in caplog.text
