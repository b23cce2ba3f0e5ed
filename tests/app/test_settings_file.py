"""Settings survive bad files, are overridden by the environment, and reach the runs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from smcogui.app import settings_file as module
from smcogui.app.session import Session
from smcogui.app.settings import SETTINGS_VERSION, Settings
from smcogui.app.settings_file import SettingsFile, explain_value
from smcogui.errors import SettingsError


@pytest.fixture(autouse=True)
def no_project_of_the_environment(monkeypatch: pytest.MonkeyPatch, project_folder: Path) -> None:
    monkeypatch.delenv("SMCOGUI_PROJECT")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ünï cödé" / "settings.toml"


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_missing_file_gives_defaults_and_is_not_made(path: Path) -> None:
    found = SettingsFile(path)
    assert found.settings == Settings()
    assert found.notes == []
    assert not path.parent.exists()


def test_saved_settings_come_back(path: Path) -> None:
    wanted = Settings(processes=3, cell_nm=1.0, theme="dark", field_unit="kOe", notify=False)
    SettingsFile(path).save(wanted)
    assert SettingsFile(path).settings == wanted
    assert tomllib.loads(path.read_text())["version"] == SETTINGS_VERSION
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    "content",
    ["theme = ", b"\xff\xfe\x00\x01", b"\x00" * 64, 'version = "x"', "version = 99", "version = 0"],
)
def test_damaged_file_is_kept_aside_and_named(path: Path, content: str | bytes) -> None:
    write(path, content)
    found = SettingsFile(path)
    assert found.settings == Settings()
    assert len(found.notes) == 1
    assert "settings.toml.bad" in found.notes[0]
    aside = path.with_name("settings.toml.bad")
    assert aside.read_bytes() == (content if isinstance(content, bytes) else content.encode())
    write(path, content)
    assert "settings.toml.2.bad" in SettingsFile(path).notes[0], "the first one is not overwritten"


def test_good_values_beside_bad_ones_are_used(path: Path) -> None:
    write(path, 'theme = "dark"\nprocesses = -3\ncell_mn = 1.0\nnotify_after_s = nan\n')
    found = SettingsFile(path)
    assert found.settings == Settings(theme="dark")
    (note,) = found.notes
    for words in ("processes is -3", "0 (every processor) to 256", "did you mean cell_nm?", "nan"):
        assert words in note
    assert path.with_name("settings.toml.bad").exists()
    again = SettingsFile(path)
    assert again.settings == Settings(theme="dark"), "the next start has the good values too"
    assert again.notes == []


def test_unreadable_file_is_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    found = SettingsFile(path)
    assert found.settings == Settings()
    assert "cannot be read" in found.notes[0]
    with pytest.raises(SettingsError, match="cannot be written"):
        found.save(Settings(processes=2))
    assert found.settings.processes == 2, "in use all the same"


def test_older_file_is_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTINGS_VERSION", 2)
    monkeypatch.setitem(
        module.MIGRATIONS, 1, lambda old: {"processes": old["cores"], "theme": old["theme"]}
    )
    write(path, 'version = 1\ncores = 4\ntheme = "light"\n')
    found = SettingsFile(path)
    assert found.notes == []
    assert found.settings == Settings(processes=4, theme="light")


def test_environment_overrides_and_is_not_saved(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SettingsFile(path).save(Settings(processes=2))
    monkeypatch.setenv("SMCOGUI_PROCESSES", "5")
    monkeypatch.setenv("SMCOGUI_THEME", "pink")
    found = SettingsFile(path)
    assert found.settings.processes == 5
    assert found.overridden == {"processes"}
    assert "SMCOGUI_THEME" in found.notes[0]
    assert "system, light or dark" in found.notes[0]
    found.save(found.settings.model_copy(update={"cell_nm": 1.0}))
    assert found.is_written
    assert found.settings.processes == 5
    stored = tomllib.loads(path.read_text())
    assert (stored["processes"], stored["cell_nm"]) == (2, 1.0)


@pytest.mark.parametrize("value", ["relative/folder", __file__])
def test_project_has_to_be_a_folder(value: str) -> None:
    assert "absolute path" in explain_value("project", value)


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.title, name
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["section"], name
        assert field.json_schema_extra["allowed"], name


def test_settings_reach_new_designs_and_the_default_project(
    tmp_path: Path,
) -> None:
    SettingsFile().save(Settings(cell_nm=1.0, project=str(tmp_path / "mine"), processes=1))
    session = Session()
    assert session.project == tmp_path / "mine"
    assert session.new_design().mesh.cell == pytest.approx(1e-9)
    assert session.describe(session.new_design())["cost_estimate"]["processes"] == 1


def test_processes_reach_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: Path
) -> None:
    SettingsFile().save(Settings(processes=7))
    started: list[dict[str, str]] = []

    class Child:
        pid = 1

        def poll(self) -> int:
            return 0

    def start(_command: object, _log: Path, environment: dict[str, str]) -> Child:
        started.append(environment)
        return Child()

    monkeypatch.setattr("smcogui.runs.local.children.start", start)
    session = Session(tmp_path / "project")
    session.start_run(session.load_designs(examples / "base.toml")[0], cycles=1, cell=2e-9)
    assert started == [{"SMCOGUI_PROCESSES": "7"}]


def test_settings_check_of_the_doctor_names_what_is_wrong(config_folder: Path) -> None:
    from smcogui.app.doctor import check_settings

    assert check_settings(SettingsFile()).ok
    write(config_folder / "settings.toml", "cores = 3")
    check = check_settings(SettingsFile())
    assert not check.ok
    assert "cores is no setting" in check.message
