"""What the program hands to its window."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from smcogui.ui import application

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_window_is_told_of_the_settings_that_were_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.make_application()
    monkeypatch.setenv("SMCOGUI_CONFIG", str(tmp_path))
    (tmp_path / "settings.toml").write_text('theme = "dark"\nprocesses = -5\n', encoding="utf-8")
    sessions = []

    def make_window(session: application.Session, **_parts: object) -> SimpleNamespace:
        sessions.append(session)
        nothing = SimpleNamespace(welcome=lambda: None, showMessage=lambda *_: None)
        return SimpleNamespace(projects=nothing, statusBar=lambda: nothing, show=lambda: None)

    monkeypatch.setattr(application, "MainWindow", make_window)
    monkeypatch.setattr(QApplication, "exec", lambda *_: 0)
    assert application.main(tmp_path / "project") == 0
    (session,) = sessions
    assert "processes is -5" in session.settings_file.notes[0]
    assert session.settings_file.settings.theme == "dark"
