"""Verbs called in this process, and a design small enough to run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smcogui.app.running import run_here
from smcogui.cli.command_line import main
from smcogui.design.design_file import load_designs

SMALL = """
name = "small"
[nanostructure]
L_nm = 30
d_nm = 16
wS_nm = 4
wZ_nm = 3
[material]
z_phase = "DFT"
[mesh]
domain_nm = 24
cell_nm = 1
[field]
alpha_deg = 45
[run]
cycles = 2
"""


@dataclass(frozen=True)
class Answer:
    """What a verb left: exit code and both outputs."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The JSON value on standard output."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def small_text() -> str:
    """Return the text of a design of 24 x 24 cells and two half-cycles."""
    return SMALL


@pytest.fixture
def small_file(small_text: str, tmp_path: Path) -> Path:
    """Return a file with that design."""
    path = tmp_path / "small.toml"
    path.write_text(small_text)
    return path


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Answer]:
    """Return a function that runs a verb in an empty working directory."""
    folder = tmp_path / "working directory"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*words: object) -> Answer:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Answer(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture(scope="session")
def finished_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a finished run of ``small_file``, to be copied, and its result."""
    folder = tmp_path_factory.mktemp("finished")
    file = folder / "small.toml"
    file.write_text(SMALL)
    result = run_here(load_designs(file)[0], folder / "run")
    return folder / "run", result
