"""What the previews show of a structure, computed off the window's thread; no Qt, no VTK."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.rendering.colours import phase_image
from smcogui.rendering.orders import drawn_cell_nm, structure_order

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from smcogui.design.design import Design
    from smcogui.design.nanostructure import Nanostructure
    from smcogui.design.phases import Phase
    from smcogui.rendering.messages import Message

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
    """

    section: NDArray[np.uint8]
    regions: NDArray[np.uint8]
    solid: Message
    box_nm: tuple[float, float, float]
    alpha: float
    fractions: dict[Phase, float]
    is_coarse: bool

    @property
    def cells(self) -> tuple[int, int]:
        """Number of cells along x and y."""
        ny, nx = self.regions.shape
        return nx, ny


def picture_structure(
    design: Design, nanostructure: Nanostructure, *, is_coarse: bool = False
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
    )


def coarse_cell(design: Design, cells: int = 128) -> float:
    """Return a cell size in m for a quick look: few cells, yet every wall at least one thick."""
    walls = [design.parameters.w_S, design.parameters.w_Z]
    if design.grain_boundary.layer != "none":
        walls.append(design.grain_boundary.thickness)
    return max(design.mesh.cell, min(design.domain / cells, *walls))
