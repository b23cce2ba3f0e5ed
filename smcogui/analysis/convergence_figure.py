"""The figure of a dataset-size test: mean, 95 % of the trials, and both errors (Suppl. Fig. 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.analysis.convergence import CRITERION, SizeTest
from smcogui.analysis.design_table import QUANTITIES
from smcogui.analysis.figure_spec import FigureSpec, check_suffix
from smcogui.analysis.figure_style import COLOURS, render
from smcogui.data.exporters import write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

_PER_CENT: Final = 100.0


def write_size_test_figure(
    path: Path, tests: Sequence[SizeTest], spec: FigureSpec | None = None
) -> None:
    """Draw tests side by side and write them as .pdf, .svg or .png.

    Raises
    ------
    InputError
        If the suffix is not allowed.
    RunFolderError
        If the file cannot be written.
    """
    kind = check_suffix(path)
    write_file(path, render_size_tests(tests, spec, kind=kind))


def render_size_tests(
    tests: Sequence[SizeTest], spec: FigureSpec | None = None, *, kind: str = "png"
) -> bytes:
    """Return the figure as the content of a pdf, svg or png file."""
    chosen = FigureSpec(width_mm=178.0) if spec is None else spec

    return render(
        lambda figure: draw_size_tests(figure, tests),
        chosen.width_mm,
        chosen.height,
        kind,
        chosen.dpi,
    ).content


def draw_size_tests(figure: Figure, tests: Sequence[SizeTest]) -> None:
    """Draw tests side by side into an empty figure."""
    rows = figure.subplots(2, len(tests), sharex="col", squeeze=False, height_ratios=(3, 2))
    for upper, lower, test in zip(rows[0], rows[1], tests, strict=True):
        _draw_mean(upper, test)
        _draw_errors(lower, test)


def _draw_mean(axes: Axes, test: SizeTest) -> None:
    low, high = test.ci95.T
    axes.fill_between(
        test.sizes, low, high, color=COLOURS[0], alpha=0.25, label="95 % of the trials", linewidth=0
    )
    label = f"mean of {test.trials} trials"
    axes.plot(test.sizes, test.mean_dcv, color=COLOURS[0], label=label)
    axes.axhline(test.limit, color="0.4", linestyle=":", label=f"all {test.designs} designs")
    axes.set_xscale("log")
    number_plainly(axes.xaxis)
    axes.set_ylabel(f"mean {QUANTITIES[test.reading].label}, simulated")
    axes.legend(loc="best")


def _draw_errors(axes: Axes, test: SizeTest) -> None:
    for errors, colour, line, paper, name in (
        (test.mape_paper, COLOURS[1], "--", True, "of the mean (paper's MAPE)"),
        (test.mape, COLOURS[2], "-", False, "of one dataset (MAPE)"),
    ):
        threshold = test.threshold(paper=paper)
        reached = "not reached" if threshold is None else f"N ≥ {threshold}"
        axes.plot(
            test.sizes,
            _PER_CENT * errors,
            color=colour,
            linestyle=line,
            label=f"{name}: {reached}",
        )
    axes.axhline(_PER_CENT * CRITERION, color="0.4", linestyle=":", linewidth=0.8)
    axes.set_yscale("log")
    number_plainly(axes.yaxis)
    # room for the legend below the curves
    smallest = min(errors[errors > 0].min() for errors in (test.mape_paper, test.mape))
    axes.set_ylim(bottom=_PER_CENT * smallest / 20)
    axes.set_xlabel("designs N")
    axes.set_ylabel("error (%)")
    axes.legend(loc="best")


def number_plainly(axis: Axis) -> None:
    """Write powers of ten as numbers: figures carry text, and no formulas."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
