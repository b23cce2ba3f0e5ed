"""Every dialog for files begins where the last one ended, at first in the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog

from smcogui.ui.dialog_memory import DialogMemory
from smcogui.ui.file_dialogs import FileDialogs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Let every dialog be cancelled, and return where each began."""
    begun: list[Path] = []

    def cancel(_parent: object, _title: str, start: str, *_filters: str) -> tuple[str, str]:
        path = Path(start)
        begun.append(path if path.is_dir() else path.parent)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", cancel)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", cancel)
    monkeypatch.setattr(QDialog, "exec", lambda _dialog: QDialog.DialogCode.Accepted)
    return begun


_ACTIONS = (
    "design.open",
    "design.save",
    "export.structure",
    "export.picture",
    "measured.import",
    "project.import",
    "project.export",
)


def _ask_all(window: MainWindow, starts: list[Path]) -> set[Path]:
    starts.clear()
    for action_id in _ACTIONS:
        window.actions_by_id[action_id].trigger()
    assert len(starts) == len(_ACTIONS)
    return set(starts)


def test_all_dialogs_share_one_remembered_folder(
    window: MainWindow,
    qtbot: QtBot,
    starts: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(documents))
    assert _ask_all(window, starts) == {documents}
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen / "a.toml"), ""))
        window.actions_by_id["design.save"].trigger()
    assert _ask_all(window, starts) == {chosen}
    qtbot.waitUntil(lambda: not window.bridge.is_busy("dialog memory"))
    assert FileDialogs(DialogMemory(window.bridge)).folder == chosen
    # A folder that is gone, as on a drive that was taken out, is no place to begin.
    window.files.keep_folder(tmp_path / "gone")
    assert window.files.folder == documents


@pytest.mark.parametrize(
    ("typed", "chosen", "expected"),
    [
        ("a", "OVF 2.0 (*.ovf)", "a.ovf"),
        ("a.vti", "OVF 2.0 (*.ovf)", "a.vti"),
        ("a", "", "a.gif"),
        ("a", "All files (*)", "a"),
    ],
)
def test_missing_ending_is_that_of_the_chosen_type(
    window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    chosen: str,
    expected: str,
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), chosen))
    found = window.files.ask_save(window, "Export", "x", "GIF (*.gif);;OVF 2.0 (*.ovf)")
    assert found == tmp_path / expected
