"""Where the phases of one structure ended, to be laid over the picture of another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smcogui.design.phases import Phase

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """The phases of one layer of square cells around the middle of the domain.

    Parameters
    ----------
    regions : ndarray of uint8, shape (ny, nx)
        :class:`Phase` values, row 0 at the smallest y.
    cell_nm : float
        Edge of a cell in nm.
    """

    regions: NDArray[np.uint8]
    cell_nm: float

    @property
    def size_nm(self) -> tuple[float, float]:
        """Edges of the domain along x and y in nm."""
        ny, nx = self.regions.shape
        return nx * self.cell_nm, ny * self.cell_nm

    def phases_at(self, points: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the phases at points (x, y) in nm, shape (n, 2); outside, that of the edge."""
        ny, nx = self.regions.shape
        cells = np.floor(points / self.cell_nm + (nx / 2, ny / 2)).astype(int)
        columns, rows = np.clip(cells, 0, (nx - 1, ny - 1)).T
        found: NDArray[np.uint8] = self.regions[rows, columns]
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """Boundaries between phases.

    Parameters
    ----------
    lines : tuple of ndarray, each of shape (n, 2)
        Connected points (x, y) in nm, counted from the middle of the domain.
    """

    lines: tuple[NDArray[np.float64], ...]


def phase_outline(layer: Layer) -> Outline:
    """Return the boundaries between the phases of a layer, each of them once."""
    import contourpy

    regions = layer.regions
    ny, nx = regions.shape
    x, y = ((np.arange(n) + 0.5 - n / 2) * layer.cell_nm for n in (nx, ny))
    lines: list[NDArray[np.float64]] = []
    for phase in list(Phase)[1:]:
        # A boundary between phases 0 and 2 is found at 1; at 2 only what borders on 1 is left.
        inside = np.ma.masked_where(regions < phase - 1, (regions >= phase).astype(float))
        found = contourpy.contour_generator(x, y, inside).lines(0.5)
        lines += [np.asarray(line) for line in found]
    return Outline(lines=tuple(lines))


def moved_outline(old: Layer, new: Layer) -> Outline:
    """Return the boundaries of a layer that another one does not have, and its edge if it differs.

    A boundary is shared where both layers have the same two phases on its two sides.
    """
    aside = 0.75 * max(old.cell_nm, new.cell_nm)
    lines: list[NDArray[np.float64]] = []
    for line in phase_outline(old).lines:
        lines += _runs(line, ~_is_shared(line, old, new, aside))
    if not np.allclose(old.size_nm, new.size_nm):
        x, y = (edge / 2 for edge in old.size_nm)
        lines.append(np.array([(-x, -y), (x, -y), (x, y), (-x, y), (-x, -y)]))
    return Outline(lines=tuple(lines))


def _is_shared(
    line: NDArray[np.float64], old: Layer, new: Layer, aside: float
) -> NDArray[np.bool_]:
    """Return for each piece of a line whether both layers have it, shape (n - 1,)."""
    along = np.diff(line, axis=0)
    across = np.column_stack((-along[:, 1], along[:, 0]))
    across *= aside / np.hypot(*along.T)[:, None]
    middle = (line[1:] + line[:-1]) / 2
    shared = np.ones(len(along), dtype=np.bool_)
    for side in (middle - across, middle + across):
        shared &= old.phases_at(side) == new.phases_at(side)
    return shared


def _runs(line: NDArray[np.float64], kept: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Return the parts of a line whose pieces are kept."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], kept, [False])).astype(int)))
    return [line[start : end + 1] for start, end in zip(edges[::2], edges[1::2], strict=True)]
