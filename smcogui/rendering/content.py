"""What a three-dimensional picture shows, how it is shown, and from where."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from smcogui.design.phases import Phase
from smcogui.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smcogui.rendering.colours import ColourMode

Axis = Literal["x", "y", "z"]
ViewName = Literal["reset", "x", "y", "z"]
Vector = tuple[float, float, float]

AXES: Final[tuple[Axis, ...]] = ("x", "y", "z")
VIEWS: Final[tuple[ViewName, ...]] = ("reset", "x", "y", "z")
ZOOM_LIMITS: Final = (0.2, 40.0)
PIXEL_LIMITS: Final = (64, 8192)
DPI_LIMITS: Final = (36.0, 2400.0)
_SCREEN_DPI: Final = 96.0
# Letters of 15 pixels on the screen become about 8 points on paper.
_PRINT_SIZE: Final = 0.7
_LETTERS_ACROSS: Final = 250.0
SHOWN_AT_FIRST: Final = tuple(int(phase) for phase in Phase if phase is not Phase.CELL_2_17)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Values of cells, centred on the origin.

    Parameters
    ----------
    values : ndarray, shape (nz, ny, nx) or (3, nz, ny, nx)
        Region ids (uint8), or unit vectors of the magnetisation.
    cell_nm : tuple of float
        Edges of a cell (x, y, z) in nm, as drawn.
    alpha : float
        Angle of the applied field from c in rad.
    """

    values: NDArray[np.generic]
    cell_nm: Vector
    alpha: float

    @property
    def is_structure(self) -> bool:
        """Whether the values are region ids."""
        return self.values.ndim == 3

    @property
    def box_nm(self) -> Vector:
        """Edges of the whole block (x, y, z) in nm."""
        nz, ny, nx = self.values.shape[-3:]
        return nx * self.cell_nm[0], ny * self.cell_nm[1], nz * self.cell_nm[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a block is shown.

    Parameters
    ----------
    visible : tuple of int
        Phases whose surfaces are drawn.
    cut_axis : {"x", "y", "z"} or None
        Axis along which the block is cut; what lies beyond ``cut_at`` is left out.
    cut_at : float
        Place of the cut, 0 to 1 of the block's edge.
    mode : {"projection", "angle"}
        Colours of a magnetisation.
    arrows : bool
        Whether a magnetisation has arrows.
    background, ink : str
        Colours of the ground and of lines and letters, as #rrggbb.
    """

    visible: tuple[int, ...] = SHOWN_AT_FIRST
    cut_axis: Axis | None = None
    cut_at: float = 1.0
    mode: ColourMode = "projection"
    arrows: bool = True
    background: str = "#ffffff"
    ink: str = "#000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """From where a block is seen, in parallel projection.

    Parameters
    ----------
    direction, up : tuple of float
        Unit vectors from the block to the eye, and upwards in the picture.
    zoom : float
        1 shows the whole block.
    pan : tuple of float
        Shift of the picture to the right and upwards, in heights of the picture.
    """

    direction: Vector = (0.0, 0.0, 1.0)
    up: Vector = (0.0, 1.0, 0.0)
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def named(cls, name: ViewName) -> Camera:
        """Return an angle from above ("reset"), or the view along an axis."""
        slant = np.array([0.55, 0.45, 1.0])
        slant /= np.linalg.norm(slant)
        rising = np.array([0.0, 1.0, 0.0]) - slant[1] * slant
        directions: dict[ViewName, tuple[Vector, Vector]] = {
            "reset": (_vector(slant), _vector(rising / np.linalg.norm(rising))),
            "x": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
            "y": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
            "z": ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)),
        }
        direction, up = directions[name]
        return cls(direction=direction, up=up)

    @property
    def right(self) -> Vector:
        """Unit vector to the right in the picture."""
        return _vector(np.cross(self.up, self.direction))

    def turned(self, to_right: float, upwards: float) -> Camera:
        """Return the camera after the block was turned by two angles in rad, as by the pointer."""
        direction = _turned(np.array(self.direction), np.array(self.up), -to_right)
        right = np.cross(self.up, direction)
        direction = _turned(direction, right, upwards)
        direction /= np.linalg.norm(direction)
        up = np.cross(direction, right)
        return replace(self, direction=_vector(direction), up=_vector(up / np.linalg.norm(up)))

    def zoomed(self, factor: float) -> Camera:
        """Return the camera nearer by a factor, within reason."""
        low, high = ZOOM_LIMITS
        return replace(self, zoom=min(max(self.zoom * factor, low), high))

    def moved(self, right: float, up: float) -> Camera:
        """Return the camera with the picture shifted, in heights of the picture."""
        return replace(self, pan=(self.pan[0] + right, self.pan[1] + up))


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFormat:
    """An exported picture or film.

    Parameters
    ----------
    width, height : int
        Size in pixels.
    dpi : float
        Dots per inch; decides how large lines and letters are.
    camera : Camera
    look : Look

    Raises
    ------
    InputError
        If a size is not between 64 and 8192 pixels, or dpi not between 36 and 2400.
    """

    width: int
    height: int
    dpi: float = 300.0
    camera: Camera = Camera()
    look: Look = Look()

    def for_film(self) -> PictureFormat:
        """Return the same with even sizes, as MPEG-4 wants them."""
        return replace(
            self, width=self.width - self.width % 2, height=self.height - self.height % 2
        )

    def __post_init__(self) -> None:
        low, high = PIXEL_LIMITS
        for key, given, least, most, unit in (
            ("width", self.width, low, high, "pixels"),
            ("height", self.height, low, high, "pixels"),
            ("dpi", self.dpi, *DPI_LIMITS, "dots per inch"),
        ):
            if not least <= given <= most:
                raise InputError(
                    f"{key} is {given:g} {unit}; allowed are {least:g} to {most:g}",
                    key=key,
                    given=f"{given:g}",
                    allowed=f"{least:g} to {most:g}",
                )

    @property
    def scale(self) -> float:
        """Size of lines and letters; 1 on a screen of 96 dots per inch.

        On pictures of a stamp's size they are smaller, so that the block still has room.
        """
        on_paper = self.dpi / _SCREEN_DPI * _PRINT_SIZE
        return min(on_paper, min(self.width, self.height) / _LETTERS_ACROSS)


def without_equal_layers(
    regions: NDArray[np.uint8], cell_nm: Vector
) -> tuple[NDArray[np.uint8], Vector]:
    """Return region ids with equal layers along z merged into one thick layer, and its cells.

    Our structures are the same in every layer; drawn as one they need a fraction of the faces.
    """
    layers = regions.shape[0]
    if layers > 1 and bool((regions == regions[:1]).all()):
        return regions[:1], (cell_nm[0], cell_nm[1], cell_nm[2] * layers)
    return regions, cell_nm


def _turned(
    vector: NDArray[np.float64], axis: NDArray[np.float64], angle: float
) -> NDArray[np.float64]:
    """Turn a vector about a unit axis (Rodrigues)."""
    cos, sin = math.cos(angle), math.sin(angle)
    turned: NDArray[np.float64] = (
        vector * cos + np.cross(axis, vector) * sin + axis * np.dot(axis, vector) * (1 - cos)
    )
    return turned


def _vector(array: NDArray[np.float64]) -> Vector:
    return float(array[0]), float(array[1]), float(array[2])
