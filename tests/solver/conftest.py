"""Small problems of two phases, random states, and folders to solve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from solver.events import FieldStep
from solver.hysteresis import HalfCycle
from solver.mesh import Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions, save_problem

CELL_2_17 = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=3.9e6)
BOUNDARY_1_5 = RegionMaterial(Ms=810.8e3, Aex=8.6e-12, Ku1=18.3e6)
MATERIALS = (CELL_2_17, BOUNDARY_1_5)


@pytest.fixture
def materials() -> tuple[RegionMaterial, ...]:
    """Return the two phases that the problems here are made of."""
    return MATERIALS


@pytest.fixture
def make_problem() -> Callable[..., Problem]:
    """Return a factory of problems whose regions are random; options by keyword."""

    def make(
        cells: tuple[int, int, int] = (6, 5, 1),
        pbc: tuple[int, int, int] = (0, 0, -1),
        *,
        cell_size: tuple[float, float, float] = (0.5e-9, 0.6e-9, 0.7e-9),
        regions: np.ndarray | None = None,
        sweep: FieldSweep | None = None,
        materials: tuple[RegionMaterial, ...] = MATERIALS,
        initial_state: np.ndarray | None = None,
        label: str = "",
        **options: Any,
    ) -> Problem:
        mesh = Mesh(cells=cells, cell_size=cell_size, pbc=pbc)
        if regions is None:
            generator = np.random.default_rng(3)
            regions = generator.integers(0, len(materials), mesh.shape).astype(np.uint8)
        return Problem(
            mesh=mesh,
            regions=regions,
            materials=materials,
            sweep=sweep or FieldSweep(),
            initial_state=initial_state,
            options=SolverOptions(**{"precision": "float64"} | options),
            label=label,
        )

    return make


@pytest.fixture
def random_state() -> Callable[..., np.ndarray]:
    """Return a factory of random unit vectors, shape (3, nz, ny, nx)."""

    def make(problem: Problem, seed: int = 1) -> np.ndarray:
        m = np.random.default_rng(seed).normal(size=(3, *problem.mesh.shape))
        return m / np.sqrt((m * m).sum(axis=0))

    return make


@pytest.fixture
def two_phases(make_problem: Callable[..., Problem]) -> Callable[..., Problem]:
    """Return a factory of a small magnet of two phases that reverses near -3.8 T.

    A cross-section of 24 x 24 nm: a softer strip on one side, which starts the reversal, and a hard
    one in the middle, which holds the wall up.
    """

    def make(**changes: Any) -> Problem:
        n = 24
        regions = np.zeros((1, n, n), dtype=np.uint8)
        regions[:, 12:16] = 1
        regions[:, :4] = 2
        soft = RegionMaterial(Ms=987.7e3, Aex=19.6e-12, Ku1=2e6)
        angle = np.deg2rad(10)
        sweep = FieldSweep(
            direction=(float(np.sin(angle)), float(np.cos(angle)), 0.0),
            start_T=1.0,
            stop_T=-12.0,
            smallest_step_T=0.05,
        )
        defaults: dict[str, Any] = {
            "cells": (n, n, 1),
            "cell_size": (1e-9, 1e-9, 1e-9),
            "regions": regions,
            "materials": (CELL_2_17, BOUNDARY_1_5, soft),
            "sweep": sweep,
            "precision": "float32",
            "seed": 5,
        }
        return make_problem(**defaults | changes)

    return make


@pytest.fixture
def walk() -> Callable[[Problem], list[FieldStep]]:
    """Return a function that walks a whole half-cycle and returns its steps."""

    def walk_problem(problem: Problem) -> list[FieldStep]:
        half_cycle = HalfCycle(problem)
        steps = []
        while not half_cycle.state.is_finished:
            steps += [accepted.step for accepted in half_cycle.advance()]
        return steps

    return walk_problem


@pytest.fixture
def problem_folder(tmp_path: Path, two_phases: Callable[..., Problem]) -> Path:
    """Return a folder with the problem of two phases, not solved yet."""
    folder = tmp_path / "problem"
    save_problem(two_phases(), folder)
    return folder
