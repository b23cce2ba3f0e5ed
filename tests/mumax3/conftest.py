"""The stand-in for MuMax3 and what the real program declares."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

STAND_IN = Path(__file__).resolve().parent / "stand_in"
# the modules of a program that is started by its path, and the designs that tests here share
sys.path[:0] = [str(STAND_IN), str(STAND_IN.parent)]


@pytest.fixture(scope="session")
def mumax3_names() -> set[str]:
    """Return the names that a script must not declare again, in lower case."""
    lines = (STAND_IN / "names.txt").read_text(encoding="utf-8").splitlines()
    return {name.lower() for line in lines if not line.startswith("#") for name in line.split()}


@pytest.fixture
def run_stand_in(
    run_in_folder: Callable[..., list[dict[str, float]]], tmp_path: Path
) -> Callable[..., list[dict[str, float]]]:
    """Return the same for the test's own folder, unless another is given."""
    return functools.partial(run_in_folder, folder=tmp_path)


@pytest.fixture(scope="session")
def run_in_folder() -> Callable[..., list[dict[str, float]]]:
    """Return a function that writes a problem's script, runs it, and reads the table's rows."""
    import mumax3 as stand_in

    from solver.mumax3.layout import SCRIPT_FILE, TABLE_FILE
    from solver.mumax3.script import ScriptOptions, write_mx3
    from solver.mumax3.table import TableFollower
    from solver.problem import Problem

    def run(
        problem: Problem,
        options: ScriptOptions | None = None,
        change: Callable[[str], str] = str,
        *,
        folder: Path,
    ) -> list[dict[str, float]]:
        script = write_mx3(problem, folder / SCRIPT_FILE, options)[-1]
        text = script.read_text(encoding="utf-8")
        script.write_text(change(text), encoding="utf-8")
        with contextlib.chdir(folder):
            code = stand_in.main(["-http=", "-o", "out", "-f", "-cache", "", script.name])
        assert code == 0
        return TableFollower(folder / "out" / TABLE_FILE).read()

    return run
