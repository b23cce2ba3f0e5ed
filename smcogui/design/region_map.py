"""A drawn cross-section in place of the parametric one: the phase of every cell of a square."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from smcogui.design.canonical import NM, snap, to_unit
from smcogui.design.limits import check_number, refuse
from smcogui.design.phases import Phase
from smcogui.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY: Final = "region_map"
MOST_EDGE: Final = 1024
"""Most cells of an edge: a design file with such a map has 350 kB."""
LONGEST_SOURCE: Final = 200
_CELLS_PER_BYTE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMap:
    """The phases of a cross-section, as they were drawn or segmented from a picture.

    Parameters
    ----------
    source : str
        Name of the picture, for people.
    edge : int
        Number of cells along x, and along y.
    cell : float
        Edge of a cell in m.
    cells : bytes
        :class:`Phase` values, one byte each, x fastest, the lowest y first.

    Raises
    ------
    InputError
        If there are too many cells or too few, or one of them is no phase.
    """

    source: str
    edge: int
    cell: float
    cells: bytes

    def __post_init__(self) -> None:
        name = self.source
        if not name.strip() or len(name) > LONGEST_SOURCE or not name.isprintable():
            allowed = f"1 to {LONGEST_SOURCE} printable characters"
            refuse(f"{KEY}.source", repr(name[:40]), allowed)
        if not 1 <= self.edge <= MOST_EDGE:
            refuse(f"{KEY}.edge", str(self.edge), f"1 to {MOST_EDGE} cells")
        object.__setattr__(self, "cell", snap(self.cell, NM))
        check_number("mesh.cell_nm", to_unit(self.cell, NM))
        if len(self.cells) != self.edge**2:
            refuse(f"{KEY}.cells", f"{len(self.cells)} cells", f"{self.edge} x {self.edge} cells")
        if max(self.cells) >= len(Phase):
            refuse(f"{KEY}.cells", f"phase {max(self.cells)}", f"phases 0 to {len(Phase) - 1}")

    @classmethod
    def of(cls, regions: NDArray[np.uint8], cell: float, source: str) -> Self:
        """Return the map of a square array of phases, shape (n, n), row 0 at the lowest y."""
        square = np.ascontiguousarray(regions, dtype=np.uint8)
        return cls(source=source, edge=len(square), cell=cell, cells=square.tobytes())

    @property
    def length(self) -> float:
        """Edge of the square in m."""
        return snap(self.edge * self.cell, NM)

    @property
    def sha256(self) -> str:
        """Hash of size and phases; the name of the picture is not among it."""
        head = f"{self.edge} cells of {to_unit(self.cell, NM):.12g} nm\n"
        return hashlib.sha256(head.encode() + self.cells).hexdigest()

    def regions(self, edge: int | None = None) -> NDArray[np.uint8]:
        """Return the phases, shape (edge, edge), row 0 at the lowest y.

        Of another number of cells than the map has, each takes the phase at its middle.
        """
        own = np.frombuffer(self.cells, dtype=np.uint8).reshape(self.edge, self.edge)
        if edge is None or edge == self.edge:
            return own.copy()
        places = ((np.arange(edge) + 0.5) * self.edge / edge).astype(np.intp)
        return own[np.ix_(places, places)]

    def holds(self, phase: Phase) -> bool:
        """Whether any cell has a phase."""
        return phase in self.cells


def to_text(region_map: RegionMap) -> str:
    """Return the phases of a map as text: two bits a cell, four cells a byte, base64."""
    return _packed(region_map.cells)


@lru_cache(maxsize=8)
def _packed(cells: bytes) -> str:
    flat = np.frombuffer(cells, dtype=np.uint8)
    padded = np.pad(flat, (0, -len(flat) % _CELLS_PER_BYTE)).reshape(-1, _CELLS_PER_BYTE)
    return base64.b64encode(np.bitwise_or.reduce(padded << _SHIFTS, axis=1).tobytes()).decode()


@lru_cache(maxsize=8)
def from_text(text: str, source: str, edge: int, cell: float, sha256: str) -> RegionMap:
    """Return the map that a design file holds.

    Raises
    ------
    InputError
        If the text is no map of this size, or not the one of this hash.
    """
    if not 1 <= edge <= MOST_EDGE:
        refuse(f"{KEY}.edge", str(edge), f"1 to {MOST_EDGE} cells")
    try:
        packed = np.frombuffer(base64.b64decode(text, validate=True), dtype=np.uint8)
    except (binascii.Error, ValueError):
        refuse(f"{KEY}.cells", f"{text[:20]!r}…", "what the program wrote, base64")
    cells = ((packed[:, np.newaxis] >> _SHIFTS) & 3).astype(np.uint8).ravel()
    needed = edge**2
    if len(packed) != -(-needed // _CELLS_PER_BYTE):
        refuse(f"{KEY}.cells", f"a text of {len(packed)} bytes", f"{edge} x {edge} cells")
    region_map = RegionMap(source=source, edge=edge, cell=cell, cells=cells[:needed].tobytes())
    if region_map.sha256 != sha256:
        refuse(
            f"{KEY}.sha256",
            f"{sha256[:16]}…",
            f"the hash of its cells, {region_map.sha256[:16]}…",
            "The map was changed or damaged; segment the picture again.",
        )
    return region_map


_SHIFTS: Final = np.arange(0, 8, 2, dtype=np.uint8)


def check_varied(key: str, source: str) -> None:
    """Refuse to vary a number that a drawn structure is not built from.

    Parameters
    ----------
    key : str
        Of the design file, or a coordinate such as phi_S.
    source : str
        Name of the picture.

    Raises
    ------
    InputError
        If it is one of the parametric structure.
    """
    if key.startswith("nanostructure.") or not key.partition(".")[2]:
        allowed = "the angle, the Z phase, the grain-boundary layer, cells, seed"
        raise InputError(
            f"{key} cannot be varied: the structure is from image {source}, its lengths are "
            f"estimates, and nothing is built from them; allowed is {allowed}",
            key=key,
            given=source,
            allowed=allowed,
        )
