"""resources.path finds what ships and explains what does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import resources


def test_path_returns_what_ships(checkout: Path) -> None:
    assert resources.path("examples/base.toml") == checkout / "resources" / "examples" / "base.toml"


def test_path_names_the_nearest_match_and_what_exists() -> None:
    with pytest.raises(FileNotFoundError, match=r"did you mean 'examples/base\.toml'\?") as caught:
        resources.path("examples/bas.toml")

    assert "fig2a.toml" in str(caught.value)


def test_path_lists_the_folders_for_an_unknown_folder() -> None:
    with pytest.raises(resources.ResourceNotFoundError, match=r"There are: .*examples.*tables"):
        resources.path("nowhere/base.toml")


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/hostname", "examples/../../main.py"])
def test_path_refuses_to_leave_the_resources(name: str) -> None:
    with pytest.raises(resources.ResourceNotFoundError, match="outside"):
        resources.path(name)


def test_names_lists_files_as_path_takes_them() -> None:
    names = resources.names("examples")

    assert "examples/base.toml" in names
    assert names == sorted(names)
    assert all(resources.path(name).exists() for name in names)
    assert not any(name.endswith(".py") or "__" in name for name in resources.names(""))


def test_path_works_from_another_folder(tmp_path: Path) -> None:
    code = "import resources; print(resources.path('examples/base.toml').is_file())"

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "True"
