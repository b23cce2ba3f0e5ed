"""Fig. 2e, 2f, 2g, Suppl. Fig. 7, and Sobol indices: what matters, and what goes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from smcogui.analysis.clustering import cluster_table
from smcogui.analysis.correlations import (
    CORRELATION_KINDS,
    LEAST_DESIGNS,
    correlations_with,
    table_correlations,
)
from smcogui.analysis.design_table import INPUTS, READINGS, symbol_of
from smcogui.analysis.gallery.marks import (
    NOTE_SIZE,
    READING_COLOURS,
    DesignMarks,
    draw_bars,
    explain,
    two_panels,
    write_note,
)
from smcogui.analysis.sensitivity import find_aliasing, sobol_indices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from smcogui.analysis.bootstrap import Estimate
    from smcogui.analysis.correlations import CorrelationKind
    from smcogui.analysis.gallery.subject import Subject
    from smcogui.analysis.sensitivity import SobolIndices

_FEWEST_COLUMNS = 3


def why_no_correlations(subject: Subject) -> str:
    """Return why nothing can be correlated, empty where it can."""
    counts = [int(np.isfinite(subject.table[key]).sum()) for key in subject.readings]
    if min(counts) < LEAST_DESIGNS:
        first, second = (symbol_of(key) for key in subject.readings)
        return (
            f"correlations need at least {LEAST_DESIGNS} designs with {first} and with {second}; "
            f"there are {counts[0]} and {counts[1]}"
        )
    if len(table_correlations(subject.table)[0]) < _FEWEST_COLUMNS:
        return "nothing but one quantity varies among the designs"
    return ""


def why_no_clusters(subject: Subject) -> str:
    """Return why there are no clusters, empty where there are."""
    why = why_no_correlations(subject)
    if not why and not np.isfinite(table_correlations(subject.table)[1]).all():
        return "a quantity does not vary among the designs that have Φp"
    return why


def why_no_sobol(subject: Subject) -> str:
    """Return why there are no Sobol indices, empty where there are."""
    still = [symbol_of(key) for key in INPUTS[:5] if not np.ptp(subject.table[key]) > 0]
    if still:
        return f"every input has to vary; {', '.join(still)} does not"
    return subject.why_no_prediction()


def spearman_bars(subject: Subject) -> dict[str, dict[str, Estimate]]:
    """Return Spearman's correlation of the inputs that vary with each reading."""
    table = subject.table
    keys = [key for key in INPUTS if np.ptp(table[key]) > 0]

    def bars_of(reading: str) -> dict[str, Estimate]:
        return subject.once(
            f"spearman {reading}",
            lambda: correlations_with(table, reading, keys, seed=subject.seed),
        )

    found = {reading: bars_of(reading) for reading in subject.readings}
    return {
        reading: {key: each for key, each in bars.items() if np.isfinite(each.value)}
        for reading, bars in found.items()
    }


def draw_spearman(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw Spearman's correlations with 95 % intervals."""
    bars = spearman_bars(subject)
    _draw_pair(figure, subject, bars, "Spearman's ρ with", is_signed=True)
    _warn_of_aliasing(figure, subject)
    return []


def draw_permutation(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the permutation importances with 95 % intervals, the Z phase as one group."""
    estimates = subject.importance().estimates(seed=subject.seed)
    panels = _draw_pair(figure, subject, estimates, "growth of MSE / variance of", is_signed=False)
    write_note(panels[1], [f"predicted by {subject.model}, structures held out"])
    _warn_of_aliasing(figure, subject)
    return []


def draw_sobol(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw total and first-order Sobol indices of a model over the range of the designs."""
    found = _sobol(subject)
    panels = two_panels(figure)
    for axes, reading in zip(panels, subject.readings, strict=True):
        draw_bars(axes, found.total[reading], READING_COLOURS[reading])
        first = [each.value for each in found.first[reading].values()]
        axes.scatter(
            first,
            range(len(first))[::-1],
            marker="D",
            s=14,
            color="white",
            edgecolors="0.1",
            linewidths=0.8,
            zorder=3,
        )
        axes.set_xlim(left=min(0.0, *axes.get_xlim()))
        axes.set_xlabel(f"total Sobol index for {symbol_of(reading)}")
    write_note(panels[0], [f"predicted by {subject.predicted_by}"])
    write_note(panels[1], ["bars: total; diamonds: first order; inputs vary independently"])
    return []


def draw_dendrogram(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the clusters of the inputs and readings."""
    from scipy.cluster.hierarchy import dendrogram

    tree = cluster_table(subject.table)
    axes = figure.add_subplot()
    dendrogram(
        tree.linkage,
        orientation="left",
        labels=[symbol_of(key) for key in tree.keys],
        ax=axes,
        color_threshold=0,
        above_threshold_color="0.25",
    )
    for label in axes.get_yticklabels():
        label.set_fontsize(8)
        for reading in READINGS:
            if label.get_text() == symbol_of(reading):
                label.set_color(READING_COLOURS[reading])
                label.set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("1 - |ρ|, Spearman; average linkage")
    axes.set_xlim(1.02, 0)
    _warn_of_aliasing(figure, subject)
    return []


def draw_heat_maps(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw Pearson's and Spearman's correlations of all pairs."""
    panels = two_panels(figure)
    kinds: tuple[tuple[CorrelationKind, str], ...] = (
        ("pearson", "Pearson"),
        ("spearman", "Spearman"),
    )
    image: Any = None
    for axes, (kind, name) in zip(panels, kinds, strict=True):
        keys, matrix = table_correlations(subject.table, kind)
        image = axes.imshow(matrix, cmap="RdBu_r", vmin=-1, vmax=1)
        names = [symbol_of(key) for key in keys]
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=NOTE_SIZE + 0.5)
        axes.set_yticks(range(len(names)), names, fontsize=NOTE_SIZE + 0.5)
        axes.tick_params(length=0)
        for (i, j), value in np.ndenumerate(matrix):
            text = "–" if not np.isfinite(value) else f"{value:.2f}".replace("0.", ".", 1)
            colour = "white" if abs(value) > 0.6 else "0.1"
            axes.text(j, i, text, ha="center", va="center", fontsize=5, color=colour)
        write_note(axes, [f"{name}, {len(subject.table)} simulated designs"])
    figure.colorbar(image, ax=panels, shrink=0.75, label="correlation")
    return []


def spearman_facts(subject: Subject) -> dict[str, Any]:
    """Return the correlations with their intervals, for JSON."""
    return _facts(spearman_bars(subject))


def permutation_facts(subject: Subject) -> dict[str, Any]:
    """Return the importances with their intervals and what must be known of them, for JSON."""
    aliasing = find_aliasing(subject.table)
    return {
        "model": subject.model,
        "unit": "growth of the mean square error over the variance of the reading",
        **_facts(subject.importance().estimates(seed=subject.seed)),
        "z_phase_sets": aliasing.sets,
        "warning": aliasing.warning,
    }


def sobol_facts(subject: Subject) -> dict[str, Any]:
    """Return both kinds of indices and the ranges that they hold for, for JSON."""
    found = _sobol(subject)
    return {
        "model": subject.predicted_by,
        "first": _facts(found.first),
        "total": _facts(found.total),
        "ranges": {key: list(ends) for key, ends in found.ranges.items()},
        "z_phase_sets": found.sets,
    }


def cluster_facts(subject: Subject) -> list[dict[str, Any]]:
    """Return which quantities were joined at which distance, for JSON."""
    return cluster_table(subject.table).merges()


def matrix_facts(subject: Subject) -> dict[str, Any]:
    """Return both correlation matrices, for JSON."""
    found: dict[str, Any] = {}
    for kind in CORRELATION_KINDS:
        keys, matrix = table_correlations(subject.table, kind)
        known = np.where(np.isfinite(matrix), matrix, 0.0)
        rows = [
            [float(value) if there else None for value, there in zip(*pair, strict=True)]
            for pair in zip(known, np.isfinite(matrix), strict=True)
        ]
        found |= {"keys": list(keys), kind: rows}
    return found


def _sobol(subject: Subject) -> SobolIndices:
    return subject.once(
        f"sobol {subject.predicted_by} {subject.readings}",
        lambda: sobol_indices(
            subject.table, subject.predict, readings=subject.readings, seed=subject.seed
        ),
    )


def _facts(estimates: Mapping[str, Mapping[str, Estimate]]) -> dict[str, Any]:
    return {
        reading: {key: each.as_dict() for key, each in found.items()}
        for reading, found in estimates.items()
    }


def _draw_pair(
    figure: Figure,
    subject: Subject,
    estimates: Mapping[str, Mapping[str, Estimate]],
    what: str,
    *,
    is_signed: bool,
) -> list[Axes]:
    panels = two_panels(figure)
    for axes, reading in zip(panels, subject.readings, strict=True):
        draw_bars(axes, estimates[reading], READING_COLOURS[reading], is_signed=is_signed)
        axes.set_xlabel(f"{what} {symbol_of(reading)}")
        designs = max((each.n for each in estimates[reading].values()), default=0)
        write_note(axes, [f"{designs} simulated designs; 95 % intervals"])
    return panels


def _warn_of_aliasing(figure: Figure, subject: Subject) -> None:
    if find_aliasing(subject.table).warning:
        explain(
            figure,
            ["Ms(Z), σdw(Z), ldw(Z) come as few sets: their own ranks cannot be told apart"],
        )
