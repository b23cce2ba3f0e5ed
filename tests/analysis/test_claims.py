"""Verdicts on claims that hold, do not hold, or cannot be told in a planted table."""

from __future__ import annotations

import numpy as np
import pytest

from smcogui.analysis.claims import ClaimResult, Verdict, judge_claims
from smcogui.analysis.design_table import INPUTS, DesignTable
from smcogui.analysis.fitted_model import Split
from smcogui.analysis.sensitivity import permutation_importance


@pytest.fixture(scope="module")
def judged(planted: DesignTable) -> dict[str, ClaimResult]:
    exact = Split(
        predict=lambda X: np.column_stack(
            [-0.06 * X[:, INPUTS.index("alpha_deg")] - 0.012 * X[:, 0], 0.05 * X[:, 3]]
        ),
        rows=np.arange(len(planted)),
    )
    importance = permutation_importance(planted, [exact], repeats=3)
    return {each.item: each for each in judge_claims(planted, importance, count=50)}


@pytest.mark.parametrize("item", ["51a", "51b", "52b", "52d", "53a", "59b", "69a", "69b"])
def test_planted_trend_is_reproduced(judged: dict[str, ClaimResult], item: str) -> None:
    found = judged[item]

    assert found.verdict is Verdict.REPRODUCED
    assert 0 < found.statistic.low <= found.statistic.value <= found.statistic.high


@pytest.mark.parametrize("item", ["52a", "53c", "54a", "70a"])
def test_trend_that_is_not_there_is_not_reproduced(
    judged: dict[str, ClaimResult], item: str
) -> None:
    assert judged[item].verdict is Verdict.NOT_REPRODUCED
    assert judged[item].statistic.high < 0


def test_claims_that_no_design_tells_of_are_open_with_the_reason(
    judged: dict[str, ClaimResult],
) -> None:
    assert judged["57"].verdict is Verdict.OPEN
    assert "inverse queries" in judged["57"].reason
    assert judged["63"].reason == "0 designs tell of it; at least 30 are needed"
    assert judged["67b"].verdict is Verdict.OPEN
    assert judged["57"].as_dict()["value"] is None


def test_importance_claims_are_open_without_importances(planted: DesignTable) -> None:
    found = {each.item: each for each in judge_claims(planted.take(np.arange(60)), count=20)}

    assert found["53a"].verdict is Verdict.OPEN
    assert found["53a"].reason == "too few designs for an interval"
