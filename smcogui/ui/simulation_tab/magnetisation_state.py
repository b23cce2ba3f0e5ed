"""A stored magnetisation, as the Simulation tab shows it; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smcogui.rendering.colours import PREVIEW_THICKNESS_NM
from smcogui.rendering.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from smcogui.app.session import SnapshotRecord
    from solver.mesh import Mesh

NM: Final = 1e9
_REASONS: Final = {
    "remanence": "remanence",
    "before_Hp": "before Hp",
    "Hp": "at Hp",
    "before_Hc": "before Hc",
    "Hc": "at Hc",
    "chosen": "chosen field",
    "final": "last field",
}


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
        dx, dy, dz = (edge * NM for edge in self.mesh.cell_size)
        if self.mesh.is_z_invariant:
            dz = min(PREVIEW_THICKNESS_NM, self.mesh.cells[0] * dx)
        return dx, dy, dz

    @property
    def box_nm(self) -> tuple[float, float, float]:
        """Edges of the domain (x, y, z) in nm, as drawn."""
        nx, ny, nz = self.mesh.cells
        dx, dy, dz = self.cell_nm
        return nx * dx, ny * dy, nz * dz

    def order(self) -> Message:
        """Return what the drawing process is told; it reads the file itself."""
        facts = {"path": str(self.path), "cell_nm": list(self.cell_nm), "alpha": self.alpha}
        return Message(facts={"do": "state", **facts})


def reason_text(reason: str) -> str:
    """Return why a state was stored, in words."""
    return _REASONS.get(reason, reason)


def most_telling(snapshots: Sequence[SnapshotRecord]) -> int:
    """Return which state to show before anybody chose: the first partly reversed one."""
    for reason in ("Hp", "before_Hc", "Hc", "before_Hp"):
        for index, snapshot in enumerate(snapshots):
            if snapshot.reason == reason:
                return index
    return min(0, len(snapshots) - 1)


def steps_of_cycle(snapshots: Sequence[SnapshotRecord], cycle: int) -> list[int]:
    """Return the places of a half-cycle's states in the list, one per field step, field falling."""
    places: dict[int, int] = {}
    for place, snapshot in enumerate(snapshots):
        if snapshot.cycle == cycle:
            places.setdefault(snapshot.index, place)
    return [places[index] for index in sorted(places)]
