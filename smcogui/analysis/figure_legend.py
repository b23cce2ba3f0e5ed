"""The legend of a figure: inside the axes where it fits, else in lines below them."""

from __future__ import annotations

import textwrap
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

_POINTS_PER_INCH: Final = 72.0
_SHARE_OF_FIGURE: Final = 0.55
"""How wide the names inside the axes may be, of the width of the figure."""
_HANDLE_POINTS: Final = 36.0
"""Room for the line before a name, and for the margins."""
_MOST_LINES_INSIDE: Final = 8
_MOST_COLUMNS: Final = 4


def draw_legend(
    figure: Figure, entries: Sequence[tuple[Any, str]], *, may_grow: bool = False
) -> None:
    """Name the curves of a figure with one pair of axes.

    Long names, or many, would hide the curves: then all stand below the axes, side by side where
    there is room, broken where they are wider than the figure, which becomes so much higher where
    it may.

    Parameters
    ----------
    figure : Figure
        With a constrained layout.
    entries : sequence of (artist, str)
    may_grow : bool
        Else the axes become lower.
    """
    # A name may begin with "_", which matplotlib takes as a sign to hide it.
    names = [f" {name}" if name.startswith("_") else name for _, name in entries]
    handles = [handle for handle, _ in entries]
    room = figure.get_figwidth() * _POINTS_PER_INCH
    widths = [_width(name) for name in names]
    is_narrow = max(widths, default=0.0) <= _SHARE_OF_FIGURE * room
    is_low = len(names) <= _MOST_LINES_INSIDE
    if is_narrow and is_low:
        figure.axes[0].legend(handles, names, loc="best")
        return
    columns = _columns(widths, room)
    broken = names if columns > 1 else [_break(name, room - _HANDLE_POINTS) for name in names]
    legend = figure.legend(handles, broken, loc="outside lower left", ncols=columns)
    if may_grow:
        figure.set_figheight(
            figure.get_figheight() + legend.get_window_extent().height / figure.dpi
        )


def _columns(widths: Sequence[float], room: float) -> int:
    """Return in how many columns names of these widths fit side by side; all in points."""
    for columns in range(_MOST_COLUMNS, 1, -1):
        # matplotlib fills them in turn, the first ones with one more where it does not come out.
        rows, longer = divmod(len(widths), columns)
        sizes = [rows + (number < longer) for number in range(columns)]
        stops = list(accumulate(sizes))
        parts = [widths[stop - size : stop] for size, stop in zip(sizes, stops, strict=True)]
        if all(parts) and sum(max(part) + _HANDLE_POINTS for part in parts) <= room:
            return columns
    return 1


def _break(name: str, room: float) -> str:
    width = _width(name)
    if width <= room:
        return name
    return textwrap.fill(name, max(8, int(len(name) * room / width)))


def _width(name: str) -> float:
    """Return how wide a name is in points, in the font of legends."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    size = float(mpl.rcParams["legend.fontsize"])
    font = FontProperties(family=mpl.rcParams["font.family"])
    return float(TextPath((0, 0), name, size=size, prop=font).get_extents().width)
