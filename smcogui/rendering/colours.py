"""Colours of phases and of magnetisation states; arrays in, RGB arrays out, no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from smcogui.design.phases import Phase

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHASE_COLOURS: Final[dict[Phase, tuple[int, int, int]]] = {
    Phase.CELL_2_17: (205, 214, 224),
    Phase.BOUNDARY_1_5: (230, 159, 0),
    Phase.Z_PLATELET: (0, 96, 160),
    Phase.GRAIN_BOUNDARY: (126, 47, 102),
}
"""After Okabe and Ito; the four also differ in lightness, so that they hold in grey."""

PHASE_LABELS: Final[dict[Phase, str]] = {
    Phase.CELL_2_17: "2:17 cells",
    Phase.BOUNDARY_1_5: "1:5 walls",
    Phase.Z_PLATELET: "Z platelets",
    Phase.GRAIN_BOUNDARY: "Grain boundary",
}

PHASE_PATTERNS: Final[dict[Phase, str]] = {
    Phase.CELL_2_17: "plain",
    Phase.BOUNDARY_1_5: "stripes",
    Phase.Z_PLATELET: "lines",
    Phase.GRAIN_BOUNDARY: "dots",
}
"""The second cue in flat pictures: slanted stripes, level lines, dots."""

FIELD_COLOUR: Final = (200, 80, 30)
"""The arrow of the applied field, in sections and in 3-D."""

OUTLINE_COLOUR: Final = (20, 20, 24)
OUTLINE_GROUND: Final = (255, 255, 255)
"""Dashes and the line below them: one of the two stands out from every phase."""

_PATTERN_SHIFT: Final = 0.28
"""How far a pattern moves a colour towards white (dark colours) or black (light ones)."""

PREVIEW_THICKNESS_NM: Final = 32.0
"""Depth along z that a two-dimensional structure is drawn with."""

ColourMode = Literal["projection", "angle"]

# Diverging scale without red against green: dark blue, pale grey, dark orange.
_DIVERGING: Final = np.array(
    [
        [8, 64, 129],
        [67, 147, 195],
        [170, 205, 227],
        [244, 244, 242],
        [250, 199, 137],
        [224, 123, 40],
        [140, 60, 4],
    ],
    dtype=float,
)


def phase_image(regions: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture of one layer of region ids.

    Parameters
    ----------
    regions : ndarray of uint8, shape (ny, nx)

    Returns
    -------
    ndarray of uint8, shape (ny, nx, 3)
        Row 0 is the top of the picture, that is the largest y.
    """
    table = np.array([PHASE_COLOURS[phase] for phase in Phase], dtype=np.uint8)
    return np.ascontiguousarray(table[regions][::-1])


def patterned(
    rgb: NDArray[np.uint8], regions: NDArray[np.uint8], width: int, height: int
) -> NDArray[np.uint8]:
    """Return a picture of regions at screen size, each phase with its pattern.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (ny, nx, 3)
        Colours of the cells, row 0 at the largest y.
    regions : ndarray of uint8, shape (ny, nx)
        Phases of the same cells, row 0 at the smallest y.
    width, height : int
        Size in pixels; patterns are as fine on every screen.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    ny, nx = regions.shape
    rows = (np.arange(height) * ny // height)[:, None]
    columns = (np.arange(width) * nx // width)[None, :]
    phases = regions[::-1][rows, columns]
    picture: NDArray[np.uint8] = rgb[rows, columns]
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    masks = {
        "stripes": (x + y) % 6 < 2,
        "lines": np.broadcast_to(y % 4 < 1, phases.shape),
        "dots": (x % 4 < 2) & (y % 4 < 2),
    }
    for phase, pattern in PHASE_PATTERNS.items():
        if pattern in masks:
            picture[masks[pattern] & (phases == phase)] = _shifted(PHASE_COLOURS[phase])
    return picture


def phase_swatch(phase: Phase, width: int, height: int) -> NDArray[np.uint8]:
    """Return a phase's colour and pattern as a small picture, shape (height, width, 3)."""
    regions = np.full((1, 1), int(phase), dtype=np.uint8)
    return patterned(phase_image(regions), regions, width, height)


def _shifted(colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return the colour of a pattern on a colour: lighter on dark ones, darker on light ones."""
    start = np.array(colour, dtype=float)
    end = 255.0 if start @ (0.299, 0.587, 0.114) < 110 else 0.0
    return (start + _PATTERN_SHIFT * (end - start)).astype(np.uint8)


def diverging_colours(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return RGB for values from -1 (blue) over 0 (pale) to 1 (orange), shape (..., 3)."""
    nodes = np.linspace(-1, 1, len(_DIVERGING))
    channels = [np.interp(values, nodes, _DIVERGING[:, c]) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def angle_colours(mx: NDArray[np.float64], my: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return RGB whose hue is the direction in the x-y plane, paler where m points out of it.

    Parameters
    ----------
    mx, my : ndarray, any shape
        Components of unit vectors.

    Returns
    -------
    ndarray of uint8, shape (..., 3)
    """
    angle = np.arctan2(my, mx)
    size = np.clip(np.hypot(mx, my), 0, 1)[..., None]
    # Three cosines of equal lightness sum: a smooth wheel without the bright bands of plain HSV.
    phases = np.array([0.0, -2 * np.pi / 3, 2 * np.pi / 3])
    wheel = 0.56 + 0.40 * np.cos(angle[..., None] + phases)
    rgb: NDArray[np.uint8] = ((wheel * size + 0.93 * (1 - size)) * 255).astype(np.uint8)
    return rgb


def magnetisation_image(m: NDArray[np.floating], mode: ColourMode) -> NDArray[np.uint8]:
    """Return the picture of one layer of a magnetisation state.

    Parameters
    ----------
    m : ndarray, shape (3, ny, nx)
        Unit vectors; the easy axis c is y.
    mode : {"projection", "angle"}
        ``projection`` colours m·c from -1 to 1, ``angle`` the direction in the plane.

    Returns
    -------
    ndarray of uint8, shape (ny, nx, 3)
        Row 0 is the largest y.
    """
    mx, my = np.asarray(m[0], dtype=float), np.asarray(m[1], dtype=float)
    rgb = diverging_colours(my) if mode == "projection" else angle_colours(mx, my)
    return np.ascontiguousarray(rgb[::-1])
