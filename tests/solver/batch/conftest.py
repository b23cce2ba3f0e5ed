"""Eight small designs that differ in materials, angle and length of their half-cycles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from solver.mesh import Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions, save_problem

HARD = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6)
WALL = RegionMaterial(Ms=810.8e3, Aex=8.6e-12, Ku1=18.3e6)
ANGLES = (5, 10, 30, 45, 60, 20, 75, 15)
EARLY = 3
"""The design whose sweep ends long before the others'."""
N = 24


def _make_design(number: int, **options: Any) -> Problem:
    """Return a cross-section of 24 x 24 nm with a softer strip and a hard wall in its middle."""
    regions = np.zeros((1, N, N), dtype=np.uint8)
    first = N // 2 + number % 5 - 2
    regions[:, first : first + 4] = 1
    regions[:, :4] = 2
    soft = RegionMaterial(Ms=(1 - 0.03 * number) * HARD.Ms, Aex=19.6e-12, Ku1=1e6 + 4e5 * number)
    angle = np.deg2rad(ANGLES[number])
    return Problem(
        mesh=Mesh(cells=(N, N, 1), cell_size=(1e-9, 1e-9, 1e-9)),
        regions=regions,
        materials=(HARD, WALL, soft),
        sweep=FieldSweep(
            direction=(float(np.sin(angle)), float(np.cos(angle)), 0.0),
            stop_T=-1.0 if number == EARLY else -12.0,
            smallest_step_T=0.1,
        ),
        options=SolverOptions(**{"seed": number} | options),
    )


@pytest.fixture(scope="session")
def make_design() -> Callable[..., Problem]:
    """Return a factory of the eight designs by number; solver options by keyword."""
    return _make_design


@pytest.fixture
def design_folder(tmp_path: Path) -> Callable[..., Path]:
    """Return a factory of folders that hold one of the designs, or a problem that is given."""

    def make(number: int, name: str = "", *, problem: Problem | None = None) -> Path:
        folder = tmp_path / (name or str(number))
        save_problem(problem or _make_design(number), folder)
        return folder

    return make
