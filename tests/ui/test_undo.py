"""Every edit of the design can be taken back, and the design before it is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from smcogui.ui.design_document import DesignDocument

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.design.design import Design
    from smcogui.ui.main_window import MainWindow

L = "nanostructure.L_nm"


def test_edit_is_undone_and_redone_by_name(window: MainWindow) -> None:
    actions, document = window.actions_by_id, window.document
    before = document.design
    window.editor.number(L).box.setValue(60)
    after = document.design
    assert actions["edit.undo"].text() == "&Undo: Change Cell interval L"
    actions["edit.undo"].trigger()
    assert document.design == before
    assert window.editor.number(L).value() == 100.0
    assert not actions["edit.undo"].isEnabled()
    assert actions["edit.redo"].text() == "&Redo: Change Cell interval L"
    actions["edit.redo"].trigger()
    assert document.design == after
    assert window.editor.number(L).value() == 60.0


def test_drag_is_one_step_and_the_next_drag_another(window: MainWindow) -> None:
    slider = window.editor.number(L).slider
    stack = window.document.undo_stack
    for end in (60, 140):
        slider.setSliderDown(True)
        for value in range(100, end, -10 if end < 100 else 10):
            slider.setValue(value)
        slider.setValue(end)
        slider.setSliderDown(False)
    assert stack.count() == 2
    window.document.undo()
    assert pytest.approx(60e-9) == window.document.design.parameters.L
    window.document.undo()
    assert pytest.approx(100e-9) == window.document.design.parameters.L


def test_typing_into_another_number_is_another_step(window: MainWindow) -> None:
    for key, value in ((L, 60), (L, 70), ("nanostructure.d_nm", 30), (L, 80)):
        window.editor.number(key).box.setValue(value)
    assert window.document.undo_stack.count() == 3


def test_number_brought_back_is_no_step(window: MainWindow) -> None:
    box = window.editor.number(L).box
    box.setValue(60)
    box.setValue(100)
    assert window.document.undo_stack.count() == 0
    assert window.document.previous is None


def test_preset_and_file_are_one_step_each(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, examples: Path
) -> None:
    before = window.document.design
    window.editor._preset.set_value("paper")
    window.editor._preset.activated.emit(1)
    paper = window.document.design
    assert paper.preset == "paper"
    assert window.document.undo_stack.undoText() == "Choose the preset Paper (a fit)"
    window.design_tab.open_design(examples / "reference_2.toml")
    qtbot.waitUntil(lambda: window.document.design != paper)
    assert window.document.undo_stack.undoText() == "Open reference_2.toml"
    window.document.undo()
    assert window.document.design == paper
    window.document.undo()
    assert window.document.design == before
    assert window.editor._preset.value() == "physical"


def test_ghost_follows_pins_and_is_returned_to(qtbot: QtBot, designs: list[Design]) -> None:
    first, second, third = designs
    document = DesignDocument(first)
    told: list[Design | None] = []
    document.ghost_changed.connect(told.append)
    assert document.ghost is None
    document.apply(second, "a")
    assert document.ghost == document.previous == first
    document.pin_ghost()
    assert document.ghost is None, "a ghost equal to the design shows nothing"
    document.apply(third, "b")
    assert document.ghost == second
    document.return_to_ghost()
    assert document.design == second
    document.undo()
    assert document.design == third
    document.show_ghost(False)
    assert document.ghost is None
    document.show_ghost(True)
    document.release_ghost()
    assert document.ghost == second
    assert told == [first, None, second, None, second, None, second]


@pytest.fixture
def designs(window: MainWindow) -> list[Design]:
    """Return three different designs."""
    return [window.session.example(name) for name in ("base", "reference_2", "reference_3")]


def test_ctrl_z_in_a_field_goes_to_the_design_once_its_letters_are_taken(
    active_window: MainWindow, qtbot: QtBot
) -> None:
    window = active_window
    box = window.editor.number(L).box
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "60")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert pytest.approx(6e-8) == window.document.design.parameters.L
    box.selectAll()
    qtbot.keyClicks(box, "7")
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.undo_stack.index() == 1, "the letters first"
    while box.lineEdit().isUndoAvailable():
        qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.undo_stack.index() == 0
    assert box.value() == 100.0


def test_leaving_a_field_ends_the_step(active_window: MainWindow) -> None:
    window = active_window
    box = window.editor.number(L).box
    for value in (60, 70):
        box.setFocus()
        box.setValue(value)
        window.editor.number("nanostructure.d_nm").box.setFocus()
    assert window.document.undo_stack.count() == 2


def test_undo_takes_back_what_was_refused_first(window: MainWindow) -> None:
    editor, undo = window.editor, window.actions_by_id["edit.undo"]
    editor.number("nanostructure.wZ_nm").box.setValue(5)
    editor.number("nanostructure.wZ_nm").box.setValue(40)
    assert editor.is_refused
    assert undo.text() == "&Undo: what was refused"
    undo.trigger()
    assert editor.number("nanostructure.wZ_nm").value() == 5
    assert editor.message == ""
    undo.trigger()
    assert editor.number("nanostructure.wZ_nm").value() == 4


def test_new_design_replaces_a_refused_one(window: MainWindow) -> None:
    window.editor.number("nanostructure.wZ_nm").box.setValue(40)
    window.actions_by_id["design.new"].trigger()
    assert window.editor.message == ""
    assert window.editor.number("nanostructure.wZ_nm").value() == 4
