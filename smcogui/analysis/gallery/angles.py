"""Fig. 2a and 2b: curves of one structure by angle, and readings of all designs by angle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.analysis.angle_bands import angle_bands
from smcogui.analysis.design_table import ALPHA, GEOMETRY, QUANTITIES
from smcogui.analysis.figure_style import COLOURS, LINE_STYLES
from smcogui.analysis.gallery.families import LEAST_ANGLES, MOST_ANGLES, families_of, lengths_of
from smcogui.analysis.gallery.marks import (
    NOTE_SIZE,
    READING_COLOURS,
    SIMULATED_DOTS,
    DesignMarks,
    reading_label,
    scatter_designs,
    two_panels,
    write_note,
)
from smcogui.curves.mh_curve import average_curves
from smcogui.units import MU0

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.gallery.families import Family
    from smcogui.analysis.gallery.subject import Subject

    Rows = NDArray[np.intp]


def why_no_curves(subject: Subject) -> str:
    """Return why curves cannot be drawn by angle, empty where they can."""
    if subject.load_curves is None:
        return "the table comes without curves (curves.parquet)"
    if not families_of(subject.table):
        return (
            "no two designs differ in the angle alone, and there are none of about the same "
            "lengths at other angles; simulate one structure at several, such as a series over α"
        )
    return ""


def chosen_family(subject: Subject) -> Family:
    """Return the structure that is chosen, else that of most angles."""
    families = families_of(subject.table)
    wanted = subject.option("structure")
    return next((each for each in families if each.key == wanted), families[0])


def curve_facts(subject: Subject) -> dict[str, Any]:
    """Return which designs are drawn, and whether they are one structure, for JSON."""
    table, family = subject.table, chosen_family(subject)
    return {
        "one_structure": family.is_exact,
        "designs": [
            {
                "run_id": table.run_ids[row],
                "z_phase": table.z_names[row],
                **{key: float(table[key][row]) for key in (*GEOMETRY, ALPHA)},
            }
            for row in family.rows
        ],
    }


def why_no_angles(subject: Subject) -> str:
    """Return why boxes cannot be drawn by angle, empty where they can."""
    if len(angle_bands(subject.table[ALPHA])) < LEAST_ANGLES:
        return "all designs have about the same angle α"
    return ""


def draw_curves(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the mean M–H curves of one structure by angle, with Hc and Φp in an inset."""
    table, load, family = subject.table, subject.load_curves, chosen_family(subject)
    rows = family.rows[:MOST_ANGLES]
    curves = load([table.run_ids[row] for row in rows]) if load is not None else {}
    axes = figure.add_subplot()
    axes.axhline(0, color="0.7", linewidth=0.5)
    axes.axvline(0, color="0.7", linewidth=0.5)
    marks, counts = [], set()
    for number, row in enumerate(rows):
        cycles = curves[table.run_ids[row]]
        counts.add(len(cycles))
        H, M = average_curves(cycles).outline()
        x, y = H * MU0, M / cycles[0].Ms
        axes.plot(
            x,
            y,
            color=COLOURS[number % len(COLOURS)],
            linestyle=LINE_STYLES[number % len(LINE_STYLES)],
            label=f"α = {table[ALPHA][row]:.4g}°",
        )
        marks.append(DesignMarks(axes=axes, x=x, y=y, rows=np.full(x.size, row)))
    axes.set_xlabel("μ₀H (T)")
    axes.set_ylabel("M/Ms along the field, simulated")
    left = axes.get_xlim()[0]
    axes.set_xlim(left=left * 2.2)
    axes.set_ylim(-1.1, 1.1)
    axes.legend(loc="lower right")
    shown = "–".join(f"{count}" for count in sorted(counts))
    lines = [lengths_of(table, rows), f"means of {shown} half-cycles, simulated"]
    if not family.is_exact:
        lines.insert(0, "Not one structure: no two designs differ in α alone. The nearest have")
    write_note(axes, lines)
    return [*marks, *_draw_inset(axes, table, rows)]


def _draw_inset(axes: Axes, table: DesignTable, rows: Rows) -> list[DesignMarks]:
    marks = []
    inset = axes.inset_axes((0.1, 0.14, 0.24, 0.42))
    other = inset.twinx()
    # else it hides the line below
    other.patch.set_visible(False)
    other.set_zorder(inset.get_zorder() + 1)
    for part, reading, marker in ((inset, "mu0_Hc_T", "o"), (other, "Phi_p", "s")):
        values = table[reading][rows]
        part.plot(
            table[ALPHA][rows],
            values,
            marker=marker,
            markersize=4 if reading == "mu0_Hc_T" else 2.5,
            linewidth=0.8,
            color=READING_COLOURS[reading],
        )
        marks.append(DesignMarks(axes=part, x=table[ALPHA][rows], y=values, rows=rows))
        part.set_ylim(*_inset_limits(values))
        part.set_ylabel(QUANTITIES[reading].label, color=READING_COLOURS[reading], labelpad=1)
        part.yaxis.label.set_fontsize(NOTE_SIZE)
        part.tick_params(labelsize=NOTE_SIZE, top=False)
    inset.set_xlabel(QUANTITIES[ALPHA].label, fontsize=NOTE_SIZE, labelpad=0)
    inset.tick_params(right=False)
    return marks


def _inset_limits(values: NDArray[np.float64]) -> tuple[float, float]:
    known = [0.0, *_known(values)]
    return min(known), max(known) + 0.15 * max(np.ptp(known), 0.05)


def draw_boxes(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw both readings of all designs by bands of the angle: quartiles, whiskers, means."""
    marks = []
    table = subject.table
    bands = angle_bands(table[ALPHA])
    panels = two_panels(figure)
    generator = np.random.default_rng(subject.seed)
    for axes, reading in zip(panels, subject.readings, strict=True):
        values = [_known(table[reading][band.rows]) for band in bands]
        places = np.arange(1, len(bands) + 1)
        filled = [(place, each) for place, each in zip(places, values, strict=True) if each.size]
        colour = READING_COLOURS[reading]
        axes.boxplot(
            [each for _, each in filled],
            positions=[place for place, _ in filled],
            widths=0.55,
            showmeans=True,
            showfliers=False,
            **_box_style(colour),
        )
        dots = {**SIMULATED_DOTS, "s": 6, "linewidths": 0.2, "color": colour, "alpha": 0.4}
        for place, band in zip(places, bands, strict=True):
            rows = np.flatnonzero(band.rows & np.isfinite(table[reading]))
            x = place + generator.uniform(-0.2, 0.2, rows.size)
            y = table[reading][rows]
            marks.append(scatter_designs(axes, x, y, rows, zorder=1.5, **dots)[1])
        labels = [
            f"{b.label.removesuffix('°')}\n{v.size}" for b, v in zip(bands, values, strict=True)
        ]
        axes.set_xticks(places, labels, fontsize=NOTE_SIZE)
        axes.set_xlim(0.4, len(bands) + 0.6)
        axes.set_xlabel(f"{QUANTITIES[ALPHA].label}, and designs with this reading")
        axes.set_ylabel(reading_label(reading, "simulated"))
    write_note(panels[0], ["box: quartiles; whiskers: 1.5 times the box; diamond: mean"])
    return marks


def box_facts(subject: Subject) -> list[dict[str, Any]]:
    """Return mean and quartiles of both readings in each band, for JSON."""
    found = []
    for band in angle_bands(subject.table[ALPHA]):
        row: dict[str, Any] = {"alpha": band.label, "from_deg": band.low, "to_deg": band.high}
        for reading in subject.readings:
            values = _known(subject.table[reading][band.rows])
            row[reading] = {"n": int(values.size)}
            if values.size:
                quartiles = np.quantile(values, (0.25, 0.5, 0.75))
                names = ("lower_quartile", "median", "upper_quartile")
                row[reading] |= dict(zip(names, map(float, quartiles), strict=True))
                row[reading]["mean"] = float(values.mean())
        found.append(row)
    return found


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[np.isfinite(values)]


def _box_style(colour: str) -> dict[str, Any]:
    thin = {"linewidth": 0.8}
    return {
        "boxprops": {**thin, "color": colour},
        "whiskerprops": {**thin, "color": colour},
        "capprops": {**thin, "color": colour},
        "medianprops": {"linewidth": 1.2, "color": "0.1"},
        "meanprops": {
            "marker": "D",
            "markersize": 3,
            "markerfacecolor": "white",
            "markeredgecolor": "0.1",
        },
    }
