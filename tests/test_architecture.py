"""The rules of docs/architecture.md hold, and what holds them would notice a breach."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGES = ("smcogui", "solver", "models", "resources")
HEAVY = {"torch", "sklearn", "numba", "pyvista", "vtkmodules", "matplotlib", "paramiko", "pandas"}
CODE_LOADERS = {"pickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-train.lock")
PIN = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[0-9][0-9a-z.]*)(?: ; (?P<marker>.+))?$"
)


def run_tool(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return run_tool("-c", command, "--no-cache", cwd=root)


@pytest.fixture
def tree(checkout: Path, tmp_path: Path) -> Path:
    """Return a copy of the packages and their configuration, to plant a breach in."""
    copy = tmp_path / "tree"
    copy.mkdir()
    for package in PACKAGES:
        for source in (checkout / package).rglob("*.py"):
            target = copy / source.relative_to(checkout)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    shutil.copy(checkout / "pyproject.toml", copy)
    return copy


def plant(tree: Path, module: str, code: str) -> None:
    path = tree / f"{module.replace('.', '/')}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'"""Planted."""\n\n{code}\n', encoding="utf-8")


def test_import_contracts_hold(checkout: Path) -> None:
    result = lint_imports(checkout)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "code", "named"),
    [
        ("smcogui.design.planted", "import PySide6", "smcogui.design.planted -> PySide6"),
        ("smcogui.app.planted", "import pyqtgraph", "smcogui.app.planted -> pyqtgraph"),
        ("smcogui.design.planted", "import smcogui.runs", "smcogui.design.planted -> smcogui.runs"),
        ("smcogui.runs.planted", "import smcogui.curves", "smcogui.runs.planted -> smcogui.curves"),
        ("smcogui.cli.planted", "import smcogui.ui", "smcogui.cli.planted -> smcogui.ui"),
        ("solver.planted", "import smcogui.errors", "solver.planted -> smcogui.errors"),
        ("models.planted", "import solver", "models.planted -> solver"),
        ("smcogui.analysis.planted", "import pyvista", "smcogui.analysis.planted -> pyvista"),
        ("smcogui.runs.planted", "import paramiko", "smcogui.runs.planted -> paramiko"),
        ("smcogui.planted", "", "planted"),
    ],
)
def test_import_contracts_name_a_planted_breach(
    tree: Path, module: str, code: str, named: str
) -> None:
    plant(tree, module, code)

    result = lint_imports(tree)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout
    assert named in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    "library", ["torch", "sklearn", "numba", "pyvista", "matplotlib", "pandas"]
)
def test_ruff_names_a_planted_heavy_import(tree: Path, library: str) -> None:
    plant(tree, "smcogui.design.planted", f"import {library}\n\nNAME = {library}.__name__")

    result = run_tool(
        "-m", "ruff", "check", "--no-cache", "--select", "TID253", "smcogui/design", cwd=tree
    )

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"`{library}` is banned at the module level" in result.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_unpickled(checkout: Path, package: str) -> None:
    """What comes from a cluster, or from anybody, is data and never code."""
    for path in (checkout / package).rglob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not CODE_LOADERS.intersection(name.split(".")[0] for name in names), path
        assert "allow_pickle=True" not in text, path
        assert "weights_only=False" not in text, path


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_load_from_this_checkout(checkout: Path, package: str) -> None:
    loaded = importlib.import_module(package)

    assert loaded.__file__ is not None
    assert Path(loaded.__file__).resolve() == checkout / package / "__init__.py"


@pytest.mark.parametrize("module", ["smcogui.app.session", "smcogui.cli", "main"])
def test_start_up_loads_no_heavy_library(checkout: Path, module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"

    result = run_tool("-c", code, cwd=checkout)

    assert result.returncode == 0, result.stderr
    loaded = {name.partition(".")[0] for name in result.stdout.split()}
    assert loaded & HEAVY == set()
    assert "PySide6" not in loaded


def test_no_package_shadows_a_leaf_library_in_the_tests(checkout: Path) -> None:
    assert list((checkout / "tests").rglob("__init__.py")) == []


def test_no_module_is_called_utils(checkout: Path) -> None:
    found = [path for package in PACKAGES for path in (checkout / package).rglob("util*.py")]

    assert found == []


def read_pins(path: Path) -> dict[tuple[str, str], str]:
    """Return version by (name, marker); a line that is no exact pin fails the test."""
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        match = PIN.match(line)
        assert match, f"{path.name}: not an exact, portable pin: {line!r}"
        pins[match["name"], match["marker"] or ""] = match["version"]
    return pins


def normalised(requirement: str) -> str:
    name = re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_exact_portable_pins(checkout: Path, lock: str) -> None:
    pins = read_pins(checkout / lock)

    assert len(pins) > 50


def test_locks_agree_on_what_the_program_needs(checkout: Path) -> None:
    run_time, *others = (read_pins(checkout / lock) for lock in LOCKS)

    for other in others:
        assert run_time.items() <= other.items()


def test_locks_of_development_and_training_fit_into_one_environment(checkout: Path) -> None:
    dev, train = (read_pins(checkout / lock) for lock in LOCKS[1:])

    assert {key: dev[key] for key in dev.keys() & train.keys()} == {
        key: train[key] for key in dev.keys() & train.keys()
    }


def test_locks_cover_pyproject(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = zip(LOCKS, ([], extras["dev"], extras["train"]), strict=True)

    for lock, extra in wanted:
        locked = {name for name, _ in read_pins(checkout / lock)}
        assert {normalised(line) for line in [*project["dependencies"], *extra]} <= locked


def test_torch_is_locked_for_training_only(checkout: Path) -> None:
    run_time, dev, train = (dict(read_pins(checkout / lock)) for lock in LOCKS)

    assert train["torch", ""] == "2.13.0"
    assert not any(name == "torch" for name, _ in [*run_time, *dev])
    assert not any(name.startswith(("nvidia-", "cuda-")) for name, _ in train)


@pytest.mark.parametrize("package", ["pyside6-essentials", "shiboken6"])
def test_qt_is_pinned_to_the_release_that_keeps_none_alive(checkout: Path, package: str) -> None:
    assert read_pins(checkout / "requirements.lock")[package, ""] == "6.11.3"
