"""The figure of a series: Hc and Hp over the parameter, Φp below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smcogui.analysis.figure_spec import FigureSpec, check_suffix
from smcogui.analysis.figure_style import COLOURS, render
from smcogui.curves.origin import Origin
from smcogui.data.exporters import write_file
from smcogui.errors import InputError
from smcogui.units import FIELD_UNITS, from_tesla

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from smcogui.data.series import SeriesPoint
    from smcogui.design.variation import Parameter


def write_series_figure(
    path: Path, parameter: Parameter, points: Sequence[SeriesPoint], spec: FigureSpec
) -> None:
    """Draw Hc, Hp and Φp with the standard deviation over the half-cycles as error bars.

    Raises
    ------
    InputError
        If no point has an Hc yet, or the suffix is not allowed.
    RunFolderError
        If the file cannot be written.
    """
    kind = check_suffix(path)
    write_file(path, render_series_figure(parameter, points, spec, kind=kind))


def render_series_figure(
    parameter: Parameter,
    points: Sequence[SeriesPoint],
    spec: FigureSpec,
    *,
    kind: str = "png",
    dpi: int | None = None,
) -> bytes:
    """Return the figure as the content of a pdf, svg or png file; errors as above.

    ``dpi`` replaces that of the spec, as for a preview.
    """
    if not any(point.mu0_Hc_T is not None for point in points):
        raise InputError(
            "the series has no finished run with an Hc yet; run it first",
            key="series",
            given="no point",
            allowed="at least one finished run",
        )

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        unit = FIELD_UNITS[spec.unit]
        scale = unit.from_si(from_tesla(1.0))
        fields = [(p.value, p.mu0_Hc_T, p.mu0_Hc_sd_T) for p in points]
        _draw(upper, fields, scale, f"Hc, {Origin.SIMULATED}", COLOURS[0], "o", "-")
        fields = [(p.value, p.mu0_Hp_T, p.mu0_Hp_sd_T) for p in points]
        _draw(upper, fields, scale, f"Hp, {Origin.SIMULATED}", COLOURS[1], "^", "--")
        shares = [(p.value, p.Phi_p, p.Phi_p_sd) for p in points]
        _draw(lower, shares, 1.0, f"Φp, {Origin.SIMULATED}", COLOURS[2], "s", "-.")
        upper.set_ylabel(f"{unit.symbol} ({unit.name})")
        lower.set_ylabel("Φp")
        lower.set_xlabel(parameter.label)
        if spec.title:
            upper.set_title(spec.title)
        if spec.legend:
            upper.legend(loc="best")

    return render(draw, spec.width_mm, spec.height, kind, dpi or spec.dpi).content


def _draw(
    axes: Axes,
    rows: Sequence[tuple[float, float | None, float | None]],
    scale: float,
    name: str,
    colour: str,
    marker: str,
    line: str,
) -> None:
    there = [(x, y, sd) for x, y, sd in rows if y is not None]
    style: dict[str, Any] = {"markersize": 4, "linewidth": 0.9, "capsize": 2, "elinewidth": 0.6}
    axes.errorbar(
        [x for x, _, _ in there],
        [scale * y for _, y, _ in there],
        yerr=[scale * (sd or 0.0) for _, _, sd in there],
        label=name,
        color=colour,
        marker=marker,
        linestyle=line,
        **style,
    )
