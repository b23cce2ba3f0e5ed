"""A stored magnetisation, as the Simulation tab shows it; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smcogui.rendering.orders import drawn_cell_nm, state_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.app.session import SnapshotRecord
    from smcogui.rendering.messages import Message
    from solver.mesh import Mesh


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MagnetisationState:
    """A stored magnetisation and where it belongs.

    Parameters
    ----------
    m : ndarray, shape (3, nz, ny, nx)
        Unit vectors.
    mesh : Mesh
    alpha : float
        Field angle in rad.
    path : Path
        OVF file that it was read from.
    """

    m: NDArray[np.float64]
    mesh: Mesh
    alpha: float
    path: Path

    @property
    def cell_nm(self) -> tuple[float, float, float]:
        """Edges of a cell (x, y, z) in nm, as drawn."""
        return drawn_cell_nm(self.mesh)

    @property
    def box_nm(self) -> tuple[float, float, float]:
        """Edges of the domain (x, y, z) in nm, as drawn."""
        nx, ny, nz = self.mesh.cells
        dx, dy, dz = self.cell_nm
        return nx * dx, ny * dy, nz * dz

    def order(self) -> Message:
        """Return what the drawing process is told; it reads the file itself."""
        return state_order(self.path, self.mesh, self.alpha)


def most_telling(snapshots: Sequence[SnapshotRecord]) -> int:
    """Return which state to show before anybody chose: the first partly reversed one."""
    for reason in ("Hp", "before_Hc", "Hc", "before_Hp"):
        for index, snapshot in enumerate(snapshots):
            if snapshot.reason == reason:
                return index
    return min(0, len(snapshots) - 1)
