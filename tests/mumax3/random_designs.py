"""Random small designs: phases, angles, layers, periodicity; float64 throughout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solver.mesh import EXACT, OPEN, Mesh
from solver.problem import FieldSweep, Problem, RegionMaterial, SolverOptions

DESIGNS = 10
STOP = 1e-7
"""Largest |Δm| at which a descent ends, on both sides."""
FIELDS_T = (1.0, 0.25, 0.0, -0.5, -1.0, -1.75, -2.5, -3.5, -5.0)


def random_materials(generator: np.random.Generator, count: int) -> tuple[RegionMaterial, ...]:
    tilt = float(generator.uniform(-0.1, 0.1))
    return tuple(
        RegionMaterial(
            Ms=float(generator.uniform(290e3, 1000e3)),
            Aex=float(generator.uniform(2e-12, 20e-12)),
            Ku1=float(generator.uniform(0.8e6, 3e6)),
            easy_axis=(tilt, 1.0, 0.0),
        )
        for _ in range(count)
    )


def random_regions(generator: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Return stripes along y, platelets across it, and a layer on one face."""
    nz, ny, nx = shape
    y, x = np.mgrid[:ny, :nx]
    regions = np.zeros(shape, dtype=np.uint8)
    period = int(generator.integers(8, 14))
    regions[:, (x + y // 2 + int(generator.integers(period))) % period < 3] = 1
    regions[:, (y + int(generator.integers(period))) % period < 2] = 2
    regions[:, -int(generator.integers(1, 4)) :] = 3
    if nz > 1:
        regions[0, : ny // 2] = 1
    return regions


def design(number: int, sweep: FieldSweep | None = None) -> Problem:
    """Return a random problem; some are periodic in the plane, one has several planes."""
    generator = np.random.default_rng([41, number])
    cells = (int(generator.integers(24, 33)), int(generator.integers(24, 33)), 1)
    pbc = [(OPEN, OPEN, EXACT), (OPEN, OPEN, OPEN), (2, OPEN, 3), (OPEN, 1, EXACT)][number % 4]
    if number == DESIGNS - 1:
        cells, pbc = (24, 20, 3), (OPEN, OPEN, 2)
    mesh = Mesh(cells=cells, cell_size=(1e-9, 1.1e-9, 2e-9), pbc=pbc)
    alpha = np.deg2rad(generator.uniform(2, 60))
    h = (float(np.sin(alpha)), float(np.cos(alpha)), 0.0)
    given = sweep or FieldSweep(mode="fixed", values_T=FIELDS_T)
    return Problem(
        mesh=mesh,
        regions=random_regions(generator, mesh.shape),
        materials=random_materials(generator, 4),
        sweep=replace(given, direction=h),
        options=SolverOptions(
            precision="float64",
            perturbation=float(generator.choice([0.02, 0.01])),
            interface_factor=float(generator.choice([1.0, 0.7])),
            seed=number,
            torque_T=1e-14,
            delta_m=STOP,
        ),
    )
