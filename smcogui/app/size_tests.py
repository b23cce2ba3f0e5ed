"""How large a dataset must be, asked of the finished designs of a campaign, as a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from smcogui.analysis.convergence import FEWEST, SizeTest, size_test
from smcogui.analysis.figure_spec import DPI
from smcogui.app.provenance import write_companions
from smcogui.data.exporters import file_to_write
from smcogui.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smcogui.analysis.figure_spec import FigureSpec
    from smcogui.app.session import RunRecord

READINGS: Final = ("mu0_Hc_T", "Phi_p")


def size_tests_of(records: Sequence[RunRecord], *, seed: int = 0) -> list[SizeTest]:
    """Return the dataset-size test of Hc and of Phi_p, where enough runs have that reading.

    Raises
    ------
    InputError
        If no reading is known of ten runs.
    """
    found = []
    for reading in READINGS:
        values = [(record.result or {}).get(reading) for record in records]
        known = [float(value) for value in values if value is not None]
        if len(known) >= FEWEST:
            found.append(size_test(reading, known, seed=seed))
    if not found:
        raise InputError(
            f"{len(records)} designs are done; the dataset-size test needs at least {FEWEST}",
            key="campaign",
            given=f"{len(records)} finished designs",
            allowed=f"at least {FEWEST}",
        )
    return found


def export_size_tests(
    records: Sequence[RunRecord], path: Path, spec: FigureSpec, *, campaign: str, seed: int = 0
) -> Path:
    """Draw the tests as .pdf, .svg or .png; return the provenance file.

    Raises
    ------
    InputError
        If too few runs are done, or the suffix is not known.
    RunFolderError
        If the file cannot be written.
    """
    from smcogui.analysis.convergence_figure import write_size_test_figure

    tests = size_tests_of(records, seed=seed)
    with file_to_write(path):
        write_size_test_figure(path, tests, spec)
    return write_companions(path, records, campaign=campaign, size_tests=_facts(tests, seed))


def preview_size_tests(
    records: Sequence[RunRecord], spec: FigureSpec, dpi: int, *, seed: int = 0
) -> bytes:
    """Return the figure that :func:`export_size_tests` would write, as a PNG for the screen."""
    from smcogui.analysis.convergence_figure import render_size_tests

    drawn = replace(spec, dpi=max(dpi, DPI[0]))
    return render_size_tests(size_tests_of(records, seed=seed), drawn)


def _facts(tests: Sequence[SizeTest], seed: int) -> list[dict[str, Any]]:
    return [
        {
            "reading": test.reading,
            "designs": test.designs,
            "trials": test.trials,
            "seed": seed,
            "limit": test.limit,
            "smallest_size_MAPE_paper": test.threshold(paper=True),
            "smallest_size_MAPE": test.threshold(paper=False),
        }
        for test in tests
    ]
