"""Surfaces of a block of cells, whole or cut, as pyvista meshes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.rendering.colours import angle_colours, diverging_colours
from smcogui.rendering.content import AXES, Block
from smcogui.rendering.voxel_faces import merged_faces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.design.phases import Phase
    from smcogui.rendering.colours import ColourMode
    from smcogui.rendering.content import Axis, Vector

_ARROWS_ACROSS = 20


def cut_block(block: Block, axis: Axis | None, at: float) -> tuple[Block, Vector]:
    """Return what is left below a cut, and where its middle lies in nm.

    Along an axis of a single cell the cell itself is made thinner; else whole cells go, at least
    one stays.
    """
    if axis is None or at >= 1.0:
        return block, (0.0, 0.0, 0.0)
    number = AXES.index(axis)
    cell = list(block.cell_nm)
    array_axis = block.values.ndim - 1 - number
    cells = block.values.shape[array_axis]
    values = block.values
    if cells == 1:
        cell[number] *= max(at, 0.01)
    else:
        kept = min(max(round(at * cells), 1), cells)
        values = values[tuple([slice(None)] * array_axis + [slice(0, kept)])]
    left = Block(values=values, cell_nm=(cell[0], cell[1], cell[2]), alpha=block.alpha)
    middle = [0.0, 0.0, 0.0]
    middle[number] = (left.box_nm[number] - block.box_nm[number]) / 2
    return left, (middle[0], middle[1], middle[2])


def phase_surface(block: Block, middle_nm: Vector, phase: Phase) -> Any | None:
    """Return the merged faces around the cells of a phase, or None where there are none."""
    mask = block.values == phase
    if not mask.any():
        return None
    return rectangles(merged_faces(mask, block.cell_nm) + np.asarray(middle_nm, dtype=np.float32))


def rectangles(faces: NDArray[np.float32]) -> Any:
    """Return rectangles, shape (n, 4, 3), as a surface."""
    import pyvista

    count = len(faces)
    cells = np.empty((count, 5), dtype=np.int64)
    cells[:, 0] = 4
    cells[:, 1:] = np.arange(4 * count).reshape(count, 4)
    return pyvista.PolyData(faces.reshape(-1, 3), cells.ravel())


def coloured_block(block: Block, middle_nm: Vector, mode: ColourMode) -> Any:
    """Return a magnetisation as cells with the colours of their direction, in "rgb"."""
    import pyvista

    m = block.values
    nz, ny, nx = m.shape[1:]
    box = block.box_nm
    cells = pyvista.ImageData(
        dimensions=(nx + 1, ny + 1, nz + 1),
        spacing=block.cell_nm,
        origin=tuple(place - edge / 2 for place, edge in zip(middle_nm, box, strict=True)),
    )
    rgb = diverging_colours(m[1]) if mode == "projection" else angle_colours(m[0], m[1])
    cells.cell_data["rgb"] = rgb.reshape(-1, 3)
    return cells


def arrows_on(block: Block, middle_nm: Vector, axis: Axis) -> Any:
    """Return thinned arrows of a magnetisation, just above the block's upper face along an axis."""
    import pyvista

    number = AXES.index(axis)
    m, box = block.values, block.box_nm
    counts = m.shape[:0:-1]
    every = [max(1, max(counts) // _ARROWS_ACROSS)] * 3
    pitch = max(box) / _ARROWS_ACROSS
    places = [np.arange(min(e // 2, n - 1), n, e) for n, e in zip(counts, every, strict=True)]
    places[number] = np.array([counts[number] - 1])
    x, y, z = (grid.ravel() for grid in np.meshgrid(*places, indexing="ij"))
    vectors = np.asarray(m[:, z, y, x], dtype=float).T
    corner = np.array([place - edge / 2 for place, edge in zip(middle_nm, box, strict=True)])
    centres = corner + (np.stack([x, y, z], axis=1) + 0.5) * np.array(block.cell_nm)
    centres[:, number] = corner[number] + box[number] + 0.5 * pitch
    points = pyvista.PolyData(centres - vectors * 0.4 * pitch)
    points["m"] = vectors
    arrow = pyvista.Arrow(
        tip_length=0.4, tip_radius=0.16, shaft_radius=0.05, tip_resolution=8, shaft_resolution=6
    )
    return points.glyph(orient="m", scale=False, factor=0.8 * pitch, geom=arrow)
