"""The library in the window: kept, searched, tagged, compared, loaded, deleted, restored."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QMessageBox, QWidget

from smcogui.app.session import Session
from smcogui.runs.lock import FolderLock
from smcogui.ui.library_dock.library_panel import DESIGNS, RUNS, TRASH
from smcogui.ui.projects.project_drop import ProjectDrop

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.library_dock.library_panel import LibraryPanel
    from smcogui.ui.main_window import MainWindow

_WAIT_MS = 20_000


@pytest.fixture(scope="module")
def project_with_two_runs(finished_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with two finished runs that differ in their half-cycles."""
    project = tmp_path_factory.mktemp("two") / "project"
    shutil.copytree(finished_project, project)
    session = Session(project)
    handle = session.start_run(session.runs()[0].design, cycles=1)
    handle.wait(timeout_s=120)
    assert len(session.runs()) == 2
    return project


@pytest.fixture
def shown(
    make_window: Callable[..., MainWindow],
    qtbot: QtBot,
    project_with_two_runs: Path,
    tmp_path: Path,
) -> MainWindow:
    """Return a window with its library open, on a copy of a project with two runs."""
    shutil.copytree(project_with_two_runs, tmp_path / "two runs")
    window = make_window(project=tmp_path / "two runs")
    window.docks.library.set_shown(True)
    panel = window.library_panel
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 2, timeout=_WAIT_MS)
    qtbot.waitUntil(lambda: bool(panel.designs.listed_ids()), timeout=_WAIT_MS)
    return window


def _select_runs(window: MainWindow, number: int) -> list[str]:
    panel = window.library_panel
    panel.pages.setCurrentIndex(RUNS)
    ids = [run.run_id for run in panel.runs.runs[:number]]
    panel.runs.select(ids)
    return ids


def _seen_text(panel: LibraryPanel) -> str:
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def _select_design(panel: LibraryPanel, design_id: str) -> None:
    panel.pages.setCurrentIndex(DESIGNS)
    panel.designs.select([design_id])


def _answer_text(monkeypatch: pytest.MonkeyPatch, text: str, *, ok: bool = True) -> None:
    for name in ("getText", "getMultiLineText"):
        monkeypatch.setattr(QInputDialog, name, lambda *_args, **_named: (text, ok))


def test_empty_pages_say_what_fills_them(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.library.set_shown(True)
    panel = window.library_panel
    for page, words in ((RUNS, "Run a design (F5)"), (TRASH, "until you empty it")):
        panel.pages.setCurrentIndex(page)
        texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
        assert any(words in text for text in texts)
    qtbot.waitUntil(lambda: "shipped:base" in panel.designs.listed_ids(), timeout=_WAIT_MS)


def test_design_is_kept_and_loaded_as_an_undoable_step(
    window: MainWindow, qtbot: QtBot, tiny: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, base = window.library_panel, window.document.design
    window.document.apply(tiny, "Test")
    _answer_text(monkeypatch, "my tiny one")
    window.actions_by_id["library.save"].trigger()
    qtbot.waitUntil(lambda: panel.selected_design() is not None, timeout=_WAIT_MS)
    entry = panel.selected_design()
    assert entry is not None
    assert entry.name == "my tiny one"
    window.document.undo()
    assert window.document.design == base
    qtbot.keyClick(panel.designs, Qt.Key.Key_Return)
    assert window.document.design == entry.design
    assert window.document.undo_stack.undoText() == "Load design my tiny one"
    window.document.undo()
    assert window.document.design == base


def test_failure_is_told_above_the_tabs_while_the_library_is_closed(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A file where the folder of designs would be, so that none can be kept.
    (window.session.project / "designs").write_text("in the way")
    _answer_text(monkeypatch, "mine")
    window.docks.library.hide()
    window.actions_by_id["library.save"].trigger()
    qtbot.waitUntil(lambda: "designs" in window.projects.notes.text, timeout=_WAIT_MS)
    assert window.projects.notes.isVisible()
    window.projects.notes.clear()
    window.docks.library.set_shown(True)
    window.actions_by_id["library.save"].trigger()
    qtbot.waitUntil(lambda: "designs" in window.library_panel.banner.text(), timeout=_WAIT_MS)
    qtbot.waitUntil(lambda: not window.library_panel.banner.isHidden(), timeout=_WAIT_MS)
    assert window.projects.notes.text == ""


def test_taken_name_is_asked_about(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = window.session.library
    library.save_design(window.document.design, "a")
    _answer_text(monkeypatch, "a")
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: answers.pop(0))
    window.actions_by_id["library.save"].trigger()
    assert library.trash() == []
    window.actions_by_id["library.save"].trigger()
    qtbot.waitUntil(lambda: len(library.trash()) == 1, timeout=_WAIT_MS)
    assert answers == []


def test_shipped_design_can_only_be_loaded_and_duplicated(window: MainWindow, qtbot: QtBot) -> None:
    panel, actions = window.library_panel, window.actions_by_id
    qtbot.waitUntil(lambda: bool(panel.designs.listed_ids()), timeout=_WAIT_MS)
    _select_design(panel, "shipped:table1_row2")
    assert not actions["library.rename"].isEnabled()
    assert not actions["library.trash"].isEnabled()
    assert "duplicate" in actions.why_disabled("library.trash")
    actions["library.duplicate"].trigger()
    qtbot.waitUntil(
        lambda: (entry := panel.selected_design()) is not None and not entry.is_fixed,
        timeout=_WAIT_MS,
    )
    assert actions["library.rename"].isEnabled()


def test_search_narrows_both_lists_and_explains_mistakes(shown: MainWindow, qtbot: QtBot) -> None:
    panel = shown.library_panel
    shown.actions_by_id["library.search"].trigger()
    assert shown.focusWidget() is panel.search
    qtbot.keyClicks(panel.search, "cycles=1 tiny")
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 1)
    assert panel.designs.listed_ids() == []
    assert panel.pages.tabText(RUNS) == "Runs 1/2"
    panel.search.setText("Hcc>1")
    assert panel.search.property("invalid") is True
    assert "did you mean Hc" in panel.search_note.text()
    assert panel.search_note.isVisible()
    assert len(panel.runs.runs) == 1
    panel.search.setText("Hc>0.1 T L=50nm")
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 2)
    panel.search.setText("Hc>20")
    qtbot.waitUntil(lambda: panel.runs.runs == ())
    assert panel.search_note.isHidden()
    panel.pages.setCurrentIndex(RUNS)
    assert "No run fits the search.\n\nWithout a search there are 2." in _seen_text(panel)
    shown.units.choose("kA/m")
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 2)
    panel.search.setText("Hc>9999")
    panel.search.clear()
    assert len(panel.runs.runs) == 2


def test_designs_sort_by_any_column(shown: MainWindow) -> None:
    table = shown.library_panel.designs
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    model = table.model()
    lengths = [float(model.index(row, 2).data()) for row in range(model.rowCount())]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) > 1


def test_runs_are_renamed_tagged_and_noted(
    shown: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, actions = shown.library_panel, shown.actions_by_id
    both = _select_runs(shown, 2)
    assert not actions["library.rename"].isEnabled()
    _answer_text(monkeypatch, "good, Fig. 2")
    actions["library.tag"].trigger()
    qtbot.waitUntil(lambda: all(run.tags for run in panel.runs.runs), timeout=_WAIT_MS)
    (first,) = _select_runs(shown, 1)
    _answer_text(monkeypatch, "the best of all")
    actions["library.rename"].trigger()
    analysis = shown.analysis_tab.table
    qtbot.waitUntil(
        lambda: "the best of all" in [run.name for run in analysis.runs], timeout=_WAIT_MS
    )
    panel.runs.select([first])
    _answer_text(monkeypatch, "see page 4")
    actions["library.note"].trigger()
    qtbot.waitUntil(lambda: "see page 4" in panel.details.text(), timeout=_WAIT_MS)
    panel.search.setText("tag:fig best page")
    qtbot.waitUntil(lambda: [run.run_id for run in panel.runs.runs] == [first])
    assert {run.tags for run in shown.session.runs()} == {("good", "Fig. 2")}
    assert set(both) == {run.run_id for run in shown.session.runs()}


def test_run_is_shown_and_its_design_loaded_and_kept(shown: MainWindow, qtbot: QtBot) -> None:
    panel = shown.library_panel
    (run_id,) = _select_runs(shown, 1)
    qtbot.keyClick(panel.runs, Qt.Key.Key_Return)
    assert shown.tabs.currentWidget() is shown.simulation_tab
    assert shown.simulation_tab.current_run == run_id
    shown.actions_by_id["library.load"].trigger()
    assert shown.document.design == shown.session.run(run_id).design
    shown.actions_by_id["library.duplicate"].trigger()
    qtbot.waitUntil(lambda: panel.selected_design() is not None, timeout=_WAIT_MS)
    entry = panel.selected_design()
    assert entry is not None
    assert entry.design == shown.document.design


def test_runs_side_by_side_mark_differences_and_export(
    shown: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert shown.library.compare() is None
    _select_runs(shown, 2)
    shown.actions_by_id["library.compare"].trigger()
    (dialog,) = shown.library.compare_dialogs
    qtbot.waitUntil(lambda: len(dialog.plot.curves) == 2, timeout=_WAIT_MS)
    total = dialog.table.rowCount()
    dialog.only_differences.setChecked(True)
    titles = {dialog.table.item(row, 2).text() for row in range(dialog.table.rowCount())}
    assert "cycles" in titles
    assert "L" not in titles
    assert 0 < len(titles) < total
    assert all(dialog.table.item(row, 0).text() == "≠" for row in range(dialog.table.rowCount()))
    shown.units.choose("kOe")
    qtbot.waitUntil(lambda: any(row.unit == "kOe" for row in dialog.rows), timeout=_WAIT_MS)
    path = tmp_path / "compared.csv"
    dialog.export(path)
    qtbot.waitUntil(lambda: "Wrote" in dialog.banner.text(), timeout=_WAIT_MS)
    with path.open(encoding="utf-8", newline="") as stream:
        assert {row["unit"] for row in csv.DictReader(stream)} >= {"kOe", "nm", "MGOe"}
    assert len(json.loads((tmp_path / "compared.csv.json").read_text("utf-8"))["runs"]) == 2
    dialog.close()
    qtbot.waitUntil(lambda: shown.library.compare_dialogs == [])


def test_comparison_closed_before_its_answer_shows_nothing(shown: MainWindow, qtbot: QtBot) -> None:
    _select_runs(shown, 2)
    dialog = shown.library.compare()
    assert dialog is not None
    topic = dialog._topic
    dialog.close()
    assert shown.library.compare_dialogs == []
    qtbot.waitUntil(lambda: not shown.bridge.is_busy(topic), timeout=_WAIT_MS)


def test_deleted_runs_go_to_the_trash_and_come_back(
    shown: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, library = shown.library_panel, shown.session.library
    (run_id,) = _select_runs(shown, 1)
    shown.actions_by_id["library.show"].trigger()
    tab = shown.simulation_tab
    assert tab.current_run == run_id
    qtbot.waitUntil(lambda: bool(tab.plot.curves), timeout=_WAIT_MS)
    qtbot.keyClick(panel.runs, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 1, timeout=_WAIT_MS)
    assert len(shown.analysis_tab.table.runs) == 1
    qtbot.waitUntil(lambda: tab.current_run is None, timeout=_WAIT_MS)
    assert not shown.actions_by_id["run.resume"].isEnabled()
    qtbot.waitUntil(lambda: len(panel.trash.listed_ids()) == 1, timeout=_WAIT_MS)
    panel.pages.setCurrentIndex(TRASH)
    panel.trash.select(panel.trash.listed_ids())
    shown.actions_by_id["library.restore"].trigger()
    qtbot.waitUntil(lambda: len(panel.runs.runs) == 2, timeout=_WAIT_MS)
    assert library.trash() == []
    library.trash_run(run_id)
    panel.refresh()
    qtbot.waitUntil(shown.actions_by_id["library.empty_trash"].isEnabled, timeout=_WAIT_MS)
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_args: answers.pop(0))
    shown.actions_by_id["library.empty_trash"].trigger()
    assert len(library.trash()) == 1
    shown.actions_by_id["library.empty_trash"].trigger()
    qtbot.waitUntil(lambda: library.trash() == [], timeout=_WAIT_MS)
    qtbot.waitUntil(lambda: panel.is_trash_empty, timeout=_WAIT_MS)


def test_run_at_work_is_not_deleted_and_that_is_said(shown: MainWindow, qtbot: QtBot) -> None:
    panel = shown.library_panel
    (run_id,) = _select_runs(shown, 1)
    with FolderLock(shown.session.runs_folder / run_id):
        shown.actions_by_id["library.trash"].trigger()
        qtbot.waitUntil(lambda: not panel.banner.isHidden(), timeout=_WAIT_MS)
    assert "at work" in panel.banner.text()
    assert len(shown.session.runs()) == 2


def test_design_dropped_on_the_parameters_is_loaded(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, tiny: Design
) -> None:
    panel, editor = window.library_panel, window.editor
    qtbot.waitUntil(lambda: bool(panel.designs.listed_ids()), timeout=_WAIT_MS)
    _select_design(panel, "shipped:fig2a#4")
    (entry,) = panel.selected_designs()
    data = panel.designs.model().mimeData(panel.designs.selectionModel().selectedIndexes())
    assert [url.toLocalFile() for url in data.urls()] == [str(entry.path)]
    assert _drop(editor, data)
    assert window.document.design == entry.design
    path = tmp_path / "dropped.toml"
    window.session.save_design(tiny, path)
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path))])
    assert _drop(editor, files)
    qtbot.waitUntil(lambda: window.document.design == tiny, timeout=_WAIT_MS)
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "notes.docx"))])
    # what is no design passes through to the window, which says what it can open
    (drop,) = window.findChildren(ProjectDrop)
    with qtbot.waitSignal(drop.refused) as refused:
        _drop(editor, files)
    assert refused.args is not None
    assert "notes.docx cannot be opened here" in refused.args[0]
    assert window.document.design == tiny


def _drop(target: QWidget, data: QMimeData) -> bool:
    """Drag data over a widget and let it go there; return whether it was taken."""
    none = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    drop = QDropEvent(QPointF(5, 5), copy, data, left, none)
    for event in (enter, drop):
        QApplication.sendEvent(target, event)
        if not event.isAccepted():
            return False
    return True


def test_damaged_design_says_what_is_wrong_with_it(window: MainWindow, qtbot: QtBot) -> None:
    folder = window.session.project / "designs"
    folder.mkdir(exist_ok=True)
    (folder / "broken.toml").write_text("L = ", encoding="utf-8")
    panel = window.library_panel
    panel.refresh()
    qtbot.waitUntil(lambda: "broken" in panel.designs.listed_ids(), timeout=_WAIT_MS)
    _select_design(panel, "broken")
    assert "not valid TOML" in panel.details.text()
    assert "cannot be read" in window.actions_by_id.why_disabled("library.load")
    assert window.actions_by_id["library.trash"].isEnabled()
