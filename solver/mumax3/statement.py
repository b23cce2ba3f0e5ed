"""The problem in MuMax3's words: mesh, regions, materials, exchange."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from solver.mesh import EXACT, OPEN, Mesh
from solver.mumax3.layout import LOADED_REGIONS_FILE
from solver.problem import unit_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.problem import Problem

STACK_OVER_WIDTH: Final = 10
"""Length of the stack of images over the widest edge, where the problem has infinitely many: the
field in the middle is then within about 3 mT of the limit."""

THICKEST_CELL: Final = 16
"""Thickness of a cell over its edge in x or y, in a cross-section that is uniform along z: thick
cells need fewer images, and MuMax3 refuses an aspect ratio above 100."""

_CHECKED_CELLS: Final = 24


def number(value: float) -> str:
    """Return a number as mx3 text that reads back as the same float64."""
    return repr(float(value))


def present_regions(problem: Problem) -> list[int]:
    """Return the region ids that occur."""
    return [int(region) for region in np.unique(problem.regions)]


def mumax3_mesh(mesh: Mesh) -> Mesh:
    """Return the mesh that the script states: what MuMax3 computes in place of endless images.

    The images make a stack of ``STACK_OVER_WIDTH`` times the widest edge; where nothing varies
    along z the cells are thick. A mesh without endless images is returned as it is.
    """
    if mesh.pbc[2] != EXACT:
        return mesh
    dx, dy, dz = mesh.cell_size
    if mesh.is_z_invariant:
        dz = THICKEST_CELL * min(dx, dy)
    length = STACK_OVER_WIDTH * max(mesh.cells[0] * dx, mesh.cells[1] * dy)
    # MuMax3 takes offsets of up to n Nz - 1 cells either way
    layers = math.ceil((length / dz + 1) / 2)
    images = max(2, math.ceil(layers / mesh.cells[2]))
    return replace(mesh, cell_size=(dx, dy, dz), pbc=(*mesh.pbc[:2], images))


def mesh_lines(mesh: Mesh) -> list[str]:
    """Return cells, edges and images."""
    stated = mumax3_mesh(mesh)
    cells = ", ".join(str(n) for n in stated.cells)
    edges = ", ".join(number(edge) for edge in stated.cell_size)
    lines = [f"SetGridSize({cells})", f"SetCellSize({edges})"]
    if mesh.is_z_invariant:
        lines.insert(0, "// nothing varies along z, so the cells may be thick")
    if mesh.pbc[2] == EXACT:
        lines.insert(
            0,
            "// the problem is periodic along z without end; this stack is "
            f"{STACK_OVER_WIDTH} times as long as wide",
        )
    if any(n != OPEN for n in stated.pbc):
        lines.append(f"SetPBC({', '.join(str(n) for n in stated.pbc)})")
    return lines


def region_lines(problem: Problem, regions_file: str) -> list[str]:
    """Return the loading of the regions, and what stops the script if others come back.

    MuMax3 resamples a file of another size without a word: the mean and a few cells tell it at
    once, the stored file tells it cell by cell.
    """
    mean = float(problem.regions.mean())
    checks = [
        f'Expect("region of cell {i}, {j}, {k}", regions.GetCell({i}, {j}, {k}), '
        f"{int(problem.regions[k, j, i])}, 0)"
        for i, j, k in _telling_cells(problem.regions)
    ]
    return [
        f"regions.LoadFile(`{regions_file}`)",
        f'SaveAs(regions, "{LOADED_REGIONS_FILE}")',
        f'Expect("mean region", regions.Average(), {number(mean)}, {number(1e-4 * (1 + mean))})',
        *checks,
    ]


def _telling_cells(regions: NDArray[np.uint8]) -> list[tuple[int, int, int]]:
    """Return cells (i, j, k) that would differ in most other orders of the cells.

    They lie on both sides of where the region changes along x, y and z, and at both ends.
    """
    chosen: list[tuple[int, int, int]] = []
    for axis in range(3):
        changes = np.argwhere(np.diff(regions.astype(int), axis=axis) != 0)
        picked = changes[:: max(1, len(changes) // 3)][:3]
        step = np.eye(3, dtype=int)[axis]
        for cell in picked:
            for k, j, i in (cell, cell + step):
                chosen.append((int(i), int(j), int(k)))
    nz, ny, nx = regions.shape
    ends = [(0, 0, 0), (nx - 1, 0, 0), (0, ny - 1, 0), (nx - 1, ny - 1, nz - 1)]
    return list(dict.fromkeys([*ends, *chosen]))[:_CHECKED_CELLS]


def material_lines(problem: Problem) -> list[str]:
    """Return the materials of the regions that occur."""
    lines: list[str] = []
    for region in present_regions(problem):
        material = problem.materials[region]
        axis = ", ".join(number(value) for value in unit_vector(material.easy_axis))
        lines += [
            f"Msat.SetRegion({region}, {number(material.Ms)})",
            f"Aex.SetRegion({region}, {number(material.Aex)})",
            f"Ku1.SetRegion({region}, {number(material.Ku1)})",
            f"anisU.SetRegion({region}, vector({axis}))",
        ]
    return lines


def exchange_lines(problem: Problem) -> list[str]:
    """Return the interface factor of every pair of regions."""
    factor = problem.options.interface_factor
    if factor == 1:
        return ["// exchange between regions: unscaled"]
    present = present_regions(problem)
    return [
        f"ext_ScaleExchange({i}, {j}, {number(factor)})" for i in present for j in present if i < j
    ] or ["// one region only: no interface to scale"]
