"""A window that goes from one project to another."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from smcogui.app.samples import SAMPLE_NOTE, provide_sample_project
from smcogui.app.session import Session
from smcogui.app.settings_file import SettingsFile
from smcogui.runs.state import RunState
from smcogui.ui.projects.folder_dialog import FolderDialog
from smcogui.ui.projects.single_instance import SingleInstance

WAIT_MS = 20_000


def drop(window, *paths: Path) -> bool:
    """Let files go over the window, as a file manager does; return whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, no_key = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(5, 5), action, data, button, no_key)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), action, data, button, no_key))
    return enter.isAccepted()


def wait_for_project(qtbot, window, folder: Path) -> None:
    qtbot.waitUntil(lambda: str(folder) in window.status.project.text(), timeout=WAIT_MS)
    assert window.session.project == folder
    assert window.session.project_name in window.windowTitle()


@pytest.fixture
def recent_folders(window):
    """Return a function that tells the list of recent projects."""
    return lambda: [entry.folder for entry in window.projects.recent.entries]


def test_window_follows_to_another_project(window, qtbot, project_with_run):
    run = Session(project_with_run).runs()[0]
    kept = replace(run.design, name="kept there")
    Session(project_with_run).keep_design(kept)
    window.document.apply(replace(window.document.design, name="edited here"), "Edit")
    old = window.session.project
    window.projects.commands.open_project(project_with_run)
    wait_for_project(qtbot, window, project_with_run)
    assert window.document.design == kept
    assert not window.document.undo_stack.canUndo()
    assert str(project_with_run) in window.status.project.text()
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 1, timeout=WAIT_MS)
    window.simulation_tab.select_run(run.run_id)
    qtbot.waitUntil(lambda: window.simulation_tab.states.state is not None, timeout=WAIT_MS)
    # And back: the edit was kept although nobody saved it, and nothing of the other stays.
    window.projects.commands.open_project(old)
    wait_for_project(qtbot, window, old)
    assert window.document.design.name == "edited here"
    assert window.simulation_tab.current_run is None
    assert window.simulation_tab.states.state is None
    qtbot.waitUntil(lambda: not window.analysis_tab.table.runs, timeout=WAIT_MS)


def test_run_at_work_goes_on_in_the_old_project(window, qtbot, tiny, tmp_path):
    slow = replace(
        tiny, field=replace(tiny.field, largest_step_T=0.05), run=replace(tiny.run, cycles=1)
    )
    window.document.apply(slow, "slow")
    window.simulation_tab.start()
    qtbot.waitUntil(lambda: bool(window.simulation_tab.active_runs()), timeout=WAIT_MS)
    (run_id,) = window.simulation_tab.active_runs()
    handle = window.simulation_tab.live(run_id).handle
    old = window.session.project
    window.projects.commands.new_project(tmp_path / "fresh")
    wait_for_project(qtbot, window, tmp_path / "fresh")
    assert window.simulation_tab.active_runs() == []
    assert not [job for job in window.jobs.active if job.is_run]
    assert handle.wait(60) is RunState.DONE
    window.projects.commands.open_project(old)
    wait_for_project(qtbot, window, old)
    qtbot.waitUntil(lambda: len(window.simulation_tab.table.runs) == 1, timeout=WAIT_MS)
    assert window.simulation_tab.table.runs[0].state is RunState.DONE


def test_folder_that_is_no_project_is_said_and_nothing_changes(window, qtbot, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")
    before = window.session.project
    window.projects.commands.open_project(tmp_path / "photos")
    qtbot.waitUntil(lambda: "is no project" in window.projects.notes.text, timeout=WAIT_MS)
    assert window.session.project == before
    window.projects.notes.close_button.click()
    assert window.projects.notes.text == ""


def test_project_of_another_window_is_not_opened_twice(window, qtbot, tmp_path):
    other = SingleInstance()
    folder = Session(tmp_path / "taken").project
    assert other.claim(folder)
    with qtbot.waitSignal(other.called, timeout=WAIT_MS):
        window.projects.commands.open_project(folder)
    assert window.session.project != folder
    assert "another window" in window.statusBar().currentMessage()
    other.release()
    window.projects.commands.open_project(folder)
    wait_for_project(qtbot, window, folder)


def test_save_as_export_and_import_go_through_jobs(make_window, qtbot, project_with_run, tmp_path):
    window = make_window(project=project_with_run)
    commands = window.projects.commands
    edited = replace(window.document.design, name="edited a moment ago")
    window.document.apply(edited, "rename")
    commands.save_as(tmp_path / "copy of it")
    wait_for_project(qtbot, window, tmp_path / "copy of it")
    assert window.document.design == edited
    commands.export(tmp_path / "packed.smco")
    qtbot.waitUntil((tmp_path / "packed.smco").is_file, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=WAIT_MS)
    commands.import_archive(tmp_path / "packed.smco", tmp_path / "unpacked")
    wait_for_project(qtbot, window, tmp_path / "unpacked")
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 1, timeout=WAIT_MS)
    assert [job.kind for job in window.jobs.jobs] == ["Project"] * 3


def test_window_that_went_elsewhere_stays_there_when_an_import_ends(
    window, qtbot, tmp_path, monkeypatch
):
    elsewhere = Session(tmp_path / "elsewhere").project
    may_end = threading.Event()

    def unpack(path, folder, progress):
        assert may_end.wait(20)
        return Session(folder).project

    monkeypatch.setattr(window.session, "import_project", unpack)
    window.projects.commands.import_archive(tmp_path / "p.smco", tmp_path / "imported")
    window.projects.commands.open_project(elsewhere)
    wait_for_project(qtbot, window, elsewhere)
    may_end.set()
    qtbot.waitUntil(lambda: not window.jobs.active, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "is ready" in window.statusBar().currentMessage(), timeout=WAIT_MS)
    assert window.session.project == elsewhere


def test_bad_archive_is_explained_in_the_window(window, qtbot, tmp_path):
    (tmp_path / "bad.smco").write_bytes(b"no zip")
    window.projects.commands.import_archive(tmp_path / "bad.smco", tmp_path / "new")
    qtbot.waitUntil(lambda: "no zip file" in window.projects.notes.text, timeout=WAIT_MS)
    assert not (tmp_path / "new").exists()


def test_edits_are_kept_in_the_project(window, qtbot):
    design = replace(window.document.design, name="kept by itself")
    window.document.apply(design, "rename")
    path = window.session.project / "design.toml"
    qtbot.waitUntil(lambda: path.exists() and "by itself" in path.read_text(), timeout=WAIT_MS)
    window.document.apply(replace(design, name="kept on closing"), "rename")
    window.close()
    assert Session(window.session.project).kept_design()[0].name == "kept on closing"


def test_window_begins_where_the_project_was_left(make_window, tmp_path):
    session = Session(tmp_path / "left")
    design = replace(session.example("base"), name="left so")
    session.keep_design(design)
    window = make_window(project=tmp_path / "left")
    assert window.document.design == design
    assert window.windowTitle() == "left so – left – SmCo Studio"


def test_design_that_cannot_be_read_is_said(make_window, qtbot, tmp_path):
    project = Session(tmp_path / "left").project
    (project / "design.toml").write_text("nonsense")
    window = make_window(project=project)
    qtbot.waitUntil(lambda: "unreadable" in window.projects.notes.text, timeout=WAIT_MS)


def test_recent_projects_are_listed_pinned_and_cleared(
    window, qtbot, tmp_path, recent_folders, user_folders
):
    first, second = window.session.project, Session(tmp_path / "second").project
    window.projects.commands.open_project(second)
    wait_for_project(qtbot, window, second)
    qtbot.waitUntil(lambda: recent_folders()[:2] == [second, first], timeout=WAIT_MS)
    menu = window.projects.recent.menu
    assert menu.actions()[0].text().startswith("&1 second")
    window.actions_by_id["project.pin"].trigger()
    qtbot.waitUntil(lambda: "(pinned)" in menu.actions()[0].text(), timeout=WAIT_MS)
    window.actions_by_id["project.clear_recent"].trigger()
    qtbot.waitUntil(lambda: recent_folders() == [second], timeout=WAIT_MS)
    assert window.actions_by_id["project.pin"].isChecked()
    window.actions_by_id["project.pin"].trigger()
    window.actions_by_id["project.clear_recent"].trigger()
    qtbot.waitUntil(lambda: recent_folders() == [], timeout=WAIT_MS)


def test_missing_recent_project_is_shown_as_missing_and_can_be_taken_off(
    window, qtbot, tmp_path, recent_folders
):
    gone = tmp_path / "gone & away"
    window.projects.recent.opened(gone)
    qtbot.waitUntil(lambda: gone in recent_folders(), timeout=WAIT_MS)
    entry = next(a for a in window.projects.recent.menu.actions() if "gone && away" in a.text())
    assert "(missing)" in entry.text()
    entry.trigger()
    box = window.findChild(QMessageBox)
    assert str(gone) in box.text()
    next(button for button in box.buttons() if "off the list" in button.text()).click()
    qtbot.waitUntil(lambda: gone not in recent_folders(), timeout=WAIT_MS)


def test_dropped_project_is_opened(window, qtbot, tmp_path):
    folder = Session(tmp_path / "dropped").project
    assert drop(window, folder)
    wait_for_project(qtbot, window, folder)


def test_dropped_archive_asks_where_to(window, qtbot, tmp_path):
    Session(tmp_path / "p").export_project(tmp_path / "p 2.smco", lambda *_: None)
    assert drop(window, tmp_path / "p 2.smco")
    dialog = window.findChild(FolderDialog)
    assert dialog.name.text() == "p 2"
    dialog.place.setText(str(tmp_path / "elsewhere"))
    dialog.accept_button.click()
    wait_for_project(qtbot, window, tmp_path / "elsewhere" / "p 2")


def test_dropped_design_is_loaded_and_can_be_undone(window, qtbot, tmp_path):
    design = replace(window.document.design, name="from a file")
    window.session.save_design(design, tmp_path / "a.toml")
    assert drop(window, tmp_path / "a.toml")
    qtbot.waitUntil(lambda: window.document.design == design, timeout=WAIT_MS)
    assert window.document.undo_stack.canUndo()


def test_several_dropped_files_are_told_that_only_one_is_opened(window, qtbot, tmp_path):
    designs = [replace(window.document.design, name=name) for name in "abc"]
    paths = [tmp_path / f"{design.name}.toml" for design in designs]
    for design, path in zip(designs, paths, strict=True):
        window.session.save_design(design, path)
    for target in (window, window.editor):
        window.projects.notes.clear()
        assert drop(target, *paths)
        qtbot.waitUntil(lambda: window.document.design == designs[0], timeout=WAIT_MS)
        assert "3 files were dropped; only a.toml is opened" in window.projects.notes.text
        assert "b.toml, c.toml" in window.projects.notes.text
    window.projects.notes.clear()
    assert drop(window, paths[1])
    assert window.projects.notes.text == ""


def test_dropped_magnetisation_is_shown(window, qtbot, project_with_run):
    path = sorted(project_with_run.rglob("*.ovf"))[0]
    assert drop(window, path)
    states = window.simulation_tab.states
    qtbot.waitUntil(lambda: states.state is not None, timeout=WAIT_MS)
    assert states.state.path == path
    assert window.tabs.currentWidget() is window.simulation_tab


def test_dropped_file_of_another_kind_is_refused_in_words(window, tmp_path):
    (tmp_path / "a.docx").write_text("x")
    assert not drop(window, tmp_path / "a.docx")
    assert "a.docx cannot be opened here" in window.statusBar().currentMessage()
    data = QMimeData()
    data.setText("words")
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()


def test_sample_project_fills_every_tab_and_can_be_removed(make_window, qtbot, tmp_path):
    project = tmp_path / "samples"
    assert provide_sample_project(project)
    assert not provide_sample_project(project)
    window = make_window(project=project)
    window.projects.welcome()
    window.refresh_runs()
    qtbot.waitUntil(lambda: len(window.analysis_tab.table.runs) == 3, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: SAMPLE_NOTE in window.projects.notes.text, timeout=WAIT_MS)
    assert "simulated" in SAMPLE_NOTE
    runs = window.session.runs()
    assert {run.state for run in runs} == {RunState.DONE}
    assert {run.design.mesh.cell for run in runs} == {0.5e-9}
    assert "paper" in {run.design.preset for run in runs}
    for run in runs:
        assert {shot.reason for shot in window.session.snapshots(run.run_id)} >= {"Hc", "remanence"}
    window.simulation_tab.select_run(runs[0].run_id)
    qtbot.waitUntil(lambda: window.simulation_tab.states.state is not None, timeout=WAIT_MS)
    remove = window.actions_by_id["project.remove_samples"]
    assert remove.isEnabled()
    remove.trigger()
    qtbot.waitUntil(lambda: not window.analysis_tab.table.runs, timeout=WAIT_MS)
    assert not remove.isEnabled()
    assert len(window.session.library.trash()) == 3
    assert window.projects.notes.text == "", "there are no samples to be welcomed to any more"


def test_folder_dialog_says_what_is_wrong(qtbot, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    dialog = FolderDialog("New project", "Text.", "Make", tmp_path, "fine", None)
    qtbot.addWidget(dialog)
    assert dialog.accept_button.isEnabled()
    assert dialog.folder == tmp_path / "fine"
    for name, said in (
        ("", "Give it a name"),
        ("full", "already holds something"),
        ("a/b", "slash"),
        ("..", "another folder"),
        ("CON", "device of Windows"),
        ("what?", "does not allow"),
    ):
        dialog.name.setText(name)
        assert not dialog.accept_button.isEnabled(), name
        assert said in dialog.banner.text()
    dialog.name.setText("fine")
    dialog.place.setText("relative")
    assert "whole path" in dialog.banner.text()


def test_settings_that_are_not_used_are_said_above_the_tabs(tmp_path, make_window, qtbot):
    path = tmp_path / "settings.toml"
    path.write_text('theme = "purple"\ncell_nm = 1.0\n')
    settings = SettingsFile(path)
    window = make_window(session=Session(tmp_path / "project", settings))
    assert window.session.settings_file is settings
    assert window.document.design.mesh.cell == 1e-9
    qtbot.waitUntil(lambda: "theme is 'purple'" in window.projects.notes.text, timeout=WAIT_MS)
    window.projects.commands.open_project(Session(tmp_path / "other").project)
    wait_for_project(qtbot, window, tmp_path / "other")
    assert window.projects.notes.text == ""


def test_complaint_about_a_dropped_file_goes_with_the_next_drop(window, qtbot, project_with_run):
    bad = project_with_run / "bad.ovf"
    bad.write_text("# OOMMF OVF 2.0\n")
    assert drop(window, bad)
    qtbot.waitUntil(lambda: "bad.ovf" in window.projects.notes.text, timeout=WAIT_MS)
    assert drop(window, sorted(project_with_run.rglob("runs/**/*.ovf"))[0])
    assert window.projects.notes.text == ""


def test_library_of_the_project_that_is_left_says_nothing_more(window, qtbot, tmp_path):
    window.library_panel.explain(OSError("library.json cannot be written"))
    window.projects.commands.open_project(Session(tmp_path / "other").project)
    wait_for_project(qtbot, window, tmp_path / "other")
    assert window.library_panel.banner.isHidden()
