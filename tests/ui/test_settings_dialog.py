"""Settings are found, explained, applied and put back; a bad file never blocks the window."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QLineEdit

from smcogui.app.settings import Settings
from smcogui.ui.theme import DARK, LIGHT, applied_theme

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from smcogui.ui.main_window import MainWindow
    from smcogui.ui.settings.settings_dialog import SettingsDialog

_Button = QDialogButtonBox.StandardButton


@pytest.fixture
def dialog(window: MainWindow) -> SettingsDialog:
    window.actions_by_id["window.settings"].trigger()
    assert window.settings_dialog.isVisible()
    return window.settings_dialog


def test_every_setting_has_a_row_with_its_description(dialog: SettingsDialog) -> None:
    assert list(dialog.rows) == list(Settings.model_fields)
    assert all(row.control.accessibleDescription() for row in dialog.rows.values())


def test_applied_settings_are_used_and_written(
    window: MainWindow, dialog: SettingsDialog, qtbot: QtBot, config_folder: Path
) -> None:
    dialog.rows["processes"].show_value(3)
    dialog.rows["field_unit"].show_value("kOe")
    dialog.rows["energy_unit"].show_value("kJ/m³")
    dialog.buttons.button(_Button.Apply).click()
    assert dialog.isVisible()
    assert window.units.unit.name == "kOe"
    assert window.units.energy_choice == "kJ/m³"
    assert "3 processes" in window.status.backend.text()
    path = config_folder / "settings.toml"
    qtbot.waitUntil(path.exists)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["field_unit"] == "kOe"


def test_cancel_changes_nothing(window: MainWindow, dialog: SettingsDialog) -> None:
    dialog.rows["processes"].show_value(3)
    dialog.buttons.button(_Button.Cancel).click()
    assert window.preferences.settings.processes == 0
    dialog.open_dialog()
    assert dialog.rows["processes"].value() == 0


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("processes", "-1", "0 (every processor) to 256"),
        ("processes", "two", "a whole number"),
        ("processes", "1.5", "a whole number"),
        ("cell_nm", "0", "0.05 to 10 nm"),
        ("cell_nm", "nan", "0.05 to 10 nm"),
    ],
)
def test_value_that_is_not_allowed_is_explained_below_it(
    dialog: SettingsDialog, name: str, typed: str, words: str
) -> None:
    row = dialog.rows[name]
    assert isinstance(row.control, QLineEdit)
    row.control.setText(typed)
    assert words in row.error.text()
    assert row.title in row.error.text()
    assert not dialog.buttons.button(_Button.Ok).isEnabled()
    row.control.setText("1,0 nm" if name == "cell_nm" else "1")
    assert row.error.isHidden()
    assert dialog.buttons.button(_Button.Ok).isEnabled()


def test_defaults_come_back_with_ok_only(window: MainWindow, dialog: SettingsDialog) -> None:
    window.preferences.change(cell_nm=1.0)
    dialog.open_dialog()
    dialog.buttons.button(_Button.RestoreDefaults).click()
    assert dialog.rows["cell_nm"].value() == 0.5
    assert window.preferences.settings.cell_nm == 1.0
    dialog.buttons.button(_Button.Ok).click()
    assert window.preferences.settings.cell_nm == 0.5
    assert not dialog.isVisible()


def test_search_shows_what_fits(dialog: SettingsDialog) -> None:
    dialog.search.setText("unit field")
    shown = [name for name, row in dialog.rows.items() if not row.isHidden()]
    assert shown == ["field_unit", "energy_unit"]
    dialog.search.setText("qqq")
    assert not dialog._nothing.isHidden()


def test_setting_of_the_environment_cannot_be_changed(
    window: MainWindow, dialog: SettingsDialog
) -> None:
    row = dialog.rows["project"]
    assert not row.control.isEnabled(), "SMCOGUI_PROJECT is set"
    dialog.show_defaults()
    dialog.apply()
    assert window.preferences.settings.project.endswith("default project")


def test_bad_file_warns_and_does_not_block(
    make_window: Callable[[], MainWindow], qtbot: QtBot, config_folder: Path
) -> None:
    config_folder.mkdir()
    (config_folder / "settings.toml").write_text("theme = 3", encoding="utf-8")
    window = make_window()
    # Said after the first paint, which the picture of the design may overtake.
    qtbot.waitUntil(lambda: "settings.toml.bad" in window.projects.notes.text)
    window.settings_dialog.open_dialog()
    assert "system, light or dark" in window.settings_dialog.note.text()


def test_settings_that_cannot_be_written_are_used_and_that_is_said(
    window: MainWindow, dialog: SettingsDialog, qtbot: QtBot, config_folder: Path
) -> None:
    config_folder.write_text("a file where the folder should be", encoding="utf-8")
    dialog.rows["ghost"].show_value(False)
    dialog.apply()
    qtbot.waitUntil(lambda: "cannot be written" in dialog.note.text())
    assert not window.preferences.settings.ghost
    config_folder.unlink()


def test_theme_is_switched_by_action_and_remembered(
    make_window: Callable[[], MainWindow], qtbot: QtBot
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = make_window()
    window.actions_by_id["view.theme_dark"].trigger()
    assert applied_theme(app) is DARK
    assert window.actions_by_id["view.theme_dark"].isChecked()
    assert not window.actions_by_id["view.theme_system"].isChecked()
    window.close()
    other = make_window()
    assert applied_theme(app) is DARK
    other.actions_by_id["view.theme_light"].trigger()
    other.actions_by_id["view.theme_light"].trigger()
    assert other.actions_by_id["view.theme_light"].isChecked()
    assert applied_theme(app) is LIGHT


def test_unit_that_was_switched_is_remembered(make_window: Callable[[], MainWindow]) -> None:
    first = make_window()
    first.units.choose("kA/m")
    first.close()
    assert make_window().units.unit.name == "kA/m"


def test_ghost_is_switched_by_its_setting(window: MainWindow) -> None:
    window.editor.set_key("nanostructure.L_nm", 60.0)
    assert window.document.ghost is not None
    window.actions_by_id["ghost.show"].trigger()
    assert window.document.ghost is None
    assert not window.preferences.settings.ghost
    check = window.settings_dialog.rows["ghost"].control
    assert isinstance(check, QCheckBox)
