"""Errors that nobody foresaw, and what is offered after a crash."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from smcogui.app.log_files import crash_file
from smcogui.app.recovery import SessionMarker, find_leftovers
from smcogui.app.session import Session
from smcogui.errors import InputError
from smcogui.ui.failure.error_watch import ErrorWatch
from smcogui.ui.failure.report_dialog import ReportDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


@pytest.fixture
def watch(window: MainWindow) -> Iterator[ErrorWatch]:
    """Return the installed watch of an open window."""
    watch = window.failure._watch
    watch.install()
    yield watch
    watch.remove()


def _fail(message: str = "a fault") -> None:
    raise ZeroDivisionError(message)


def _dialogs() -> list[ReportDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, ReportDialog)]


def test_error_in_a_slot_opens_one_dialog_and_the_window_stays(
    window: MainWindow, watch: ErrorWatch, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        QTimer.singleShot(0, _fail)
    qtbot.waitUntil(lambda: watch._counts != {} and max(watch._counts.values()) == 5)
    dialog = window.failure.report_dialog
    qtbot.waitUntil(lambda: window.failure.report_dialog is not None)
    dialog = window.failure.report_dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "5 times" in dialog.banner.text())
    assert dialog.report.toPlainText().count("Traceback (most recent call last)") >= 1
    assert "ZeroDivisionError: a fault" in dialog.report.toPlainText()
    assert len([each for each in _dialogs() if each.isVisible()]) == 1
    assert window.isVisible()
    logged = [record for record in caplog.records if "unexpected error" in record.message]
    # The first, the second and the fourth.
    assert len(logged) == 3


def test_repeated_error_is_not_shown_again_after_the_dialog_was_closed(
    window: MainWindow, watch: ErrorWatch, qtbot: QtBot
) -> None:
    QTimer.singleShot(0, _fail)
    qtbot.waitUntil(lambda: window.failure.report_dialog is not None)
    window.failure.report_dialog.reject()
    QTimer.singleShot(0, _fail)
    qtbot.waitUntil(lambda: "2 times" in window.statusBar().currentMessage())
    assert window.failure.report_dialog is None


def test_error_in_a_thread_joins_the_open_dialog(
    window: MainWindow, watch: ErrorWatch, qtbot: QtBot
) -> None:
    QTimer.singleShot(0, _fail)
    qtbot.waitUntil(lambda: window.failure.report_dialog is not None)
    thread = threading.Thread(target=lambda: [].index("of a thread"))
    thread.start()
    thread.join()
    text = window.failure.report_dialog.report
    qtbot.waitUntil(lambda: "ValueError: 'of a thread' is not in list" in text.toPlainText())
    assert "ZeroDivisionError" in text.toPlainText()
    assert len([each for each in _dialogs() if each.isVisible()]) == 1


def test_question_that_fails_unforeseen_is_reported_and_a_foreseen_one_is_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    def refuse() -> None:
        raise InputError("a sentence")

    window.bridge.ask("first", refuse, lambda _: None)
    qtbot.waitUntil(lambda: "a sentence" in window.statusBar().currentMessage())
    assert window.failure.report_dialog is None
    window.bridge.ask("second", _fail, lambda _: None)
    qtbot.waitUntil(lambda: window.failure.report_dialog is not None)
    assert "_fail" in window.failure.report_dialog.report.toPlainText()


def test_interrupt_by_the_keyboard_is_no_error(
    watch: ErrorWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits = []
    monkeypatch.setattr(QApplication, "quit", lambda: quits.append(True))
    watch.take(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert quits == [True]
    assert watch._counts == {}


def test_hooks_are_given_back(qtbot: QtBot) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    watch = ErrorWatch()
    watch.install()
    assert sys.excepthook == watch.take
    watch.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_errors_of_destructors_and_messages_of_qt_go_into_the_log(
    watch: ErrorWatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def __del__(self) -> None:
            raise RuntimeError("in a destructor")

    broken = Broken()
    del broken
    with caplog.at_level(logging.WARNING):
        qWarning("a message of Qt")
    assert "in a destructor" in caplog.text
    assert "a message of Qt" in caplog.text
    assert watch._counts == {}


def test_report_can_be_asked_for_and_copied(window: MainWindow) -> None:
    window.actions_by_id["help.report"].trigger()
    dialog = window.failure.report_dialog
    assert dialog is not None
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.report.toPlainText()
    assert "clipboard" in dialog.banner.text()
    dialog.reject()


def test_folder_of_the_logs_is_named_where_it_cannot_be_opened(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smcogui.ui.failure import failure_side

    opened: list[Path] = []
    monkeypatch.setattr(failure_side, "reveal_folder", lambda path: opened.append(path) or "No!")
    window.actions_by_id["help.log_folder"].trigger()
    assert opened == [window.failure._log.folder]
    assert window.statusBar().currentMessage() == "No!"


# ---------------------------------------------------------------------- recovery
@pytest.fixture
def crashed(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that leaves a session on a project as if its process had died."""

    def crash(*, L_nm: float | None, dump: str = "") -> Path:
        project = tmp_path / "project"
        session = Session(project)
        marker = SessionMarker("20260102T030405-7", project)
        if L_nm is not None:
            design = session.new_design()
            parameters = replace(design.parameters, L=L_nm * 1e-9)
            marker.keep(project, replace(design, parameters=parameters), "Change cell width L")
        marker._lock.close()
        if dump:
            path = crash_file("20260102T030405-7")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump)
        return project

    return crash


def _answered(window: MainWindow) -> bool:
    has_begun = window.failure._marker is not None
    return has_begun and not window.bridge.is_busy("recovery")


def test_unsaved_design_is_offered_and_restored_as_an_edit(
    crashed: Callable[..., Path], make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    project = crashed(L_nm=90)
    window = make_window()
    qtbot.waitUntil(lambda: window.failure.recovery_dialog is not None)
    dialog = window.failure.recovery_dialog
    assert "Change cell width L" in dialog.text.text()
    assert "did not end properly" in dialog.text.text()
    rows = [dialog.changes.item(row).text() for row in range(dialog.changes.count())]
    assert rows == ["Cell interval L: 100 nm → 90 nm"]
    before = window.document.design
    dialog.restore_button.click()
    assert pytest.approx(90e-9) == window.document.design.parameters.L
    assert find_leftovers(project) == []
    window.document.undo()
    assert window.document.design == before


def test_unsaved_design_that_is_discarded_is_gone(
    crashed: Callable[..., Path], make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    project = crashed(L_nm=90)
    window = make_window()
    qtbot.waitUntil(lambda: window.failure.recovery_dialog is not None)
    before = window.document.design
    window.failure.recovery_dialog.discard_button.click()
    assert window.document.design == before
    assert find_leftovers(project) == []


def test_unsaved_design_that_is_put_off_is_offered_again(
    crashed: Callable[..., Path], make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    project = crashed(L_nm=90)
    window = make_window()
    qtbot.waitUntil(lambda: window.failure.recovery_dialog is not None)
    window.failure.recovery_dialog.reject()
    assert window.failure.recovery_dialog is None
    assert len(find_leftovers(project)) == 1


def test_crash_without_an_unsaved_design_shows_its_report(
    crashed: Callable[..., Path], make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    project = crashed(L_nm=100, dump="Fatal Python error: Segmentation fault")
    window = make_window()
    qtbot.waitUntil(lambda: window.failure.report_dialog is not None)
    assert window.failure.recovery_dialog is None
    assert "Segmentation fault" in window.failure.report_dialog.report.toPlainText()
    assert find_leftovers(project) == []


def test_session_that_was_killed_without_an_edit_is_mentioned_only(
    crashed: Callable[..., Path], make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    project = crashed(L_nm=None)
    window = make_window()
    qtbot.waitUntil(partial(_answered, window))
    assert window.failure.recovery_dialog is None
    assert window.failure.report_dialog is None
    assert "did not end properly. Nothing was lost." in window.statusBar().currentMessage()
    assert find_leftovers(project) == []


def test_edit_is_kept_for_recovery_until_the_window_is_closed(
    window: MainWindow, qtbot: QtBot
) -> None:
    marker = window.failure._marker
    assert marker is not None
    edited = replace(window.document.design, name="edited")
    window.document.apply(edited, "Rename")
    qtbot.waitUntil(lambda: "edited" in marker._path.read_text(encoding="utf-8"))
    window.close()
    assert not marker._path.exists()
    assert window.session.kept_design()[0] == edited


def test_design_that_the_project_cannot_take_is_left_to_the_next_session(
    window: MainWindow, make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    design_file = window.session.project / "design.toml"
    design_file.mkdir()
    window.document.apply(replace(window.document.design, name="edited"), "Rename")
    window.close()
    design_file.rmdir()
    (left,) = find_leftovers(window.session.project)
    assert left.design is not None
    assert left.design.name == "edited"
    assert "could not be written" in left.reason
    again = make_window()
    qtbot.waitUntil(lambda: again.failure.recovery_dialog is not None)
    assert "could not be written" in again.failure.recovery_dialog.text.text()
    again.failure.recovery_dialog.restore_button.click()
    assert again.document.design.name == "edited"


def test_edits_go_on_where_nothing_can_be_kept_for_recovery(
    make_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    from smcogui.ui.failure import failure_side

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(failure_side, "SessionMarker", refuse)
    window = make_window()
    # said after the first paint, which may come later than the first picture
    note = "not kept for the case of a crash: No space left"
    qtbot.waitUntil(lambda: note in window.statusBar().currentMessage(), timeout=20_000)
    window.document.apply(replace(window.document.design, name="edited"), "Rename")
    assert window.document.design.name == "edited"
