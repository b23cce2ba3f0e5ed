"""Draws a figure of designs by its name: as a file, or as a picture in which designs are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.analysis.design_table import ALPHA
from smcogui.analysis.figure_spec import SIZES_MM, FigureSpec
from smcogui.analysis.figure_style import render
from smcogui.analysis.gallery.marks import NARROW_MM
from smcogui.analysis.gallery.options import ALL, ANGLE_FILTER, Z_FILTER, resolved, within_angles
from smcogui.analysis.gallery.registry import figure_kind
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.figure_style import RenderedFigure
    from smcogui.analysis.gallery.marks import DesignMarks
    from smcogui.analysis.gallery.registry import FigureKind
    from smcogui.analysis.gallery.subject import Subject

    Array = NDArray[np.float64]

_STACKED: Final = 1.6
_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FigurePicture:
    """A figure as a PNG, and where designs are marked in it.

    Parameters
    ----------
    content : bytes
    height_mm : float
    ids : tuple of str
        Names of what is marked: runs, or samples of the literature.
    rows : ndarray of int, shape (n,)
        Which of these each mark is.
    places : ndarray, shape (n, 2)
        Of the marks: shares of width and height from the upper left.
    """

    content: bytes
    height_mm: float
    ids: tuple[str, ...]
    rows: NDArray[np.intp]
    places: Array


def subject_of(kind: FigureKind, subject: Subject, options: Mapping[str, str]) -> Subject:
    """Return the designs that a figure shows, with a value for each of its options.

    Raises
    ------
    InputError
        If a value is not allowed, no design is left, or the figure cannot be drawn of them.
    """
    chosen = resolved(kind.options, options, subject)
    found = subject.chosen(chosen, _rows_of(subject, chosen))
    why = kind.refuse(found) if len(found.table) else "no design has this angle and this Z phase"
    if why:
        raise InputError(
            f"the figure {kind.name!r} cannot be drawn: {why}",
            key="figure",
            given=kind.name,
            allowed="a figure that `analyse` without --figure lists as possible",
        )
    return found


def render_of(
    name: str,
    subject: Subject,
    spec: FigureSpec | None = None,
    *,
    options: Mapping[str, str] = _NOTHING,
    kind: str = "png",
    dpi: int | None = None,
) -> RenderedFigure:
    """Draw a figure of designs as a file; may take a minute where models are fitted.

    Parameters
    ----------
    name : str
        One of :data:`~smcogui.analysis.gallery.registry.FIGURES`.
    subject : Subject
    spec : FigureSpec, optional
        Width, height, resolution and title; the figure's own size by default.
    options : mapping
        Of :attr:`FigureKind.options`; the default where nothing is given.
    kind : {"pdf", "svg", "png", "tiff"}
    dpi : int, optional
        Instead of that of the spec, as for a preview.

    Raises
    ------
    InputError
        If there is no figure of this name, or it cannot be drawn of these designs; the message
        says why.
    """
    wanted = figure_kind(name)
    shown = subject_of(wanted, subject, options)
    chosen, height = _size(wanted, spec)

    def draw(figure: Figure) -> None:
        _draw(wanted, figure, shown, chosen)

    return render(draw, chosen.width_mm, height, kind, dpi or chosen.dpi)


def picture_of(
    name: str,
    subject: Subject,
    spec: FigureSpec | None = None,
    *,
    options: Mapping[str, str] = _NOTHING,
    dpi: int,
    is_dark: bool = False,
) -> FigurePicture:
    """Draw a figure for the screen, with the places of the designs in it.

    Parameters and errors as for :func:`render_of`; ``is_dark`` draws on a dark ground.
    """
    wanted = figure_kind(name)
    shown = subject_of(wanted, subject, options)
    chosen, height = _size(wanted, spec)
    marks: list[DesignMarks] = []
    found: list[tuple[NDArray[np.intp], Array]] = []
    rendered = render(
        lambda figure: marks.extend(_draw(wanted, figure, shown, chosen)),
        chosen.width_mm,
        height,
        "png",
        dpi,
        is_dark=is_dark,
        then=lambda: found.extend((each.rows, each.places()) for each in marks),
    )
    places = np.concatenate([np.empty((0, 2)), *(each for _, each in found)])
    rows = np.concatenate([np.empty(0, dtype=np.intp), *(each for each, _ in found)])
    is_seen = np.isfinite(places).all(axis=1)
    return FigurePicture(
        content=rendered.content,
        height_mm=rendered.height_mm,
        ids=tuple(wanted.marked(shown)),
        rows=rows[is_seen],
        places=places[is_seen],
    )


def _draw(
    kind: FigureKind, figure: Figure, subject: Subject, spec: FigureSpec
) -> Sequence[DesignMarks]:
    marks = kind.draw(figure, subject)
    if spec.title:
        figure.suptitle(spec.title)
    return marks


def _rows_of(subject: Subject, chosen: Mapping[str, str]) -> NDArray[np.bool_]:
    table = subject.table
    rows = np.ones(len(table), dtype=bool)
    z_name, angle = chosen.get(Z_FILTER.key, ALL), chosen.get(ANGLE_FILTER.key, ALL)
    if z_name != ALL:
        rows &= np.array([name == z_name for name in table.z_names])
    if angle != ALL:
        rows &= within_angles(table[ALPHA], angle)
    return rows


def _size(kind: FigureKind, spec: FigureSpec | None) -> tuple[FigureSpec, float]:
    """Return spec and height in mm; raises InputError where the figure would be too narrow."""
    if spec is not None and spec.width_mm < kind.least_width_mm:
        raise InputError(
            f"the figure {kind.name!r} has many panels; it needs at least {kind.least_width_mm:g} "
            f"mm, {spec.width_mm:g} mm are given",
            key="width",
            given=f"{spec.width_mm:g}",
            allowed=f"at least {kind.least_width_mm:g} mm",
        )
    chosen = spec or FigureSpec(width_mm=kind.width_mm, height_mm=kind.height_mm)
    return chosen, chosen.height_mm or _height(kind, chosen.width_mm)


def _height(kind: FigureKind, width_mm: float) -> float:
    """Return the height that goes with another width; in narrow figures panels are stacked."""
    if width_mm < NARROW_MM < kind.width_mm:
        return min(_STACKED * kind.height_mm, SIZES_MM[1])
    return max(SIZES_MM[0], min(kind.height_mm * width_mm / kind.width_mm, SIZES_MM[1]))
