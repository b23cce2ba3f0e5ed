"""Figures for papers: M–H curves as PDF, SVG or PNG at the widths of journals."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from smcogui.curves.mh_curve import average_curves
from smcogui.curves.summary import summarise
from smcogui.data.exporters import write_file, write_provenance
from smcogui.errors import InputError
from smcogui.units import FIELD_UNITS, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from smcogui.curves.coercivity import HpReading
    from smcogui.curves.mh_curve import MHCurve

SINGLE_COLUMN_MM: Final = 85.0
DOUBLE_COLUMN_MM: Final = 178.0
FIGURE_SUFFIXES: Final = (".pdf", ".svg", ".png")

_MM_PER_INCH: Final = 25.4
_WIDTHS_MM: Final = (40.0, 400.0)
_HEIGHT_OVER_WIDTH: Final = {False: 0.78, True: 0.5}
_DPI: Final = 600
_MOST_IN_LEGEND: Final = 12

# Okabe and Ito's palette, told apart with any colour vision; the line style is the second cue.
_COLOURS: Final = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
)
_LINE_STYLES: Final = ("-", "--", "-.", ":")
_Y_LIMITS: Final = (-1.05, 1.05)
_HP_NAMES: Final = {"jump": "first jump", "slope": "slope"}

# Text stays text: editable in SVG, embedded TrueType in PDF, and a design's name is no formula.
_STYLE: Final[dict[Any, Any]] = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "mh",
    "pdf.fonttype": 42,
    "font.size": 8,
    "axes.linewidth": 0.6,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "legend.frameon": False,
    "legend.fontsize": 7,
}


def mh_figure(
    runs: Mapping[str, Sequence[MHCurve]],
    path: Path,
    *,
    unit: str = "T",
    width_mm: float = SINGLE_COLUMN_MM,
    hp_reading: HpReading = "jump",
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Draw M–H curves and write them to a file.

    One run is drawn with its half-cycles (thin), their mean (thick) and the mean Hc and Hp;
    several runs with their means.

    Parameters
    ----------
    runs : mapping of str to sequence of MHCurve
        Half-cycles by the name shown in the legend.
    path : Path
        Ends in .pdf, .svg or .png.
    unit : {"T", "kA/m", "kOe"}, optional
        Of the field axis.
    width_mm : float, optional
        85 is one column of a journal, 178 is two; 40 to 400.
    hp_reading : {"jump", "slope"}, optional
        Which Hp is marked; the legend says so.
    provenance : mapping, optional
        Written as ``PATH.json`` with the program and the time.

    Raises
    ------
    InputError
        If there is no curve, one is empty, or unit, width or suffix are not allowed.
    RunFolderError
        If a file cannot be written.
    """
    chosen = _check(runs, path, unit, width_mm)
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(_STYLE):
        figure = _draw(runs, chosen, width_mm, hp_reading)
        FigureCanvasAgg(figure)
        content = io.BytesIO()
        kind = path.suffix.lower()[1:]
        # Without a date the same curves make the same file.
        undated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
        figure.savefig(content, format=kind, dpi=_DPI, metadata=undated)
    write_file(path, content.getvalue())
    if provenance is not None:
        write_provenance(path.with_name(path.name + ".json"), **provenance)


def _check(
    runs: Mapping[str, Sequence[MHCurve]],
    path: Path,
    unit: str,
    width_mm: float,
) -> Unit:
    if not runs or not all(runs.values()):
        raise InputError(
            "there is no curve to draw; choose runs with at least two field steps",
            key="runs",
            given="no curve",
            allowed="at least one curve per run",
        )
    if path.suffix.lower() not in FIGURE_SUFFIXES:
        raise InputError(
            f"a figure cannot be written as {path.suffix or 'a file without suffix'}: {path}. "
            f"Give a name that ends in {', '.join(FIGURE_SUFFIXES)}",
            key="path",
            given=path.suffix,
            allowed=", ".join(FIGURE_SUFFIXES),
        )
    if unit not in FIELD_UNITS:
        raise InputError(
            f"the unit of the field is {unit!r}; known are {', '.join(FIELD_UNITS)}",
            key="unit",
            given=unit,
            allowed=", ".join(FIELD_UNITS),
        )
    low, high = _WIDTHS_MM
    if not low <= width_mm <= high:
        raise InputError(
            f"the figure is {width_mm} mm wide; allowed are {low:g} to {high:g} mm",
            key="width_mm",
            given=str(width_mm),
            allowed=f"{low:g} to {high:g}",
        )
    return FIELD_UNITS[unit]


def _draw(
    runs: Mapping[str, Sequence[MHCurve]],
    unit: Unit,
    width_mm: float,
    hp_reading: HpReading,
) -> Figure:
    from matplotlib.figure import Figure

    width = width_mm / _MM_PER_INCH
    height = width * _HEIGHT_OVER_WIDTH[width_mm > (SINGLE_COLUMN_MM + DOUBLE_COLUMN_MM) / 2]
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.axhline(0, color="0.7", linewidth=0.5, zorder=0)
    axes.axvline(0, color="0.7", linewidth=0.5, zorder=0)
    if len(runs) == 1:
        ((name, curves),) = runs.items()
        _draw_run(axes, name, curves, unit, hp_reading)
    else:
        _draw_means(axes, runs, unit)
    axes.set_xlabel(f"{unit.symbol} ({unit.name})")
    axes.set_ylabel("M/Mₛ")
    axes.set_ylim(*_Y_LIMITS)
    return figure


def _draw_run(
    axes: Axes,
    name: str,
    curves: Sequence[MHCurve],
    unit: Unit,
    hp_reading: HpReading,
) -> None:
    mean, summary = average_curves(curves), summarise(curves, hp_reading)
    handles, labels = [], []
    if len(curves) > 1:
        repeats = [_plot(axes, c, unit, color="0.6", linewidth=0.5) for c in curves]
        handles.append(repeats[0])
        labels.append(f"{len(curves)} half-cycles")
    handles.append(_plot(axes, mean, unit, color=_COLOURS[0], linewidth=1.2))
    labels.append(f"{name}, mean" if len(curves) > 1 else name)
    markers = (
        ("Hc", summary.mean.Hc, "o", _COLOURS[1]),
        (f"Hp ({_HP_NAMES[hp_reading]})", summary.mean.Hp, "^", _COLOURS[2]),
    )
    for label, field, marker, colour in markers:
        if field is None:
            continue
        height = 0.0 if marker == "o" else float(mean.sample(-field)) / mean.Ms
        handles += axes.plot(
            [unit.from_si(-field)],
            [height],
            marker,
            color=colour,
            markersize=4,
            markerfacecolor="white",
            linestyle="none",
            zorder=3,
        )
        labels.append(f"{label} = {unit.format(field)}")
    _add_legend(axes, handles, labels)


def _draw_means(axes: Axes, runs: Mapping[str, Sequence[MHCurve]], unit: Unit) -> None:
    handles = [
        _plot(
            axes,
            average_curves(curves),
            unit,
            linewidth=1.0,
            color=_COLOURS[number % len(_COLOURS)],
            linestyle=_LINE_STYLES[number // len(_COLOURS) % len(_LINE_STYLES)],
        )
        for number, curves in enumerate(runs.values())
    ]
    if len(runs) <= _MOST_IN_LEGEND:
        _add_legend(axes, handles, list(runs))


def _plot(axes: Axes, curve: MHCurve, unit: Unit, **style: Any) -> Any:
    H, M = curve.outline()
    (line,) = axes.plot(H / unit.si, M / curve.Ms, **style)
    return line


def _add_legend(axes: Axes, handles: list[Any], labels: list[str]) -> None:
    # A name may begin with "_", which matplotlib takes as a sign to hide it.
    shown = [f" {label}" if label.startswith("_") else label for label in labels]
    axes.legend(handles, shown, loc="best")
