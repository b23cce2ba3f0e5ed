"""What an edit changed stays visible beside the new design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QLabel

from smcogui.ui.widgets.linked_slider import LinkedSlider

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow

L, CELL = "nanostructure.L_nm", "mesh.cell_nm"


def marks(widget: QWidget) -> list[str]:
    """Return the old values that are marked inside a control."""
    found = widget.findChildren(QLabel)
    return [each.text() for each in found if each.property("role") == "ghost" and each.text()]


def test_edit_marks_the_old_value_until_it_is_undone(window: MainWindow) -> None:
    number = window.editor.number(L)
    assert isinstance(number, LinkedSlider)
    assert marks(window.editor) == []
    number.box.setValue(60)
    assert marks(number) == ["was 100 nm"]
    assert marks(window.editor) == ["was 100 nm"]
    window.actions_by_id["edit.undo"].trigger()
    assert marks(window.editor) == []


def test_tick_lies_where_the_slider_was(window: MainWindow, qtbot: QtBot) -> None:
    number = window.editor.number(L)
    assert isinstance(number, LinkedSlider)
    slider = number.slider
    before = slider.grab().toImage()
    number.box.setValue(180)
    after = slider.grab().toImage()
    scale = after.devicePixelRatio()
    x, y = round(slider._x(100) * scale), round((slider.height() / 2 - 6) * scale)
    assert before.pixelColor(x, y) != after.pixelColor(x, y)


def test_choices_boxes_and_checks_are_marked(window: MainWindow) -> None:
    editor = window.editor
    editor.set_key("material.z_phase", "Mod")
    assert marks(editor) == ["was DFT"]
    editor.set_key(CELL, 1.0)
    assert marks(editor) == ["was 0.5 nm"]
    editor.set_key("solver.demag", False)
    assert marks(editor) == ["was on"]


def test_pinned_ghost_collects_every_difference(window: MainWindow) -> None:
    actions, editor = window.actions_by_id, window.editor
    actions["ghost.pin"].trigger()
    editor.set_key(L, 60.0)
    editor.set_key(CELL, 1.0)
    assert sorted(marks(editor)) == ["was 0.5 nm", "was 100 nm"]
    actions["ghost.return"].trigger()
    assert editor.number(L).value() == 100.0
    assert marks(editor) == []
    actions["edit.undo"].trigger()
    assert editor.number(L).value() == 60.0
    actions["ghost.release"].trigger()
    assert marks(editor) == ["was 0.5 nm"]


def test_derived_quantities_show_the_difference(window: MainWindow, qtbot: QtBot) -> None:
    derived = window.design_tab.derived
    window.editor.number(L).box.setValue(60)
    qtbot.waitUntil(lambda: derived.text("phi_S") == "0.100")
    qtbot.waitUntil(lambda: derived.difference("phi_S") == "+0.040")
    assert derived.difference("phi_Z") == ""
    window.actions_by_id["ghost.show"].trigger()
    qtbot.waitUntil(lambda: derived.difference("phi_S") == "")
    assert marks(window.editor) == []


def test_folded_section_tells_what_it_hides(window: MainWindow) -> None:
    section = window.editor._sections["mesh"]
    assert not section.body.isVisible()
    assert section.changes.isHidden()
    window.editor.set_key(CELL, 1.0)
    assert section.changes.isVisible()
    assert section.changes.text() == "• 1 changed"
    assert section.changes.toolTip() == "Cell: was 0.5 nm"
    section._header.click()
    assert section.changes.isHidden()
    section._header.click()
    window.actions_by_id["ghost.show"].trigger()
    assert section.changes.isHidden()


def test_section_outlines_the_structure_before_the_edit(window: MainWindow, qtbot: QtBot) -> None:
    preview = window.design_tab.preview
    section, box = preview.section, preview.legend.ghost.findChild(QCheckBox)
    assert box is not None
    assert not section.has_ghost()
    assert preview.legend.ghost.isHidden()
    window.editor.set_key(L, 60.0)
    qtbot.waitUntil(section.has_ghost)
    assert preview.legend.ghost.isVisible()
    with_ghost = section.grab().toImage()
    box.click()
    qtbot.waitUntil(lambda: not section.has_ghost())
    assert not window.actions_by_id["ghost.show"].isChecked()
    # What was switched off can be switched on again where it was.
    assert preview.legend.ghost.isVisible()
    assert section.grab().toImage() != with_ghost
    box.click()
    qtbot.waitUntil(section.has_ghost)
    assert section.grab().toImage() == with_ghost


def test_edit_that_keeps_the_structure_outlines_nothing(window: MainWindow, qtbot: QtBot) -> None:
    preview = window.design_tab.preview
    window.editor.set_key(L, 60.0)
    qtbot.waitUntil(preview.section.has_ghost)
    window.editor.set_key("field.alpha_deg", 30.0)
    qtbot.waitUntil(lambda: not preview.section.has_ghost())
    assert window.document.ghost is not None
