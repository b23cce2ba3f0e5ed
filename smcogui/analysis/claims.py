"""What the paper says of its dataset, tested on any: a verdict with statistic, interval and n.

A claim is a number that is above 0 where the claim holds: a difference of correlations, of means,
of importances. Its 95 % bootstrap interval decides: all above 0 is reproduced, all below is not
reproduced, anything else is open, as is what too few designs tell of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from smcogui.analysis.bootstrap import RESAMPLES, Estimate, percentile_interval, resamples
from smcogui.analysis.claim_list import CLAIMS, LOCATIONS
from smcogui.analysis.claim_sample import Sample
from smcogui.analysis.contours import check_spline, spline_maximum
from smcogui.analysis.design_table import symbol_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from smcogui.analysis.claim import Claim, Location
    from smcogui.analysis.design_table import DesignTable
    from smcogui.analysis.sensitivity import Importance

    Array = NDArray[np.float64]


_MOST_SPLINES: Final = 200
_SLACK: Final = 0.05
"""How far the interval of a place may reach beyond where it is said to be."""


class Verdict(StrEnum):
    """What a dataset says of a claim; the value is the word that is shown."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """A claim and what a dataset says of it.

    Parameters
    ----------
    item, text, how : str
        Of the claim: its number, what the paper says, what is computed.
    verdict : Verdict
    statistic : Estimate
        Above 0 where the claim holds, or the place that it is about; NaN where it is not known.
    reason : str
        Why it is open, empty where it is not.
    """

    item: str
    text: str
    how: str
    verdict: Verdict
    statistic: Estimate
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "item": self.item,
            "claim": self.text,
            "statistic": self.how,
            **self.statistic.as_dict(),
            "verdict": self.verdict.value,
            "reason": self.reason,
        }


def judge_claims(
    table: DesignTable,
    importance: Importance | None = None,
    *,
    claims: Sequence[Claim] = CLAIMS,
    count: int = RESAMPLES,
    seed: int = 0,
) -> list[ClaimResult]:
    """Test claims on designs.

    Parameters
    ----------
    table : DesignTable
    importance : Importance, optional
        Of the same designs; claims about permutation importance are open without it.
    claims : sequence of Claim
    count : int
        Resamples.
    seed : int
    """
    whole = Sample(table=table, importance=importance, rows=np.arange(len(table)))
    values = _values(claims, whole)
    drawn = np.array(
        [
            _values(claims, Sample(table=table, importance=importance, rows=rows))
            for rows in resamples(table.groups, count, seed)
        ]
    ).reshape(count, len(claims))
    low, high = percentile_interval(drawn)
    judged = [
        _judge(
            claim,
            Estimate(
                value=float(values[k]),
                low=float(low[k]),
                high=float(high[k]),
                n=claim.count(whole),
            ),
        )
        for k, claim in enumerate(claims)
    ]
    judged += _located(table, min(count, _MOST_SPLINES), seed)
    return sorted(judged, key=lambda each: each.item)


def _values(claims: Sequence[Claim], sample: Sample) -> Array:
    return np.array([math.nan if c.measure is None else c.measure(sample) for c in claims])


def _judge(claim: Claim, found: Estimate) -> ClaimResult:
    verdict, reason = Verdict.OPEN, ""
    if claim.measure is None:
        reason = claim.open_because
    elif found.n < claim.least:
        reason = f"{found.n} designs tell of it; at least {claim.least} are needed"
    elif not math.isfinite(found.low):
        reason = claim.open_because or "too few designs for an interval"
    elif found.low > 0:
        verdict = Verdict.REPRODUCED
    elif found.high < 0:
        verdict = Verdict.NOT_REPRODUCED
    else:
        reason = "the interval holds 0"
    return ClaimResult(
        item=claim.item,
        text=claim.text,
        how=claim.statistic,
        verdict=verdict,
        statistic=found,
        reason=reason,
    )


def _located(table: DesignTable, draws: int, seed: int) -> list[ClaimResult]:
    """Judge where splines are highest, each fitted once."""
    missing = {reading: check_spline(table, reading) for reading in {p.reading for p in LOCATIONS}}
    maxima = {
        reading: spline_maximum(table, reading, draws=draws, seed=seed)
        for reading, why in missing.items()
        if not why
    }
    return [
        _locate(place, maxima.get(place.reading, {}).get(place.axis), missing[place.reading])
        for place in LOCATIONS
    ]


def _locate(place: Location, estimate: Estimate | None, reason: str) -> ClaimResult:
    """Return whether a spline is highest where it is said to be."""
    verdict, found = Verdict.OPEN, estimate or Estimate(value=math.nan)
    if estimate is not None:
        if found.low > place.high or found.high < place.low:
            verdict = Verdict.NOT_REPRODUCED
        elif found.low >= place.low - _SLACK and found.high <= place.high + _SLACK:
            verdict = Verdict.REPRODUCED
        else:
            reason = f"the interval holds {place.low:g} to {place.high:g}, and much else"
    return ClaimResult(
        item=place.item,
        text=place.text,
        how=f"{symbol_of(place.axis)} where the spline of {symbol_of(place.reading)} is highest",
        verdict=verdict,
        statistic=found,
        reason=reason,
    )
