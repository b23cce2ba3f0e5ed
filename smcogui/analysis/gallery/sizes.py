"""Suppl. Figs. 8 to 10: how a dataset's mean and a model's score depend on its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.evaluate import LearningPoint, learning_curve, split_groups
from smcogui.analysis.convergence import FEWEST, TRIALS, size_test, spread_sizes
from smcogui.analysis.convergence_figure import draw_size_tests, number_plainly
from smcogui.analysis.design_table import INPUTS, READINGS, symbol_of
from smcogui.analysis.fitted_model import fit
from smcogui.analysis.gallery.marks import (
    READING_COLOURS,
    DesignMarks,
    reading_label,
    two_panels,
    write_note,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from smcogui.analysis.gallery.subject import Subject

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

_SHARES: Final = (0.3, 0.45, 0.65, 1.0)
_DRAWS: Final = 5
_TEST_SHARE: Final = 0.2
_LEAST_TO_LEARN: Final = 120
"""Designs: the smallest part of the curve still has what a model needs."""


def why_no_sizes(subject: Subject) -> str:
    """Return why dataset sizes cannot be tested, empty where they can."""
    counts = [int(np.isfinite(subject.table[key]).sum()) for key in subject.readings]
    if min(counts) < FEWEST:
        first, second = (symbol_of(key) for key in subject.readings)
        return (
            f"the dataset-size test needs at least {FEWEST} designs with {first} and with "
            f"{second}; there are {counts[0]} and {counts[1]}"
        )
    return ""


def why_no_learning(subject: Subject) -> str:
    """Return why there is no learning curve, empty where there is."""
    known = int(np.isfinite(subject.table.matrix(READINGS)).all(axis=1).sum())
    if known < _LEAST_TO_LEARN:
        return (
            f"a learning curve needs at least {_LEAST_TO_LEARN} designs with Hc and Φp; there are "
            f"{known}"
        )
    return subject.why_no_model()


def draw_sizes(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the mean of growing datasets with the interval and both errors."""
    draw_size_tests(
        figure,
        [size_test(key, subject.table[key], seed=subject.seed) for key in subject.readings],
    )
    return []


def size_facts(subject: Subject) -> list[dict[str, Any]]:
    """Return how many designs both readings of the error ask for, for JSON."""
    tests = [size_test(key, subject.table[key], seed=subject.seed) for key in subject.readings]
    return [
        {
            "reading": test.reading,
            "designs": test.designs,
            "mean": test.limit,
            "smallest_size_MAPE_paper": test.threshold(paper=True),
            "smallest_size_MAPE": test.threshold(paper=False),
        }
        for test in tests
    ]


def draw_trials(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw the means of all trials: how datasets of one size scatter, and draw together."""
    generator = np.random.default_rng(subject.seed)
    for axes, reading in zip(two_panels(figure), subject.readings, strict=True):
        values = subject.table.known(reading)[reading]
        for size in spread_sizes(values.size)[::2]:
            means = values[generator.integers(values.size, size=(TRIALS, size))].mean(axis=1)
            spread = size * np.exp(generator.uniform(-0.05, 0.05, TRIALS))
            axes.scatter(
                spread, means, s=3, color=READING_COLOURS[reading], alpha=0.35, linewidths=0
            )
            axes.plot(size, means.mean(), "_", color="0.1", markersize=8)
        axes.axhline(values.mean(), color="0.4", linestyle=":", linewidth=0.8)
        axes.set_xscale("log")
        number_plainly(axes.xaxis)
        axes.set_xlabel("designs N of a dataset")
        axes.set_ylabel(f"mean {reading_label(reading, 'simulated')}")
        write_note(axes, [f"{TRIALS} datasets per size; bar: their mean;", "dotted: all designs"])
    return []


def learning_points(subject: Subject) -> list[LearningPoint]:
    """Return scores of the subject's model on a fifth of the structures, by designs learned of."""
    table = subject.table.known(READINGS[0]).known(READINGS[1])
    X, Y = table.matrix(INPUTS), table.matrix(READINGS)
    _, test = split_groups(table.groups, _TEST_SHARE, subject.seed)
    structures = np.unique(table.groups).size - np.unique(table.groups[test]).size

    def learn(rows: Rows, seed: int) -> Callable[[Rows], Array]:
        predict = fit(subject.model, table.take(rows), seed=seed)
        return lambda wanted: predict(X[wanted])

    return learning_curve(
        learn,
        Y,
        table.groups,
        test,
        sizes=[max(2, round(share * structures)) for share in _SHARES],
        draws=_DRAWS,
        seed=subject.seed,
    )


def draw_learning(figure: Figure, subject: Subject) -> list[DesignMarks]:
    """Draw R² and RMSE on held-out structures over the number of designs learned of."""
    points = learning_points(subject)
    sizes = [point.rows for point in points]
    panels = figure.subplots(2, 2, sharex=True)
    for k, reading in enumerate(READINGS):
        for row, name in enumerate(("r2", "rmse")):
            axes: Axes = panels[row][k]
            rows = [point.interval(getattr(point, name)) for point in points]
            mean, low, high = (np.array([each[part][k] for each in rows]) for part in range(3))
            colour = READING_COLOURS[reading]
            axes.errorbar(
                sizes, mean, yerr=[mean - low, high - mean], color=colour, marker="x", capsize=2
            )
            unit = " (T)" if name == "rmse" and reading == "mu0_Hc_T" else ""
            label = "R²" if name == "r2" else "RMSE"
            axes.set_ylabel(f"{label} of {symbol_of(reading)}{unit}")
        panels[1][k].set_xlabel("designs learned of")
    write_note(panels[0][0], [f"predicted by {subject.model}; a fifth of the structures held out"])
    write_note(panels[0][1], [f"mean of {_DRAWS} draws with its 95 % interval"])
    return []
