"""What samplings would give before anything is written: points, designs, what is left out, cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from smcogui.app.jobs import no_progress, part_of
from smcogui.campaigns.axes import COORDINATES
from smcogui.campaigns.feasibility import select
from smcogui.design.cost import cost_estimate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from smcogui.app.jobs import ReportProgress
    from smcogui.campaigns.axes import Point
    from smcogui.campaigns.campaign import Block, Campaign
    from smcogui.campaigns.feasibility import Member, Removal, Selection
    from smcogui.campaigns.plan_file import Plan
    from smcogui.campaigns.sampling import Sampling

BYTES_PER_CURVE: Final = 20_000
"""Disk that a half-cycle takes, without stored states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCost:
    """An estimate, good to a factor of two; ``gpu_h`` is None: it was not measured."""

    designs: int
    cpu_h: float
    disk_MB: float
    gpu_h: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointCloud:
    """Points as numbers.

    Parameters
    ----------
    keys : tuple of str
        Coordinates that not all points have the same value of, in the order of the axes.
    values : ndarray, shape (points, keys)
        NaN where a point does not set a coordinate; a choice is its number among the choices.
    log : tuple of str
        Keys that a sampling covers on a logarithmic scale.
    """

    keys: tuple[str, ...]
    values: NDArray[np.float64]
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplingPreview:
    """What samplings would add to a campaign.

    Parameters
    ----------
    cloud : PointCloud
    kept : ndarray of bool, shape (points,)
        Whether a point becomes a design.
    removals : tuple of Removal
        Why the others do not.
    cost : CampaignCost
    """

    cloud: PointCloud
    kept: NDArray[np.bool_]
    removals: tuple[Removal, ...]
    cost: CampaignCost


def draw_cloud(plans: Sequence[Plan]) -> PointCloud:
    """Draw the points of samplings, one sampling after the other."""
    points = [point for plan in plans for point in plan.sampling.draw()]
    keys = list(dict.fromkeys(key for plan in plans for key in _keys(plan.sampling)))
    values = np.array([[_number(key, point) for key in keys] for point in points], ndmin=2)
    varied = [column for column in range(len(keys)) if np.unique(values[:, column]).size > 1]
    shown = varied or list(range(len(keys)))
    return PointCloud(
        keys=tuple(keys[column] for column in shown),
        values=values[:, shown],
        log=tuple(axis.key for plan in plans for axis in plan.sampling.axes if axis.scale == "log"),
    )


def preview(
    plans: Sequence[Plan],
    known: Collection[str] = (),
    progress: ReportProgress = no_progress,
) -> SamplingPreview:
    """Tell what samplings would add; takes about half a millisecond a point.

    Parameters
    ----------
    plans : sequence of Plan
    known : collection of str
        Keys of designs that are there already.
    progress : callable
    """
    total = sum(plan.sampling.size for plan in plans)
    selections: list[Selection] = []
    taken, before = set(known), 0
    for plan in plans:
        report = part_of(progress, before / total, plan.sampling.size / total)
        selections.append(select(plan.sampling, plan.filters, taken, report))
        taken |= {member.key for member in selections[-1].members}
        before += plan.sampling.size
    members = [member for selection in selections for member in selection.members]
    pairs = zip(plans, selections, strict=True)
    return SamplingPreview(
        cloud=draw_cloud(plans),
        kept=np.concatenate([_is_kept(plan.sampling, selection) for plan, selection in pairs]),
        removals=_merged(removal for selection in selections for removal in selection.removals),
        cost=campaign_cost(members),
    )


def _is_kept(sampling: Sampling, selection: Selection) -> NDArray[np.bool_]:
    found = np.zeros(sampling.size, dtype=bool)
    found[[member.place - sampling.start for member in selection.members]] = True
    return found


def _merged(removals: Iterable[Removal]) -> tuple[Removal, ...]:
    """Return one removal per reason, the most frequent first."""
    found: dict[str, Removal] = {}
    for each in removals:
        first = found.get(each.reason)
        found[each.reason] = (
            each if first is None else replace(first, count=first.count + each.count)
        )
    return tuple(sorted(found.values(), key=lambda each: -each.count))


def campaign_cost(members: Sequence[Member]) -> CampaignCost:
    """Estimate what designs will cost before anything starts."""
    cpu_s = sum(cost_estimate(member.design).cpu_s for member in members)
    curves = sum(member.design.run.cycles for member in members)
    return CampaignCost(
        designs=len(members), cpu_h=cpu_s / 3600, disk_MB=curves * BYTES_PER_CURVE / 1e6
    )


def continuable(campaign: Campaign) -> list[Block]:
    """Return the last block of each sampling of a campaign that more points can be taken of."""
    last = {_rule(block.sampling): block for block in campaign.blocks}
    return [block for block in last.values() if points_left(block.sampling) != 0]


def points_left(sampling: Sampling) -> int | None:
    """Return how many points follow those of a sampling; None where they never end."""
    if sampling.available is None:
        return None
    return sampling.available - sampling.start - sampling.size


def _rule(sampling: Sampling) -> tuple[object, ...]:
    """Return what samplings have in common of which one goes on where another ended."""
    axes, points = sampling.axes, repr(sampling.points)
    return sampling.name, sampling.method, sampling.base, axes, sampling.seed, points


def _keys(sampling: Sampling) -> list[str]:
    if sampling.method == "list":
        return list(sampling.points[0])
    return [axis.key for axis in sampling.axes]


def _number(key: str, point: Point) -> float:
    value = point.get(key)
    if value is None:
        return float("nan")
    choices = COORDINATES[key].choices
    return float(choices.index(str(value))) if choices else float(value)
