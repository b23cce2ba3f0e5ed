"""What the previews show of a structure, computed off the window's thread; no Qt, no VTK."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from smcogui.design.nanostructure import build_nanostructure
from smcogui.rendering.colours import phase_image
from smcogui.rendering.orders import drawn_cell_nm, structure_order
from smcogui.rendering.outline import Layer, moved_outline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from smcogui.design.nanostructure import Nanostructure
    from smcogui.design.phases import Phase
    from smcogui.rendering.messages import Message
    from smcogui.rendering.outline import Outline

NM: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class StructurePicture:
    """Section of one structure, and what the drawing process is told of it.

    Parameters
    ----------
    section : ndarray of uint8, shape (ny, nx, 3)
        Picture of the lowest layer, row 0 at the largest y.
    regions : ndarray of uint8, shape (ny, nx)
        Phase ids of that layer.
    solid : Message
        The region ids of all layers, for the 3-D view.
    box_nm : tuple of float
        Edges of the domain (x, y, z) in nm, as drawn.
    alpha : float
        Field angle in rad.
    fractions : dict of Phase to float
        Counted volume fractions.
    is_coarse : bool
        Whether larger cells than the design's were used.
    ghost : Outline or None
        Where the phases of the design that this one is compared with ended.
    """

    section: NDArray[np.uint8]
    regions: NDArray[np.uint8]
    solid: Message
    box_nm: tuple[float, float, float]
    alpha: float
    fractions: dict[Phase, float]
    is_coarse: bool
    ghost: Outline | None = None

    @property
    def cells(self) -> tuple[int, int]:
        """Number of cells along x and y."""
        ny, nx = self.regions.shape
        return nx, ny


def picture_structure(
    design: Design,
    nanostructure: Nanostructure,
    *,
    ghost: Outline | None = None,
    is_coarse: bool = False,
) -> StructurePicture:
    """Return what the previews show of a structure."""
    nx, ny, nz = nanostructure.mesh.cells
    dx, dy, dz = drawn_cell_nm(nanostructure.mesh)
    regions = nanostructure.regions
    return StructurePicture(
        section=phase_image(regions[0]),
        regions=regions[0],
        solid=structure_order(nanostructure, design.alpha),
        box_nm=(nx * dx, ny * dy, nz * dz),
        alpha=design.alpha,
        fractions=nanostructure.volume_fractions(),
        is_coarse=is_coarse,
        ghost=ghost,
    )


def ghost_outline(design: Design, ghost: Design | None) -> Outline | None:
    """Return where the phases of the ghost ended and those of a design do not.

    None where there is no ghost, and where nothing moved.
    """
    if ghost is None:
        return None
    moved = moved_outline(_layer(ghost), _layer(design))
    return moved if moved.lines else None


@lru_cache(maxsize=2)
def _layer(design: Design) -> Layer:
    """Return the first half-cycle's phases; kept, since the ghost stays while sliders move."""
    nanostructure = build_nanostructure(design)
    return Layer(regions=nanostructure.regions[0], cell_nm=drawn_cell_nm(nanostructure.mesh)[0])


def coarse_cell(design: Design, cells: int = 128) -> float:
    """Return a cell size in m for a quick look: few cells, yet every wall at least one thick."""
    walls = [design.parameters.w_S, design.parameters.w_Z]
    if design.grain_boundary.layer != "none":
        walls.append(design.grain_boundary.thickness)
    return max(design.mesh.cell, min(design.domain / cells, *walls))
