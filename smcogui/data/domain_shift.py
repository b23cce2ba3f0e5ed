"""What a larger periodic domain changes in the readings of the same designs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from smcogui.data.dataset_rules import DESIGN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHIFTED: Final = ("mu0_Hc_T", "mu0_Hp_jump_T", "mu0_Hp_slope_T", "Phi_p")
SPREAD: Final = "spread"
"""Key of a row that holds the standard deviation over its half-cycles for each reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainShift:
    """The shift of one reading from a domain to a larger one, over all pairs of a design.

    Parameters
    ----------
    key : str
        The reading, its unit in its name.
    pairs : int
        Pairs in which both have the reading.
    mean : float
        Larger domain less smaller one.
    sd : float, optional
        Standard deviation over the pairs; None for a single pair.
    largest : float
        The shift of the largest size, with its sign.
    expected_sd : float, optional
        Standard deviation that random offsets alone give such a difference, from the spread of the
        half-cycles of the pairs themselves; None where a run has one half-cycle.
    scatter_sd : float, optional
        Standard deviation of one half-cycle over the designs of the seed-scatter set.
    """

    key: str
    pairs: int
    mean: float
    sd: float | None
    largest: float
    expected_sd: float | None
    scatter_sd: float | None


def domain_shifts(
    rows: Sequence[Mapping[str, Any]], scatter: Sequence[Mapping[str, Any]] = ()
) -> list[DomainShift]:
    """Return the shift of Hc, Hp and Phi_p between domains; empty where no design is on two.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of a dataset, each with its ``spread``. Rows that differ in nothing of the design but
        ``domain_nm`` are pairs; of three domains the neighbours are.
    scatter : sequence of mapping
        Rows of the seed-scatter set, with their ``spread``.
    """
    pairs = _pairs(rows)
    found = (_shift(key, pairs, scatter) for key in SHIFTED)
    return [each for each in found if each is not None]


def pooled_sd(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    """Return the standard deviation of a half-cycle, pooled over designs; None for unknown."""
    known = [
        (row["cycles"] - 1, row[SPREAD][key])
        for row in rows
        if row["cycles"] > 1 and row[SPREAD].get(key) is not None
    ]
    freedom = sum(weight for weight, _ in known)
    if not freedom:
        return None
    return math.sqrt(math.fsum(weight * sd**2 for weight, sd in known) / freedom)


def _pairs(
    rows: Sequence[Mapping[str, Any]],
) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    alike: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(row[key] for key in DESIGN), []).append(row)
    pairs = []
    for group in alike.values():
        ordered = sorted(group, key=lambda row: row["domain_nm"])
        pairs += [
            (small, large)
            for small, large in pairwise(ordered)
            if small["domain_nm"] < large["domain_nm"]
        ]
    return pairs


def _shift(
    key: str,
    pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    scatter: Sequence[Mapping[str, Any]],
) -> DomainShift | None:
    both = [(a, b) for a, b in pairs if a[key] is not None and b[key] is not None]
    if not both:
        return None
    shifts = [b[key] - a[key] for a, b in both]
    mean = math.fsum(shifts) / len(shifts)
    sd = None
    if len(shifts) > 1:
        sd = math.sqrt(math.fsum((s - mean) ** 2 for s in shifts) / (len(shifts) - 1))
    return DomainShift(
        key=key,
        pairs=len(both),
        mean=mean,
        sd=sd,
        largest=max(shifts, key=abs),
        expected_sd=_expected_sd(key, both),
        scatter_sd=pooled_sd(scatter, key),
    )


def _expected_sd(
    key: str, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> float | None:
    """Return the root mean square of what offsets alone give the difference of two means."""
    variances = []
    for pair in pairs:
        sds = [row[SPREAD].get(key) if row["cycles"] > 1 else None for row in pair]
        if any(sd is None for sd in sds):
            return None
        variances.append(
            math.fsum(sd**2 / row["cycles"] for sd, row in zip(sds, pair, strict=True) if sd)
        )
    return math.sqrt(math.fsum(variances) / len(variances))
