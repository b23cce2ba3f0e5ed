"""Suppl. Figs. 2 to 4: predicted against simulated readings of structures that were held out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.comparison import MODELS
from models.evaluate import score
from smcogui.analysis.design_table import INPUTS, QUANTITIES, READINGS
from smcogui.analysis.fitted_model import FNN
from smcogui.analysis.gallery.marks import (
    NOTE_SIZE,
    PREDICTED_DOTS,
    READING_COLOURS,
    DesignMarks,
    explain,
    reading_label,
    scatter_designs,
    two_panels,
    write_note,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.gallery.subject import Subject

    Array = NDArray[np.float64]

_LEAST: Final = 10


def why_no_surrogate(subject: Subject) -> str:
    """Return why no surrogate can be judged, empty where one can."""
    if subject.surrogate is None:
        return "no trained surrogate holds for these designs; `train` makes one"
    held_out = int(subject.surrogate.held_out.sum())
    if held_out < _LEAST:
        return (
            f"the surrogate {subject.surrogate.name} has to be judged by at least {_LEAST} designs "
            f"that it was not trained on (a set test_offgrid); there are {held_out}"
        )
    return ""


def why_no_fnn(subject: Subject) -> str:
    """Return why the paper's network cannot be drawn, empty where it can."""
    import importlib.util

    if importlib.util.find_spec("torch") is None:
        return "the f-NN needs torch (`pip install -r requirements-train.lock`)"
    return subject.why_no_model()


def draw_six_Hc(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the six models of the paper's comparison for Hc."""
    return _draw_six(figure, subject, 0)


def draw_six_Phi_p(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the six models of the paper's comparison for Φp."""
    return _draw_six(figure, subject, 1)


def _draw_six(figure: Figure, subject: Subject, k: int) -> list[DesignMarks]:
    marks = []
    panels = figure.subplots(2, 3, sharex=True, sharey=True)
    truth = subject.table[READINGS[k]]
    for axes, name in zip(panels.ravel(), MODELS, strict=True):
        guess = subject.held_out_predictions(name)[:, k]
        marks.append(draw_parity(axes, READINGS[k], truth, guess, name))
        axes.label_outer()
    explain(figure, ["scikit-learn's own settings; five folds by structure"])
    return marks


def draw_fnn(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the paper's network 8-64-64-2 for both readings."""
    marks = []
    found = subject.held_out_predictions(FNN)
    for k, axes in enumerate(two_panels(figure)):
        truth = subject.table[READINGS[k]]
        name = "f-NN 8-64-64-2, five folds"
        marks.append(draw_parity(axes, READINGS[k], truth, found[:, k], name))
    return marks


def draw_surrogate(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the surrogate for both readings of designs that it was not trained on."""
    surrogate = subject.surrogate
    if surrogate is None:
        return []
    rows, marks = np.flatnonzero(surrogate.held_out), []
    table = subject.table.take(rows)
    found = subject.predict(table.matrix(INPUTS))
    for k, axes in enumerate(two_panels(figure)):
        reading = subject.readings[k]
        name = f"surrogate {surrogate.name}, designs off its training set"
        marks.append(draw_parity(axes, reading, table[reading], found[:, k], name, rows))
    return marks


def draw_parity(
    axes: Axes,
    reading: str,
    truth: Array,
    guess: Array,
    name: str,
    rows: NDArray[np.intp] | None = None,
) -> DesignMarks:
    """Draw predicted over simulated readings, with both R² and the error in the axes."""
    known = np.isfinite(truth) & np.isfinite(guess)
    numbers = np.arange(truth.size) if rows is None else rows
    style = {"color": READING_COLOURS[reading], "alpha": 0.6, **PREDICTED_DOTS}
    marks = scatter_designs(axes, truth[known], guess[known], numbers[known], **style)[1]
    values = np.concatenate([truth[known], guess[known]])
    low, high = float(values.min()), float(values.max())
    margin = 0.04 * max(high - low, 1e-6)
    limits = (low - margin, high + margin)
    axes.plot(limits, limits, color="0.3", linewidth=0.7, linestyle=":")
    axes.set_xlim(*limits)
    axes.set_ylim(*limits)
    axes.set_aspect("equal")
    axes.set_xlabel(reading_label(reading, "simulated"))
    axes.set_ylabel(reading_label(reading, "predicted"))
    axes.text(
        0.04,
        0.96,
        "\n".join(score_lines(reading, truth, guess)),
        transform=axes.transAxes,
        va="top",
        fontsize=NOTE_SIZE,
    )
    write_note(axes, [name])
    return marks


def score_lines(reading: str, truth: Array, guess: Array) -> list[str]:
    """Return n, both R² and errors in words; MSE has the unit of the reading, squared."""
    found, unit = score(truth, guess), QUANTITIES[reading].unit
    return [
        f"n = {found.n}",
        f"R² = {found.r2:.3f} [{found.r2_low:.2f}, {found.r2_high:.2f}]",
        f"R² (paper) = {found.r2_paper:.3f}",
        f"MSE = {found.rmse**2:.3g}{f' {unit}²' if unit else ''}",
        f"RMSE = {found.rmse:.3g}{f' {unit}' if unit else ''}",
    ]


def surrogate_facts(subject: Subject) -> dict[str, Any]:
    """Return the scores of the surrogate on designs that it was not trained on, for JSON."""
    if subject.surrogate is None:
        return {}
    table = subject.table.take(subject.surrogate.held_out)
    found = subject.predict(table.matrix(INPUTS))
    return {"model": subject.surrogate.name, **_scores(table, found, subject.readings)}


def fnn_facts(subject: Subject) -> dict[str, Any]:
    """Return the scores of the paper's network, for JSON."""
    return {"model": FNN, **_scores(subject.table, subject.held_out_predictions(FNN), READINGS)}


def _scores(table: DesignTable, found: Array, readings: Sequence[str]) -> dict[str, Any]:
    return {
        reading: score(table[reading], found[:, k]).as_dict() for k, reading in enumerate(readings)
    }
