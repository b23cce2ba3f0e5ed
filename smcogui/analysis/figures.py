"""Figures for papers: magnetisation curves as PDF, SVG or PNG at the widths of journals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.figure_legend import draw_legend
from smcogui.analysis.figure_spec import (
    FigureLine,
    FigureMark,
    FigureRun,
    FigureSpec,
    check_curves,
    check_suffix,
)
from smcogui.analysis.figure_style import COLOURS, LINE_STYLES, MARKERS, RenderedFigure, render
from smcogui.curves.mh_curve import average_curves
from smcogui.curves.origin import Origin
from smcogui.curves.summary import summarise
from smcogui.data.exporters import write_file
from smcogui.units import FIELD_UNITS, MU0

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from smcogui.curves.mh_curve import MHCurve
    from smcogui.curves.summary import CurveReadings

_MOST_IN_LEGEND: Final = 12
_SYMBOLS_PER_LINE: Final = 40
_ROOM_FOR_MARKS: Final = 0.5
"""How far beyond the curves a mark may widen the axis, in ranges of the curves."""
_MARGIN: Final = 0.03
_Y_LIMITS: Final = (-1.05, 1.05)
_HP_NAMES: Final = {"jump": "first jump", "slope": "slope"}
_HP_SYMBOLS: Final = {"jump": "^", "slope": "v"}
_CGS: Final = "kOe"
_KG_PER_T: Final = 10.0


def write_figure(
    path: Path,
    runs: Sequence[FigureRun],
    spec: FigureSpec | None = None,
    *,
    lines: Sequence[FigureLine] = (),
    marks: Sequence[FigureMark] = (),
) -> float:
    """Draw curves, write them to a file and return its height in mm; provenance is the caller's.

    Parameters
    ----------
    path : Path
        Ends in .pdf, .svg or .png.
    runs : sequence of FigureRun
        One run is drawn with its half-cycles (thin, grey), their mean and the mean Hc and Hp;
        several runs in a colour and line style each.
    spec : FigureSpec, optional
    lines, marks : sequence, optional
        Measured and analytic curves and fields; the legend names their origin.

    Raises
    ------
    InputError
        If there is no curve, one is empty, or the suffix is not allowed.
    RunFolderError
        If the file cannot be written.
    """
    kind = check_suffix(path)
    figure = _render(runs, spec, lines, marks, kind, None)
    write_file(path, figure.content)
    return figure.height_mm


def render_figure(
    runs: Sequence[FigureRun],
    spec: FigureSpec | None = None,
    *,
    lines: Sequence[FigureLine] = (),
    marks: Sequence[FigureMark] = (),
    kind: str = "png",
    dpi: int | None = None,
) -> bytes:
    """Return a figure as the content of a pdf, svg or png file.

    ``dpi`` replaces that of the spec, as for a preview. Raises InputError where there is no curve.
    """
    return _render(runs, spec, lines, marks, kind, dpi).content


def _render(
    runs: Sequence[FigureRun],
    spec: FigureSpec | None,
    lines: Sequence[FigureLine],
    marks: Sequence[FigureMark],
    kind: str,
    dpi: int | None,
) -> RenderedFigure:
    check_curves(runs, lines)
    chosen = FigureSpec() if spec is None else spec
    plot = _CurveFigure(runs=runs, spec=chosen, lines=lines, marks=marks)
    return render(plot.draw, chosen.width_mm, chosen.height, kind, dpi or chosen.dpi)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _CurveFigure:
    """One figure being drawn."""

    runs: Sequence[FigureRun]
    spec: FigureSpec
    lines: Sequence[FigureLine]
    marks: Sequence[FigureMark]

    def draw(self, figure: Figure) -> None:
        axes = figure.add_subplot()
        axes.axhline(0, color="0.7", linewidth=0.5, zorder=0)
        axes.axvline(0, color="0.7", linewidth=0.5, zorder=0)
        entries: list[tuple[Any, str]] = []
        for number, run in enumerate(self.runs):
            entries += self._draw_run(axes, run, number)
        if self.spec.markers and len(self.runs) > 1:
            entries += self._explain_marks(axes)
        for number, line in enumerate(self.lines):
            entries += self._draw_line(axes, line, len(self.runs) + number)
        limits = self._field_limits(axes)
        for number, mark in enumerate(self.marks):
            entries += self._draw_mark(axes, mark, number, limits)
        axes.set_xlim(*limits)
        unit = FIELD_UNITS[self.spec.unit]
        axes.set_xlabel(f"{unit.symbol} ({unit.name})")
        axes.set_ylabel(self._y_label())
        if self.spec.quantity == "M/Ms":
            axes.set_ylim(*_Y_LIMITS)
        if self.spec.title:
            axes.set_title(self.spec.title)
        is_short = len(self.runs) + len(self.lines) <= _MOST_IN_LEGEND
        if self.spec.legend and entries and is_short:
            draw_legend(figure, entries, may_grow=self.spec.height_mm is None)

    def _draw_run(self, axes: Axes, run: FigureRun, number: int) -> list[tuple[Any, str]]:
        spec, is_alone = self.spec, len(self.runs) == 1
        style: dict[str, Any] = {
            "color": COLOURS[number % len(COLOURS)],
            "linestyle": LINE_STYLES[number % len(LINE_STYLES)],
        }
        entries = []
        if spec.half_cycles and len(run.cycles) > 1:
            thin = {"color": "0.6"} if is_alone else {**style, "alpha": 0.4}
            drawn = [self._plot(axes, c, linewidth=0.5, zorder=1.5, **thin) for c in run.cycles]
            if is_alone or not (spec.mean or spec.band):
                name = f"{len(run.cycles)} half-cycles"
                entries.append((drawn[0], name if is_alone else f"{run.name}, {name}"))
        average = average_curves(run.cycles)
        several = len(run.cycles) > 1
        if spec.band and several:
            patch = self._draw_band(axes, run.cycles, average, style["color"])
            if is_alone:
                entries.append((patch, "mean ± standard deviation"))
        if spec.mean or not several:
            line = self._plot(axes, average, linewidth=1.2 if is_alone else 1.0, **style)
            words = "mean, " if several else ""
            entries.append((line, f"{run.name}, {words}{Origin.SIMULATED}"))
        if spec.markers:
            entries += self._draw_readings(axes, run, average, is_alone, style["color"])
        return entries

    def _draw_readings(
        self, axes: Axes, run: FigureRun, average: MHCurve, is_alone: bool, colour: str
    ) -> list[tuple[Any, str]]:
        """Mark Hc (HcB on a B–H curve) and Hp, the means over the half-cycles."""
        readings = summarise(run.cycles, run.hp_reading).mean
        unit, entries = FIELD_UNITS[self.spec.unit], []
        for name, H, symbol, own in self._marked(readings, run):
            if H is None:
                continue
            is_zero = symbol == "o"
            y = 0.0 if is_zero else float(self._y(-H, average.sample(-H), average.Ms))
            (handle,) = axes.plot(
                [unit.from_si(-H)],
                [y],
                symbol,
                color=own if is_alone else colour,
                markersize=4,
                markerfacecolor="white",
                linestyle="none",
                zorder=3,
            )
            if is_alone:
                named = _mark_name(name, several=len(run.cycles) > 1)
                entries.append((handle, f"{named} = {unit.format(H)}"))
        return entries

    def _explain_marks(self, axes: Axes) -> list[tuple[Any, str]]:
        """Return what the marks of several runs mean, each kind once and in grey."""
        found: dict[str, str] = {}
        for run in self.runs:
            readings = summarise(run.cycles, run.hp_reading).mean
            marks = self._marked(readings, run)
            found |= {name: symbol for name, H, symbol, _ in marks if H is not None}
        several = any(len(run.cycles) > 1 for run in self.runs)
        return [
            (
                axes.plot([], [], symbol, color="0.4", markersize=4, markerfacecolor="white")[0],
                _mark_name(name, several=several),
            )
            for name, symbol in found.items()
        ]

    def _marked(
        self, readings: CurveReadings, run: FigureRun
    ) -> tuple[tuple[str, float | None, str, str], ...]:
        symbol = _HP_SYMBOLS[run.hp_reading]
        hp = (f"Hp ({_HP_NAMES[run.hp_reading]})", readings.Hp, symbol, COLOURS[2])
        if self.spec.quantity == "B":
            return (("HcB", readings.HcB, "o", COLOURS[1]), hp)
        return (("Hc", readings.Hc, "o", COLOURS[1]), hp)

    def _draw_band(
        self, axes: Axes, cycles: Sequence[MHCurve], average: MHCurve, colour: str
    ) -> Any:
        H = average.H
        values = np.array([self._y(H, curve.sample(H), curve.Ms) for curve in cycles])
        mean, sd = values.mean(axis=0), values.std(axis=0, ddof=1)
        x = H / FIELD_UNITS[self.spec.unit].si
        return axes.fill_between(x, mean - sd, mean + sd, color=colour, alpha=0.2, linewidth=0)

    def _draw_line(self, axes: Axes, line: FigureLine, number: int) -> list[tuple[Any, str]]:
        every = max(1, line.H.size // _SYMBOLS_PER_LINE)
        is_measured = line.origin is Origin.MEASURED
        (handle,) = axes.plot(
            line.H / FIELD_UNITS[self.spec.unit].si,
            self._y(line.H, line.M, line.Ms),
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)] if is_measured else "",
            markevery=every,
            markersize=3,
            markerfacecolor="none",
            markeredgewidth=0.7,
            linewidth=0.4 if is_measured else 1.0,
            linestyle="-" if is_measured else "-.",
            zorder=2.5,
        )
        return [(handle, f"{line.name}, {line.origin}")]

    def _field_limits(self, axes: Axes) -> tuple[float, float]:
        """Return the range of the curves, and of the marks that do not lie far beyond it."""
        unit = FIELD_UNITS[self.spec.unit]
        left, right = axes.get_xlim()
        farthest = left - _ROOM_FOR_MARKS * (right - left)
        places = [unit.from_si(-mark.H) for mark in self.marks]
        near = min((place for place in places if place >= farthest), default=left)
        return min(left, near - _MARGIN * (right - near)), right

    def _draw_mark(
        self, axes: Axes, mark: FigureMark, number: int, limits: tuple[float, float]
    ) -> list[tuple[Any, str]]:
        unit = FIELD_UNITS[self.spec.unit]
        outside = "" if unit.from_si(-mark.H) >= limits[0] else " (beyond the axis)"
        handle = axes.axvline(
            unit.from_si(-mark.H),
            color=COLOURS[-1 - number % len(COLOURS)],
            linewidth=0.8,
            linestyle=("-.", ":", (0, (5, 1)))[number % 3],
            zorder=1,
        )
        return [(handle, f"{mark.name} = {unit.format(mark.H)}, {mark.origin}{outside}")]

    def _plot(self, axes: Axes, curve: MHCurve, **style: Any) -> Any:
        H, M = curve.outline()
        (line,) = axes.plot(H / FIELD_UNITS[self.spec.unit].si, self._y(H, M, curve.Ms), **style)
        return line

    def _y(self, H: Any, M: Any, Ms: float) -> Any:
        """Return what stands on the y axis, for H and M in A/m."""
        match self.spec.quantity:
            case "M/Ms":
                return M / Ms
            case "M":
                # kA/m; the number of emu/cm³ is the same.
                return M / 1e3
            case "J":
                return MU0 * M * (_KG_PER_T if self.spec.unit == _CGS else 1.0)
            case "B":
                return MU0 * (H + M) * (_KG_PER_T if self.spec.unit == _CGS else 1.0)

    def _y_label(self) -> str:
        is_cgs = self.spec.unit == _CGS
        return {
            "M/Ms": "M/Mₛ",
            "M": "M (emu/cm³)" if is_cgs else "M (kA/m)",
            "J": "4πM (kG)" if is_cgs else "J (T)",
            "B": "B (kG)" if is_cgs else "B (T)",
        }[self.spec.quantity]


def _mark_name(name: str, *, several: bool) -> str:
    """Say that a mark stands at the mean of the half-cycles' own values.

    That is another field than the one at which their mean curve, a staircase, passes zero.
    """
    return f"mean {name}" if several else name
