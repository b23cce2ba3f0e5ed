"""A small design, its run folder, and a solver without physics."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from smcogui.design.design import Design
from smcogui.design.design_file import load_designs
from smcogui.runs.folder import prepare_folder
from smcogui.runs.spec import RunSpec, make_run_spec

FAKE_SOLVER = Path(__file__).with_name("fake_solver.py")


def fake_command(folder: Path) -> list[str]:
    """Return the command that pretends to solve a problem folder."""
    return [sys.executable, str(FAKE_SOLVER), str(folder)]


@pytest.fixture
def small_design(examples: Path) -> Design:
    """Return the base design on a mesh of 16 x 16 cells with two half-cycles."""
    design = load_designs(examples / "base.toml")[0]
    return replace(
        design,
        mesh=replace(design.mesh, domain=16e-9, cell=1e-9),
        run=replace(design.run, cycles=2),
    )


@pytest.fixture
def small_spec(small_design: Design) -> RunSpec:
    """Return the specification of that design."""
    return make_run_spec(small_design)


@pytest.fixture
def run_folder(small_spec: RunSpec, tmp_path: Path) -> Path:
    """Return the prepared run folder of that design."""
    folder = tmp_path / "run"
    prepare_folder(small_spec, folder)
    return folder


@pytest.fixture
def solve_without_physics():
    """Return the command of the pretending solver."""
    return fake_command
