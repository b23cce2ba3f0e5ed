"""The Design tab: edits, derived quantities, explanations, files."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from smcogui.design.limits import LIMITS
from smcogui.errors import InputError
from smcogui.ui.design_tab.design_words import label_of
from smcogui.ui.widgets.linked_slider import LinkedSlider

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


def test_edit_changes_derived_quantities(window: MainWindow, qtbot: QtBot) -> None:
    derived = window.design_tab.derived
    qtbot.waitUntil(lambda: derived.text("phi_S") == "0.060")
    window.design_tab.editor.number("nanostructure.L_nm").box.setValue(60)
    qtbot.waitUntil(lambda: derived.text("phi_S") == "0.100")
    assert pytest.approx(60e-9) == window.document.design.parameters.L
    assert derived.text("zr").endswith("at%")
    assert derived.text("l_dw_2:17") == "7.04"


def test_slider_and_box_hold_one_number(window: MainWindow) -> None:
    number = window.design_tab.editor.number("nanostructure.d_nm")
    assert isinstance(number, LinkedSlider)
    number.slider.setValue(80)
    assert number.box.value() == 40.0
    assert window.document.design.parameters.d == pytest.approx(40e-9)
    number.box.setValue(300.0)
    assert number.slider.value() == number.slider.maximum()
    assert window.document.design.parameters.d == pytest.approx(300e-9)


def test_impossible_geometry_is_explained_and_keeps_the_design(window: MainWindow) -> None:
    editor = window.design_tab.editor
    before = window.document.design
    editor.number("nanostructure.wZ_nm").box.setValue(40)
    with pytest.raises(InputError, match="Z platelet wZ is 40 nm"):
        window.document.require_shown()
    assert "Z platelet wZ is 40 nm; allowed is above 0 and at most d = 25 nm." in editor.message
    assert "A platelet cannot be thicker" in editor.message
    assert window.document.design == before
    editor.number("nanostructure.d_nm").box.setValue(60)
    assert editor.message == ""
    assert window.document.design.parameters.w_Z == pytest.approx(40e-9)


@pytest.mark.parametrize(
    "key",
    [
        "nanostructure.L_nm",
        "nanostructure.wS_nm",
        "mesh.cell_nm",
        "field.smallest_step_T",
        "grain_boundary.thickness_nm",
    ],
)
def test_zero_is_explained_everywhere(window: MainWindow, key: str) -> None:
    editor = window.design_tab.editor
    editor.set_key(key, 0.0)
    unit = LIMITS[key].unit
    assert f"{label_of(key)} is 0 {unit}; allowed is" in editor.message
    assert key not in editor.message


@pytest.mark.parametrize("typed", ["7.5", "7,5", "7.5 nm"])
def test_box_reads_point_and_comma(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    box = window.design_tab.editor.number("nanostructure.wS_nm").box
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 7.5
    assert box.text() == "7.5 nm"


def test_user_defined_z_phase_reaches_the_design(window: MainWindow) -> None:
    table = {"A_pJ_m": 2.0, "K_MJ_m3": 1.5, "Ms_kA_m": 300.0}
    window.design_tab.editor.set_key("material.z_phase", table)
    assert window.document.design.z_phase.Ku1 == pytest.approx(1.5e6)


def test_paper_preset_sets_layer_and_offsets(window: MainWindow) -> None:
    editor = window.design_tab.editor
    editor._preset.set_value("paper")
    editor._preset.activated.emit(1)
    design = window.document.design
    assert design.preset == "paper"
    assert design.grain_boundary.thickness == pytest.approx(1e-9)
    assert design.offsets == "centred"


def test_design_file_comes_back_as_it_was_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    tab = window.design_tab
    tab.editor.set_key("nanostructure.L_nm", 77.0)
    path = tmp_path / "my dësign.toml"
    tab.save_design(path)
    saved = window.document.design
    assert tomllib.loads(path.read_text(encoding="utf-8"))["nanostructure"]["L_nm"] == 77
    tab.new_design()
    assert window.document.design != saved
    tab.open_design(path)
    qtbot.waitUntil(lambda: window.document.design == saved)
    assert tab.editor.number("nanostructure.L_nm").value() == 77.0


def test_bad_design_file_is_explained(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[nanostructure]\nL = 3\n", encoding="utf-8")
    before = window.document.design
    window.design_tab.open_design(path)
    qtbot.waitUntil(lambda: "bad.toml" in window.design_tab.editor.message)
    assert window.document.design == before


def test_field_unit_switches_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    derived = window.design_tab.derived
    qtbot.waitUntil(lambda: derived.text("stoner") == "7.90 T")
    window.units.choose("kOe")
    assert derived.text("stoner") == "79.0 kOe"


def test_impossible_fields_are_told_in_the_unit_in_use(window: MainWindow) -> None:
    editor = window.design_tab.editor
    editor.set_key("field.stop_T", 5.0)
    assert "Last field is 5 T; allowed is below first field = 1 T." in editor.message
    window.units.choose("kOe")
    assert "Last field is 50 kOe; allowed is below first field = 10 kOe." in editor.message


def test_what_is_typed_and_refused_is_not_taken_for_the_design(
    window: MainWindow, qtbot: QtBot
) -> None:
    editor, box = window.editor, window.editor.parameter_widgets()["run.cycles"]
    before = window.document.design
    box.selectAll()
    qtbot.keyClicks(box, "2000")
    box.commit()
    assert editor.is_refused
    with pytest.raises(InputError, match=r"2000.*1 to 1000"):
        window.document.require_shown()
    window.actions_by_id["edit.undo"].trigger()
    assert not editor.is_refused
    assert box.text() == str(before.run.cycles)
    assert window.document.require_shown() is before


def test_constants_that_are_not_in_use_refuse_nothing(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.editor
    editor.set_key("material.z_phase", {"A_pJ_m": 10.0, "K_MJ_m3": 3.0, "Ms_kA_m": 500.0})
    box = editor.parameter_widgets()["material.z_phase.A_pJ_m"]
    box.selectAll()
    qtbot.keyClicks(box, "-4")
    box.commit()
    assert editor.is_refused
    editor._z_phase.choice.set_value("Lit")
    editor._z_phase.choice.activated.emit(0)
    assert not editor.is_refused
    assert window.document.require_shown().z_phase.name == "Lit"
