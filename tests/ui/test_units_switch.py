"""One switch for every field and energy density of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from smcogui.curves.origin import Origin
from smcogui.errors import InputError
from smcogui.ui.field_unit import FOLLOW_FIELD, FieldUnitSwitch, field_unit
from smcogui.ui.widgets.plot_curve import FieldMarker
from smcogui.ui.widgets.plot_text import marker_text
from smcogui.units import format_field, from_tesla, to_tesla

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow


@pytest.mark.parametrize(
    ("field", "energy", "text"),
    [
        ("T", FOLLOW_FIELD, "−4.05 T, 240.0 kJ/m³"),
        ("kA/m", FOLLOW_FIELD, "−3223 kA/m, 240.0 kJ/m³"),
        ("kOe", FOLLOW_FIELD, "−40.5 kOe, 30.16 MGOe"),
        ("T", "MGOe", "−4.05 T, 30.16 MGOe"),
        ("kOe", "kJ/m³", "−40.5 kOe, 240.0 kJ/m³"),
    ],
)
def test_energy_follows_the_field_or_is_chosen(field: str, energy: str, text: str) -> None:
    unit = field_unit(field, energy)
    assert f"{unit.text(-4.05)}, {unit.energy_text(240.0)}" == text


@pytest.mark.parametrize("name", ["T", "kA/m", "kOe"])
@pytest.mark.parametrize("mu0_H_T", [3.825, 3.835, 0.005, 4.125, 3.355])
def test_a_field_reads_the_same_wherever_it_is_shown(name: str, mu0_H_T: float) -> None:
    unit, live = field_unit(name), to_tesla(from_tesla(mu0_H_T))
    marker = FieldMarker(mu0_H_T=-live, name="Hc", origin=Origin.SIMULATED, colour=0)
    shown = {
        unit.text(mu0_H_T),
        unit.text(live),
        marker_text(marker, unit).removeprefix("Hc ").removesuffix(", simulated"),
        format_field(from_tesla(mu0_H_T), name),
    }
    assert len(shown) == 1


def test_undefined_values_are_dashes_and_zero_has_no_sign() -> None:
    unit = field_unit("T")
    assert (unit.text(None), unit.energy_text(None), unit.text(-1e-9)) == ("–", "–", "0.00 T")


def test_chosen_energy_stays_when_the_field_unit_changes() -> None:
    units = FieldUnitSwitch()
    units.choose_energy("MGOe")
    units.choose("kA/m")
    assert units.unit == field_unit("kA/m", "MGOe")
    units.choose_energy(FOLLOW_FIELD)
    assert units.unit.energy_name == "kJ/m³"


@pytest.mark.parametrize("name", ["Oersted", ""])
def test_unknown_unit_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match="T, kA/m, kOe"):
        FieldUnitSwitch().choose(name)


def test_actions_switch_units_and_show_which_is_on(window: MainWindow) -> None:
    actions = window.actions_by_id
    for action_id, text in (
        ("units.ka_m", "kA/m, kJ/m³"),
        ("units.ka_m", "kA/m, kJ/m³"),
        ("units.mgoe", "kA/m, MGOe"),
        ("units.next", "kOe, MGOe"),
        ("units.kj_m3", "kOe, kJ/m³"),
        ("units.energy_usual", "kOe, MGOe"),
        ("units.next", "T, kJ/m³"),
    ):
        actions[action_id].trigger()
        assert window.unit_button.text().startswith(text)
        fields = ("units.tesla", "units.ka_m", "units.koe")
        assert sum(actions[each].isChecked() for each in fields) == 1
        energies = ("units.energy_usual", "units.kj_m3", "units.mgoe")
        assert sum(actions[each].isChecked() for each in energies) == 1


def test_fields_of_the_editor_follow_and_the_design_does_not_change(
    window: MainWindow, qtbot: QtBot
) -> None:
    editor, before = window.editor, window.document.design
    box = editor.number("field.stop_T")
    assert box.text() == "-12 T"
    window.units.choose("kA/m")
    assert box.text() == "-9549.3 kA/m"
    assert window.document.design == before
    box.selectAll()
    qtbot.keyClicks(box, "-3200")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.document.design.field.stop_T == pytest.approx(-4.0212386)
    window.units.choose("T")
    assert box.text() == "-4.021238597 T"


def test_advice_on_the_mesh_speaks_the_unit_in_use(window: MainWindow, qtbot: QtBot) -> None:
    derived = window.design_tab.derived
    qtbot.waitUntil(lambda: any("0.11 T" in text for text in derived.advice_texts))
    window.units.choose("kOe")
    qtbot.waitUntil(lambda: any("1.1 kOe" in text for text in derived.advice_texts))
