"""The finite-difference mesh: cells, edges, periodicity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from solver.errors import ProblemError

OPEN: Final = 0
"""Value of :attr:`Mesh.pbc` for an open direction."""
EXACT: Final = -1
"""Value of :attr:`Mesh.pbc` for infinitely many periodic images (z only)."""

AXES: Final = "xyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """A regular mesh of rectangular cells.

    Parameters
    ----------
    cells : tuple of int
        Number of cells (nx, ny, nz).
    cell_size : tuple of float
        Edges of a cell (dx, dy, dz) in m.
    pbc : tuple of int
        Per direction: 0 open (Neumann for the exchange), n > 0 periodic with the demagnetising
        field summed over the images that MuMax3's ``SetPBC(n)`` takes (offsets of up to
        ``N n - 1`` cells), -1 periodic with the exact limit of infinitely many images (z only).

    Raises
    ------
    ProblemError
        If a number is not positive, not finite, or the periodicity is unknown.
    """

    cells: tuple[int, int, int]
    cell_size: tuple[float, float, float]
    pbc: tuple[int, int, int] = (OPEN, OPEN, EXACT)

    def __post_init__(self) -> None:
        for name in ("cells", "cell_size", "pbc"):
            _check_triple(f"mesh.{name}", getattr(self, name), whole=name != "cell_size")
        for axis, n, size, images in zip(AXES, self.cells, self.cell_size, self.pbc, strict=True):
            if n < 1:
                raise ProblemError(
                    f"mesh.cells: {n} cells along {axis}; at least 1 is needed",
                    key="mesh.cells",
                    given=str(n),
                    allowed=">= 1",
                )
            if not (math.isfinite(size) and size > 0):
                raise ProblemError(
                    f"mesh.cell_size: {size} m along {axis}; a positive number is needed",
                    key="mesh.cell_size",
                    given=str(size),
                    allowed="> 0",
                )
            if images < EXACT or (images == EXACT and axis != "z"):
                raise ProblemError(
                    f"mesh.pbc: {images} along {axis}; allowed are 0 (open), n > 0 (images) "
                    "and, along z only, -1 (exact limit)",
                    key="mesh.pbc",
                    given=str(images),
                    allowed="0, n > 0, -1 (z only)",
                )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of a cell array, (nz, ny, nx): x runs fastest in memory, as in OVF files."""
        nx, ny, nz = self.cells
        return nz, ny, nx

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return math.prod(self.cells)

    @property
    def cell_volume(self) -> float:
        """Volume of one cell in m³."""
        return math.prod(self.cell_size)

    @property
    def lower_corner(self) -> tuple[float, float, float]:
        """Lower corner (x, y, z) in m: x and y count from the middle, z from the lower face."""
        (nx, ny, _), (dx, dy, _) = self.cells, self.cell_size
        return -nx * dx / 2, -ny * dy / 2, 0.0

    @property
    def is_z_invariant(self) -> bool:
        """Whether this is a cross-section of a body that is infinite along z."""
        return self.cells[2] == 1 and self.pbc[2] == EXACT


def _check_triple(key: str, value: object, *, whole: bool) -> None:
    kinds = int if whole else int | float
    ok = (
        isinstance(value, tuple)
        and len(value) == len(AXES)
        and all(isinstance(v, kinds) and not isinstance(v, bool) for v in value)
    )
    if not ok:
        allowed = f"three {'integers' if whole else 'numbers'}, along x, y and z"
        raise ProblemError(
            f"{key} is {value!r}; allowed are {allowed}",
            key=key,
            given=repr(value),
            allowed=allowed,
        )
