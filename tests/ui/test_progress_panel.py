"""The field in which more states to store are named."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from smcogui.errors import InputError
from smcogui.ui.actions import Actions
from smcogui.ui.field_unit import FieldUnitSwitch
from smcogui.ui.simulation_tab.progress_panel import ProgressPanel


@pytest.fixture
def units():
    return FieldUnitSwitch()


@pytest.fixture
def panel(qtbot, units):
    owner = QWidget()
    qtbot.addWidget(owner)
    made = ProgressPanel(Actions(owner), units)
    qtbot.addWidget(made)
    return made


def test_chosen_fields_take_either_minus_and_a_comma(panel):
    panel.stored_fields.setText(" -2 ; −3,5 T;; 0.25")
    assert panel.chosen_fields_T() == (-2.0, -3.5, 0.25)


def test_chosen_fields_name_what_is_no_number(panel):
    panel.stored_fields.setText("-2; half")
    with pytest.raises(InputError, match="half"):
        panel.chosen_fields_T()


def test_chosen_fields_take_any_unit_and_keep_their_meaning_when_it_changes(panel, units):
    panel.stored_fields.setText("-2; −2800 kA/m")
    units.choose("kOe")
    assert panel.stored_fields.placeholderText() == "e.g. −20.0; −35.0"
    assert panel.chosen_fields_T() == pytest.approx((-2.0, -3.5185838))
    panel.stored_fields.setText("-30")
    assert panel.chosen_fields_T() == pytest.approx((-3.0,))
