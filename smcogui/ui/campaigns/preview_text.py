"""What a sampling leaves out and costs, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smcogui.units.durations import duration_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smcogui.app.campaign_preview import CampaignCost
    from smcogui.campaigns.feasibility import Removal

_MOST_REASONS: Final = 4
_S_PER_H: Final = 3600.0
_MB_PER_GB: Final = 1000.0


def removal_text(removals: Sequence[Removal]) -> str:
    """Return how many points are left out, and why, the most frequent reason first."""
    if not removals:
        return "No point is left out."
    total = sum(each.count for each in removals)
    parts = [f"{each.count}: {each.reason}" for each in removals[:_MOST_REASONS]]
    rest = sum(each.count for each in removals[_MOST_REASONS:])
    return f"{total} left out. " + "; ".join([*parts, *([f"{rest}: other"] if rest else [])]) + "."


def cost_text(cost: CampaignCost, processes: int) -> str:
    """Return the cost, with how good the estimate is."""
    disk = (
        f"{cost.disk_MB / _MB_PER_GB:.3g} GB"
        if cost.disk_MB >= _MB_PER_GB
        else f"{cost.disk_MB:.3g} MB"
    )
    gpu = "not measured" if cost.gpu_h is None else f"{cost.gpu_h:.3g} h"
    wall = duration_text(cost.cpu_h * _S_PER_H / max(1, processes))
    return (
        f"CPU: {cost.cpu_h:.3g} h, about {wall} with {processes} processes at once. Disk: {disk}. "
        f"GPU: {gpu}. An estimate, good to a factor of two."
    )
