"""The dataset-size test against what the law of large numbers says of normal values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from smcogui.analysis.convergence import size_test, spread_sizes
from smcogui.analysis.convergence_figure import write_size_test_figure
from smcogui.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

MEAN, SD = 4.0, 1.0
VALUES = np.random.default_rng(1).normal(MEAN, SD, 20_000)


def test_error_of_one_dataset_is_the_expected_absolute_deviation() -> None:
    """E|mean − μ| of n normal values is σ √(2 / (π n))."""
    test = size_test("mu0_Hc_T", VALUES, sizes=(100, 400, 1600), trials=2000)
    spread = VALUES.std()
    expected = [spread * math.sqrt(2 / (math.pi * n)) / VALUES.mean() for n in test.sizes]
    assert test.mape == pytest.approx(expected, rel=0.05)


def test_interval_holds_95_per_cent() -> None:
    test = size_test("mu0_Hc_T", VALUES, sizes=(100, 900), trials=4000)
    half = np.diff(test.ci95, axis=1).ravel() / 2
    assert half == pytest.approx(1.96 * VALUES.std() / np.sqrt(test.sizes), rel=0.05)


def test_papers_error_is_that_of_the_mean_and_far_smaller() -> None:
    test = size_test("mu0_Hc_T", VALUES, sizes=(100, 400), trials=100)
    assert (test.mape_paper < 0.5 * test.mape).all()
    assert test.mape_paper == pytest.approx(np.abs(test.mean_dcv - test.limit) / test.limit)


def test_thresholds_follow_from_the_errors() -> None:
    test = size_test("mu0_Hc_T", VALUES, trials=400)
    threshold = test.threshold(paper=False)
    # σ √(2 / (π n)) / μ = 1 % at n = 398.
    assert threshold is not None
    assert 300 <= threshold <= 520
    assert test.threshold(paper=True) < threshold  # type: ignore[operator]
    assert test.threshold(paper=False, criterion=1e-9) is None


def test_what_is_no_number_is_left_out() -> None:
    values = [*VALUES[:50], math.nan]
    assert size_test("Phi_p", values).designs == 50


def test_same_seed_gives_the_same_trials() -> None:
    first, second = (size_test("Phi_p", VALUES[:200], seed=3) for _ in range(2))
    assert first.mean_dcv.tolist() == second.mean_dcv.tolist()


def test_sizes_rise_to_the_number_of_designs() -> None:
    sizes = spread_sizes(1000)
    assert sizes[0] == 10
    assert sizes[-1] == 1000
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([1.0] * 9, {}, "9 values"),
        ([-1.0, 1.0] * 10, {}, "mean 0"),
        ([1.0, 2.0] * 10, {"sizes": (0, 4)}, "sizes"),
        ([1.0, 2.0] * 10, {"trials": 1}, "trials"),
    ],
)
def test_test_that_makes_no_sense_is_refused(
    values: list[float], options: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        size_test("Phi_p", values, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_figure_is_written(tmp_path: Path, suffix: str) -> None:
    tests = [size_test("mu0_Hc_T", VALUES[:300]), size_test("Phi_p", VALUES[:300] / 10)]
    path = tmp_path / f"size{suffix}"
    write_size_test_figure(path, tests)
    content = path.read_bytes()
    assert len(content) > 5000
    if suffix == ".svg":
        assert "paper&#x27;s MAPE" in content.decode() or "paper's MAPE" in content.decode()
