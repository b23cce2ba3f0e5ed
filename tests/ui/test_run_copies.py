"""What is put on the clipboard about the selected runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def test_words_about_a_run_are_copied(analysis: MainWindow, qtbot: QtBot) -> None:
    for action_id, said, holds in (
        ("copy.methods", "methods paragraph", "computed by micromagnetic energy minimisation"),
        ("copy.citations", "BibTeX", "@article{"),
        ("copy.command", "shell command", "END_OF_DESIGN"),
        ("copy.python", "Python script", "from smcogui.app.session import Session"),
    ):
        analysis.actions_by_id[action_id].trigger()
        qtbot.waitUntil(lambda said=said: said in analysis.statusBar().currentMessage())
        assert holds in QApplication.clipboard().text()


def test_methods_tell_of_measured_curves_on_show(
    analysis: MainWindow, qtbot: QtBot, measured_curve: str
) -> None:
    analysis.actions_by_id["copy.methods"].trigger()
    words = f"“{measured_curve}” was measured"
    qtbot.waitUntil(lambda: words in QApplication.clipboard().text())


def test_what_cannot_be_copied_is_explained(analysis: MainWindow, qtbot: QtBot) -> None:
    run_id = analysis.analysis_tab.table.selected_ids()[0]
    analysis.session.library.trash_run(run_id)
    analysis.actions_by_id["copy.python"].trigger()
    qtbot.waitUntil(lambda: run_id in analysis.statusBar().currentMessage())
