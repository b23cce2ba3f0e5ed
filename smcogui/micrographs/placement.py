"""The square of a picture that becomes the domain: turned so that c points up, in cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.design.limits import check_number, refuse
from smcogui.design.region_map import MOST_EDGE
from smcogui.errors import InputError
from smcogui.micrographs.picture_scale import check_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.micrographs.picture import Micrograph

MOST_ANGLE: Final = 180.0
_MOST_PER_CELL: Final = 4
_MOST_POINTS: Final = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the domain lies in a picture.

    Parameters
    ----------
    nm_per_pixel : float
        Edge of a pixel.
    length_nm, cell_nm : float
        Edges of the domain and of its cells.
    c_axis_deg : float
        Angle from the upward direction of the picture to the c axis, clockwise.
    centre : tuple of float or None
        Middle of the domain (x, y) in pixels from the upper left corner; None for that of the
        picture.

    Raises
    ------
    InputError
        If a number is not allowed, or there would be too many cells.
    """

    nm_per_pixel: float
    length_nm: float
    cell_nm: float
    c_axis_deg: float = 0.0
    centre: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        check_scale(self.nm_per_pixel)
        check_number("mesh.domain_nm", self.length_nm)
        check_number("mesh.cell_nm", self.cell_nm)
        if self.edge > MOST_EDGE:
            refuse(
                "mesh.cell_nm",
                f"{self.cell_nm:g} nm, which makes {self.edge} x {self.edge} cells",
                f"at most {MOST_EDGE} x {MOST_EDGE}",
                "Choose larger cells or a smaller domain.",
            )
        if not -MOST_ANGLE <= self.c_axis_deg <= MOST_ANGLE:
            refuse("c_axis", f"{self.c_axis_deg:g}°", f"-{MOST_ANGLE:g} to {MOST_ANGLE:g}°")
        if self.centre is not None and not all(math.isfinite(each) for each in self.centre):
            refuse("centre", f"{self.centre}", "two numbers of pixels")

    @property
    def edge(self) -> int:
        """Number of cells along an edge."""
        return max(1, round(self.length_nm / self.cell_nm))

    @property
    def per_cell(self) -> int:
        """Into how many points along an edge of a cell the grey is resolved.

        As many as there are pixels, if these are not too many; 2 at least, so that what lies half
        way between two phases is parted in its middle.
        """
        affordable = max(1, min(_MOST_PER_CELL, _MOST_POINTS // self.edge))
        return min(affordable, max(2, round(self.cell_nm / self.nm_per_pixel)))

    def middle(self, picture: Micrograph) -> tuple[float, float]:
        """Return the middle of the domain in pixels (x, y)."""
        ny, nx = picture.pixels.shape
        return (nx / 2, ny / 2) if self.centre is None else self.centre

    def corners(self, picture: Micrograph) -> NDArray[np.float64]:
        """Return the corners of the domain in pixels, shape (4, 2): (x, y), around."""
        half = self.edge * self.cell_nm / self.nm_per_pixel / 2
        square = np.array([(-half, half), (half, half), (half, -half), (-half, -half)])
        return self._in_picture(square, picture)

    def _in_picture(self, points: NDArray[np.float64], picture: Micrograph) -> NDArray[np.float64]:
        """Return points (x, y upwards, in pixels from the middle) as pixels of the picture."""
        angle = math.radians(self.c_axis_deg)
        x, up = points[..., 0], points[..., 1]
        x_middle, y_middle = self.middle(picture)
        right = x * math.cos(angle) + up * math.sin(angle)
        above = up * math.cos(angle) - x * math.sin(angle)
        return np.stack((x_middle + right, y_middle - above), axis=-1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """The grey of a domain.

    Parameters
    ----------
    grey : ndarray of float32, shape (n, n)
        Row 0 at the lowest y; 0 darkest, 1 brightest.
    cell_nm : float
        Edge of a cell of the mesh.
    per_cell : int
        Points along an edge of a cell.
    """

    grey: NDArray[np.float32]
    cell_nm: float
    per_cell: int

    @property
    def point_nm(self) -> float:
        """Distance of two points of the grey."""
        return self.cell_nm / self.per_cell


def largest_length(picture: Micrograph, placement: Placement) -> float:
    """Return the edge in nm of the largest domain that fits around a middle, at an angle."""
    angle = math.radians(placement.c_axis_deg)
    spread = abs(math.cos(angle)) + abs(math.sin(angle))
    ny, nx = picture.pixels.shape
    x, y = placement.middle(picture)
    room = 2 * min(x, nx - x, y, ny - y)
    return float(max(0.0, room / spread * placement.nm_per_pixel))


def cut_domain(picture: Micrograph, placement: Placement) -> Cut:
    """Return the grey of the domain.

    Raises
    ------
    InputError
        If the domain does not lie inside the picture.
    """
    from scipy import ndimage

    _check_inside(picture, placement)
    count, pixel = placement.edge * placement.per_cell, placement.nm_per_pixel
    point = placement.cell_nm / placement.per_cell / pixel
    places = (np.arange(count) + 0.5 - count / 2) * point
    points = np.stack(np.meshgrid(places, places), axis=-1)
    x, y = np.moveaxis(placement._in_picture(points, picture), -1, 0)  # noqa: SLF001
    pixels = picture.pixels
    if point > 1:
        # A point is the mean of its pixels, not one that happens to lie in its middle.
        pixels = ndimage.gaussian_filter(pixels, 0.3 * point)
    # Pixels have their values at their middles.
    grey = ndimage.map_coordinates(pixels, (y - 0.5, x - 0.5), order=1, mode="nearest")
    return Cut(
        grey=np.asarray(grey, dtype=np.float32),
        cell_nm=placement.cell_nm,
        per_cell=placement.per_cell,
    )


def _check_inside(picture: Micrograph, placement: Placement) -> None:
    ny, nx = picture.pixels.shape
    corners = placement.corners(picture)
    # A pixel more: a picture of 128 nm whose scale has three digits holds a domain of 128 nm.
    if (corners >= -1).all() and (corners <= (nx + 1, ny + 1)).all():
        return
    pixel = placement.nm_per_pixel
    largest = largest_length(picture, placement)
    raise InputError(
        f"a domain of {placement.length_nm:g} nm does not lie inside {picture.name}, which shows "
        f"{nx * pixel:.4g} nm x {ny * pixel:.4g} nm at {pixel:.4g} nm per pixel; around this "
        f"middle, turned by {placement.c_axis_deg:g}°, at most {largest:.4g} nm fit",
        key="domain",
        given=f"{placement.length_nm:g} nm",
        allowed=f"at most {largest:.4g} nm",
    )
