"""A drawn figure for a dark screen: greys change places, colours stay what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GROUND: Final = np.array([0x15, 0x19, 0x1E]) / 255
_INK: Final = np.array([0xE6, 0xEA, 0xEF]) / 255
_GREY: Final = 0.02
"""How far the parts of a colour may lie apart for it to be a grey."""
_DARKEST: Final = 0.45
"""Colours of marks and words that are darker than this are lightened to it."""
_WEIGHTS: Final = np.array([0.299, 0.587, 0.114])
_NO_COLOURS: Final = ("none", "auto", "face", "inherit")
_PROPERTIES: Final = (
    "facecolor",
    "edgecolor",
    "color",
    "markerfacecolor",
    "markeredgecolor",
)


def darken(figure: Figure) -> None:
    """Draw black on white as light on dark.

    What lies on coloured ground, such as the dots of a contour surface and the numbers of a heat
    map, stays as it is.

    Parameters
    ----------
    figure : Figure
        Drawn on white.
    """
    kept = {id(part) for axes in figure.axes for part in _on_colours(axes)}
    for artist in figure.findobj():
        if id(artist) not in kept:
            _change(artist)


def _on_colours(axes: Axes) -> list[Artist]:
    """Return what lies inside of axes that are filled with colours."""
    fills = [each for each in axes.collections if each.get_array() is not None and _fills(each)]
    if not axes.images and not fills:
        return []
    parts = [*axes.collections, *axes.texts, *axes.images, *axes.lines]
    return [each for part in parts for each in (part, *part.findobj())]


def _fills(collection: Any) -> bool:
    return bool(getattr(collection, "filled", False))


def _change(artist: Artist) -> None:
    if hasattr(artist, "patch"):
        # Figures and axes hand the colours of their ground on, which has its own turn.
        return
    # All are read first: those of a marker follow that of its line.
    found = {name: getattr(artist, f"get_{name}", lambda: None)() for name in _PROPERTIES}
    for name, colour in found.items():
        put = getattr(artist, f"set_{name}", None)
        if put is None or colour is None or (isinstance(colour, str) and colour in _NO_COLOURS):
            continue
        changed = _changed(colour)
        if changed is not None:
            put(changed)


def _changed(colour: Any) -> Any:
    from matplotlib.colors import to_rgba_array

    values = to_rgba_array(colour)
    if not values[:, 3].any():
        # Nothing is seen of it, and its transparency is not to be lost.
        return None
    rgb = values[:, :3]
    grey = np.ptp(rgb, axis=1) <= _GREY
    level = rgb.mean(axis=1, keepdims=True)
    lightness = (rgb @ _WEIGHTS)[:, None]
    lift = np.clip((_DARKEST - lightness) / (1 - lightness + 1e-9), 0, 1)
    rgb = np.where(grey[:, None], _INK + level * (_GROUND - _INK), rgb + lift * (1 - rgb))
    values = np.column_stack([rgb, values[:, 3]])
    return values if np.ndim(colour) > 1 else tuple(values[0])
