"""Colours of curves: told apart with any colour vision, at least 3:1 on the plot's ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QPalette

ON_LIGHT: Final = (
    "#0072b2",
    "#ce7300",
    "#00a35f",
    "#b183ad",
    "#6b5200",
    "#8273f4",
    "#5824bc",
    "#65796b",
)
ON_DARK: Final = (
    "#56b4e9",
    "#d87f3a",
    "#18f37c",
    "#c399b0",
    "#f0e442",
    "#ade6ff",
    "#a940df",
    "#aec5a0",
)
"""Found by a search for the largest least distance (CIE L*a*b*) over pairs and kinds of colour
vision, beginning with Okabe and Ito's blue and sky blue; the last one is for the background."""

BACKGROUND: Final = len(ON_LIGHT) - 1
"""Number of the quiet colour, for repeats behind their mean."""

_DARK_BELOW: Final = 128


def curve_colour(number: int, palette: QPalette) -> str:
    """Return the colour of a number on the ground of a palette; after the last comes the first."""
    colours = ON_DARK if palette.base().color().lightness() < _DARK_BELOW else ON_LIGHT
    return colours[number % len(colours)]
