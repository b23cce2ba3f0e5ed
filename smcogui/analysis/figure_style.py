"""How figures look: text that stays text, colours for any eye, and a second cue beside them."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.dark_figure import darken

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

MM_PER_INCH: Final = 25.4

COLOURS: Final = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
)
"""Okabe and Ito's palette, told apart with any colour vision."""
LINE_STYLES: Final = ("-", "--", "-.", ":")
MARKERS: Final = ("o", "s", "^", "D", "v", "P")

# Text stays text: editable in SVG, embedded TrueType in PDF, and a design's name is no formula.
_STYLE: Final[dict[Any, Any]] = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "smco",
    "pdf.fonttype": 42,
    # Ships with matplotlib, so that every machine draws the same.
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "axes.linewidth": 0.6,
    "axes.titlesize": 8,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "legend.frameon": False,
    "legend.fontsize": 7,
}
_SAVING: Final[dict[str, dict[str, Any]]] = {
    "pdf": {"metadata": {"CreationDate": None}},
    "svg": {"metadata": {"Date": None}},
    "tiff": {"pil_kwargs": {"compression": "tiff_lzw"}},
}
# matplotlib's settings are those of the whole process; previews and exports come from threads.
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFigure:
    """A figure as the content of a file, and how high it has become."""

    content: bytes
    height_mm: float


def render(
    draw: Callable[[Figure], None],
    width_mm: float,
    height_mm: float,
    kind: str,
    dpi: int,
    *,
    is_dark: bool = False,
    then: Callable[[], object] = lambda: None,
) -> RenderedFigure:
    """Draw a figure and return it as a file.

    Parameters
    ----------
    draw : callable
        Fills an empty figure, and may make it higher.
    width_mm, height_mm : float
    kind : {"pdf", "svg", "png", "tiff"}
    dpi : int
        Of a PNG or TIFF.
    is_dark : bool
        Whether it is drawn on a dark ground, as for a screen.
    then : callable, optional
        Called when everything is in its place, before the figure is given up.
    """
    with _LOCK:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with mpl.rc_context(_STYLE):
            size = (width_mm / MM_PER_INCH, height_mm / MM_PER_INCH)
            figure = Figure(figsize=size, layout="constrained", dpi=dpi)
            FigureCanvasAgg(figure)
            draw(figure)
            if is_dark:
                darken(figure)
            content = io.BytesIO()
            # Without a date the same curves make the same file.
            figure.savefig(content, format=kind, dpi=dpi, **_SAVING.get(kind, {}))
            then()
            height = float(figure.get_figheight()) * MM_PER_INCH
    return RenderedFigure(content=content.getvalue(), height_mm=height)
