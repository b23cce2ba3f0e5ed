"""Fig. 2c and 2d, Suppl. Figs. 5 and 6: readings over (L, d) and over (φS, φZ)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.contours import (
    NEAR_ALPHA_DEG,
    NEAR_THICKNESS,
    check_spline,
    commonest_z,
    constants_of,
    fraction_spline,
    near_thickness,
    thickness_surface,
    zr_surface,
)
from smcogui.analysis.design_table import ALPHA, QUANTITIES, Z_PHASE
from smcogui.analysis.gallery.marks import (
    ANALYTIC_LINE,
    NOTE_SIZE,
    SIMULATED_DOTS,
    SURFACE_COLOURS,
    DesignMarks,
    explain,
    reading_label,
    scatter_designs,
    write_note,
)
from smcogui.analysis.gallery.options import (
    ALL,
    PAIRS,
    PLATELETS,
    WALLS,
    read_lengths,
    read_pairs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.contours import FractionSpline, Surface
    from smcogui.analysis.gallery.subject import Subject

    Array = NDArray[np.float64]

_LEVELS: Final = 10
_ENDS: Final = (0.02, 0.98)
"""Shares of the values between which colours differ."""
_ZR_LEVELS: Final = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0)
_MOST_DOTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scale:
    """Colours and levels that the panels of a reading share; values beyond have the end colours."""

    reading: str
    levels: Array

    @classmethod
    def of(cls, reading: str, values: Array, ends: tuple[float, float] = (0.0, 1.0)) -> _Scale:
        from matplotlib.ticker import MaxNLocator

        low, high = (float(part) for part in np.quantile(values, ends))
        levels = MaxNLocator(_LEVELS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return cls(reading=reading, levels=np.asarray(levels))

    def style(self) -> dict[str, Any]:
        ends = {"vmin": self.levels[0], "vmax": self.levels[-1]}
        return {"cmap": SURFACE_COLOURS[self.reading], **ends}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Panel:
    """Surfaces of both readings for one pair of thicknesses, and the designs near it."""

    w_S: float
    w_Z: float
    surfaces: dict[str, Surface]
    trusted: NDArray[np.bool_]
    near: NDArray[np.bool_]


def why_no_surface(subject: Subject) -> str:
    """Return why no surface over (L, d) can be drawn, empty where it can."""
    if not all(np.ptp(subject.table[key]) > 0 for key in ("L_nm", "d_nm")):
        return "L or d does not vary among the designs"
    return subject.why_no_prediction()


def why_no_fractions(subject: Subject) -> str:
    """Return why no spline over (φS, φZ) can be drawn, empty where it can."""
    first, second = subject.readings
    return check_spline(subject.table, first) or check_spline(subject.table, second)


def draw_contours(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw both readings over (L, d) for some pairs of thicknesses."""
    pairs = read_pairs(subject.option("pairs", PAIRS.default(subject)))
    found = [_panel(subject, *pair) for pair in pairs]
    panels = figure.subplots(2, len(pairs), sharex=True, sharey=True, squeeze=False)
    marks = []
    for row, reading in zip(panels, subject.readings, strict=True):
        marks += _draw_row(figure, list(row), subject, reading, found, len(pairs))
    for axes in panels[0]:
        axes.set_xlabel("")
    _explain(figure, subject)
    return marks


def draw_extended_Hc(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw Hc over (L, d) for many pairs of thicknesses."""
    return _draw_extended(figure, subject, "mu0_Hc_T")


def draw_extended_Phi_p(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw Φp over (L, d) for many pairs of thicknesses."""
    return _draw_extended(figure, subject, "Phi_p")


def _draw_extended(figure: Figure, subject: Subject, reading: str) -> list[DesignMarks]:
    columns = read_lengths(subject.option("wS", WALLS.default(subject)))
    rows = read_lengths(subject.option("wZ", PLATELETS.default(subject)))
    found = [_panel(subject, w_S, w_Z) for w_Z in rows for w_S in columns]
    panels = figure.subplots(len(rows), len(columns), sharex=True, sharey=True, squeeze=False)
    marks = _draw_row(figure, list(panels.ravel()), subject, reading, found, len(columns))
    _explain(figure, subject)
    return marks


def _alpha(subject: Subject) -> float:
    return float(subject.option("surface-alpha", "0"))


def _z_phase(subject: Subject) -> str:
    return subject.option("surface-z-phase") or commonest_z(subject.table)


def _panel(subject: Subject, w_S: float, w_Z: float) -> _Panel:
    asked = (w_S, w_Z, _alpha(subject), _z_phase(subject), subject.predicted_by, subject.readings)
    return subject.once(f"surface {asked}", lambda: _new_panel(subject, w_S, w_Z))


def _new_panel(subject: Subject, w_S: float, w_Z: float) -> _Panel:
    table, alpha, z_name = subject.table, _alpha(subject), _z_phase(subject)
    surfaces = thickness_surface(
        table,
        subject.predict,
        w_S,
        w_Z,
        alpha=alpha,
        z_name=z_name,
        readings=subject.readings,
    )
    surface = surfaces[subject.readings[0]]
    possible = np.isfinite(surface.z)
    L, d = (part[possible] for part in np.meshgrid(surface.x, surface.y))
    rest = np.tile([w_S, w_Z, alpha, *constants_of(table, z_name)], (L.size, 1))
    trusted = np.zeros(surface.z.shape, dtype=bool)
    trusted[possible] = subject.trusted(np.column_stack([L, d, rest]))
    near = near_thickness(table, w_S, w_Z, alpha=alpha)
    return _Panel(w_S=w_S, w_Z=w_Z, surfaces=surfaces, trusted=trusted, near=near)


def _draw_row(
    figure: Figure,
    panels: Sequence[Axes],
    subject: Subject,
    reading: str,
    found: Sequence[_Panel],
    columns: int,
) -> list[DesignMarks]:
    table, marks = subject.table, []
    scale = _Scale.of(reading, _values_for_scale(reading, found), _ENDS)
    image: Any = None
    for number, (axes, each) in enumerate(zip(panels, found, strict=True)):
        rows = each.near & np.isfinite(table[reading])
        image = _fill(axes, each.surfaces[reading], scale)
        _hatch(axes, each, reading)
        style = {**scale.style(), **SIMULATED_DOTS, "c": table[reading][rows], "zorder": 3}
        x, y = table["L_nm"][rows], table["d_nm"][rows]
        marks.append(scatter_designs(axes, x, y, rows, **style)[1])
        axes.set_xlabel(QUANTITIES["L_nm"].label)
        if number % columns == 0:
            axes.set_ylabel(QUANTITIES["d_nm"].label)
        if number < len(panels) - columns:
            axes.set_xlabel("")
        write_note(axes, [f"wS {each.w_S:g}, wZ {each.w_Z:g} nm ({int(rows.sum())})"])
    figure.colorbar(image, ax=panels, label=QUANTITIES[reading].label, pad=0.01)
    return marks


def _values_for_scale(reading: str, found: Sequence[_Panel]) -> Array:
    """Return the values of all panels: those that are trusted, else all that are possible."""
    trusted = np.concatenate([each.surfaces[reading].z[each.trusted] for each in found])
    if trusted.size:
        return trusted
    every = np.concatenate([each.surfaces[reading].z.ravel() for each in found])
    possible: Array = every[np.isfinite(every)]
    return possible if possible.size else np.array([0.0, 1.0])


def _fill(axes: Axes, surface: Surface, scale: _Scale) -> Any:
    colours = SURFACE_COLOURS[scale.reading]
    x, y, z = surface.x, surface.y, surface.z
    image = axes.contourf(x, y, z, scale.levels, cmap=colours, extend="both")
    axes.contour(x, y, z, scale.levels, colors="white", linewidths=0.3, alpha=0.6)
    axes.set_facecolor("0.9")
    return image


def _hatch(axes: Axes, panel: _Panel, reading: str) -> None:
    """Hatch where the surrogate does not trust itself."""
    surface = panel.surfaces[reading]
    untrusted = np.isfinite(surface.z) & ~panel.trusted
    if untrusted.any():
        axes.contourf(surface.x, surface.y, untrusted, [0.5, 1.5], colors="none", hatches=["////"])


def _explain(figure: Figure, subject: Subject) -> None:
    hatched = "; hatched: the surrogate does not trust itself" if subject.surrogate else ""
    alpha = _alpha(subject)
    degrees = "°" if alpha else ""
    near = f"α ≤ {NEAR_ALPHA_DEG:g}°" if not alpha else f"α within {NEAR_ALPHA_DEG:g}° of it"
    lines = (
        f"surface: predicted by {subject.predicted_by}, α = {alpha:g}{degrees}, Z phase "
        f"{_z_phase(subject)}{hatched}; grey: no such design",
        f"dots: simulated, {near}, thicknesses within {100 * NEAR_THICKNESS:g} %, "
        "any Z phase; their number in brackets",
    )
    explain(figure, lines)


def draw_fractions(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw splines of both readings over (φS, φZ), with lines of equal zirconium content."""
    marks = []
    predicted = _predicted_designs(subject)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    chosen = subject.option("alpha", ALL)
    angles = "all α" if chosen == ALL else f"α {chosen}°"
    for k, (axes, reading) in enumerate(zip(panels, subject.readings, strict=True)):
        spline = _spline(subject, reading)
        inside = np.isfinite(spline.surface.z)
        scale = _Scale.of(reading, spline.surface.z[inside])
        image = _fill(axes, spline.surface, scale)
        zr = np.where(inside, zr_surface(spline.surface), np.nan)
        lines = axes.contour(spline.surface.x, spline.surface.y, zr, _ZR_LEVELS, **ANALYTIC_LINE)
        axes.clabel(lines, fmt=lambda value: f"{value:g} at% Zr", fontsize=NOTE_SIZE)
        marks.append(_scatter_some(axes, subject, reading, scale))
        if predicted is not None:
            x, y, values = predicted
            axes.scatter(
                x, y, c=values[:, k], marker="x", s=12, linewidths=0.8, zorder=2.5, **scale.style()
            )
        axes.set_xlabel(f"{QUANTITIES['phi_S'].symbol} = wS/L")
        figure.colorbar(image, ax=axes, label=reading_label(reading, "spline"))
        write_note(axes, [f"spline through {spline.n} simulated designs of {angles}"])
    panels[0].set_ylabel(f"{QUANTITIES['phi_Z'].symbol} = wZ/d")
    words = [f"dots: up to {_MOST_DOTS} simulated designs"]
    if predicted is not None:
        words.append(f"crosses: {len(predicted[0])} predicted by {subject.predicted_by}")
    words.append("dash-dotted: zirconium content, analytic")
    explain(figure, ["; ".join(words)])
    return marks


def _spline(subject: Subject, reading: str) -> FractionSpline:
    return subject.once(
        f"spline {reading}", lambda: fraction_spline(subject.table, reading, seed=subject.seed)
    )


def _scatter_some(axes: Axes, subject: Subject, reading: str, scale: _Scale) -> DesignMarks:
    known = np.flatnonzero(np.isfinite(subject.table[reading]))
    chosen = np.random.default_rng(subject.seed).permutation(known)[:_MOST_DOTS]
    table = subject.table
    style = {**scale.style(), **SIMULATED_DOTS, "c": table[reading][chosen], "zorder": 3}
    x, y = table["phi_S"][chosen], table["phi_Z"][chosen]
    return scatter_designs(axes, x, y, chosen, **style)[1]


def _predicted_designs(subject: Subject) -> tuple[Array, Array, Array] | None:
    """Return φS, φZ and predictions of random designs in the range; None without a model."""
    if subject.why_no_prediction():
        return None
    table, generator = subject.table, np.random.default_rng(subject.seed + 1)
    keys = ("L_nm", "d_nm", "phi_S", "phi_Z", ALPHA)
    L, d, phi_S, phi_Z, alpha = (
        generator.uniform(low, high, _MOST_DOTS)
        for low, high in (np.quantile(table[key], (0.05, 0.95)).tolist() for key in keys)
    )
    sets = table.matrix(Z_PHASE)[generator.integers(len(table), size=_MOST_DOTS)]
    X = np.column_stack([L, d, phi_S * L, phi_Z * d, alpha, sets])
    kept = subject.trusted(X)
    return phi_S[kept], phi_Z[kept], subject.predict(X[kept])
