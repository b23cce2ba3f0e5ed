"""What every test stands on: a home of its own, software OpenGL, no surprises."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A cluster on loopback, for whichever test names it: tests/cluster/loopback.
pytest_plugins = ["loopback.fixtures"]

ROOT = Path(__file__).resolve().parents[1]

# Read when Qt, VTK and matplotlib are loaded, so set before any test module is imported.
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
os.environ["QT_API"] = "pyside6"
os.environ["MPLBACKEND"] = "Agg"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
# Kept between sessions: matplotlib takes seconds to list the fonts.
os.environ["MPLCONFIGDIR"] = str(ROOT / "build" / "test-matplotlib")

# The same examples each time: a failure in CI is one that can be repeated here.
hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.load_profile("project")

_FOLDERS = {
    "HOME": "home",
    "USERPROFILE": "home",
    "APPDATA": "home/AppData/Roaming",
    "LOCALAPPDATA": "home/AppData/Local",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_STATE_HOME": "home/.local/state",
}


@pytest.fixture(scope="session", autouse=True)
def user_folders() -> Iterator[Path]:
    """Give the whole session a home of its own, for child processes too."""
    with (
        tempfile.TemporaryDirectory(prefix="smco-home-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        for variable, place in _FOLDERS.items():
            target = Path(folder) / place
            target.mkdir(parents=True, exist_ok=True)
            patch.setenv(variable, str(target))
        yield Path(folder)


@pytest.fixture(autouse=True)
def project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a default project of its own; it does not exist yet."""
    folder = tmp_path / "default project"
    monkeypatch.setenv("SMCOGUI_PROJECT", str(folder))
    return folder


@pytest.fixture(autouse=True)
def config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a folder of settings of its own; it does not exist yet."""
    folder = tmp_path / "config"
    monkeypatch.setenv("SMCOGUI_CONFIG", str(folder))
    return folder


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., Any]:
    """Return a function that asks for a condition until it is true, and returns its value.

    For what happens in another thread or process that cannot tell a test of it, or on the disk;
    events of the window are waited for by ``qtbot``.
    """

    def wait(condition: Callable[[], Any], what: str = "it", patience_s: float = 120) -> Any:
        deadline = time.monotonic() + patience_s
        while not (value := condition()):
            assert time.monotonic() < deadline, f"{what}: not within {patience_s} s"
            time.sleep(0.01)
        return value

    return wait


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the root of this checkout."""
    return ROOT


@pytest.fixture(scope="session")
def examples(checkout: Path) -> Path:
    """Return the folder of the example designs."""
    return checkout / "resources" / "examples"
