"""The frozen program, built once and put where a user has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from new_user import NewUser
from x_desktop import Desktop

BUILD_S = 1800


@pytest.fixture(scope="session")
def installed(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Build the frozen program unless it is up to date; give its executable in another place."""
    done = subprocess.run(
        [sys.executable, str(checkout / "packaging" / "freeze.py")],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.stdout.write(done.stdout)
    target = tmp_path_factory.mktemp("opt") / "SmCo Studio"
    built = checkout / "build" / "frozen" / "smco-studio"
    shutil.copytree(built, target, symlinks=True, copy_function=_link_or_copy)
    yield target / "smco-studio"
    shutil.rmtree(target)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.fixture
def new_user(installed: Path, tmp_path: Path) -> Iterator[NewUser]:
    """Return a user who has never started the program; all that it started ends with the test."""
    home = tmp_path / "home of a new user"
    home.mkdir()
    user = NewUser(program=installed, home=home)
    yield user
    user.end_all()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """Return the display's desktop."""
    desktop = Desktop()
    yield desktop
    desktop.disconnect()
