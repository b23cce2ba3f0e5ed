"""``main.py``: which words open what."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from smcogui.app import display
from smcogui.app.session import with_overrides
from smcogui.cli import headless
from smcogui.design.design_file import load_designs


@pytest.fixture
def program(checkout):
    """Return main.py as a module."""
    spec = importlib.util.spec_from_file_location("program_main", checkout / "main.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("names", [[], ["project ü"]])
def test_no_verb_opens_the_window_on_a_project(program, tmp_path, monkeypatch, names):
    opened = []
    monkeypatch.setattr(program, "open_window", lambda project: opened.append(project) or 0)
    words = [str(tmp_path / name) for name in names]
    for word in words:
        (tmp_path / names[0]).mkdir()
        assert word
    assert program.main(words) == 0
    assert opened == ([tmp_path / names[0]] if names else [None])


def test_packed_project_opens_the_window_that_imports_it(program, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(program, "open_window", lambda project: opened.append(project) or 0)
    path = tmp_path / "a b.SMCO"
    path.write_bytes(b"")
    assert program.main([str(path)]) == 0
    assert opened == [path]


def test_packed_project_without_a_display_is_refused(program, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(display, "find_display", lambda: None)
    path = tmp_path / "a.smco"
    path.write_bytes(b"")
    assert program.main([str(path)]) == 2
    assert "main.py project --import" in capsys.readouterr().err


def test_verb_is_a_verb_even_beside_a_folder_of_its_name(program, tmp_path, monkeypatch, capsys):
    (tmp_path / "design").mkdir()
    monkeypatch.chdir(tmp_path)
    assert program.main(["design"]) == 2
    assert "FILE" in capsys.readouterr().err


def test_without_a_display_the_reference_design_runs(
    program,
    monkeypatch,
    capsys,
    small_file,
    project_folder,
):
    monkeypatch.setattr(display, "find_display", lambda: None)
    small = with_overrides(load_designs(small_file)[0], cycles=1, cell=2e-9)
    monkeypatch.setattr(headless, "example_design", lambda _: small)
    assert program.main([]) == 0
    out = capsys.readouterr().out
    assert "There is no display" in out
    for word in ("mu0 Hc", "mu0 Hp", "Phi_p", "mh.pdf", "curve.csv", str(project_folder)):
        assert word in out


@pytest.mark.skipif(sys.platform != "linux", reason="displays of Linux")
@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, None),
        ({"DISPLAY": ":987"}, None),
        ({"DISPLAY": "nonsense"}, None),
        ({"WAYLAND_DISPLAY": "wayland-9"}, None),
        ({"QT_QPA_PLATFORM": "offscreen"}, "offscreen"),
    ],
)
def test_display_that_does_not_answer_is_none(monkeypatch, variables, found):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert display.find_display() == found


def test_verbs_load_neither_qt_nor_what_takes_long(checkout):
    code = (
        "import sys; import main; main.main(['design', 'resources/examples/base.toml', '--json']);"
        "heavy = {'PySide6', 'torch', 'sklearn', 'numba', 'pyvista', 'matplotlib', 'paramiko',"
        " 'pandas'} & set(sys.modules); sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
